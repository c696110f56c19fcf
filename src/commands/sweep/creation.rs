//! A key for an account whose creation was interrupted.

use super::Swept;
use crate::commands::create::Saving;
use crate::context::Context;
use crate::error::Result;
use crate::lifecycle::jobs::{Creation, Job};

pub(super) fn sweep(ctx: &Context, of: Creation, job: Job) -> Result<Swept> {
    Saving::resumed(ctx, of, job).settle()
}
