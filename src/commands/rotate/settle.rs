//! A rotation finished or undone, by what is really there: the new key in its
//! item, the account's key, and the server's list of keys. What is written down
//! of the rotation gives numbers and names alone.

use std::rc::Rc;
use std::thread;
use std::time::Duration;

use super::meanwhile::Place;
use super::{Rotated, Target};
use crate::api::{ApiError, Client};
use crate::commands::caller::Caller;
use crate::commands::{refusal, stored_key};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::fault;
use crate::key::ApiKey;
use crate::lifecycle::jobs::{Job, NewKey, Rotation, Work};
use crate::lifecycle::rotation;
use crate::lifecycle::{self, Verdict};
use crate::lookup::{Found, Source};
use crate::store::{ItemId, Store, StoreError};

/// Pauses before a key that the server has just made, and does not accept, is
/// tried again: a fresh key is not known everywhere at once.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];

/// A rotation of which a part is done, and its job's lock.
pub(in crate::commands) struct Rotating<'a> {
    pub(super) ctx: &'a Context,
    pub(super) client: Rc<Client>,
    pub(super) target: &'a Target,
    pub(super) rotation: Rotation,
    pub(super) job: Job,
    /// The old key, where this process knows it.
    pub(super) old: Option<ApiKey>,
}

/// What became of it.
pub(in crate::commands) enum Settled {
    /// The new key is the account's, and the old one is deleted.
    Finished(Rotated),
    /// No new key is left, for this reason.
    Undone(String),
    /// Nobody can tell yet; it stays written down.
    Pending(Error),
}

impl Settled {
    /// Says what became of a rotation that an earlier run began.
    pub(super) fn say(&self, ctx: &Context, target: &Target) {
        let of = format!("rotation of account '{}'", target.account);
        match self {
            Self::Finished(rotated) => {
                let what = rotated.described();
                ctx.output
                    .note(&format!("finished an interrupted {of}: {what}"));
            }
            Self::Undone(why) => ctx
                .output
                .note(&format!("an interrupted {of} is undone: {why}")),
            Self::Pending(error) => {
                ctx.output.warn(&error.summary());
                error.hints().iter().for_each(|hint| ctx.output.hint(hint));
            }
        }
    }
}

impl<'a> Rotating<'a> {
    /// A rotation that was interrupted, and its job.
    pub(in crate::commands) fn resumed(
        ctx: &'a Context,
        client: &Rc<Client>,
        target: &'a Target,
        rotation: Rotation,
        job: Job,
    ) -> Self {
        Self {
            ctx,
            client: Rc::clone(client),
            target,
            rotation,
            job,
            old: None,
        }
    }

    /// Finishes or undoes it. After an error it is still written down, unless
    /// the error says what is left for the user to delete.
    pub(in crate::commands) fn settle(self) -> Result<Settled> {
        let next = self.read(&self.next_item())?;
        match next {
            Some(new) if self.rotation.new_key.is_kept() => self.go_on(&new),
            _ => self.look_on_server("its value was lost"),
        }
    }

    pub(super) fn next_item(&self) -> ItemId {
        rotation::next_item(&self.target.item(self.ctx))
    }

    /// Writes down what has become known of the new key.
    pub(super) fn note(&mut self, new_key: NewKey, id: Option<u64>) -> Result<()> {
        self.rotation.new_key = new_key;
        self.rotation.new_id = id;
        Ok(self.job.update(Work::Rotation(self.rotation.clone()))?)
    }

    /// A failure after which a later run goes on.
    pub(super) fn later(&self, fault: Error) -> Error {
        fault
            .while_doing(format!(
                "the rotation of account '{}' is not finished",
                self.target.account
            ))
            .hint(format!(
                "to finish or undo it: vastkey rotate --account {}",
                self.target.account
            ))
    }

    /// Nothing is left to be done.
    pub(super) fn cross_off(self) -> Result<()> {
        // Otherwise what is in the item is of another rotation.
        if self.rotation.new_key.is_kept() {
            self.target.open(self.ctx)?.delete(&self.next_item())?;
            fault::point("rotation-next-deleted");
        }
        Ok(self.job.finish()?)
    }

    pub(super) fn read(&self, item: &ItemId) -> Result<Option<ApiKey>> {
        read_key(self.target.open(self.ctx)?, item)
    }

    /// The new key is in its item: it takes the account's place, unless the
    /// server does not accept it or another key was put there meanwhile.
    fn go_on(mut self, new: &ApiKey) -> Result<Settled> {
        let account = self.read(&self.target.item(self.ctx))?;
        let is_promoted = account.as_ref().is_some_and(|key| key.same_as(new));
        let user = match self.verify(new) {
            Verdict::Works(user) => Some(user),
            // Permissions that were named need not show the user.
            Verdict::Limited(ApiError::MissingPermission { .. }) => None,
            Verdict::Limited(reason @ ApiError::TfaRequired { .. }) => {
                self.see_listed(new, reason)?;
                None
            }
            Verdict::Rejected(reason) if is_promoted => return Err(self.refused(new, reason)),
            Verdict::Rejected(_) => {
                return self.look_on_server("the server does not accept it");
            }
            Verdict::Limited(reason) | Verdict::Unknown(reason) => {
                return Err(self.later(reason.into()));
            }
        };
        fault::point("rotation-verified");
        if !is_promoted {
            match self.place(account.as_ref())? {
                Place::Free => {}
                taken => return self.withdraw(new, user.as_deref(), taken),
            }
            self.note(NewKey::Promoted, self.rotation.new_id)?;
            // The session, if there is one, is the same user's.
            let kept = self.target.write(self.ctx, new);
            kept.map_err(|fault| self.later(fault))?;
            fault::point("rotation-promoted");
            self.old = self.old.or(account);
        }
        self.retire(new, user.as_deref())
    }

    fn verify(&self, new: &ApiKey) -> Verdict {
        let _progress = self.ctx.output.progress("verifying the new key");
        let mut verdict = lifecycle::verify(&self.client, new);
        for pause in PAUSES {
            match verdict {
                Verdict::Rejected(_) | Verdict::Unknown(ApiError::SessionExpired { .. }) => {
                    thread::sleep(pause);
                    verdict = lifecycle::verify(&self.client, new);
                }
                _ => break,
            }
        }
        verdict
    }

    pub(super) fn undone(self, why: &str) -> Result<Settled> {
        self.cross_off()?;
        Ok(Settled::Undone(why.to_owned()))
    }

    /// Who asks for what the user's keys may, besides the key itself: the
    /// account's session, if it is of the user of this rotation, else `own`.
    pub(super) fn caller(&self, own: &ApiKey) -> Result<Caller<'a>> {
        let mut caller = Caller::of_account(self.ctx, &self.client, self.target, own.clone())?;
        if caller.by_session() && !matches!(caller.is_user(self.rotation.user_id), Ok(true)) {
            caller.leave_session();
        }
        Ok(caller)
    }

    pub(super) fn delete(&self, caller: &mut Caller, id: u64) -> Result<()> {
        caller
            .ask(|client, key| client.ensure_deleted(key, id))
            .map_err(|reason| self.later(caller.refused(reason)))
    }

    pub(super) fn refused(&self, key: &ApiKey, reason: ApiError) -> Error {
        let source = Source::ChosenAccount(self.target.account.clone(), self.target.backend);
        let found = Found {
            key: key.clone(),
            source,
            remark: None,
        };
        self.later(refusal::of_key_in_use(self.ctx, &found, reason))
    }
}

/// The key in an item. An item that a keychain left empty when it was killed
/// has none.
pub(super) fn read_key(store: &dyn Store, item: &ItemId) -> Result<Option<ApiKey>> {
    match store.get(item) {
        Ok(Some(secret)) => stored_key::parse(item, &secret).map(Some),
        Ok(None) | Err(StoreError::Empty) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}
