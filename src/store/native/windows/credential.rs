//! One generic credential: its names, its marks, and what several of them say.

use keyring_core::{Entry, Error};
use secrecy::SecretString;

use super::fault::{read, translate};
use crate::store::{ItemId, Listed, MARK, StoreError, labels, same_secret};

/// A credential that is there.
pub(super) struct Found {
    pub(super) entry: Entry,
    pub(super) target: String,
    pub(super) user: String,
    pub(super) ours: bool,
}

impl Found {
    /// Says it of the item that it holds. One without its mark is ours by its name
    /// too: the mark follows the secret, in a call of its own.
    pub(super) fn listed(&self, id: ItemId) -> Listed {
        Listed {
            label: labels::printable(&self.target),
            ours: self.ours || id.has_name_of_ours(),
            id,
            locked: false,
        }
    }
}

/// The form `USER@SERVICE`.
pub(super) fn target_name(id: &ItemId) -> String {
    format!("{}@{}", id.user, id.service)
}

/// The item of a target name of the form `USER@SERVICE`, given the service. The
/// store splits at the last `@`, which may be one of the service's.
pub(super) fn of_service(parts: &(String, String), service: &str) -> Option<ItemId> {
    let (after, before) = parts;
    let target = format!("{before}@{after}");
    let user = target.strip_suffix(service)?.strip_suffix('@')?;
    (!user.is_empty()).then(|| ItemId {
        service: service.to_owned(),
        user: user.to_owned(),
    })
}

/// The item of a target name that vastkey gave: none of its services has an `@`.
pub(super) fn of_ours(parts: &(String, String)) -> ItemId {
    let (service, user) = parts.clone();
    ItemId { service, user }
}

/// What the system has under an entry's target name, but for the secret.
pub(super) fn look(entry: Entry) -> Result<Option<Found>, StoreError> {
    let mut attributes = match entry.get_attributes() {
        Ok(attributes) => attributes,
        Err(Error::NoEntry) => return Ok(None),
        Err(error) => return Err(translate(error)),
    };
    let mut take = |name| attributes.remove(name).unwrap_or_default();
    Ok(Some(Found {
        target: take("target_name"),
        user: take("username"),
        ours: take("comment") == MARK,
        entry,
    }))
}

/// The secret of several credentials; [`StoreError::Ambiguous`] unless they
/// agree on it.
pub(super) fn read_same(found: &[Found]) -> Result<Option<SecretString>, StoreError> {
    let mut agreed: Option<SecretString> = None;
    for secret in found.iter().map(|found| read(&found.entry)) {
        let Some(secret) = secret? else { continue };
        if agreed
            .as_ref()
            .is_some_and(|first| !same_secret(first, &secret))
        {
            return Err(ambiguous(found));
        }
        agreed = Some(secret);
    }
    Ok(agreed)
}

pub(super) fn ambiguous(found: &[Found]) -> StoreError {
    let labels = found.iter().map(|found| labels::printable(&found.target));
    StoreError::Ambiguous(labels.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Server;
    use crate::store::{AccountName, Subject, Tag};

    #[test]
    fn the_name_of_an_item_of_ours_is_read_back() {
        let server = Server::default();
        let account = AccountName::parse("a@b").expect("a name");
        let subject = Subject {
            username: Some("tom".to_owned()),
            resource: Some("a@b".to_owned()),
        };
        let kept = ItemId::kept(Tag::Docker, &server, &subject);
        for id in [ItemId::account(&server, &account), kept] {
            let target = target_name(&id);
            let (before, after) = target.rsplit_once('@').expect("two parts");
            assert_eq!(of_ours(&(after.to_owned(), before.to_owned())), id);
        }
    }

    #[test]
    fn the_user_is_what_stands_before_the_service() {
        let vast = "https://console.vast.ai";
        let cases = [
            ("me", vast, vast, Some("me")),
            ("a@b", vast, vast, Some("a@b")),
            ("me@https://host/", "x", "https://host/@x", Some("me")),
            ("me", "https://console.vast.ai.example", vast, None),
            ("", vast, vast, None),
        ];
        for (before, after, service, expected) in cases {
            let parts = (after.to_owned(), before.to_owned());
            let user = of_service(&parts, service).map(|id| id.user);
            assert_eq!(user.as_deref(), expected);
        }
    }
}
