//! Who answers a request: a Vast account, what is kept for a trusted server, or
//! nobody.

use secrecy::SecretString;

use super::{kept, vast};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::protocol::{Answer, Keeper, Meant, Offer, Query, Silence, Stored};
use crate::store::{Subject, Tag};

/// The keychain, as a protocol sees it.
pub(super) struct Keychain {
    ctx: Context,
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
        Self { ctx }
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
        match self.holder(query)? {
            Holder::VastAccount => vast::get(&self.ctx, query.subject.username.as_deref()),
            Holder::Kept(tag) => kept::get(&self.ctx, tag, &query.subject, usable),
            Holder::Nobody if self.ctx.trusts(&query.server)? => {
                Ok(Answer::Nothing(Silence::OthersAlone))
            }
            Holder::Nobody => Ok(Answer::Nothing(Silence::NotOurs)),
        }
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
