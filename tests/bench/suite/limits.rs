//! What must hold, and the table that says whether it does.

use super::table::{Table, number};

/// Something that was measured, and the most that it may be.
pub(super) struct Limit {
    what: String,
    measured: f64,
    most: f64,
    /// Empty for a ratio.
    unit: &'static str,
    /// Whether the noise of a busy machine can change it.
    is_noisy: bool,
}

impl Limit {
    /// For the ratio of two times.
    pub(super) fn ratio(what: String, measured: f64, most: f64) -> Self {
        Self {
            what,
            measured,
            most,
            unit: "",
            is_noisy: true,
        }
    }

    /// For a time, in milliseconds, that is compared with another.
    pub(super) fn time(what: String, measured: f64, most: f64) -> Self {
        Self {
            unit: "ms",
            ..Self::ratio(what, measured, most)
        }
    }

    /// For what does not depend on what else the machine does.
    pub(super) fn exact(
        what: impl Into<String>,
        measured: f64,
        most: f64,
        unit: &'static str,
    ) -> Self {
        Self {
            unit,
            is_noisy: false,
            ..Self::ratio(what.into(), measured, most)
        }
    }
}

/// Prints all of them; returns how many do not hold. Those that are noisy may
/// be `tolerance` times what they say.
pub(super) fn judge(limits: &[Limit], tolerance: f64) -> usize {
    let mut table = Table::new(["limit", "measured", "at most", ""]);
    let mut exceeded = 0;
    for limit in limits {
        let factor = if limit.is_noisy { tolerance } else { 1.0 };
        let most = limit.most * factor;
        let holds = limit.measured <= most;
        exceeded += usize::from(!holds);
        let with_unit = |value| format!("{} {}", number(value), limit.unit);
        table.row(vec![
            limit.what.clone(),
            with_unit(limit.measured).trim_end().to_owned(),
            with_unit(most).trim_end().to_owned(),
            if holds { "ok" } else { "EXCEEDED" }.to_owned(),
        ]);
    }
    table.print("Limits");
    exceeded
}
