//! Deleting a command's key, by what the server has of it.

use std::time::Duration;

use super::Scoped;
use crate::api::ApiError;
use crate::commands::{maker, refusal};
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::files;
use crate::key::ApiKey;
use crate::lifecycle::scoped::{self, Traced};
use crate::lookup::Found;

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
    /// Deletes a key that an earlier run left, and says what came of it. After an
    /// error it is still written down, unless the error says what nobody but the
    /// user can do.
    pub(in crate::commands) fn settle(mut self) -> Result<&'static str> {
        let Some(found) = self.maker_key()? else {
            return self.out_of_reach("the account has no key any more");
        };
        if self.of.user_id.is_some() {
            match self.client.current_user(&found.key) {
                Ok(user) if Some(user.id) == self.of.user_id => {}
                Ok(_) => return self.out_of_reach("the key here is another user's"),
                Err(reason) => return Err(refusal::of_key_in_use(self.ctx, &found, reason)),
            }
        }
        let removal = self.remove(&found.key)?;
        self.conclude(removal)
    }

    /// Deletes the key, if it is there.
    pub(super) fn remove(&mut self, with: &ApiKey) -> Result<Removal> {
        if let Some(id) = self.of.id {
            self.delete_by_id(with, id)?;
            return Ok(Removal::Deleted);
        }
        let list = self.client.list_keys(with)?;
        Ok(match scoped::trace(&list, self.job.id(), &self.of) {
            Traced::Key(id) => {
                // So that it is known for made when it is gone.
                self.made(Some(id))?;
                self.delete_by_id(with, id)?;
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

    fn delete_by_id(&self, with: &ApiKey, id: u64) -> Result<()> {
        match self.client.delete_key(with, id) {
            Ok(()) | Err(ApiError::NotFound { .. }) => Ok(()),
            // It may be gone all the same.
            Err(reason) => match self.client.list_keys(with) {
                Ok(list) if list.keys.iter().all(|key| key.id != id) => Ok(()),
                _ => Err(reason.into()),
            },
        }
    }

    fn may_yet_appear(&self) -> bool {
        let passed = self.ctx.now() - self.job.begun_at();
        !self.of.made && passed.unsigned_abs() < STILL_AT_IT
    }

    /// The key of the account that made it, as it is now; else the key in use.
    pub(super) fn maker_key(&self) -> Result<Option<Found>> {
        maker::key(self.ctx, self.of.maker.as_ref())
    }

    /// The key here cannot delete it. A stored one that is gone does not come
    /// back: then it is said once, to the one who can.
    fn out_of_reach(self, why: &str) -> Result<&'static str> {
        let name = scoped::name(self.job.id());
        let error = Error::new(
            Kind::Other,
            format!("a key named '{name}' may be left on {}", self.of.server),
        )
        .because(why);
        if self.of.maker.is_none() {
            return Err(error
                .hint("with the key that made it in VAST_API_KEY: vastkey sweep")
                .hint(format!(
                    "or delete it there: {KEYS_PAGE}; then: rm {}",
                    files::quoted(&self.job.path())
                )));
        }
        self.job.finish()?;
        Err(error.hint(format!("look for it and delete it: {KEYS_PAGE}")))
    }
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
