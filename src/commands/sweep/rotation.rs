//! An interrupted rotation.

use std::rc::Rc;

use super::Swept;
use crate::commands::rotate::{Rotating, Settled};
use crate::commands::storing::Target;
use crate::context::Context;
use crate::error::Result;
use crate::lifecycle::jobs::{Job, Rotation};

pub(super) fn sweep(ctx: &Context, of: &Rotation, job: Job) -> Result<Swept> {
    let client = Rc::new(ctx.client()?);
    let target = Target {
        account: of.account.clone(),
        backend: of.store,
    };
    match Rotating::resumed(ctx, &client, &target, of.clone(), job).settle()? {
        Settled::Finished(rotated) => Ok(Swept::Finished(rotated.described())),
        Settled::Undone(why) => Ok(Swept::Undone(why)),
        Settled::Pending(error) => Err(error),
    }
}
