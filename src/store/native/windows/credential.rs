//! One generic credential: its names, its marks, and what several of them say.

use keyring_core::{Entry, Error};
use secrecy::SecretString;

use crate::store::native::{read, translate};
use crate::store::{ItemId, Listed, StoreError, Tag, same_secret};

/// The comment of the credentials that vastkey made.
pub(super) const MARK: &str = "application=vastkey";

/// A credential that is there.
pub(super) struct Found {
    pub(super) entry: Entry,
    pub(super) target: String,
    pub(super) user: String,
    pub(super) ours: bool,
}

impl Found {
    /// Says it of an item of `service`, and who its user is.
    pub(super) fn listed(self, service: &str, user: String) -> Listed {
        Listed {
            id: ItemId {
                service: service.to_owned(),
                user,
            },
            label: self.target,
            ours: self.ours,
            locked: false,
        }
    }
}

/// The form `USER@SERVICE`.
pub(super) fn target_name(id: &ItemId) -> String {
    format!("{}@{}", id.user, id.service)
}

/// The user of a target name of the form `USER@SERVICE`, given the parts that
/// the store splits it into: at the last `@`, which may be one of the service's.
pub(super) fn user_of(parts: &(String, String), service: &str) -> Option<String> {
    let (after, before) = parts;
    let target = format!("{before}@{after}");
    let user = target.strip_suffix(service)?.strip_suffix('@')?;
    (!user.is_empty()).then(|| user.to_owned())
}

/// The service and the user of a target name of the form `USER@SERVICE`, if the
/// service is one of the tag's: a user of a tagged item has no other `@` before
/// a prefix of ours.
pub(super) fn tagged(parts: &(String, String), tag: Tag) -> Option<(String, String)> {
    let (after, before) = parts;
    let target = format!("{before}@{after}");
    let mark = format!("@{}", tag.prefix());
    let at = target.rfind(&mark)?;
    let (user, service) = target.split_at(at);
    Some((service[1..].to_owned(), user.to_owned()))
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
    StoreError::Ambiguous(found.iter().map(|found| found.target.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tagged_items_are_recognised() {
        let parts = (
            "vastkey-docker:https://host".to_owned(),
            "tom@/host".to_owned(),
        );
        let found = tagged(&parts, Tag::Docker).expect("a tagged item");
        assert_eq!(found.0, "vastkey-docker:https://host");
        assert_eq!(found.1, "tom@/host");
        assert_eq!(tagged(&parts, Tag::Git), None);
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
            assert_eq!(user_of(&parts, service).as_deref(), expected);
        }
    }
}
