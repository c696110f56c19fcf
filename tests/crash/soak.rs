//! Short runs of `tests/soak`, whose long ones `tests/soak/run` makes.

use super::killed::lent::{self, Lends};
use super::killed::{commands, creations, migrations, resets, rotations};
use crate::support::sandbox::binary;

#[expect(clippy::print_stdout, reason = "seen when the test fails")]
#[test]
fn migrations_killed_at_random_lose_nothing_and_can_be_finished() {
    let soak = migrations::Soak::new(binary());
    // On a busy machine a migration may take much longer than when it was
    // measured, and all kills come early: measured and tried again.
    let hit = (0..4).any(|_| {
        let counts = soak.kill_migrations(27);
        println!("{counts}");
        let (before, after) = counts.before_and_after_the_store();
        before > 0 && after > 0
    });
    assert!(hit, "no kill came before, or none after the key was stored");
}

#[expect(clippy::print_stdout, reason = "seen when the test fails")]
#[test]
fn a_keychain_killed_under_a_migration_loses_nothing() {
    let counts = migrations::Soak::new(binary()).kill_keychains(5);
    println!("{counts}");
}

#[expect(clippy::print_stdout, reason = "seen when the test fails")]
#[test]
fn commands_killed_at_random_leave_a_usable_key_and_no_draft() {
    let soak = commands::Soak::new(binary());
    // As above.
    let hit = (0..4).any(|_| {
        let counts = soak.kill_commands(24);
        println!("{counts}");
        let (before, after) = counts.before_and_after_the_change();
        before > 0 && after > 0
    });
    assert!(hit, "no kill came before, or none after the change");
}

#[expect(clippy::print_stdout, reason = "seen when the test fails")]
#[test]
fn rotations_killed_at_random_leave_a_working_key_and_no_other() {
    let soak = rotations::Soak::new(binary());
    // As above.
    let hit = (0..4).any(|_| {
        let counts = soak.kill_rotations(12);
        println!("{counts}");
        let (before, after) = counts.before_and_after_the_creation();
        before > 0 && after > 0
    });
    assert!(hit, "no kill came before, or none after the creation");
}

#[expect(clippy::print_stdout, reason = "seen when the test fails")]
#[test]
fn resets_killed_at_random_leave_a_whole_key_and_say_when_it_is_dead() {
    let soak = resets::Soak::new(binary());
    // As above.
    let hit = (0..4).any(|_| {
        let tally = soak.kill_resets(16);
        println!("{tally}");
        let (before, after) = tally.before_and_after_the_reset();
        before > 0 && after > 0
    });
    assert!(hit, "no kill came before, or none after the reset");
}

#[expect(clippy::print_stdout, reason = "seen when the test fails")]
#[test]
fn creations_killed_at_random_leave_no_key_that_nobody_knows_of() {
    let soak = creations::Soak::new(binary());
    // As above.
    let hit = (0..4).any(|_| {
        let tally = soak.kill_creations(16);
        println!("{tally}");
        let (before, after) = tally.before_and_after_the_creation();
        before > 0 && after > 0
    });
    assert!(hit, "no kill came before, or none after the creation");
}

#[expect(clippy::print_stdout, reason = "seen when the test fails")]
#[test]
fn commands_with_keys_of_their_own_killed_at_random_leave_neither_key_nor_file() {
    let soak = lent::Soak::new(binary());
    for lends in [Lends::Key, Lends::File, Lends::Both] {
        // As above.
        let hit = (0..4).any(|_| {
            let tally = soak.kill_commands(lends, 16);
            println!("{tally}");
            let (before, after) = tally.before_and_after_the_loan();
            before > 0 && after > 0
        });
        assert!(
            hit,
            "{lends:?}: no kill came before, or none after the loan"
        );
    }
}
