//! `soak`: kills `vastkey` at random moments, thousands of times, and the
//! keychain under it, and counts how far it had come each time.
//!
//! ```text
//! tests/soak/run --commands 1000
//! ```
//!
//! Needs `dbus-daemon` and `gnome-keyring-daemon`; touches no keychain but its
//! own. Fails at the first key that is lost or torn, draft that stays, or
//! command that cannot be finished.

#[cfg(all(unix, not(target_os = "macos")))]
mod killed;

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
    use killed::lent::{self, Lends};
    use killed::{commands, creations, migrations, resets, rotations};

    /// Kills `vastkey`, and the keychain under it, at random moments.
    #[derive(Parser)]
    #[command(name = "soak")]
    struct Options {
        /// The program to drive.
        vastkey: std::path::PathBuf,
        /// How many `set api-key`, `account rename`, `store` and `erase` are
        /// killed, together.
        #[arg(long, default_value_t = 1000)]
        commands: u32,
        /// How many migrations are killed.
        #[arg(long, default_value_t = 300)]
        migrations: u32,
        /// How many times the keychain is killed under a migration.
        #[arg(long, default_value_t = 20)]
        keychains: u32,
        /// How many rotations are killed.
        #[arg(long, default_value_t = 500)]
        rotations: u32,
        /// How many resets are killed.
        #[arg(long, default_value_t = 500)]
        resets: u32,
        /// How many `create api-key --save` are killed.
        #[arg(long, default_value_t = 500)]
        creations: u32,
        /// How many `exec --scoped` are killed.
        #[arg(long, default_value_t = 500)]
        scoped: u32,
        /// How many `exec --file` are killed.
        #[arg(long, default_value_t = 500)]
        files: u32,
        /// How many `exec --file --scoped` are killed.
        #[arg(long, default_value_t = 500)]
        lent: u32,
    }

    let options = Options::parse();
    let binary = options
        .vastkey
        .canonicalize()
        .expect("the program to drive");
    if options.commands > 0 {
        let counts = commands::Soak::new(&binary).kill_commands(options.commands);
        let (before, after) = counts.before_and_after_the_change();
        println!(
            "{} commands killed: {before} before the keychain changed, {after} after\n{counts}",
            options.commands
        );
    }
    let mut soak = migrations::Soak::new(&binary);
    if options.migrations > 0 {
        let counts = soak.kill_migrations(options.migrations);
        let (before, after) = counts.before_and_after_the_store();
        println!(
            "{} migrations killed: {before} before the key was stored, {after} after; {counts}",
            options.migrations
        );
    }
    if options.keychains > 0 {
        let counts = soak.kill_keychains(options.keychains);
        println!("{} keychains killed: {counts}", options.keychains);
    }
    if options.rotations > 0 {
        let tally = rotations::Soak::new(&binary).kill_rotations(options.rotations);
        let (before, after) = tally.before_and_after_the_creation();
        println!(
            "{} rotations killed: {before} before there was a new key, {after} after\n{tally}",
            options.rotations
        );
    }
    if options.resets > 0 {
        let tally = resets::Soak::new(&binary).kill_resets(options.resets);
        let (before, after) = tally.before_and_after_the_reset();
        println!(
            "{} resets killed: {before} before the old key was dead, {after} after\n{tally}",
            options.resets
        );
    }
    if options.creations > 0 {
        let tally = creations::Soak::new(&binary).kill_creations(options.creations);
        let (before, after) = tally.before_and_after_the_creation();
        println!(
            "{} creations killed: {before} before there was a key, {after} after\n{tally}",
            options.creations
        );
    }
    for (runs, lends, what) in [
        (options.scoped, Lends::Key, "exec --scoped"),
        (options.files, Lends::File, "exec --file"),
        (options.lent, Lends::Both, "exec --file --scoped"),
    ] {
        if runs > 0 {
            let tally = lent::Soak::new(&binary).kill_commands(lends, runs);
            let (before, after) = tally.before_and_after_the_loan();
            println!(
                "{runs} {what} killed: {before} before there was a key or a file, {after} after\n{tally}"
            );
        }
    }
}

/// The keychain that is driven is that of free desktops.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn main() {}
