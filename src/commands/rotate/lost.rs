//! A rotation whose new key is not in the keychain: it was never made, its
//! answer was lost, or it has taken the account's place already.

use super::meanwhile::Place;
use super::plan::untold_number;
use super::settle::{Rotating, Settled};
use crate::api::{Client, KEYS_PAGE};
use crate::commands::caller::Caller;
use crate::commands::work;
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::files;
use crate::lifecycle::jobs::NewKey;
use crate::lifecycle::rotation::{self, Traced};

impl Rotating<'_> {
    /// What the server has of the new key is of no use, for the reason `why`, and
    /// is deleted; unless the account has it already.
    pub(super) fn look_on_server(mut self, why: &str) -> Result<Settled> {
        let Some(key) = self.read(&self.target.item(self.ctx))? else {
            return Err(self.out_of_reach("the account has no key any more"));
        };
        let mut caller = self.caller(&key)?;
        let user = caller.identity().map_err(|fault| self.later(fault))?;
        if user.id != self.rotation.user_id {
            return Err(self.out_of_reach("the account has a key of another user now"));
        }
        let list = caller.ask(Client::list_keys);
        let list = list.map_err(|reason| self.later(caller.refused(reason)))?;
        // The account's own key is never deleted: which it is must be known.
        let own = user.key_id.ok_or_else(|| self.later(untold_number()))?;
        match rotation::trace(&list, self.job.id(), &self.rotation) {
            Traced::Key(id) if id == own => self.retire(&key, Some(&user)),
            Traced::Key(id) => {
                // So that nobody waits for it when it is gone.
                if self.rotation.new_key == NewKey::Asked {
                    self.note(NewKey::Lost, Some(id))?;
                }
                self.delete(&mut caller, id)?;
                fault::point("rotation-orphan-deleted");
                self.give_up(&mut caller, own, &format!("the new key is deleted: {why}"))
            }
            Traced::Nothing if self.may_yet_appear() => Ok(Settled::Pending(self.pending())),
            Traced::Nothing => self.give_up(&mut caller, own, "the server has no new key"),
            Traced::Part => Err(self.later(part_of_list())),
            Traced::Unclear(ids) => Err(self.unclear(&ids)),
        }
    }

    fn give_up(self, caller: &mut Caller, own: u64, why: &str) -> Result<Settled> {
        let place = if own == self.rotation.old_id {
            Place::Free
        } else {
            Place::Taken
        };
        let old = self.old_goes(caller, place)?;
        self.undone(&format!("{why}{old}"))
    }

    fn may_yet_appear(&self) -> bool {
        let passed = self.ctx.now() - self.job.begun_at();
        self.rotation.new_key == NewKey::Asked && passed.unsigned_abs() < work::STILL_AT_IT
    }

    fn pending(&self) -> Error {
        Error::new(
            Kind::ServerTrouble,
            format!(
                "an interrupted rotation of account '{}' is not settled yet",
                self.target.account
            ),
        )
        .because("the server may still be making its key")
        .hint("in a minute, to find and delete that key if there is one: vastkey sweep")
    }

    /// Nothing here can ask for that user's keys now.
    fn out_of_reach(&self, why: &str) -> Error {
        let tag = rotation::tag(self.job.id());
        let old = match self.rotation.new_key {
            NewKey::Promoted => format!(", and the old one, key {},", self.rotation.old_id),
            NewKey::Asked | NewKey::Received | NewKey::Lost => String::new(),
        };
        let error = Error::new(
            Kind::Other,
            format!(
                "a key named '{tag}'{old} may be left on {}",
                self.ctx.server
            ),
        )
        .because(why)
        .hint(format!(
            "once the key of its user is in account '{}' again: vastkey sweep",
            self.target.account
        ));
        self.by_hand(error)
    }

    fn unclear(&self, ids: &[u64]) -> Error {
        let mut error = Error::new(
            Kind::Other,
            "one of these keys may be left by a rotation, and the server does not tell their names",
        );
        for id in ids {
            error = error.hint(format!(
                "if nobody else made key {id}: vastkey delete api-key {id}"
            ));
        }
        self.by_hand(error)
    }

    fn by_hand(&self, error: Error) -> Error {
        error.hint(format!(
            "or delete what is left there: {KEYS_PAGE}; then: rm {}",
            files::quoted(&self.job.path())
        ))
    }
}

fn part_of_list() -> Error {
    Error::new(
        Kind::ServerTrouble,
        "the server lists some of the keys only, and not the new one",
    )
}
