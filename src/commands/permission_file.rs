//! Reading a permissions file that was named on the command line.

use std::path::Path;

use crate::api::permissions::{MAX_LEN, PUBLIC_CATEGORIES, Permissions, Warning};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::files::{self, Fault};

/// The permissions in a file; what is odd about them is said.
pub(super) fn read(ctx: &Context, path: &Path) -> Result<Permissions> {
    let shown = files::shown(path);
    let unreadable = |cause: String| {
        Error::new(
            Kind::Permissions,
            format!("cannot use the permissions file '{shown}'"),
        )
        .because(cause)
    };
    let text =
        files::read_named(path, MAX_LEN, ctx.file_deadline()).map_err(|fault| {
            let cause = format!("it {}", fault.fault);
            match fault.fault {
            Fault::NotThere => unreadable(cause).hint(
                "give the path of a JSON file such as {\"api\": {\"user_read\": {}, \"misc\": {}}}",
            ),
            _ => Error::from(fault).hints().iter().fold(unreadable(cause), Error::hint),
        }
        })?;
    let (permissions, warnings) =
        Permissions::parse(&text).map_err(|fault| {
            unreadable(fault.to_string())
                .hint("the form is {\"api\": {CATEGORY: {}}}, such as {\"api\": {\"user_read\": {}, \"misc\": {}}}")
        })?;
    for warning in &warnings {
        ctx.output.warn(&format!("'{shown}': {warning}"));
    }
    let unknown = |warning: &Warning| matches!(warning, Warning::UnknownCategory { .. });
    if warnings.iter().any(unknown) {
        let known = PUBLIC_CATEGORIES.join(", ");
        ctx.output.hint(&format!("the known categories: {known}"));
    }
    Ok(permissions)
}
