//! `bench`: times vastkey beside other programs that do the same, and holds it to its
//! limits. `tests/bench/run` builds and starts it.

#[cfg(all(unix, not(target_os = "macos")))]
mod suite;

#[cfg(all(unix, not(target_os = "macos")))]
fn main() -> std::process::ExitCode {
    suite::main()
}

/// The peers need a Secret Service.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn main() {}
