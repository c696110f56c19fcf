//! The form of a table of cases.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) scene: Vec<Scene>,
}

impl Table {
    /// Reads a table.
    ///
    /// # Panics
    /// If it is not one.
    pub(crate) fn parse(text: &str) -> Self {
        toml::from_str(text).unwrap_or_else(|error| panic!("a table of cases: {error}"))
    }
}

/// What one user does, from an empty keychain and an empty home.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scene {
    pub(crate) name: String,
    /// Whether the server is the fake API, and not the one that is never reached.
    #[serde(default)]
    pub(crate) server: bool,
    #[serde(rename = "case")]
    pub(crate) cases: Vec<Case>,
}

/// A run of `vastkey`, and what must come of it. In every text a word in angle
/// brackets, such as `<home>`, is one of [`Stage::words`](super::stage::Stage).
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) run: Arguments,
    pub(crate) stdin: String,
    /// Variables besides those of the user.
    pub(crate) env: BTreeMap<String, String>,
    /// Files below the home that are there before, with their content.
    pub(crate) files: BTreeMap<String, String>,
    /// The exit code.
    pub(crate) code: i32,
    /// All of stdout.
    pub(crate) out: Option<String>,
    /// Lines of stdout, among others.
    pub(crate) lines: Vec<String>,
    /// What stdout contains.
    pub(crate) shows: Vec<String>,
    /// All of stderr.
    pub(crate) err: Option<String>,
    /// What stderr contains.
    pub(crate) says: Vec<String>,
    /// What neither of them contains.
    pub(crate) lacks: Vec<String>,
    /// Files below the home, and what each contains afterwards.
    pub(crate) left: BTreeMap<String, Vec<String>>,
    /// Files below the home that are not there afterwards.
    pub(crate) gone: Vec<String>,
}

/// Arguments: a line of words without spaces in them, or a list.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Arguments {
    Line(String),
    List(Vec<String>),
}

impl Arguments {
    /// One by one.
    pub(crate) fn list(&self) -> Vec<String> {
        match self {
            Self::Line(line) => line.split_whitespace().map(str::to_owned).collect(),
            Self::List(list) => list.clone(),
        }
    }
}

impl Default for Arguments {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}
