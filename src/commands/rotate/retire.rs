//! The end of a rotation: the new key is the account's, and the old one goes.

use super::Rotated;
use super::plan::untold_number;
use super::settle::{Rotating, Settled};
use crate::api::{ApiError, KEYS_PAGE, User};
use crate::commands::caller::Caller;
use crate::commands::leftovers;
use crate::error::{Error, Result};
use crate::fault;
use crate::key::ApiKey;

impl Rotating<'_> {
    /// Records the new key, names the places that still hold the old one, and
    /// deletes that on the server.
    pub(super) fn retire(mut self, new: &ApiKey, user: Option<&User>) -> Result<Settled> {
        let told = user.and_then(|user| user.key_id);
        self.rotation.new_id = told.or(self.rotation.new_id);
        // The account's own key is never deleted.
        if self.rotation.new_id == Some(self.rotation.old_id) {
            return Err(self.later(untold_number()));
        }
        let recorded = self
            .target
            .record(self.ctx, new, self.rotation.new_id, user);
        recorded.map_err(|fault| self.later(fault))?;
        match &self.old {
            Some(old) => leftovers::still_holding(self.ctx, old, &self.target.account)?,
            None => leftovers::point_out(self.ctx, new, false)?,
        }
        let rotated = Rotated {
            account: self.target.account.to_string(),
            old_id: self.rotation.old_id,
            new_id: self.rotation.new_id,
            fingerprint: new.fingerprint().to_string(),
        };
        let mut caller = self.caller(new)?;
        match self.delete_old(&mut caller) {
            Ok(()) => {}
            Err(reason) if is_final(&reason) => {
                let error = undeletable(&rotated, reason);
                self.cross_off()?;
                return Err(error);
            }
            Err(reason) => return Err(self.old_lives_on(reason)),
        }
        fault::point("rotation-old-deleted");
        self.cross_off()?;
        Ok(Settled::Finished(rotated))
    }

    fn delete_old(&self, caller: &mut Caller) -> std::result::Result<(), ApiError> {
        let id = self.rotation.old_id;
        let _progress = self.ctx.output.progress("deleting the old key");
        let answer = caller.ask(|client, key| client.ensure_deleted(key, id));
        match (answer, &self.old) {
            // It may delete itself where the new key may not.
            (Err(reason), Some(old)) if is_final(&reason) => {
                self.client.delete_key(old, id).map_err(|_| reason)
            }
            (answer, _) => answer,
        }
    }

    fn old_lives_on(&self, reason: ApiError) -> Error {
        Error::from(reason)
            .while_doing(format!(
                "account '{}' has its new key, but the old one, key {}, is not deleted yet",
                self.target.account, self.rotation.old_id
            ))
            .hint("to delete it: vastkey sweep")
    }
}

/// Whether the same request will be refused the next time too.
fn is_final(reason: &ApiError) -> bool {
    matches!(
        reason,
        ApiError::Refused { .. } | ApiError::MissingPermission { .. }
    )
}

fn undeletable(rotated: &Rotated, reason: ApiError) -> Error {
    let id = rotated.old_id;
    Error::from(reason)
        .while_doing(format!(
            "account '{}' has its new key, but the old one, key {id}, cannot be deleted",
            rotated.account
        ))
        .hint(format!(
            "delete it with a key that may: vastkey delete api-key {id} --account OTHER"
        ))
        .hint(format!("or there: {KEYS_PAGE}"))
}
