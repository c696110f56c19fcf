//! Commands with a key or a file of their own.

use super::rotations;
use super::scenarios::{NEUTRAL, Scenario};

/// The command's key is dead in the end, as is the one of the run that was
/// killed.
pub(super) const SCOPED: Scenario = Scenario {
    prepare: |stage| stage.store("default", &stage.other_key),
    command: &["exec", "--scoped", "read-only", "--", "true"],
    points: "job-locked FILE job-begun scoped-key-received FILE job-updated
             scoped-key-deleted file-removed job-crossed-off file-removed job-finished",
    cut_off: rotations::age_jobs,
    in_the_end: |stage| {
        rotations::assert_settled(stage);
        assert!(stage.api.is_alive(&stage.other_key.key));
    },
    ..NEUTRAL
};

pub(super) const LENT: Scenario = Scenario {
    command: &["exec", "--file", "--", "true"],
    points: "job-locked FILE job-begun draft-created draft-written FILE job-updated draft-renamed
             REMOVAL file-removed job-crossed-off file-removed job-finished",
    in_the_end: |stage| {
        rotations::assert_settled(stage);
        assert!(!stage.documented().exists());
    },
    ..SCOPED
};

pub(super) const BOTH: Scenario = Scenario {
    command: &["exec", "--file", "--scoped", "read-only", "--", "true"],
    points: "job-locked FILE job-begun scoped-key-received FILE job-updated
             job-locked FILE job-begun draft-created draft-written FILE job-updated draft-renamed
             REMOVAL file-removed job-crossed-off file-removed job-finished
             scoped-key-deleted file-removed job-crossed-off file-removed job-finished",
    in_the_end: |stage| {
        rotations::assert_settled(stage);
        assert!(!stage.documented().exists());
    },
    ..SCOPED
};
