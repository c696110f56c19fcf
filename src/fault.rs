//! Named points at which a test build can be made to die, to prove that what
//! is interrupted can be finished. In a normal build this compiles to nothing.

/// Kills the process, as `SIGKILL` would, when `VASTKEY_FAULT_POINT` names this
/// point: `NAME` at its first passage, `NAME:3` at its third. Notes the name
/// as a line of the file that `VASTKEY_FAULT_TRACE` names, if it is set. Panics
/// with TEXT when `VASTKEY_FAULT_PANIC` is `NAME TEXT`. Does nothing without the
/// feature `fault-points`.
#[inline]
pub fn point(name: &str) {
    #[cfg(feature = "fault-points")]
    armed::pass(name);
    #[cfg(not(feature = "fault-points"))]
    let _ = name;
}

#[cfg(feature = "fault-points")]
mod armed {
    #![expect(
        clippy::disallowed_methods,
        reason = "test builds only; the context is not known everywhere a process can die"
    )]

    use std::fs::OpenOptions;
    use std::io::Write;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// How often the chosen point was passed.
    static PASSED: AtomicU32 = AtomicU32::new(0);

    pub(super) fn pass(name: &str) {
        if let Some(path) = std::env::var_os("VASTKEY_FAULT_TRACE") {
            let file = OpenOptions::new().append(true).create(true).open(path);
            file.and_then(|mut file| writeln!(file, "{name}"))
                .expect("the trace can be written");
        }
        let panics = std::env::var("VASTKEY_FAULT_PANIC").unwrap_or_default();
        if let Some((point, text)) = panics.split_once(' ') {
            assert!(point != name, "{text}");
        }
        let Ok(chosen) = std::env::var("VASTKEY_FAULT_POINT") else {
            return;
        };
        let (point, nth) = match chosen.split_once(':') {
            Some((point, nth)) => (point, nth.parse().expect("a number after the colon")),
            None => (chosen.as_str(), 1),
        };
        if point == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == nth {
            crate::platform::die();
        }
    }
}
