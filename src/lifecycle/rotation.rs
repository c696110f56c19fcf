//! What a rotation leaves on the server and in the store while it goes on, and
//! how that is recognised by a later run.

use crate::api::KeyList;
use crate::store::ItemId;

use super::jobs::{JobId, Rotation};

/// What the name of every key of a rotation has before the job's identifier.
const TAG: &str = "vastkey-rotate-";

/// Longest part of the old key's name that the new one keeps, in characters.
const MAX_KEPT: usize = 80;

/// The word in a new key's name by which a later run finds it.
pub fn tag(id: &JobId) -> String {
    format!("{TAG}{id}")
}

/// The new key's name: the old one's, with this rotation's word in place of an
/// earlier one's.
pub fn name(id: &JobId, old: Option<&str>) -> String {
    let old = old.unwrap_or_default();
    let kept = old.split(TAG).next().unwrap_or_default();
    let kept: String = kept
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_KEPT)
        .collect();
    format!("{} {}", kept.trim(), tag(id)).trim().to_owned()
}

/// The item that has the new key until it takes the account's place. Its user
/// contains a `#`, so that it is never taken for an account.
pub fn next_item(account: &ItemId) -> ItemId {
    ItemId {
        service: account.service.clone(),
        user: format!("{}#next", account.user),
    }
}

/// What the server's list says of the key that a rotation made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Traced {
    /// It is there, under this number.
    Key(u64),
    /// It is not there.
    Nothing,
    /// These keys are new since, and the server does not tell their names.
    Unclear(Vec<u64>),
}

/// Looks for the key of a rotation in the server's list.
pub fn trace(list: &KeyList, id: &JobId, rotation: &Rotation) -> Traced {
    let tag = tag(id);
    let is_ours = |name: &str| name.split_whitespace().any(|word| word == tag);
    let named = list
        .keys
        .iter()
        .find(|key| rotation.new_id == Some(key.id) || key.name.as_deref().is_some_and(is_ours));
    if let Some(key) = named {
        return Traced::Key(key.id);
    }
    let nameless: Vec<u64> = list
        .keys
        .iter()
        .filter(|key| key.name.is_none() && !rotation.known.contains(&key.id))
        .map(|key| key.id)
        .collect();
    // A number that the server told is enough: the key is gone.
    if nameless.is_empty() || rotation.new_id.is_some() {
        Traced::Nothing
    } else {
        Traced::Unclear(nameless)
    }
}
