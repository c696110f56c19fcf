//! What a program did, in terms of places and never of keys.

use std::fmt;
use std::process::{Command, Stdio};

use super::cases::{Case, Keys, LEGACY_FILE, Place};
use crate::support::fake_api::{FakeApi, Logged};
use crate::support::sandbox::Sandbox;

/// What a request carried for a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sent {
    /// No `Authorization` at all.
    Nothing,
    /// `Authorization: Bearer` and nothing more.
    EmptyBearer,
    Key(Place),
    /// The key with spaces around it.
    Padded(Place),
    /// Anything else.
    Unknown,
}

/// The endpoint of `show user`. Only one of the programs puts the final slash,
/// and it is the same endpoint.
const USER: &str = "GET /api/v0/users/current";

/// A request: the endpoint, without a final slash, and what it carried.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) endpoint: String,
    pub(crate) sent: Sent,
}

/// What a program did.
pub(crate) struct Observed {
    /// What each request for the user carried.
    pub(crate) asked: Vec<Sent>,
    pub(crate) others: Vec<Request>,
    pub(crate) exit_code: Option<i32>,
    /// The places whose keys it printed.
    pub(crate) printed: Vec<Place>,
    /// The key file and the legacy file afterwards: whose key each holds.
    pub(crate) key_file: Option<Place>,
    pub(crate) legacy_file: Option<Place>,
    /// Its stderr, with names in place of keys.
    stderr: String,
}

impl Observed {
    /// Runs the command to its end, in the home of the case.
    pub(crate) fn of(
        mut command: Command,
        home: &Sandbox,
        case: &Case,
        api: &FakeApi,
        keys: &Keys,
    ) -> Self {
        api.forget_requests();
        let output = command
            .stdin(Stdio::null())
            .output()
            .expect("the program runs");
        let [stdout, stderr] =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        let is_printed = |key: &str| stdout.contains(key) || stderr.contains(key);
        let by_place = keys.by_place().into_iter();
        let (asked, others): (Vec<_>, Vec<_>) = api
            .requests()
            .iter()
            .map(|logged| request(logged, keys))
            .partition(|request| request.endpoint == USER);
        Self {
            asked: asked.iter().map(|request| request.sent).collect(),
            others,
            exit_code: output.status.code(),
            printed: by_place
                .filter(|(_, key)| is_printed(key))
                .map(|(place, _)| place)
                .collect(),
            key_file: held(home, &case.key_file_path(), keys),
            legacy_file: held(home, LEGACY_FILE, keys),
            stderr: keys.hidden_in(&stderr),
        }
    }

    /// What its requests for the user carried, a repeated one once.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        let mut sent = self.asked.clone();
        sent.dedup();
        sent
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "asked for the user with {:?}, and {:?}; exit code {:?}; printed the keys of {:?}; \
             then the key file has the key of {:?}, the legacy file that of {:?}; stderr:",
            self.asked, self.others, self.exit_code, self.printed, self.key_file, self.legacy_file
        )?;
        self.stderr
            .lines()
            .try_for_each(|line| writeln!(f, "    | {line}"))
    }
}

fn request(logged: &Logged, keys: &Keys) -> Request {
    let request = &logged.request;
    let path = keys.hidden_in(request.path.trim_end_matches('/'));
    Request {
        endpoint: format!("{} {path}", request.method),
        sent: sent(request.header("authorization"), keys),
    }
}

fn sent(authorization: Option<&str>, keys: &Keys) -> Sent {
    let Some(value) = authorization else {
        return Sent::Nothing;
    };
    // Spaces after a header's value are no part of it.
    if value.trim_end() == "Bearer" {
        return Sent::EmptyBearer;
    }
    let Some(key) = value.strip_prefix("Bearer ") else {
        return Sent::Unknown;
    };
    match (keys.place_of(key), keys.place_of(key.trim())) {
        (Some(place), _) => Sent::Key(place),
        (None, Some(place)) => Sent::Padded(place),
        (None, None) => Sent::Unknown,
    }
}

/// Whose key a file holds.
fn held(home: &Sandbox, path: &str, keys: &Keys) -> Option<Place> {
    let text = std::fs::read_to_string(home.path(path)).ok()?;
    let place = keys.place_of(text.trim());
    assert!(place.is_some(), "'{path}' came to hold no known key");
    place
}
