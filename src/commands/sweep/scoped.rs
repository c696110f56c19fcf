//! A key, or a file with one, whose command was killed together with vastkey.

use super::Swept;
use crate::commands::exec::{self, Scoped};
use crate::context::Context;
use crate::error::Result;
use crate::lifecycle::jobs::{Job, LentFile, ScopedKey};

pub(super) fn sweep_key(ctx: &Context, of: &ScopedKey, job: Job) -> Result<Swept> {
    let how = Scoped::settle(ctx, of.clone(), job)?;
    Ok(Swept::Undone(how.to_owned()))
}

pub(super) fn sweep_file(ctx: &Context, of: &LentFile, job: Job) -> Result<Swept> {
    let how = exec::sweep_file(ctx, of, job)?;
    Ok(Swept::Undone(how.to_owned()))
}
