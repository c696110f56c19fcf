//! What must hold, and the table that says whether it does.
#![expect(clippy::print_stdout, reason = "a program, not the library")]

use super::programs::{BARE_CLIENT, EXEC, GIT_HELPER, NOTHING, SECRET_TOOL, TOKEN, VERSION};
use super::results::Results;

/// Something that was measured, and the most that it may be.
pub(super) struct Limit {
    what: String,
    measured: f64,
    most: f64,
    /// Empty for a ratio.
    unit: &'static str,
}

/// The limits for the programs that took part. Those for ratios of times are
/// multiplied by `tolerance`. `binary_size` is in MiB.
pub(super) fn all(results: &Results, binary_size: f64, tolerance: f64) -> Vec<Limit> {
    let ratio = |peer: &str, most: f64| {
        Some(Limit {
            what: format!("{TOKEN} / {peer}"),
            measured: results.time(TOKEN)? / results.time(peer)?,
            most: most * tolerance,
            unit: "",
        })
    };
    let exec = || {
        let parts = results.time(TOKEN)? + results.time(NOTHING)?;
        Some(Limit {
            what: format!("{EXEC} / ({TOKEN} + {NOTHING})"),
            measured: results.time(EXEC)? / parts,
            most: 1.1 * tolerance,
            unit: "",
        })
    };
    let plain = |what: &str, measured, most, unit| {
        Some(Limit {
            what: what.to_owned(),
            measured: measured?,
            most,
            unit,
        })
    };
    [
        ratio(SECRET_TOOL, 0.6),
        ratio(GIT_HELPER, 0.5),
        ratio(BARE_CLIENT, 1.5),
        exec(),
        plain(VERSION, results.time(VERSION), 5.0, "ms"),
        plain(
            "peak memory of vastkey token",
            results.peak_memory(TOKEN),
            8.0,
            "MiB",
        ),
        plain("size of the stripped binary", Some(binary_size), 8.0, "MiB"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Prints all of them; returns how many do not hold.
pub(super) fn judge(limits: &[Limit]) -> usize {
    println!("\n{:56} {:>11} {:>11}", "limit", "measured", "at most");
    let mut exceeded = 0;
    for Limit {
        what,
        measured,
        most,
        unit,
    } in limits
    {
        let verdict = if measured <= most {
            "ok"
        } else {
            exceeded += 1;
            "EXCEEDED"
        };
        println!("{what:56} {measured:>7.2} {unit:3} {most:>7.2} {unit:3}  {verdict}");
    }
    exceeded
}
