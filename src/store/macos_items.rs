//! What the attributes of an item in the macOS keychain say of it.
//!
//! Plain data, so that its tests run on every system.

use std::collections::HashMap;

use super::{ItemId, Listed, MARK, labels};

// `kSecAttrService`, `kSecAttrAccount`, `kSecAttrLabel` and `kSecAttrComment` of
// `SecItem.h`.
const SERVICE: &str = "svce";
const ACCOUNT: &str = "acct";
const LABEL: &str = "labl";
const COMMENT: &str = "icmt";

/// What a listing says of a generic password, given its attributes by the names
/// that the system has for them. `None` when it lacks a service or an account:
/// none of ours does, and no query can name it, as an empty name stands for any.
pub(super) fn listed(mut attributes: HashMap<String, String>, locked: bool) -> Option<Listed> {
    let mut take = |name| attributes.remove(name).filter(|value| !value.is_empty());
    let id = ItemId {
        service: take(SERVICE)?,
        user: take(ACCOUNT)?,
    };
    // The system's own label for an item whose maker gave it none.
    let label = take(LABEL).unwrap_or_else(|| id.service.clone());
    Some(Listed {
        label: labels::printable(&label),
        ours: is_ours(&id, take(COMMENT).as_deref()),
        id,
        locked,
    })
}

/// Whether vastkey made an item. Early builds gave theirs no comment and the
/// label that `security` gives: of those, a name tells that no other program
/// chooses, and the index tells of an account's key.
fn is_ours(id: &ItemId, comment: Option<&str>) -> bool {
    comment == Some(MARK) || id.has_name_of_ours()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Server;
    use crate::store::{AccountName, Subject, Tag};

    const VAST: &str = "https://console.vast.ai";

    fn attributes(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        let owned = |text: &&str| (*text).to_owned();
        pairs
            .iter()
            .map(|(name, value)| (owned(name), owned(value)))
            .collect()
    }

    fn seen(service: &str, user: &str, more: &[(&str, &str)]) -> Option<Listed> {
        let names = [(SERVICE, service), (ACCOUNT, user), ("cdat", "20260101")];
        listed(attributes(&[&names, more].concat()), false)
    }

    fn is_seen_as_ours(id: &ItemId, comment: Option<&str>) -> bool {
        let comment = comment.map(|comment| (COMMENT, comment));
        let more: Vec<_> = comment.into_iter().collect();
        seen(&id.service, &id.user, &more).expect("listed").ours
    }

    #[test]
    fn the_mark_tells_ours_from_others() {
        let account = ItemId::account(&Server::default(), &AccountName::default());
        assert!(is_seen_as_ours(&account, Some(MARK)));
        // As `security add-generic-password -s https://console.vast.ai -a bob` does.
        assert!(!is_seen_as_ours(&account, None));
        for other in [
            "",
            "vastkey",
            "application=vastkey2",
            "my key, application=vastkey",
        ] {
            assert!(!is_seen_as_ours(&account, Some(other)), "{other}");
        }
        let labelled = seen(VAST, "bob", &[(LABEL, "Vast.ai API key (bob)")]);
        assert!(!labelled.expect("listed").ours, "anyone may choose a label");
    }

    #[test]
    fn what_early_builds_left_is_known_by_names_of_ours() {
        let server = Server::default();
        let subject = Subject {
            username: Some("tom".to_owned()),
            resource: None,
        };
        let kept = Tag::ALL.map(|tag| ItemId::kept(tag, &server, &subject));
        let session = ItemId::session(&server, &AccountName::default());
        for id in kept.iter().chain([&session]) {
            assert!(is_seen_as_ours(id, None), "{}", id.user);
        }
        for user in ["bob", "#2fa", "a b#2fa", "-x#next"] {
            let id = ItemId {
                service: VAST.to_owned(),
                user: user.to_owned(),
            };
            assert!(!is_seen_as_ours(&id, None), "{user}");
        }
    }

    #[test]
    fn an_item_is_listed_as_its_maker_named_it() {
        let label = |more: &[_]| seen(VAST, "bob", more).expect("listed").label;
        assert_eq!(label(&[]), VAST);
        assert_eq!(label(&[(LABEL, "")]), VAST);
        assert_eq!(label(&[(LABEL, "Bob\u{1b}[2J")]), "Bob\\u{1b}[2J");
        let locked = listed(attributes(&[(SERVICE, VAST), (ACCOUNT, "bob")]), true);
        assert!(locked.expect("listed").locked);
        for (service, user) in [("", "bob"), (VAST, "")] {
            assert_eq!(seen(service, user, &[(COMMENT, MARK)]), None);
        }
        assert_eq!(listed(attributes(&[(SERVICE, VAST)]), false), None);
        assert_eq!(listed(attributes(&[(ACCOUNT, "bob")]), false), None);
    }
}
