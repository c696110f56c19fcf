//! A creation that an earlier run left: what became of its key.

use secrecy::ExposeSecret;

use super::saving::Saving;
use crate::api::{ApiError, Client, KEYS_PAGE, KeyRecord};
use crate::commands::storing::Target;
use crate::commands::sweep::Swept;
use crate::commands::{maker, work};
use crate::config::index::Index;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::escape::escape;
use crate::files;
use crate::key::ApiKey;
use crate::lifecycle::jobs::{Creation, Job, Maker};
use crate::store::StoreError;

impl<'a> Saving<'a> {
    /// A creation that an earlier run left, and its job.
    pub(in crate::commands) fn resumed(ctx: &'a Context, of: Creation, job: Job) -> Self {
        Self { ctx, of, job }
    }

    /// Sees what became of it. A key that nobody may have stays written down
    /// until it is gone.
    pub(in crate::commands) fn settle(self) -> Result<Swept> {
        if let Some(key) = self.stored()? {
            return self.finished(&key);
        }
        let Some(mut caller) = maker::caller(self.ctx, self.of.maker.as_ref())? else {
            return Err(self.out_of_reach("the account that made it has no key any more"));
        };
        if let Some(user) = self.of.user_id {
            match caller.is_user(user) {
                Ok(true) => {}
                Ok(false) => return Err(self.out_of_reach("the key here is another user's")),
                Err(reason) => return Err(caller.refused(reason)),
            }
        }
        let list = match caller.ask(Client::list_keys) {
            Ok(list) => list,
            Err(ApiError::MissingPermission { .. }) => {
                return Err(self.out_of_reach("the key here may not list keys"));
            }
            Err(reason) => return Err(caller.refused(reason)),
        };
        let index = self.ctx.index_for_change()?;
        let may_be_it = |key: &&KeyRecord| self.may_be_it(key, &index);
        let orphans = list.keys.iter().filter(may_be_it).map(|key| key.id);
        let orphans: Vec<u64> = orphans.collect();
        if !orphans.is_empty() {
            return Err(self.orphaned(&orphans));
        }
        if self.may_yet_appear() {
            return Err(pending());
        }
        if list.is_part {
            return Err(Error::new(
                Kind::ServerTrouble,
                "the server lists some of the keys only, and not this one",
            ));
        }
        self.job.finish()?;
        Ok(Swept::Undone("the server has no such key".to_owned()))
    }

    /// The key, if it came as far as its account.
    fn stored(&self) -> Result<Option<ApiKey>> {
        let target = self.target();
        let secret = match target.open(self.ctx)?.get(&target.item(self.ctx)) {
            Ok(secret) => secret,
            Err(StoreError::Empty) => None,
            Err(fault) => return Err(fault.into()),
        };
        Ok(secret
            .and_then(|secret| ApiKey::parse(secret.expose_secret()).ok())
            .filter(|key| self.of.fingerprint.as_deref() == Some(key.fingerprint().as_str())))
    }

    fn finished(self, key: &ApiKey) -> Result<Swept> {
        let index = self.ctx.index_for_change()?;
        if index.get(&self.ctx.server, &self.of.account).is_none() {
            self.target().record(self.ctx, key, self.of.id, None)?;
        }
        self.job.finish()?;
        Ok(Swept::Finished(format!(
            "its key is stored as account '{}'",
            self.of.account
        )))
    }

    /// Whether this may be the key: by its number, or by its name if it was not
    /// there before; and no account here is known to have it.
    fn may_be_it(&self, key: &KeyRecord, index: &Index) -> bool {
        let mut kept = index.of_server(&self.ctx.server).into_iter();
        if kept.any(|record| record.key_id == Some(key.id)) {
            return false;
        }
        if let Some(id) = self.of.id {
            return key.id == id;
        }
        let has_name = key.name.as_ref().is_none_or(|name| *name == self.of.name);
        has_name && !self.of.before.contains(&key.id)
    }

    fn may_yet_appear(&self) -> bool {
        let passed = self.ctx.now() - self.job.begun_at();
        self.of.fingerprint.is_none() && passed.unsigned_abs() < work::STILL_AT_IT
    }

    fn target(&self) -> Target {
        Target {
            account: self.of.account.clone(),
            backend: self.of.store,
        }
    }

    fn orphaned(&self, ids: &[u64]) -> Error {
        let numbers: Vec<String> = ids.iter().map(u64::to_string).collect();
        let error = Error::new(
            Kind::Other,
            format!(
                "nobody may have the value of key {} ('{}') on {}",
                numbers.join(", "),
                escape(&self.of.name),
                self.of.server
            ),
        )
        .because(format!(
            "vastkey was interrupted before it was stored as account '{}'",
            self.of.account
        ));
        let error = numbers.iter().fold(error, |error, id| {
            error.hint(format!("to delete it: vastkey delete api-key {id}"))
        });
        let file = files::quoted(&self.job.path());
        error.hint(format!(
            "if it is in use, so as not to be told again: rm {file}"
        ))
    }

    /// The key here cannot see it, and another may.
    fn out_of_reach(&self, why: &str) -> Error {
        let error = Error::new(
            Kind::Other,
            format!(
                "a key named '{}', whose value nobody has, may be left on {}",
                escape(&self.of.name),
                self.of.server
            ),
        )
        .because(why);
        let error = match &self.of.maker {
            None => error.hint("with the key that made it in VAST_API_KEY: vastkey sweep"),
            Some(Maker { account, .. }) => error.hint(format!(
                "once the key of its user is in account '{account}' again: vastkey sweep"
            )),
        };
        error.hint(format!(
            "or look for it there, and delete it: {KEYS_PAGE}; then: rm {}",
            files::quoted(&self.job.path())
        ))
    }
}

fn pending() -> Error {
    Error::new(
        Kind::ServerTrouble,
        "the creation of a key is not settled yet",
    )
    .because("the server may still be making it")
    .hint("in a minute, to look for it: vastkey sweep")
}
