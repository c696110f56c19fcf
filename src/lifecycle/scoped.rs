//! Keys that are made for one command: their names, and how one whose answer was
//! lost is found.

use crate::api::KeyList;

use super::jobs::{JobId, ScopedKey};

/// The key's name on the server, by which a later run finds it.
pub fn name(id: &JobId) -> String {
    format!("vastkey-scoped-{id}")
}

/// What the server's list says of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Traced {
    /// It is there, under this number.
    Key(u64),
    /// It is not there.
    Nothing,
    /// The server does not tell the names of keys.
    Nameless,
}

/// Looks for the key in the server's list.
pub fn trace(list: &KeyList, id: &JobId, scoped: &ScopedKey) -> Traced {
    let name = name(id);
    let found = list
        .keys
        .iter()
        .find(|key| scoped.id == Some(key.id) || key.name.as_deref() == Some(&name));
    match found {
        Some(key) => Traced::Key(key.id),
        // A number that the server told is enough: the key is gone.
        None if scoped.id.is_some() => Traced::Nothing,
        None if list.keys.iter().any(|key| key.name.is_none()) => Traced::Nameless,
        None => Traced::Nothing,
    }
}
