//! In what the two programs differ, and the table of the differences that are
//! meant, each with its reason.

use super::cases::{Case, KeyFile, Place, Variable};
use super::observed::{Observed, Request, Sent};

/// One thing in which the official CLI differs from vastkey.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Difference {
    /// It asked for the user with another key, or with several; with none
    /// where it did not ask.
    Key {
        vastkey: Vec<Sent>,
        official: Vec<Sent>,
    },
    /// It asked for the user again.
    Repeated,
    /// It asked for something else.
    Other(Vec<Request>),
    ExitCode {
        vastkey: Option<i32>,
        official: Option<i32>,
    },
    /// It printed a key.
    Printed(Vec<Place>),
    /// It left the key file with another key in it.
    KeyFile(Option<Place>),
    /// It left the legacy file with another key in it.
    LegacyFile(Option<Place>),
}

/// A difference that is meant.
pub(crate) struct Meant {
    pub(crate) reason: &'static str,
    /// What it is in a case; `None` in cases that do not have it.
    pub(crate) in_case: fn(&Case) -> Option<Difference>,
}

/// All that are meant. Each occurs in every case that it says it is in, and no
/// other does in any.
pub(crate) const MEANT: &[Meant] = &[
    Meant {
        reason: "an empty variable counts as unset here; the official CLI takes it for the key \
                 and reads no file",
        in_case: |case| {
            (case.variable == Variable::Empty).then(|| Difference::Key {
                vastkey: case.place_in_files().map(Sent::Key).into_iter().collect(),
                official: vec![Sent::EmptyBearer],
            })
        },
    },
    Meant {
        reason: "without a key nothing is asked here; the official CLI asks without one",
        in_case: |case| {
            (case.variable == Variable::Unset && case.place_in_files().is_none()).then(|| {
                Difference::Key {
                    vastkey: vec![],
                    official: vec![Sent::Nothing],
                }
            })
        },
    },
    Meant {
        reason: "without a key the exit code is 3 here; the official CLI exits with 0 whatever \
                 the server answers",
        in_case: |case| {
            let no_variable = matches!(case.variable, Variable::Unset | Variable::Empty);
            (no_variable && case.place_in_files().is_none()).then_some(Difference::ExitCode {
                vastkey: Some(3),
                official: Some(0),
            })
        },
    },
    Meant {
        reason: "a variable is trimmed here, as files are in both; the official CLI sends the \
                 spaces as part of the key",
        in_case: |case| {
            (case.variable == Variable::KeyWithSpacesAround).then(|| Difference::Key {
                vastkey: vec![Sent::Key(Place::Variable)],
                official: vec![Sent::Padded(Place::Variable)],
            })
        },
    },
    Meant {
        reason: "a variable is trimmed here; a newline in it keeps the official CLI from asking",
        in_case: |case| {
            (case.variable == Variable::KeyAndNewline).then(|| Difference::Key {
                vastkey: vec![Sent::Key(Place::Variable)],
                official: vec![],
            })
        },
    },
    Meant {
        reason: "no key is ever printed here; the official CLI prints one that it cannot send",
        in_case: |case| {
            (case.variable == Variable::KeyAndNewline)
                .then(|| Difference::Printed(vec![Place::Variable]))
        },
    },
    Meant {
        reason: "the official CLI asks once more before, to learn whether its user is a host",
        in_case: |case| (case.variable != Variable::KeyAndNewline).then_some(Difference::Repeated),
    },
    Meant {
        reason: "the official CLI fetches a list of GPUs whenever it starts, without a key",
        in_case: |_| {
            Some(Difference::Other(vec![Request {
                endpoint: "GET /api/v0/gpu_names/unique".to_owned(),
                sent: Sent::Nothing,
            }]))
        },
    },
    Meant {
        reason: "nothing is copied here; the official CLI copies the legacy file to the \
                 documented one whenever it starts",
        in_case: |case| {
            (case.legacy_file && case.key_file == KeyFile::None)
                .then_some(Difference::KeyFile(Some(Place::LegacyFile)))
        },
    },
];

/// What differs between the two.
pub(crate) fn between(vastkey: &Observed, official: &Observed) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut note = |differs: bool, difference: Difference| {
        if differs {
            found.push(difference);
        }
    };
    let (ours, theirs) = (vastkey.sent(), official.sent());
    note(official.asked.len() > theirs.len(), Difference::Repeated);
    note(
        ours != theirs,
        Difference::Key {
            vastkey: ours,
            official: theirs,
        },
    );
    note(
        vastkey.others != official.others,
        Difference::Other(official.others.clone()),
    );
    note(
        vastkey.exit_code != official.exit_code,
        Difference::ExitCode {
            vastkey: vastkey.exit_code,
            official: official.exit_code,
        },
    );
    note(
        vastkey.printed != official.printed,
        Difference::Printed(official.printed.clone()),
    );
    note(
        vastkey.key_file != official.key_file,
        Difference::KeyFile(official.key_file),
    );
    note(
        vastkey.legacy_file != official.legacy_file,
        Difference::LegacyFile(official.legacy_file),
    );
    found
}
