//! A new key that goes into an account. That it is asked for is written down
//! first ([`crate::lifecycle::jobs`]): when vastkey is killed in between, the key
//! is alive and nobody has its value, and a later run says so
//! ([`super::settle`]).
//!
//! Such a key is named and never deleted here: its user chose its name, so that
//! another one may be meant.

use serde_json::json;

use super::{before, refused};
use crate::api::{ApiError, Client, CreatedKey, NewKey};
use crate::commands::caller::Caller;
use crate::commands::storing::{self, Target};
use crate::commands::{maker, new_key, occupied, sweep};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::lifecycle::jobs::{Creation, Job, Work};
use crate::platform::Uninterrupted;

pub(super) fn save(
    ctx: &Context,
    caller: &mut Caller,
    request: &NewKey,
    target: &Target,
    warn: impl FnOnce(),
) -> Result<()> {
    let _lock = ctx.lock()?;
    sweep::others(ctx, ctx.jobs()?.left()?.jobs);
    let description = target.prepare(ctx)?;
    occupied::refuse_occupied(ctx, target)?;
    target.prove(ctx)?;
    warn();
    let uninterrupted = Uninterrupted::begin();
    let created = create(ctx, caller, request, target)?;
    drop(uninterrupted);
    let place = storing::place(&target.account, &description);
    let fingerprint = created.key.fingerprint();
    ctx.output.note(&format!(
        "created the key {fingerprint} and stored it as {place}"
    ));
    new_key::verify(ctx, caller.client(), target, &created.key, created.id)?;
    target.point_out_default(ctx)?;
    if ctx.raw {
        return ctx.output.json(&json!({
            "id": created.id,
            "name": request.name,
            "account": target.account.as_str(),
            "fingerprint": fingerprint.as_str(),
            "permissions": created.permissions,
        }));
    }
    Ok(())
}

/// Makes the key and puts it into the account.
fn create(
    ctx: &Context,
    caller: &mut Caller,
    request: &NewKey,
    target: &Target,
) -> Result<CreatedKey> {
    let progress = ctx.output.progress_of_key("creating the key");
    let before = before(caller)?;
    let mut saving = Saving::begin(ctx, caller, request, target, before.clone())?;
    let created = match caller.ask(|client, key| client.create_key(key, request)) {
        Ok(created) => created,
        Err(reason) if reason.outcome_unknown() => {
            return Err(refused(caller, request, before.as_deref(), reason)
                .hint("it stays written down; to look for the key again: vastkey sweep"));
        }
        Err(reason) => {
            saving.job.finish()?;
            return Err(refused(caller, request, before.as_deref(), reason));
        }
    };
    drop(progress);
    saving.received(&created);
    new_key::keep(ctx, target, &created.key, created.id)?;
    if let Err(fault) = saving.job.finish() {
        // The key is where it belongs, and a later run sees that.
        ctx.output.warn(&Error::from(fault).summary());
    }
    Ok(created)
}

/// A creation that is written down as a job, and the job's lock.
pub(in crate::commands) struct Saving<'a> {
    pub(super) ctx: &'a Context,
    pub(super) of: Creation,
    pub(super) job: Job,
}

impl<'a> Saving<'a> {
    fn begin(
        ctx: &'a Context,
        caller: &mut Caller,
        request: &NewKey,
        target: &Target,
        before: Option<Vec<u64>>,
    ) -> Result<Self> {
        let user_id = match caller.ask(Client::current_user) {
            Ok(user) => Some(user.id),
            // Permissions need not show the user.
            Err(ApiError::MissingPermission { .. }) => None,
            Err(reason) => return Err(caller.refused(reason)),
        };
        let of = Creation {
            server: ctx.server.clone(),
            account: target.account.clone(),
            store: target.backend,
            name: request.name.to_owned(),
            maker: maker::of(ctx, &caller.found.source),
            user_id,
            before: before.unwrap_or_default(),
            fingerprint: None,
            id: None,
        };
        let job = ctx.jobs()?.begin(Work::Creation(of.clone()), ctx.now())?;
        Ok(Self { ctx, of, job })
    }

    /// Writes down which key it is. That it is stored matters more.
    fn received(&mut self, created: &CreatedKey) {
        self.of.fingerprint = Some(created.key.fingerprint().as_str().to_owned());
        self.of.id = created.id;
        if let Err(fault) = self.job.update(Work::Creation(self.of.clone())) {
            self.ctx.output.explain(&Error::from(fault).summary());
        }
    }
}
