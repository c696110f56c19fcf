//! Who makes a command's requests: the key in use, or an account's, and what
//! becomes of it when it is a 2FA session that has ended.
//!
//! The one place where a request is made again with another key. That key is the
//! same account's own and never one from elsewhere, which could be another
//! user's; and the server has refused the request, so nothing is done twice.

use std::rc::Rc;

use super::storing::Target;
use super::{keys, refusal, session};
use crate::api::{ApiError, Client, User};
use crate::config::index::Record;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::key::ApiKey;
use crate::lookup::{Found, Source};
use crate::store::AccountName;

/// The key that requests are made with, and the server that it is for.
pub(super) struct Caller<'a> {
    ctx: &'a Context,
    client: Rc<Client>,
    /// The key that the next request is made with.
    pub(super) found: Found,
    /// The account's own key, for a command that works with that one.
    own: Option<Found>,
}

impl<'a> Caller<'a> {
    /// The caller with the key in use.
    pub(super) fn in_use(ctx: &'a Context) -> Result<Self> {
        Self::with(ctx, super::found_key(ctx)?)
    }

    /// The caller with this key.
    pub(super) fn with(ctx: &'a Context, found: Found) -> Result<Self> {
        Ok(Self {
            ctx,
            client: Rc::new(ctx.client()?),
            found,
            own: None,
        })
    }

    /// The caller for the account in `target`, whose own key this is: the
    /// account's 2FA session takes its place for as long as it lives. Whether
    /// both are the same user's is for the command to ask: [`Caller::identity`],
    /// [`Caller::is_user`].
    pub(super) fn of_account(
        ctx: &'a Context,
        client: &Rc<Client>,
        target: &Target,
        key: ApiKey,
    ) -> Result<Self> {
        let own = Found {
            key,
            source: Source::ChosenAccount(target.account.clone(), target.backend),
            remark: None,
        };
        let session = session::living(ctx, target)?;
        let found = session.map_or_else(
            || own.clone(),
            |key| Found {
                key,
                source: Source::Session(target.account.clone()),
                remark: None,
            },
        );
        Ok(Self {
            ctx,
            client: Rc::clone(client),
            found,
            own: Some(own),
        })
    }

    /// Makes a request. When the server says that the session it was made with
    /// has ended, the session is dropped, and the request made once more with
    /// the account's own key.
    pub(super) fn ask<T>(
        &mut self,
        request: impl Fn(&Client, &ApiKey) -> std::result::Result<T, ApiError>,
    ) -> std::result::Result<T, ApiError> {
        let answer = request(&self.client, &self.found.key);
        let (Err(reason), Source::Session(account)) = (&answer, self.found.source.clone()) else {
            return answer;
        };
        if !session::says_ended(reason) {
            return answer;
        }
        // An attempt before this one may have been carried out.
        let own = if reason.outcome_unknown() {
            None
        } else {
            self.same_own_key(&account)
        };
        self.drop_session(&account, own.is_some());
        match own {
            Some(own) => {
                self.found = own;
                request(&self.client, &self.found.key)
            }
            None => answer,
        }
    }

    /// Whether requests are made with a session.
    pub(super) fn by_session(&self) -> bool {
        matches!(self.found.source, Source::Session(_))
    }

    /// From now on requests are made with the own key of the account, which the
    /// session is not known to belong to.
    pub(super) fn leave_session(&mut self) {
        if let Some(own) = &self.own {
            self.found = own.clone();
        }
    }

    /// The user whose own key the account has, with that key's number, if it is
    /// known. A session that is another user's is not used any more.
    pub(super) fn identity(&mut self) -> Result<User> {
        let answer = self.ask(Client::current_user);
        let mut user = answer.map_err(|reason| self.refused(reason))?;
        let Source::Session(account) = &self.found.source else {
            return Ok(user);
        };
        let own = self.own_key()?;
        match self.client.current_user(&own.key) {
            Ok(of_own) if of_own.id == user.id => user = of_own,
            Ok(of_own) => {
                self.leave_session();
                user = of_own;
            }
            Err(ApiError::TfaRequired { .. }) => {
                user.key_id = keys::recorded_id(self.ctx, account, &own.key);
            }
            Err(reason) => return Err(refusal::of_key_in_use(self.ctx, &own, reason)),
        }
        Ok(user)
    }

    /// Whether requests are made as this user. A session that is another's is not
    /// used any more.
    pub(super) fn is_user(&mut self, id: u64) -> std::result::Result<bool, ApiError> {
        let user = self.ask(Client::current_user)?;
        if user.id == id || !self.by_session() {
            return Ok(user.id == id);
        }
        self.leave_session();
        Ok(!self.by_session() && self.ask(Client::current_user)?.id == id)
    }

    /// The client, for requests with another key than that in use.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// What a refusal means for the key that it was made with.
    pub(super) fn refused(&self, reason: ApiError) -> Error {
        refusal::of_key_in_use(self.ctx, &self.found, reason)
    }

    /// The key in use, or the own one of the account whose session it is.
    pub(super) fn own_key(&self) -> Result<Found> {
        if let Some(own) = &self.own {
            return Ok(own.clone());
        }
        match &self.found.source {
            Source::Session(account) => self.ctx.find_own_key(Some(account)),
            _ => Ok(self.found.clone()),
        }
    }

    /// The own key of the account whose session is in use, if it is the one that
    /// it was given here: another program may have put another user's there.
    fn same_own_key(&self, account: &AccountName) -> Option<Found> {
        if self.own.is_some() {
            return self.own.clone();
        }
        let own = match self.own_key() {
            Ok(own) => own,
            Err(fault) => {
                self.ctx.output.explain(&fault.summary());
                return None;
            }
        };
        let record = self.ctx.index().get(&self.ctx.server, account);
        let recorded = record.and_then(Record::fingerprint);
        (recorded == Some(own.key.fingerprint())).then_some(own)
    }

    fn drop_session(&self, account: &AccountName, goes_on: bool) {
        let out = &self.ctx.output;
        if let Err(fault) = session::drop_ended(self.ctx, account, &self.found.key) {
            out.explain(&format!("the ended session was not dropped: {fault}"));
        }
        let then = if goes_on {
            "; its own key is used instead"
        } else {
            ""
        };
        out.warn(&format!(
            "the 2FA session of account '{account}' has ended{then}"
        ));
    }
}
