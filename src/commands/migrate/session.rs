//! The official CLI's 2FA session. It is no key: it goes beside an account's,
//! with what is left of its day, and only if the server says that both are the
//! same user's.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::api::{ApiError, Client};
use crate::cli::MigrateArgs;
use crate::commands::session;
use crate::commands::storing::Target;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::files;
use crate::key::ApiKey;
use crate::lifecycle::migrate::{self, Candidate};
use crate::lookup::{FromTheFuture, PlaintextRole, session_end};

/// The file, and when its session ends.
pub(super) struct SessionFile {
    candidate: Candidate,
    end: std::result::Result<OffsetDateTime, FromTheFuture>,
}

/// What became of a session.
pub(super) enum Outcome {
    /// It is the account's now, until then.
    Moved(OffsetDateTime),
    /// It had ended.
    Ended,
    /// It was left where it is.
    Left,
}

impl Outcome {
    fn name(&self) -> &'static str {
        match self {
            Self::Moved(_) => "moved",
            Self::Ended => "ended",
            Self::Left => "left",
        }
    }
}

/// Looks for the file. One that cannot be read is no reason to leave keys where
/// they are.
pub(super) fn survey(ctx: &Context) -> Option<SessionFile> {
    let mut files = ctx.plaintext().iter();
    let file = files.find(|file| file.role == PlaintextRole::Session)?;
    match migrate::candidate(&file.path, Some(file.role)) {
        Ok(candidate) => candidate.map(|candidate| SessionFile {
            end: session_end(candidate.file(), ctx.now()),
            candidate,
        }),
        Err(unfit) => {
            let path = files::shown(&file.path);
            ctx.output
                .warn(&format!("'{path}' is left where it is: {unfit}"));
            None
        }
    }
}

/// Refuses to take the session's file for one with a key.
pub(super) fn refuse_as_key(ctx: &Context, path: &std::path::Path) -> Result<()> {
    let is_session = |file: &crate::lookup::PlaintextFile| {
        file.role == PlaintextRole::Session && file.path == path
    };
    if !ctx.plaintext().iter().any(is_session) {
        return Ok(());
    }
    Err(Error::new(
        Kind::Usage,
        format!(
            "'{}' holds a 2FA session, which is no key",
            files::shown(path)
        ),
    )
    .hint("to move it beside its account's key: vastkey migrate, without --from"))
}

impl SessionFile {
    fn has_ended(&self, ctx: &Context) -> bool {
        self.end.is_ok_and(|end| end <= ctx.now())
    }

    /// Says what will be done.
    pub(super) fn show(&self, ctx: &Context, account: &Target) {
        let path = files::shown(&self.candidate.path);
        ctx.output.note(&if self.has_ended(ctx) {
            format!("'{path}' holds a 2FA session that has expired")
        } else {
            format!(
                "'{path}' holds a 2FA session, for account '{}' if the server says that it is the same user's",
                account.account
            )
        });
    }

    /// Does it all where there is no file with a key: the account is stored
    /// already.
    pub(super) fn alone(&self, ctx: &Context, args: &MigrateArgs, target: &Target) -> Result<()> {
        let own = match ctx.find_own_key(Some(&target.account)) {
            Ok(found) => Some(found.key),
            Err(fault) if fault.kind() == Kind::NoKey => None,
            Err(fault) => return Err(fault),
        };
        self.show(ctx, target);
        let mut outcome = None;
        if !args.dry_run {
            super::confirm(ctx, args, &[], "Move the session and remove the file?")?;
            let _lock = ctx.lock()?;
            target.prepare(ctx)?;
            outcome = Some(self.carry_out(ctx, args, target, own.as_ref())?);
        }
        if ctx.raw {
            return ctx.output.json(&json!({
                "migrated": matches!(outcome, Some(Outcome::Moved(_))),
                "account": target.account.as_str(),
                "files": [],
                "session": self.for_machines(outcome.as_ref()),
            }));
        }
        Ok(())
    }

    /// Moves the session beside the account's key `own`, which is stored and
    /// recorded by now; or removes one that has ended. The caller holds the lock.
    pub(super) fn carry_out(
        &self,
        ctx: &Context,
        args: &MigrateArgs,
        target: &Target,
        own: Option<&ApiKey>,
    ) -> Result<Outcome> {
        let outcome = self.outcome(ctx, args, target, own)?;
        let what = match (&outcome, own) {
            (Outcome::Moved(end), Some(own)) => {
                session::keep(ctx, target, own, &self.candidate.key, *end)?;
                ctx.output.note(&format!(
                    "stored the 2FA session with account '{}', until {}",
                    target.account,
                    end.format(&Rfc3339).unwrap_or_default()
                ));
                "it is stored"
            }
            (Outcome::Ended, _) => "it has ended",
            _ => return Ok(outcome),
        };
        fault::point("migrate-session-kept");
        if !args.keep {
            self.remove(ctx, what)?;
        }
        Ok(outcome)
    }

    fn remove(&self, ctx: &Context, why: &str) -> Result<()> {
        let path = files::shown(&self.candidate.path);
        if let Some(reason) = self.candidate.stays {
            ctx.output
                .warn(&format!("'{path}' is not removed: {reason}"));
            return Ok(());
        }
        migrate::remove(&self.candidate).map_err(|fault| {
            let what = format!("'{path}' was not removed, whose 2FA session is not needed: {why}");
            Error::from(fault).while_doing(what)
        })?;
        ctx.output
            .note(&format!("removed '{path}' with its 2FA session: {why}"));
        Ok(())
    }

    fn outcome(
        &self,
        ctx: &Context,
        args: &MigrateArgs,
        target: &Target,
        own: Option<&ApiKey>,
    ) -> Result<Outcome> {
        if self.has_ended(ctx) {
            return Ok(Outcome::Ended);
        }
        let account = &target.account;
        let reason = match (self.end, own) {
            (Err(FromTheFuture), _) => "its file is dated in the future".to_owned(),
            (_, None) => format!("there is no account '{account}' for it to go with"),
            (Ok(_), _) if args.no_verify => "the server was not asked whose it is".to_owned(),
            (Ok(end), Some(own)) => match owner(&ctx.client()?, &self.candidate.key, own) {
                Owner::Same => return Ok(Outcome::Moved(end)),
                Owner::Ended => return Ok(Outcome::Ended),
                Owner::Another => {
                    format!("it is not of the user whose key account '{account}' has")
                }
                Owner::Unknown(fault) => format!("whose it is was not found out: {fault}"),
            },
        };
        ctx.output.warn(&format!(
            "the 2FA session in '{}' is left there: {reason}",
            files::shown(&self.candidate.path)
        ));
        Ok(Outcome::Left)
    }

    /// For machines.
    pub(super) fn for_machines(&self, outcome: Option<&Outcome>) -> Value {
        let until = match outcome {
            Some(Outcome::Moved(end)) => end.format(&Rfc3339).ok(),
            _ => None,
        };
        json!({
            "path": files::shown(&self.candidate.path),
            "outcome": outcome.map(Outcome::name),
            "expires_at": until,
        })
    }
}

/// Whose the session is.
enum Owner {
    /// The user whose key the account has.
    Same,
    Another,
    /// Nobody's any more.
    Ended,
    Unknown(ApiError),
}

fn owner(client: &Client, session: &ApiKey, own: &ApiKey) -> Owner {
    let user = match client.current_user(session) {
        Ok(user) => user.id,
        Err(fault) if session::says_ended(&fault) => return Owner::Ended,
        Err(fault) => return Owner::Unknown(fault),
    };
    let of_key = match client.current_user(own) {
        Ok(user) => Ok(Some(user.id)),
        // What a key is refused for want of a session; its second factors it may
        // see.
        Err(ApiError::TfaRequired { .. }) => client
            .tfa_status(own)
            .map(|status| status.methods.first().and_then(|method| method.user_id)),
        Err(fault) => Err(fault),
    };
    match of_key {
        Ok(Some(id)) if id == user => Owner::Same,
        Ok(_) => Owner::Another,
        Err(fault) => Owner::Unknown(fault),
    }
}
