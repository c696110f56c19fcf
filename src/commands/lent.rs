//! Plaintext files that were written for a command: no place for anything else
//! while they are there.

use std::path::Path;

use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::files::{self, PrivateFile};
use crate::key::MAX_KEY_LEN;
use crate::lifecycle::lend::{self, Borrower};
use crate::lookup::PlaintextRole;

/// Fails when a file, which was read, is a command's. `what` is not done then.
pub(super) fn refuse(ctx: &Context, path: &Path, read: &PrivateFile, what: &str) -> Result<()> {
    if ctx.paths.jobs().is_none() {
        return Ok(());
    }
    let (cause, hint) = match lend::borrower(&ctx.jobs()?, path, read)? {
        None => return Ok(()),
        Some(Borrower::Running) => (
            "it was written for a command that is running",
            "wait until it has ended, then run this again",
        ),
        Some(Borrower::Interrupted) => (
            "it was written for a command that was killed",
            "to remove it: vastkey sweep",
        ),
    };
    let failure = format!("'{}' is not {what}", files::shown(path));
    Err(Error::new(Kind::Busy, failure).because(cause).hint(hint))
}

/// The same of the file that `--store file` writes. What cannot be read is for
/// the store to tell of.
pub(super) fn refuse_to_replace(ctx: &Context) -> Result<()> {
    let mut files = ctx.plaintext().iter();
    let file = files.find(|file| file.role == PlaintextRole::Documented);
    match file.map(|file| (&file.path, files::read_private(&file.path, MAX_KEY_LEN))) {
        Some((path, Ok(Some(read)))) => refuse(ctx, path, &read, "replaced"),
        _ => Ok(()),
    }
}
