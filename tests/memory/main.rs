//! `memory`: looks for keys in all of the memory of `vastkey` at the moment
//! before it ends, after each command and on its error paths.
//!
//! `tests/memory/run` builds and starts it. Needs `dbus-daemon` and
//! `gnome-keyring-daemon`; touches no keychain but its own.

#[cfg(target_os = "linux")]
mod cases;
#[cfg(target_os = "linux")]
mod control;
#[cfg(target_os = "linux")]
mod desk;
#[cfg(target_os = "linux")]
mod front;
#[cfg(target_os = "linux")]
mod needles;
#[cfg(target_os = "linux")]
mod scan;
#[cfg(target_os = "linux")]
mod suite;
#[cfg(target_os = "linux")]
mod table;
#[cfg(target_os = "linux")]
mod terminal;
#[cfg(target_os = "linux")]
mod trace;

#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "shared with the integration tests")]
#[path = "../support"]
mod support {
    pub(crate) mod bus;
    pub(crate) mod fake_api;
    pub(crate) mod keyring;
    pub(crate) mod sandbox;
    pub(crate) mod tls;
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    suite::main()
}

/// Tracing and `/proc` are Linux's.
#[cfg(not(target_os = "linux"))]
fn main() {}
