//! What a panic comes to: an error like any other.
//!
//! Owns the panic hook. A panic's text may hold anything, a key included, so it
//! is never printed; where in the source it happened is all that is told.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

use crate::error::{Error, Kind, Result};

thread_local! {
    /// Where this thread panicked last.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// From now on a panic prints nothing. Threads other than the main one have
/// somebody who waits for them and tells that they ended.
pub fn silence_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |location| {
            format!("{}:{}", short(location.file()), location.line())
        });
        // A thread that is just ending has no such variable any more.
        let _ = PLACE.try_with(|last| last.replace(place));
    }));
}

/// Does `work`, and makes an error of a panic in it.
pub fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    // What was being changed when it panicked is never looked at again.
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let place = PLACE.take();
        Err(Error::new(
            Kind::Other,
            "vastkey has a defect and gave up what it was doing",
        )
        .because(format!("a panic at {place}"))
        .hint("run it again; if it stays, report that line, which holds no secret"))
    })
}

/// A path of the source, from the package's directory on: what stands before
/// it is of the machine where vastkey was built.
fn short(path: &str) -> String {
    let parts: Vec<&str> = path.split(['/', '\\']).collect();
    let source = parts.iter().rposition(|part| *part == "src");
    let package = source.map_or(0, |source| source.saturating_sub(1));
    parts[package..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_tells_nothing_of_the_machine() {
        for (path, told) in [
            ("src/key.rs", "src/key.rs"),
            (
                "/home/tom/.cargo/registry/src/index-1/zbus-5.19.0/src/lib.rs",
                "zbus-5.19.0/src/lib.rs",
            ),
            (r"C:\src\vastkey\src\key.rs", "vastkey/src/key.rs"),
            ("key.rs", "key.rs"),
        ] {
            assert_eq!(short(path), told);
        }
    }

    #[test]
    fn a_panic_is_an_error_without_its_text() {
        let error = guarded::<()>(|| panic!("0123456789abcdef")).unwrap_err();
        assert_eq!(error.kind(), Kind::Other);
        assert!(!format!("{error:?}").contains("0123456789abcdef"));
        assert_eq!(guarded(|| Ok(1)).unwrap(), 1);
    }
}
