//! Deleting a command's key, by what the server has of it.

use std::rc::Rc;
use std::time::Duration;

use super::Scoped;
use crate::api::{ApiError, Client};
use crate::commands::caller::Caller;
use crate::commands::stored_key;
use crate::commands::storing::Target;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::files;
use crate::lifecycle::jobs::{Job, Maker, ScopedKey};
use crate::lifecycle::scoped::{self, Traced};

/// How long the server may be at a creation whose answer nobody waits for any
/// more. Gateways give up after less.
const STILL_AT_IT: Duration = Duration::from_secs(60);

const KEYS_PAGE: &str = "https://cloud.vast.ai/manage-keys/";

/// What became of the key on the server.
#[derive(Clone, Copy)]
pub(super) enum Removal {
    Deleted,
    /// It was not there.
    Absent,
    /// The server may yet make it.
    Pending,
    /// The server does not tell the names of keys; the highest number of one.
    Unclear(Option<u64>),
}

impl Scoped<'_> {
    /// Deletes a key that an earlier run left, `job` and all, and says what came
    /// of it. After an error it is still written down, unless the error says what
    /// nobody but the user can do.
    pub(in crate::commands) fn settle(
        ctx: &Context,
        of: ScopedKey,
        job: Job,
    ) -> Result<&'static str> {
        let Some(caller) = caller_now(ctx, &of)? else {
            return out_of_reach(&of, job, "the account has no key any more");
        };
        let mut scoped = Scoped {
            ctx,
            caller,
            of,
            job,
        };
        if let Some(user) = scoped.of.user_id {
            match scoped.caller.is_user(user) {
                Ok(true) => {}
                Ok(false) => {
                    return out_of_reach(&scoped.of, scoped.job, "the key here is another user's");
                }
                Err(reason) => return Err(scoped.caller.refused(reason)),
            }
        }
        let removal = scoped.remove()?;
        scoped.conclude(removal)
    }

    /// Deletes the key, if it is there.
    pub(super) fn remove(&mut self) -> Result<Removal> {
        if let Some(id) = self.of.id {
            self.delete_by_id(id)?;
            return Ok(Removal::Deleted);
        }
        let list = self.caller.ask(Client::list_keys)?;
        Ok(match scoped::trace(&list, self.job.id(), &self.of) {
            Traced::Key(id) => {
                // So that it is known for made when it is gone.
                self.made(Some(id))?;
                self.delete_by_id(id)?;
                Removal::Deleted
            }
            Traced::Nothing if self.may_yet_appear() => Removal::Pending,
            Traced::Nothing => Removal::Absent,
            Traced::Nameless => Removal::Unclear(list.keys.iter().map(|key| key.id).max()),
        })
    }

    /// Crosses the job off, if nobody can do more, and says what came of it.
    pub(super) fn conclude(self, removal: Removal) -> Result<&'static str> {
        let outcome = match removal {
            Removal::Deleted => Ok("the key that the server made is deleted"),
            Removal::Absent => Ok("the server has no such key"),
            Removal::Pending => return Err(pending()),
            Removal::Unclear(newest) => Err(unclear(newest)),
        };
        fault::point("scoped-key-deleted");
        self.job.finish()?;
        outcome
    }

    fn delete_by_id(&mut self, id: u64) -> Result<()> {
        match self.caller.ask(|client, key| client.delete_key(key, id)) {
            Ok(()) | Err(ApiError::NotFound { .. }) => Ok(()),
            // It may be gone all the same.
            Err(reason) => match self.caller.ask(Client::list_keys) {
                Ok(list) if list.keys.iter().all(|key| key.id != id) => Ok(()),
                _ => Err(reason.into()),
            },
        }
    }

    fn may_yet_appear(&self) -> bool {
        let passed = self.ctx.now() - self.job.begun_at();
        !self.of.made && passed.unsigned_abs() < STILL_AT_IT
    }
}

/// Who can delete it now: the account that made it, by its session or by its key
/// as it is now; else the key in use.
pub(super) fn caller_now<'a>(ctx: &'a Context, of: &ScopedKey) -> Result<Option<Caller<'a>>> {
    let Some(Maker { account, store }) = &of.maker else {
        return Caller::with(ctx, ctx.find_key()?).map(Some);
    };
    let target = Target {
        account: account.clone(),
        backend: *store,
    };
    let item = target.item(ctx);
    let Some(secret) = target.open(ctx)?.get(&item)? else {
        return Ok(None);
    };
    let own = stored_key::parse(&item, &secret)?;
    let client = Rc::new(ctx.client()?);
    Caller::of_account(ctx, &client, &target, own).map(Some)
}

/// The key here cannot delete it. A stored one that is gone does not come back:
/// then it is said once, to the one who can.
fn out_of_reach(of: &ScopedKey, job: Job, why: &str) -> Result<&'static str> {
    let name = scoped::name(job.id());
    let error = Error::new(
        Kind::Other,
        format!("a key named '{name}' may be left on {}", of.server),
    )
    .because(why);
    if of.maker.is_none() {
        return Err(error
            .hint("with the key that made it in VAST_API_KEY: vastkey sweep")
            .hint(format!(
                "or delete it there: {KEYS_PAGE}; then: rm {}",
                files::quoted(&job.path())
            )));
    }
    job.finish()?;
    Err(error.hint(format!("look for it and delete it: {KEYS_PAGE}")))
}

fn unclear(newest: Option<u64>) -> Error {
    let error = Error::new(
        Kind::Other,
        "a key made for a command may be left, and the server does not tell the names of keys",
    )
    .hint("to see them, the newest with the highest number: vastkey show api-keys");
    match newest {
        Some(id) => error.hint(format!(
            "if nobody else made key {id}: vastkey delete api-key {id}"
        )),
        None => error,
    }
}

fn pending() -> Error {
    Error::new(
        Kind::ServerTrouble,
        "a key for a command is not settled yet",
    )
    .because("the server may still be making it")
    .hint("in a minute, to find and delete it if there is one: vastkey sweep")
}
