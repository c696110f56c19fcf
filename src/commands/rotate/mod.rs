//! `rotate`: a new key with the old one's permissions, verified and promoted,
//! and the old one deleted.
//!
//! The account's item always holds a key that the server accepts: the new key
//! waits in an item beside it until the server was seen to accept it, and the
//! old key is deleted only after the new one has taken its place. What is
//! interrupted is written down ([`crate::lifecycle::jobs`]) and settled by the
//! next run ([`settle`]).

mod leftover;
mod lost;
mod meanwhile;
mod perform;
mod plan;
mod retire;
mod settle;
mod show;

use serde_json::{Value, json};

pub(super) use settle::{Rotating, Settled};

use self::plan::{Plan, Planned};
use super::permission_file;
use super::storing::Target;
use super::sweep;
use crate::cli::RotateArgs;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::lookup::Source;

/// What became of one account's key.
#[derive(Debug)]
pub(super) struct Rotated {
    pub(super) account: String,
    /// The old key's number.
    pub(super) old_id: u64,
    /// The new key's number.
    pub(super) new_id: Option<u64>,
    /// The new key's last characters.
    pub(super) fingerprint: String,
}

impl Rotated {
    /// One line.
    pub(super) fn described(&self) -> String {
        format!(
            "account '{}' has the new key {}; the old one, key {}, is deleted",
            self.account, self.fingerprint, self.old_id
        )
    }
}

pub(super) fn run(ctx: &Context, args: &RotateArgs) -> Result<i32> {
    if args.all && ctx.account.is_some() {
        return Err(
            Error::new(Kind::Usage, "--all is every account, and one was named")
                .hint("leave out --all, or --account and VASTKEY_ACCOUNT"),
        );
    }
    let permissions = match &args.permission_file {
        Some(path) => Some(permission_file::read(ctx, path)?),
        None => None,
    };
    let targets = targets(ctx, args.all)?;
    if args.dry_run {
        return each(ctx, args, &targets, |target| {
            let plan = show::ahead(ctx, target, permissions.as_ref())?;
            match skipped(ctx, args, target, plan)? {
                Skipped::Yes(row) => Ok(row),
                Skipped::No(plan) => show::dry_run(ctx, &plan),
            }
        });
    }
    let _lock = ctx.lock_or_wait(args.wait)?;
    let mut left = ctx.jobs()?.left()?.jobs;
    let code = each(ctx, args, &targets, |target| {
        if let Some(rotated) = leftover::settle(ctx, target, &mut left)? {
            return Ok(show::rotated(&rotated));
        }
        let plan = Plan::of(ctx, target, permissions.as_ref())?;
        match skipped(ctx, args, target, plan)? {
            Skipped::Yes(row) => Ok(row),
            Skipped::No(plan) => Ok(show::rotated(&perform::perform(ctx, *plan)?)),
        }
    });
    sweep::others(ctx, left);
    code
}

/// Whose keys are rotated.
fn targets(ctx: &Context, all: bool) -> Result<Vec<Target>> {
    if !all {
        return Ok(vec![one_target(ctx)?]);
    }
    let target = |record: &&crate::config::index::Record| {
        Some(Target {
            account: record.name()?,
            backend: record.store,
        })
    };
    let targets: Vec<Target> = ctx
        .index()
        .of_server(&ctx.server)
        .iter()
        .filter_map(target)
        .collect();
    if targets.is_empty() {
        return Err(Error::new(
            Kind::NoKey,
            format!("no account is stored for {}", ctx.server),
        )
        .hint("to store a key: vastkey set api-key"));
    }
    Ok(targets)
}

/// The account that the key in use is in. A key that vastkey does not keep
/// cannot be replaced where it is.
fn one_target(ctx: &Context) -> Result<Target> {
    let source = match ctx.account {
        Some(_) => return Target::chosen(ctx),
        None => ctx.find_key()?.source,
    };
    match source {
        Source::ChosenAccount(account, backend) | Source::DefaultAccount(account, backend) => {
            Ok(Target { account, backend })
        }
        // The session is the account's; what is rotated is the key behind it.
        Source::Session(account) => Target::of(ctx, account),
        Source::Variable | Source::NamedFile { .. } | Source::Plaintext(_) => {
            Err(not_kept_here(&source))
        }
    }
}

fn not_kept_here(source: &Source) -> Error {
    let error = Error::new(
        Kind::Usage,
        format!(
            "the key in use is from {}, where vastkey does not put a new one",
            source.described()
        ),
    );
    match source {
        Source::Plaintext(_) => error
            .hint("move it into the keychain first: vastkey migrate; then: vastkey rotate"),
        _ => error
            .hint("to rotate a stored key: vastkey rotate --account NAME")
            .hint("to replace this one: vastkey create api-key --name NAME --save NAME, then delete it by its number: vastkey delete api-key ID"),
    }
}

/// Does it for each, and goes on after a failure; ends with the worst code.
fn each(
    ctx: &Context,
    args: &RotateArgs,
    targets: &[Target],
    mut one: impl FnMut(&Target) -> Result<Value>,
) -> Result<i32> {
    if let ([target], false) = (targets, args.all) {
        let done = one(target)?;
        if ctx.raw {
            ctx.output.json(&done)?;
        }
        return Ok(crate::DONE);
    }
    let mut worst = crate::DONE;
    let mut rows = Vec::new();
    for target in targets {
        rows.push(one(target).unwrap_or_else(|fault| {
            let fault = fault.while_doing(format!("account '{}'", target.account));
            ctx.output.error(&fault);
            worst = worst.max(fault.kind().exit_code().into());
            json!({
                "account": target.account.as_str(),
                "rotated": false,
                "error": { "kind": fault.kind().name(), "message": fault.summary() },
            })
        }));
    }
    if ctx.raw {
        ctx.output.json(&json!({ "accounts": rows }))?;
    }
    Ok(worst)
}

/// Whether an account is left out.
enum Skipped<'a> {
    /// With what is told of it.
    Yes(Value),
    No(Box<Plan<'a>>),
}

/// Of all accounts, those are left out whose keys cannot be rotated.
fn skipped<'a>(
    ctx: &Context,
    args: &RotateArgs,
    target: &Target,
    planned: Planned<'a>,
) -> Result<Skipped<'a>> {
    match planned {
        Planned::Unfit(reason) if args.all => {
            let account = &target.account;
            ctx.output.note(&format!(
                "account '{account}' is left out: {}",
                reason.summary()
            ));
            Ok(Skipped::Yes(json!({
                "account": account.as_str(),
                "rotated": false,
                "left_out": reason.summary(),
            })))
        }
        planned => planned.plan().map(Skipped::No),
    }
}
