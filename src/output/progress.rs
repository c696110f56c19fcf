//! A spinner on stderr, for waits that a person would wonder about.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How long a wait is before the spinner appears; most requests are shorter.
const PATIENCE: Duration = Duration::from_millis(100);

/// A running spinner; it disappears when dropped.
pub struct Progress(Option<ProgressBar>);

impl Progress {
    pub(super) fn start(doing: &'static str, shown: bool) -> Self {
        if !shown {
            return Self(None);
        }
        let bar = ProgressBar::new_spinner().with_message(doing);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(PATIENCE);
        Self(Some(bar))
    }
}

impl Progress {
    /// Says how far it is.
    pub fn tell(&self, text: String) {
        if let Some(bar) = &self.0 {
            bar.set_message(text);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
