//! Deleting a command's key, by what the server has of it.

use time::format_description::well_known::Rfc3339;

use super::Scoped;
use crate::api::{ApiError, Client, KEYS_PAGE};
use crate::commands::{maker, work};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::files;
use crate::lifecycle::jobs::{Job, Maker, ScopedKey};
use crate::lifecycle::scoped::{self, Traced};

/// What became of the key on the server.
#[derive(Clone, Copy)]
pub(super) enum Removal {
    Deleted,
    /// It was not there.
    Absent,
    /// The server may yet make it.
    Pending,
    /// The server does not tell the names of keys.
    Unclear,
}

impl Scoped<'_> {
    /// Deletes a key that an earlier run left, `job` and all, and says what came
    /// of it. After an error it is still written down.
    pub(in crate::commands) fn settle(
        ctx: &Context,
        of: ScopedKey,
        job: Job,
    ) -> Result<&'static str> {
        let Some(mut caller) = maker::caller(ctx, of.maker.as_ref())? else {
            return Err(out_of_reach(&of, &job, "the account has no key any more"));
        };
        if let Some(user) = of.user_id {
            match caller.is_user(user) {
                Ok(true) => {}
                Ok(false) => return Err(out_of_reach(&of, &job, "the key here is another user's")),
                Err(reason) => return Err(caller.refused(reason)),
            }
        }
        let mut scoped = Scoped {
            ctx,
            caller,
            of,
            job,
        };
        let removal = scoped.remove()?;
        scoped.conclude(removal)
    }

    /// Deletes the key, if it is there.
    pub(super) fn remove(&mut self) -> Result<Removal> {
        let list = match self.caller.ask(Client::list_keys) {
            Ok(list) => list,
            Err(reason) => return self.remove_unlisted(reason),
        };
        match scoped::trace(&list, self.job.id(), &self.of) {
            Traced::Key(id) => {
                if self.of.id != Some(id) {
                    // So that it is known for made when it is gone.
                    self.made(Some(id))?;
                }
                self.delete(id)
            }
            Traced::Nothing | Traced::Nameless if self.may_yet_appear() => Ok(Removal::Pending),
            Traced::Nothing => Ok(Removal::Absent),
            Traced::Nameless => Ok(Removal::Unclear),
            Traced::Part => Err(Error::new(
                Kind::ServerTrouble,
                "the server lists some of the keys only, and not this one",
            )),
        }
    }

    /// Where the key that made it may not see the list, the number that the
    /// server told must do.
    fn remove_unlisted(&mut self, reason: ApiError) -> Result<Removal> {
        let told = self.of.id.filter(|id| self.of.own_id != Some(*id));
        match (told, &reason) {
            (Some(id), ApiError::MissingPermission { .. }) => self.delete(id),
            _ => Err(self.caller.refused(reason)),
        }
    }

    fn delete(&mut self, id: u64) -> Result<Removal> {
        let answer = self
            .caller
            .ask(|client, key| client.ensure_deleted(key, id));
        match answer {
            Ok(()) => Ok(Removal::Deleted),
            Err(reason) => Err(self.caller.refused(reason)),
        }
    }

    /// Crosses the job off, if nothing more is to be done, and says what came of
    /// it.
    pub(super) fn conclude(self, removal: Removal) -> Result<&'static str> {
        let outcome = match removal {
            Removal::Deleted => "the key that the server made is deleted",
            Removal::Absent => "the server has no such key",
            Removal::Pending => return Err(pending()),
            Removal::Unclear => return Err(unclear(&self.job)),
        };
        fault::point("scoped-key-deleted");
        match self.job.finish() {
            Ok(()) => Ok(outcome),
            Err(fault) => Err(Error::from(fault)
                .while_doing(format!("{outcome}, but what was written down of it stays"))),
        }
    }

    fn may_yet_appear(&self) -> bool {
        let passed = self.ctx.now() - self.job.begun_at();
        !self.of.made && passed.unsigned_abs() < work::STILL_AT_IT
    }
}

/// The key here cannot delete it, and another may.
fn out_of_reach(of: &ScopedKey, job: &Job, why: &str) -> Error {
    let name = scoped::name(job.id());
    let error = Error::new(
        Kind::Other,
        format!("a key named '{name}' may be left on {}", of.server),
    )
    .because(why);
    let error = match &of.maker {
        None => error.hint("with the key that made it in VAST_API_KEY: vastkey sweep"),
        Some(Maker { account, .. }) => error.hint(format!(
            "once the key of its user is in account '{account}' again: vastkey sweep"
        )),
    };
    by_hand(error, job)
}

fn by_hand(error: Error, job: &Job) -> Error {
    error.hint(format!(
        "or delete it there: {KEYS_PAGE}; then: rm {}",
        files::quoted(&job.path())
    ))
}

fn unclear(job: &Job) -> Error {
    let begun = job.begun_at().format(&Rfc3339).unwrap_or_default();
    let error = Error::new(
        Kind::Other,
        format!("a key made for a command at {begun} may be left"),
    )
    .because("the server does not tell the names of keys")
    .hint("to see them, the newest with the highest number: vastkey show api-keys");
    by_hand(error, job)
}

fn pending() -> Error {
    Error::new(
        Kind::ServerTrouble,
        "a key for a command is not settled yet",
    )
    .because("the server may still be making it")
    .hint("in a minute, to find and delete it if there is one: vastkey sweep")
}
