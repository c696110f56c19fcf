//! What vastkey keeps for this user of Windows: the Credential Manager knows no
//! homes, so that scenes share it.

use std::process::Command;

use crate::user::User;

/// Fails when there is something, and says what.
pub(crate) fn none(user: &User) -> Result<(), String> {
    let found = remove_all(user, "--dry-run")?;
    if found.contains("there is nothing to remove") {
        Ok(())
    } else {
        Err(found)
    }
}

/// Removes all of it.
pub(crate) fn clear(user: &User) -> Result<(), String> {
    // A case that failed may have left work, which nothing is removed before.
    let mut sweep = Command::new(&user.stage.vastkey);
    sweep.arg("sweep");
    user.stage.run(sweep, "")?;
    remove_all(user, "--yes")?;
    none(user)
}

fn remove_all(user: &User, option: &str) -> Result<String, String> {
    let mut command = Command::new(&user.stage.vastkey);
    command.args(["account", "remove", "--all", option]);
    let observed = user.stage.run(command, "")?;
    match observed.code {
        Some(0) => Ok(observed.err),
        _ => Err(observed.err),
    }
}
