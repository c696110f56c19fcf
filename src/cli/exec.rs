//! The command line of `exec`.

use std::ffi::OsString;
use std::time::Duration;

use clap::{ArgGroup, Args, ValueHint};

use super::VARIABLE_NAMES;

/// What `--ttl` takes.
pub const DURATIONS: &str = "a time with a unit, such as 30s, 10m, 1h30m or 2d, at most 30d";

/// Longest time that `--ttl` takes.
const LONGEST: Duration = Duration::from_secs(720 * 60 * 60);

/// `exec`
#[derive(Args)]
#[command(group = ArgGroup::new("attended").args(["scoped", "file"]).multiple(true))]
pub struct ExecArgs {
    /// Put the key into this variable too; can be given several times
    #[arg(long, value_name = "NAME", value_parser = variable_name)]
    pub env: Vec<String>,
    /// Make a key for this command alone, and delete it afterwards: what it may do is in a permissions file, or a template (`list` explains them)
    #[arg(long, value_name = "FILE|TEMPLATE", value_hint = ValueHint::FilePath)]
    pub scoped: Option<OsString>,
    /// Write the key into the official CLI's plaintext file for as long as the command runs, instead of VAST_API_KEY
    #[arg(long)]
    pub file: bool,
    /// End the command, and what it was given, after this time, such as 30s, 10m, 1h30m or 2d, at most 30d
    #[arg(long, value_name = "DURATION", requires = "attended", value_parser = duration)]
    pub ttl: Option<Duration>,
    /// Let the command's key create other keys, or members of a team, which are not deleted afterwards
    #[arg(long, requires = "scoped")]
    pub allow_user_write: bool,
    /// Wait while another vastkey is changing something, instead of failing
    #[arg(long, requires = "attended")]
    pub wait: bool,
    /// The program, and its arguments
    #[arg(
        required_unless_present = "scoped",
        trailing_var_arg = true,
        value_name = "CMD",
        value_hint = ValueHint::CommandWithArguments
    )]
    pub command: Vec<OsString>,
}

/// Variables that the system, loaders and shells act upon, and print when they
/// make no sense.
const SYSTEMS_OWN: [&str; 8] = [
    "PATH", "HOME", "SHELL", "TERM", "IFS", "ENV", "BASH_ENV", "TMPDIR",
];

/// Checks the name of a variable that every shell can have.
fn variable_name(text: &str) -> Result<String, &'static str> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let digit_first = text.starts_with(|c: char| c.is_ascii_digit());
    let systems_own =
        ["LD_", "DYLD_"].iter().any(|start| text.starts_with(start)) || SYSTEMS_OWN.contains(&text);
    if text.is_empty() || digit_first || systems_own || !text.bytes().all(fits) {
        return Err(VARIABLE_NAMES);
    }
    Ok(text.to_owned())
}

/// Whole numbers of days, hours, minutes and seconds, each with its unit, added
/// up.
fn duration(text: &str) -> Result<Duration, &'static str> {
    let mut seconds = 0_u64;
    for part in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let number = part.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = match &part[number.len()..] {
            "s" => 1,
            "m" => 60,
            "h" => 60 * 60,
            "d" => 24 * 60 * 60,
            _ => return Err(DURATIONS),
        };
        let number: u64 = number.parse().map_err(|_| DURATIONS)?;
        seconds = number
            .checked_mul(unit)
            .and_then(|more| seconds.checked_add(more))
            .ok_or(DURATIONS)?;
    }
    let duration = Duration::from_secs(seconds);
    if duration.is_zero() || duration > LONGEST {
        return Err(DURATIONS);
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit_and_limits() {
        for (text, seconds) in [
            ("1s", 1),
            ("10m", 600),
            ("2h", 7200),
            ("1h30m", 5400),
            ("1d", 86_400),
            ("720h", 2_592_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "s",
            "1",
            "0s",
            "-1s",
            "+1s",
            "1.5h",
            "1 h",
            "1h30",
            "h1",
            "30d1s",
            "721h",
            "1µ",
            "99999999999999999999h",
        ] {
            assert_eq!(duration(text), Err(DURATIONS), "{text}");
        }
    }
}
