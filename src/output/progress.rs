//! A spinner on stderr, for waits that a person would wonder about.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::platform::Notice;

/// How long a wait is before the spinner appears; most requests are shorter.
const PATIENCE: Duration = Duration::from_millis(100);

/// What is said to somebody who presses Ctrl-C while a key is made.
static AWAITED: &str = "\nvastkey: waiting for the server's answer, without which the new key would be lost: for at most 30 s, or as long as --timeout says\n";

/// A running spinner; it disappears when dropped.
pub struct Progress {
    bar: Option<ProgressBar>,
    _notice: Option<Notice>,
}

impl Progress {
    pub(super) fn start(doing: &'static str, shown: bool) -> Self {
        Self {
            bar: shown.then(|| spinner(doing)),
            _notice: None,
        }
    }

    /// The same, and an answer to Ctrl-C, which has to wait for the one of the
    /// server with a new key.
    pub(super) fn start_of_key(doing: &'static str, shown: bool) -> Self {
        Self {
            bar: shown.then(|| spinner(doing)),
            _notice: Some(Notice::upon_ctrl_c(&AWAITED)),
        }
    }
}

fn spinner(doing: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(doing);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(PATIENCE);
    bar
}

impl Progress {
    /// Says how far it is.
    pub fn tell(&self, text: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(text);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
