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
    /// It is not there, and the list is not the whole one.
    Part,
    /// These keys are new since, and the server does not tell their names.
    Unclear(Vec<u64>),
}

/// Looks for the key of a rotation in the server's list.
pub fn trace(list: &KeyList, id: &JobId, rotation: &Rotation) -> Traced {
    let tag = tag(id);
    let is_ours = |name: &str| name.split_whitespace().any(|word| word == tag);
    let mut keys = list.keys.iter();
    if let Some(key) = keys.find(|key| key.name.as_deref().is_some_and(is_ours)) {
        return Traced::Key(key.id);
    }
    // A number that was told may be another key's, which is not to be deleted.
    let told = rotation.new_id.filter(|id| *id != rotation.old_id);
    let mut nameless = list.keys.iter().filter(|key| key.name.is_none());
    if let Some(key) = nameless.find(|key| told == Some(key.id)) {
        return Traced::Key(key.id);
    }
    if list.is_part {
        return Traced::Part;
    }
    let nameless: Vec<u64> = list
        .keys
        .iter()
        .filter(|key| key.name.is_none() && !rotation.nameless.contains(&key.id))
        .map(|key| key.id)
        .collect();
    // A number that the server told is enough: the key is gone.
    if nameless.is_empty() || told.is_some() {
        Traced::Nothing
    } else {
        Traced::Unclear(nameless)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testing::listed as list;
    use crate::lifecycle::jobs::NewKey;
    use crate::server::Server;
    use crate::store::{AccountName, Backend};

    fn rotation() -> Rotation {
        Rotation {
            server: Server::default(),
            account: AccountName::default(),
            store: Backend::Keychain,
            user_id: 1,
            old_id: 7,
            nameless: Vec::new(),
            new_key: NewKey::Asked,
            new_id: None,
        }
    }

    #[test]
    fn a_name_keeps_the_users_part_and_has_one_tag() {
        let (first, second) = (JobId::random().unwrap(), JobId::random().unwrap());
        let once = name(&first, Some("my laptop"));
        assert_eq!(once, format!("my laptop vastkey-rotate-{first}"));
        let twice = name(&second, Some(&once));
        assert_eq!(twice, format!("my laptop vastkey-rotate-{second}"));
        assert_eq!(name(&first, None), tag(&first));
        assert_eq!(
            name(&first, Some("\u{1b}a\n")),
            format!("a {}", tag(&first))
        );
        let long = "é".repeat(1000);
        assert!(name(&first, Some(&long)).chars().count() < 120);
    }

    #[test]
    fn the_key_of_a_rotation_is_found_by_its_tag_or_its_number() {
        let (id, other) = (JobId::random().unwrap(), JobId::random().unwrap());
        let (ours, theirs) = (name(&id, Some("a")), name(&other, Some("a")));
        let keys = list(&[(7, Some("a")), (8, Some(&theirs)), (9, Some(&ours))]);
        assert_eq!(trace(&keys, &id, &rotation()), Traced::Key(9));
        let without = list(&[(7, Some("a")), (8, Some(&theirs))]);
        assert_eq!(trace(&without, &id, &rotation()), Traced::Nothing);
        let numbered = Rotation {
            new_id: Some(8),
            ..rotation()
        };
        assert_eq!(
            trace(&list(&[(7, None), (8, None)]), &id, &numbered),
            Traced::Key(8)
        );
    }

    #[test]
    fn keys_without_names_are_told_apart_by_what_was_there_before() {
        let id = JobId::random().unwrap();
        let before = Rotation {
            nameless: vec![7],
            ..rotation()
        };
        assert_eq!(trace(&list(&[(7, None)]), &id, &before), Traced::Nothing);
        let unclear = Traced::Unclear(vec![8, 9]);
        let keys = list(&[(7, None), (8, None), (9, None), (10, Some("b"))]);
        assert_eq!(trace(&keys, &id, &before), unclear);
        let gone = Rotation {
            new_id: Some(11),
            ..before
        };
        assert_eq!(trace(&keys, &id, &gone), Traced::Nothing);
        let part = KeyList {
            is_part: true,
            ..keys
        };
        assert_eq!(trace(&part, &id, &gone), Traced::Part);
    }

    #[test]
    fn a_number_that_is_another_keys_is_not_the_new_ones() {
        let id = JobId::random().unwrap();
        let told = |new_id| Rotation {
            new_id: Some(new_id),
            ..rotation()
        };
        let ours = name(&id, None);
        let keys = list(&[(7, Some("old")), (8, Some("ci")), (9, Some(&ours))]);
        for lie in [7, 8] {
            assert_eq!(trace(&keys, &id, &told(lie)), Traced::Key(9));
            let without = list(&[(7, Some("old")), (8, Some("ci"))]);
            assert_eq!(trace(&without, &id, &told(lie)), Traced::Nothing);
        }
        let nameless = list(&[(7, None), (9, None)]);
        assert_eq!(trace(&nameless, &id, &told(7)), Traced::Unclear(vec![7, 9]));
    }
}
