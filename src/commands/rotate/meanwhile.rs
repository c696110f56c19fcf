//! What the user did to the account while a rotation was at a standstill, and
//! what the account's second factor keeps a new key from showing.

use super::settle::{Rotating, Settled};
use crate::api::{ApiError, Client, User};
use crate::commands::caller::Caller;
use crate::commands::keys;
use crate::error::Result;
use crate::key::ApiKey;
use crate::lifecycle::jobs::NewKey;
use crate::lifecycle::rotation::{self, Traced};

/// What is in the account's place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The old key, or none that works.
    Free,
    /// Another key; or the account was removed.
    Taken,
    /// A key whose number nobody tells: it may be the old one.
    Unclear,
}

impl Rotating<'_> {
    /// What the account has, which is not the new key.
    pub(super) fn place(&self, account: Option<&ApiKey>) -> Result<Place> {
        let Some(key) = account else {
            // Not recorded either: it was removed.
            let index = self.ctx.index_for_change()?;
            let recorded = index.get(&self.ctx.server, &self.target.account);
            return Ok(recorded.map_or(Place::Taken, |_| Place::Free));
        };
        if self.old.as_ref().is_some_and(|old| old.same_as(key)) {
            return Ok(Place::Free);
        }
        let id = match self.client.current_user(key) {
            Ok(user) => user.key_id,
            Err(ApiError::RejectedKey { certain: true, .. }) => return Ok(Place::Free),
            Err(ApiError::MissingPermission { .. }) => None,
            Err(ApiError::TfaRequired { .. }) => {
                keys::recorded_id(self.ctx, &self.target.account, key)
            }
            Err(reason) => return Err(self.later(reason.into())),
        };
        Ok(match id {
            Some(id) if id == self.rotation.old_id => Place::Free,
            Some(_) => Place::Taken,
            None => Place::Unclear,
        })
    }

    /// The user put another key there: the new one is deleted, by itself where
    /// that is allowed; and the old one, if its place had been taken before.
    pub(super) fn withdraw(
        self,
        new: &ApiKey,
        user: Option<&User>,
        place: Place,
    ) -> Result<Settled> {
        let mut caller = self.caller(new)?;
        let old = self.old_goes(&mut caller, place)?;
        let told = user.and_then(|user| user.key_id);
        if let Some(id) = told.or(self.rotation.new_id) {
            self.delete(&mut caller, id)?;
        }
        self.undone(&format!(
            "another key was stored for the account meanwhile{old}"
        ))
    }

    /// The old key, which would live on without a name once the new one had its
    /// place and the account has neither. Says what became of it.
    pub(super) fn old_goes(&self, caller: &mut Caller, place: Place) -> Result<String> {
        if self.rotation.new_key != NewKey::Promoted {
            return Ok(String::new());
        }
        let id = self.rotation.old_id;
        match place {
            Place::Free => Ok(String::new()),
            Place::Taken => {
                self.delete(caller, id)?;
                Ok(format!("; the old one, key {id}, is deleted"))
            }
            Place::Unclear => {
                self.ctx.output.hint(&format!(
                    "if account '{}' does not have it: vastkey delete api-key {id}",
                    self.target.account
                ));
                Ok(format!("; the old one, key {id}, may still work"))
            }
        }
    }

    /// An account that asks for a session shows no user to the new key itself.
    /// That it is the one that the server made, the session sees in the list.
    pub(super) fn see_listed(&mut self, new: &ApiKey, reason: ApiError) -> Result<()> {
        let mut caller = self.caller(new)?;
        if !caller.by_session() {
            return Err(self.refused(new, reason));
        }
        let list = caller.ask(Client::list_keys);
        let list = list.map_err(|reason| self.later(caller.refused(reason)))?;
        match rotation::trace(&list, self.job.id(), &self.rotation) {
            Traced::Key(id) => {
                self.rotation.new_id = Some(id);
                Ok(())
            }
            Traced::Nothing | Traced::Part | Traced::Unclear(_) => Err(self.refused(new, reason)),
        }
    }
}
