//! A keeper in memory, for tests and fuzz targets: it answers by the same rules
//! as the keychain, and records what it was asked.

use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;

use super::{Answer, Keeper, Meant, Offer, Query, Silence, Stored};
use crate::key::{ApiKey, MalformedKey};
use crate::server::Server;
use crate::store::{Subject, Tag};

/// One credential of a server's own.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The protocol that stored it.
    pub tag: Tag,
    /// The server.
    pub server: Server,
    /// Whose, and for what.
    pub subject: Subject,
    /// What the protocol wrote.
    pub text: SecretString,
}

/// Credentials in memory.
#[derive(Debug, Default)]
pub struct Memory {
    /// Keys of Vast.ai's own server by account; the first account is the default.
    pub accounts: Vec<(String, ApiKey)>,
    /// Until when a caller may keep such a key.
    pub until: Option<OffsetDateTime>,
    /// Servers whose own credentials are kept.
    pub trusted: Vec<Server>,
    /// Those credentials.
    pub kept: Vec<Kept>,
    /// Every query so far.
    pub asked: Vec<Query>,
}

impl Memory {
    /// A keeper with one Vast account, and one server that is trusted.
    ///
    /// # Panics
    /// If an argument is malformed.
    pub fn new(account: &str, key: &str, trusted: &str) -> Self {
        let key = ApiKey::parse(key).expect("a key");
        Self {
            accounts: vec![(account.to_owned(), key)],
            trusted: vec![Server::parse(trusted).expect("a server")],
            ..Self::default()
        }
    }

    /// The text of a kept credential for `username`.
    pub fn text_of(&self, username: Option<&str>) -> Option<&str> {
        let kept = self
            .kept
            .iter()
            .find(|kept| kept.subject.username.as_deref() == username)?;
        Some(kept.text.expose_secret())
    }

    fn account(&self, name: Option<&str>) -> Option<usize> {
        match name {
            None => (!self.accounts.is_empty()).then_some(0),
            Some(name) => self.accounts.iter().position(|(known, _)| known == name),
        }
    }

    fn keeps(&self, query: &Query) -> Option<Tag> {
        query.tag.filter(|_| self.trusted.contains(&query.server))
    }
}

impl Kept {
    fn fits(&self, tag: Tag, query: &Query) -> bool {
        let fits = |asked: &Option<String>, kept: &Option<String>| asked.is_none() || asked == kept;
        self.tag == tag
            && self.server == query.server
            && fits(&query.subject.username, &self.subject.username)
            && fits(&query.subject.resource, &self.subject.resource)
    }
}

impl Keeper for Memory {
    type Error = MalformedKey;

    fn get(&mut self, query: &Query, usable: Meant) -> Result<Answer, MalformedKey> {
        self.asked.push(query.clone());
        if query.server.is_vast() {
            let found = self.account(query.subject.username.as_deref());
            return Ok(found.map_or(Answer::Nothing(Silence::NotFound), |index| {
                let (account, key) = self.accounts[index].clone();
                Answer::Key {
                    account,
                    key,
                    until: self.until,
                }
            }));
        }
        let Some(tag) = self.keeps(query) else {
            return Ok(Answer::Nothing(Silence::NotOurs));
        };
        let found = self
            .kept
            .iter()
            .find(|kept| kept.fits(tag, query) && usable(&kept.text));
        Ok(
            found.map_or(Answer::Nothing(Silence::NotFound), |kept| Answer::Kept {
                username: kept.subject.username.clone(),
                secret: kept.text.clone(),
            }),
        )
    }

    fn store(&mut self, query: &Query, offer: &Offer) -> Result<Stored, MalformedKey> {
        self.asked.push(query.clone());
        if query.server.is_vast() {
            let (Some(name), Some(key)) = (&query.subject.username, &offer.key) else {
                return Ok(Stored::Nothing(Silence::Incomplete));
            };
            let key = ApiKey::parse(key.expose_secret())?;
            match self.account(Some(name)) {
                Some(index) => self.accounts[index].1 = key,
                None => self.accounts.push((name.clone(), key)),
            }
            return Ok(Stored::Done);
        }
        let Some(tag) = self.keeps(query) else {
            return Ok(Stored::Nothing(Silence::NotOurs));
        };
        let replaced = |kept: &Kept| {
            let subject = &kept.subject;
            // One name of Docker's has one user.
            kept.tag == tag
                && kept.server == query.server
                && subject.resource == query.subject.resource
                && (tag == Tag::Docker || subject.username == query.subject.username)
        };
        self.kept.retain(|kept| !replaced(kept));
        self.kept.push(Kept {
            tag,
            server: query.server.clone(),
            subject: query.subject.clone(),
            text: offer.text.clone(),
        });
        Ok(Stored::Done)
    }

    fn erase(
        &mut self,
        query: &Query,
        rejected: Meant,
        rejected_key: Option<&SecretString>,
    ) -> Result<Stored, MalformedKey> {
        self.asked.push(query.clone());
        let count = self.accounts.len() + self.kept.len();
        if query.server.is_vast() {
            let matching = self
                .account(query.subject.username.as_deref())
                .filter(|index| {
                    rejected_key
                        .is_some_and(|key| key.expose_secret() == self.accounts[*index].1.expose())
                });
            if let Some(index) = matching {
                self.accounts.remove(index);
            }
        } else {
            let Some(tag) = self.keeps(query) else {
                return Ok(Stored::Nothing(Silence::NotOurs));
            };
            self.kept
                .retain(|kept| !(kept.fits(tag, query) && rejected(&kept.text)));
        }
        Ok(if self.accounts.len() + self.kept.len() < count {
            Stored::Done
        } else {
            Stored::Nothing(Silence::Different)
        })
    }

    fn list(&mut self, tag: Tag) -> Result<Vec<Subject>, MalformedKey> {
        let of_tag = self.kept.iter().filter(|kept| kept.tag == tag);
        Ok(of_tag.map(|kept| kept.subject.clone()).collect())
    }
}
