//! `migrate-kill`: kills `vastkey migrate`, and then the keychain under it, at
//! random moments, and counts how far each migration had come.
//!
//! ```text
//! cargo build --release
//! cargo run --example migrate-kill -- target/release/vastkey --runs 300
//! ```
//!
//! Needs `dbus-daemon` and `gnome-keyring-daemon`; touches no keychain but its
//! own. Fails at the first key that is lost or migration that cannot be
//! finished.

#[cfg(all(unix, not(target_os = "macos")))]
mod migrate_kill;

#[cfg(all(unix, not(target_os = "macos")))]
#[allow(dead_code, reason = "shared with the integration tests")]
#[path = "../support"]
mod support {
    pub(crate) mod bus;
    pub(crate) mod fake_api;
    pub(crate) mod items;
    pub(crate) mod keyring;
    pub(crate) mod moments;
    pub(crate) mod sandbox;
}

#[cfg(all(unix, not(target_os = "macos")))]
#[expect(clippy::print_stdout, reason = "a program, not the library")]
fn main() {
    use clap::Parser;

    /// Kills `vastkey migrate` and the keychain under it at random moments.
    #[derive(Parser)]
    #[command(name = "migrate-kill")]
    struct Options {
        /// The program to drive.
        vastkey: std::path::PathBuf,
        /// How many migrations are killed.
        #[arg(long, default_value_t = 300)]
        runs: u32,
        /// How many times the keychain is killed.
        #[arg(long, default_value_t = 20)]
        keychain_runs: u32,
    }

    let options = Options::parse();
    let binary = options
        .vastkey
        .canonicalize()
        .expect("the program to drive");
    let mut soak = migrate_kill::Soak::new(&binary);
    let counts = soak.kill_migrations(options.runs);
    let (before, after) = counts.before_and_after_the_store();
    println!(
        "{} migrations killed: {before} before the key was stored, {after} after; {counts}",
        options.runs
    );
    let counts = soak.kill_keychains(options.keychain_runs);
    println!("{} keychains killed: {counts}", options.keychain_runs);
}

/// The keychain that is driven is that of free desktops.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn main() {}
