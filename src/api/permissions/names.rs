//! The names of categories, for people.

use serde_json::Map;

use super::{Permissions, check, is_known_category};
use crate::escape::escape;
use crate::key::{LOOKALIKE, resembles_key};

impl Permissions {
    /// The categories' names.
    pub fn categories(&self) -> Vec<String> {
        self.names().map(shown).collect()
    }

    /// Those that the API is not known to have.
    pub fn unknown_categories(&self) -> Vec<String> {
        let unknown = self.names().filter(|name| !is_known_category(name));
        unknown.map(shown).collect()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.0["api"].as_object().into_iter().flat_map(Map::keys);
        names.map(String::as_str)
    }
}

/// A name that may be what somebody put into a file.
fn shown(name: &str) -> String {
    if resembles_key(name) {
        return LOOKALIKE.to_owned();
    }
    let short: String = name.chars().take(check::MAX_NAME).collect();
    escape(&short)
}
