//! A key for one command: made before it, deleted after it, and found by a later
//! run if that is prevented.

mod remove;

use std::time::Duration;

use crate::api::permissions::Permissions;
use crate::api::{ApiError, Client, CreatedKey, NewKey, User};
use crate::commands::caller::Caller;
use crate::commands::{handed_on, maker};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::key::ApiKey;
use crate::lifecycle::jobs::{Job, ScopedKey, Work};
use crate::lifecycle::scoped;
use crate::lookup::Found;

/// A key that is written down as a job, and the job's lock.
pub(in crate::commands) struct Scoped<'a> {
    ctx: &'a Context,
    caller: Caller<'a>,
    of: ScopedKey,
    job: Job,
}

impl<'a> Scoped<'a> {
    /// Makes the key with `found`. The caller holds the lock of the state.
    pub(super) fn create(
        ctx: &'a Context,
        found: &Found,
        permissions: &Permissions,
        limit: Option<Duration>,
    ) -> Result<(Self, ApiKey)> {
        let mut caller = Caller::with(ctx, found.clone())?;
        let _progress = ctx.output.progress_of_key("making a key for the command");
        let user = user(&mut caller).map_err(|reason| not_run(caller.refused(reason)))?;
        let of = ScopedKey {
            server: ctx.server.clone(),
            maker: maker::of(ctx, &found.source),
            user_id: user.as_ref().map(|user| user.id),
            own_id: user.and_then(|user| user.key_id),
            made: false,
            id: None,
            until: limit.map(|limit| ctx.now() + limit),
        };
        let job = ctx.jobs()?.begin(Work::ScopedKey(of.clone()), ctx.now())?;
        let request = NewKey {
            name: &scoped::name(job.id()),
            permissions,
            key_params: None,
        };
        let answer = caller.ask(|client, key| client.create_key(key, &request));
        let scoped = Self {
            ctx,
            caller,
            of,
            job,
        };
        match answer {
            Ok(created) => scoped.received(permissions, created),
            Err(reason) if reason.outcome_unknown() => Err(scoped.lost(reason)),
            Err(reason) => {
                scoped.job.finish()?;
                let mut caller = scoped.caller;
                Err(not_run(handed_on::refused(
                    &mut caller,
                    permissions,
                    reason,
                )))
            }
        }
    }

    fn received(
        mut self,
        permissions: &Permissions,
        created: CreatedKey,
    ) -> Result<(Self, ApiKey)> {
        fault::point("scoped-key-received");
        let id = created.id.or_else(|| self.number_of(&created.key));
        if let Err(fault) = self.made(id) {
            self.end();
            return Err(not_run(fault));
        }
        if created.may_do_more_than(permissions) {
            self.end();
            return Err(not_run(exceeding()));
        }
        if created.may_do_other_than(permissions) {
            self.ctx
                .output
                .warn("the server gave the command's key other permissions than it was asked for");
        }
        Ok((self, created.key))
    }

    /// The number of the new key, where the server told none with it. Its
    /// permissions need not show it.
    fn number_of(&self, key: &ApiKey) -> Option<u64> {
        self.caller.client().current_user(key).ok()?.key_id
    }

    /// The key's number, if the server told it.
    pub(super) fn id(&self) -> Option<u64> {
        self.of.id
    }

    /// Writes down that the key was made.
    fn made(&mut self, id: Option<u64>) -> Result<()> {
        self.of.made = true;
        self.of.id = id;
        Ok(self.job.update(Work::ScopedKey(self.of.clone()))?)
    }

    /// The answer with the key was lost, and with it the key, if there is one.
    fn lost(mut self, reason: ApiError) -> Error {
        let error = not_run(reason.into());
        let removal = self.remove();
        match removal.and_then(|removal| self.conclude(removal)) {
            Ok(how) => error.hint(format!("{how}; run this again")),
            Err(fault) => fault
                .hints()
                .iter()
                .fold(error.hint(fault.summary()), Error::hint),
        }
    }

    /// The command has ended. A key that cannot be deleted now is said, and left
    /// to a later run.
    pub(super) fn end(mut self) {
        let ctx = self.ctx;
        let progress = ctx.output.progress("deleting the command's key");
        let mut removal = self.remove();
        if let Err(fault) = &removal
            && matches!(fault.kind(), Kind::RejectedKey | Kind::SessionExpired)
            && let Ok(Some(now)) =
                maker::caller_of_user(ctx, self.of.maker.as_ref(), self.of.user_id)
        {
            // The key that made it was replaced, or its session is over.
            self.caller = now;
            removal = self.remove();
        }
        drop(progress);
        match removal {
            Ok(removal) => {
                if let Err(fault) = self.conclude(removal) {
                    ctx.output.warn(&fault.summary());
                    fault.hints().iter().for_each(|hint| ctx.output.hint(hint));
                }
            }
            Err(fault) => {
                let what = self.described();
                let fault = fault.while_doing(format!("{what} is not deleted yet"));
                ctx.output.warn(&fault.summary());
                ctx.output.hint("to delete it: vastkey sweep");
            }
        }
    }

    /// `the command's key, key 42 on https://console.vast.ai,`.
    fn described(&self) -> String {
        let server = &self.of.server;
        match self.of.id {
            Some(id) => format!("the command's key, key {id} on {server},"),
            None => format!(
                "the command's key, '{}' on {server},",
                scoped::name(self.job.id())
            ),
        }
    }
}

/// Whose key it is. Permissions need not show the user.
fn user(caller: &mut Caller) -> std::result::Result<Option<User>, ApiError> {
    match caller.ask(Client::current_user) {
        Ok(user) => Ok(Some(user)),
        Err(ApiError::MissingPermission { .. }) => Ok(None),
        Err(reason) => Err(reason),
    }
}

fn exceeding() -> Error {
    Error::new(
        Kind::ServerTrouble,
        "the server gave the key more permissions than it was asked for",
    )
    .hint("name the permissions in a file of your own: vastkey exec --scoped FILE")
}

fn not_run(fault: Error) -> Error {
    fault.while_doing("the command was not run, for want of its key")
}
