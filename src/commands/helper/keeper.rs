//! Who answers a request: a Vast account, what is kept for a trusted server, or
//! nobody.

use secrecy::SecretString;

use super::{Answered, kept, vast};
use crate::cli::Protocol;
use crate::commands::access::{self, Given, Recorder};
use crate::config::access_log::Entry;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::protocol::{Answer, Keeper, Meant, Offer, Query, Reply, Silence, Stored};
use crate::store::{AccountName, Subject, Tag};

/// The keychain, as a protocol sees it.
pub(super) struct Keychain {
    ctx: Context,
    /// What the request was answered with, for the log.
    given: Option<Given>,
}

enum Holder {
    /// The server is Vast.ai's own, or an account was stored for it.
    VastAccount,
    /// The user trusts vastkey with the server's own credentials.
    Kept(Tag),
    Nobody,
}

impl Keychain {
    pub(super) fn new(ctx: Context) -> Self {
        Self { ctx, given: None }
    }

    pub(super) fn context(&self) -> &Context {
        &self.ctx
    }

    /// The entry about a request, and where to record it, if that is wanted.
    /// Requests that cannot be answered with a credential are none.
    pub(super) fn to_record(
        &self,
        protocol: Protocol,
        operation: &str,
        reply: &Answered,
    ) -> Option<(Recorder, Entry)> {
        if !["get", "store", "erase"].contains(&operation) {
            return None;
        }
        let answer = match reply {
            Ok(Reply::Data(_)) => access::Answer::Given,
            Ok(Reply::Done) => access::Answer::Done,
            Ok(Reply::Nothing(_)) => access::Answer::Nothing,
            Err(_) => access::Answer::Failed,
        };
        let recorder = Recorder::new(&self.ctx)?;
        let verb = format!("{} {operation}", protocol.name());
        let entry = recorder.entry(&self.ctx, verb, answer);
        let entry = match &self.given {
            Some(given) => entry.with(given),
            None => entry,
        };
        Some((recorder, entry))
    }

    fn note(&mut self, answer: &Answer) {
        self.given = match answer {
            Answer::Key { account, key, .. } => Some(Given {
                source: format!("account '{account}'"),
                account: AccountName::parse(account).ok(),
                key_id: None,
                fingerprint: Some(key.fingerprint()),
            }),
            Answer::Kept { .. } => Some(Given {
                source: "kept credential".to_owned(),
                account: None,
                key_id: None,
                fingerprint: None,
            }),
            Answer::Nothing(_) => None,
        };
    }

    fn holder(&mut self, query: &Query) -> Result<Holder> {
        self.ctx.server = query.server.clone();
        if query.server.is_vast() || self.ctx.has_account(&query.server)? {
            return Ok(Holder::VastAccount);
        }
        Ok(match query.tag {
            Some(tag) if self.ctx.trusts(&query.server)? => Holder::Kept(tag),
            _ => Holder::Nobody,
        })
    }
}

impl Keeper for Keychain {
    type Error = Error;

    fn get(&mut self, query: &Query, usable: Meant) -> Result<Answer> {
        let answer = match self.holder(query)? {
            Holder::VastAccount => vast::get(&self.ctx, query.subject.username.as_deref())?,
            Holder::Kept(tag) => kept::get(&self.ctx, tag, &query.subject, usable)?,
            Holder::Nobody if self.ctx.trusts(&query.server)? => {
                Answer::Nothing(Silence::OthersAlone)
            }
            Holder::Nobody => Answer::Nothing(Silence::NotOurs),
        };
        self.note(&answer);
        Ok(answer)
    }

    fn store(&mut self, query: &Query, offer: &Offer) -> Result<Stored> {
        match self.holder(query)? {
            Holder::VastAccount => vast::store(&self.ctx, query.subject.username.as_deref(), offer),
            Holder::Kept(tag) => kept::store(&self.ctx, tag, &query.subject, &offer.text),
            Holder::Nobody => Ok(Stored::Nothing(Silence::NotOurs)),
        }
    }

    fn erase(
        &mut self,
        query: &Query,
        rejected: Meant,
        rejected_key: Option<&SecretString>,
    ) -> Result<Stored> {
        match self.holder(query)? {
            Holder::VastAccount => {
                vast::erase(&self.ctx, query.subject.username.as_deref(), rejected_key)
            }
            Holder::Kept(tag) => kept::erase(&self.ctx, tag, &query.subject, rejected),
            Holder::Nobody => Ok(Stored::Nothing(Silence::NotOurs)),
        }
    }

    fn list(&mut self, tag: Tag) -> Result<Vec<Subject>> {
        kept::list(&self.ctx, tag)
    }
}
