//! Whether a process did what its case says.

use std::fs;

use super::stage::{Observed, Stage};
use super::table::Case;

/// What is wrong first, if something is.
pub(super) fn judge(stage: &Stage, case: &Case, observed: &Observed) -> Result<(), String> {
    demand(observed.code == Some(case.code), || {
        format!("the exit code is not {}", case.code)
    })?;
    streams(stage, case, observed)?;
    files(stage, case)
}

fn streams(stage: &Stage, case: &Case, observed: &Observed) -> Result<(), String> {
    let (out, err) = (&observed.out, &observed.err);
    for (name, text, expected) in [("stdout", out, &case.out), ("stderr", err, &case.err)] {
        if let Some(expected) = expected {
            let expected = stage.fill(expected);
            demand(*text == expected, || format!("{name} is not {expected:?}"))?;
        }
    }
    for line in &case.lines {
        let line = stage.fill(line);
        // Programs of Windows may end their lines with CRLF.
        demand(out.lines().any(|other| other == line), || {
            format!("stdout has no line {line:?}")
        })?;
    }
    for (name, text, parts) in [("stdout", out, &case.shows), ("stderr", err, &case.says)] {
        for part in parts {
            let part = stage.fill(part);
            demand(text.contains(&part), || format!("{name} lacks {part:?}"))?;
        }
    }
    for part in &case.lacks {
        let part = stage.fill(part);
        demand(!out.contains(&part) && !err.contains(&part), || {
            format!("there is {part:?}")
        })?;
    }
    Ok(())
}

fn files(stage: &Stage, case: &Case) -> Result<(), String> {
    for (name, parts) in &case.left {
        let bytes = fs::read(stage.home.join(name))
            .map_err(|error| format!("{name} cannot be read: {error}"))?;
        let text = String::from_utf8_lossy(&bytes);
        for part in parts {
            let part = stage.fill(part);
            demand(text.contains(&part), || {
                format!("{name} lacks {part:?}:\n{text}")
            })?;
        }
    }
    for name in &case.gone {
        demand(fs::symlink_metadata(stage.home.join(name)).is_err(), || {
            format!("{name} is there")
        })?;
    }
    Ok(())
}

fn demand(holds: bool, fault: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(fault()) }
}
