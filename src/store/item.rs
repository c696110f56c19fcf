//! Which items there are, and what a listing says of them.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str};

use super::AccountName;
use crate::server::Server;

/// The comment of items that vastkey made, in keychains whose items have a comment
/// and no attributes to choose. It has no part in how an item is found.
#[cfg(any(windows, target_os = "macos", test))]
pub(super) const MARK: &str = "application=vastkey";

/// Which item of a store is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId {
    /// The server's origin, such as `https://console.vast.ai`; in front of it
    /// [`Tag::prefix`], unless the item is a Vast account's.
    pub service: String,
    /// The account's name.
    pub user: String,
}

/// The protocol that stored an item for a server that is not Vast.ai's.
///
/// It stands in the item's service, so that no lookup of a Vast account, of the
/// other protocol or of another program finds such an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// git's.
    Git,
    /// Docker's.
    Docker,
}

impl Tag {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Git, Self::Docker];

    /// Its name, as an attribute of the item where the store has those.
    pub fn name(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Docker => "docker",
        }
    }

    /// What a service of this tag begins with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Git => "vastkey-git:",
            Self::Docker => "vastkey-docker:",
        }
    }

    /// The service of a server's items.
    pub fn service(self, server: &Server) -> String {
        format!("{}{}", self.prefix(), server.origin())
    }
}

/// What tells the kept credentials of one server apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Whose it is; `None` where nobody said, which is not the empty name.
    pub username: Option<String>,
    /// What of the server it is for: git's path, or the name that Docker gave
    /// the server. `None` is the server as a whole.
    pub resource: Option<String>,
}

/// What is escaped of a user name: all that a [`Subject`]'s text has a meaning
/// for, and all that some keychain might not take.
const IN_USERNAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'+');

/// The same of a resource, which is the last part.
const IN_RESOURCE: &AsciiSet = &CONTROLS.add(b'%').add(b' ').add(b'"');

impl Subject {
    /// As the user of an item: `[USERNAME@]/[RESOURCE]`, percent-encoded.
    fn encoded(&self) -> String {
        use percent_encoding::utf8_percent_encode as encode;
        let mut text = String::new();
        if let Some(username) = &self.username {
            text.extend(encode(username, IN_USERNAME));
            text.push('@');
        }
        text.push('/');
        text.extend(encode(
            self.resource.as_deref().unwrap_or_default(),
            IN_RESOURCE,
        ));
        text
    }

    fn decoded(text: &str) -> Option<Self> {
        let decode = |part: &str| Some(percent_decode_str(part).decode_utf8().ok()?.into_owned());
        let (username, resource) = text.split_once('/')?;
        let username = match username {
            "" => None,
            encoded => Some(decode(encoded.strip_suffix('@')?)?),
        };
        let resource = Some(decode(resource)?).filter(|resource| !resource.is_empty());
        // No protocol lets these in, and git's would let them become lines.
        let breaks = |part: &Option<String>| {
            part.as_ref()
                .is_some_and(|part| part.contains(['\n', '\r', '\0']))
        };
        if breaks(&username) || breaks(&resource) {
            return None;
        }
        Some(Self { username, resource })
    }
}

impl ItemId {
    /// The item that holds the key of an account on a server.
    pub fn account(server: &Server, account: &AccountName) -> Self {
        Self {
            service: server.origin().to_owned(),
            user: account.as_str().to_owned(),
        }
    }

    /// The item that holds an account's 2FA session. Its user contains a `#`,
    /// which no account name does.
    pub fn session(server: &Server, account: &AccountName) -> Self {
        Self {
            service: server.origin().to_owned(),
            user: format!("{account}#2fa"),
        }
    }

    /// The item that holds what came with a 2FA code that was sent to the
    /// account's owner by `way`, such as `sms`.
    pub fn sent_code(server: &Server, account: &AccountName, way: &str) -> Self {
        Self {
            service: server.origin().to_owned(),
            user: format!("{account}#2fa-{way}"),
        }
    }

    /// The item that holds a credential of a server's own.
    pub fn kept(tag: Tag, server: &Server, subject: &Subject) -> Self {
        Self {
            service: tag.service(server),
            user: subject.encoded(),
        }
    }

    /// The protocol that stored it, when it is no Vast account's.
    pub fn tag(&self) -> Option<Tag> {
        Tag::ALL
            .into_iter()
            .find(|tag| self.service.starts_with(tag.prefix()))
    }

    /// The account that it belongs to: whose key it holds, or whose session, new
    /// key or the like. `None` of a kept credential, and of another program's
    /// user that is no account's name.
    pub fn owner(&self) -> Option<AccountName> {
        let name = self.user.split('#').next()?;
        AccountName::parse(name)
            .ok()
            .filter(|_| self.tag().is_none())
    }

    /// Whether no other program gives an item such a name: it is a kept
    /// credential's, or of what an account has besides its key.
    #[cfg(any(windows, target_os = "macos", test))]
    pub(super) fn has_name_of_ours(&self) -> bool {
        self.tag().is_some() || (self.user.contains('#') && self.owner().is_some())
    }

    /// What a kept credential is for; `None` when that cannot be told.
    pub fn subject(&self) -> Option<Subject> {
        self.tag()?;
        Subject::decoded(&self.user)
    }

    /// What keychain managers show for this item.
    pub fn label(&self) -> String {
        match self.tag() {
            None => format!("Vast.ai API key ({})", self.user),
            Some(tag) => format!(
                "{} credential for {} ({})",
                tag.name(),
                self.service.trim_start_matches(tag.prefix()),
                self.user
            ),
        }
    }
}

/// What a listing says of an item; never its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which item.
    pub id: ItemId,
    /// The label in the keychain, as its creator chose it.
    pub label: String,
    /// Whether vastkey made the item. Stores without attributes say `true`.
    pub ours: bool,
    /// Whether the item must be unlocked before it can be read.
    pub locked: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_survives_being_an_items_user() {
        let texts = [
            "",
            "tom",
            "a@b/c",
            "50%",
            "/",
            "@",
            "x y",
            "\u{fc}ber",
            "a\tb",
            "\"",
            "%2f",
        ];
        let server = Server::default();
        let mut seen = std::collections::BTreeSet::new();
        let options = || std::iter::once(None).chain(texts.into_iter().map(Some));
        for username in options() {
            for resource in options().filter(|resource| *resource != Some("")) {
                let subject = Subject {
                    username: username.map(str::to_owned),
                    resource: resource.map(str::to_owned),
                };
                let id = ItemId::kept(Tag::Git, &server, &subject);
                assert_eq!(id.subject(), Some(subject), "{}", id.user);
                assert!(id.user.is_ascii() && !id.user.contains([' ', '\t']));
                assert!(seen.insert(id.user.clone()), "{} stands for two", id.user);
            }
        }
    }

    #[test]
    fn a_kept_credential_is_never_an_account() {
        let subject = Subject {
            username: Some("default".to_owned()),
            resource: None,
        };
        let server = Server::default();
        let account = ItemId::account(&server, &AccountName::default());
        assert_eq!(account.tag(), None);
        assert_eq!(account.subject(), None);
        assert_eq!(account.owner(), Some(AccountName::default()));
        let session = ItemId::session(&server, &AccountName::default());
        assert_eq!(session.owner(), account.owner());
        for tag in Tag::ALL {
            let kept = ItemId::kept(tag, &server, &subject);
            assert_eq!(kept.tag(), Some(tag));
            assert_eq!(kept.owner(), None);
            assert_ne!(kept.service, account.service);
            assert!(AccountName::parse(&kept.user).is_err());
        }
    }
}
