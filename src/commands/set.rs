//! `set api-key`: reads a key, asks the server, stores it, reads it back.

use std::io::IsTerminal;

use secrecy::ExposeSecret;
use serde_json::json;

use super::storing::{self, Target};
use super::{leftovers, lent, refusal};
use crate::api::User;
use crate::cli::{SetApiKey, StoreKind};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::escape::escape;
use crate::files;
use crate::key::{ApiKey, MAX_KEY_LEN};
use crate::lifecycle::{self, Verdict};
use crate::lookup::PlaintextRole;
use crate::output::prompt;
use crate::store::file::FileStore;
use crate::store::{AccountName, ItemId, Store};
use crate::streams;

/// Where the key goes.
enum Destination {
    Account(Target),
    File(FileStore),
}

pub(super) fn run(ctx: &Context, args: SetApiKey) -> Result<()> {
    warn_of_command_line(ctx, args.key.as_deref());
    let destination = destination(ctx).map_err(not_stored)?;
    let key = read_key(ctx, args.key)?;
    let checked = if args.no_verify {
        Checked::NotAsked
    } else {
        check(ctx, &key)?
    };
    let _lock = ctx.lock()?;
    let place = match &destination {
        Destination::Account(target) => {
            let description = target.prepare(ctx).map_err(not_stored)?;
            let replaced = target.replaced(ctx, &key).map_err(not_stored)?;
            target.keep(ctx, &key)?;
            target.record(ctx, &key, None, checked.user())?;
            let place = storing::place(&target.account, &description);
            match replaced {
                Some(old) => format!("{place}, in place of {old}"),
                None => place,
            }
        }
        Destination::File(store) => {
            keep_in_file(store, ctx, &key)?;
            format!(
                "the plaintext file '{}' (readable by you alone)",
                files::shown(store.path())
            )
        }
    };
    report(ctx, &destination, &key, &checked, &place)?;
    if let Destination::Account(target) = &destination {
        target.point_out_default(ctx)?;
    }
    leftovers::point_out(ctx, &key, destination.is_file())
}

fn destination(ctx: &Context) -> Result<Destination> {
    if ctx.store != Some(StoreKind::File) {
        let target = Target::chosen(ctx)?;
        // Before anything is typed: a key that cannot be stored is not asked for.
        target.ready(ctx)?;
        return Ok(Destination::Account(target));
    }
    if ctx
        .account
        .as_ref()
        .is_some_and(|name| *name != AccountName::default())
    {
        return Err(Error::new(
            Kind::Usage,
            "the plaintext file holds one key, without an account name",
        )
        .hint("leave out --account, or keep accounts in the keychain: --store keychain"));
    }
    documented_file(ctx).map(Destination::File)
}

/// The documented plaintext file as a store.
pub(super) fn documented_file(ctx: &Context) -> Result<FileStore> {
    let file = ctx
        .plaintext()
        .iter()
        .find(|file| file.role == PlaintextRole::Documented);
    let path = crate::context::Paths::required(file.map(|file| file.path.clone()))?;
    Ok(FileStore::new(path))
}

/// The one item of the documented plaintext file.
pub(super) fn file_item(ctx: &Context) -> ItemId {
    ItemId::account(&ctx.server, &AccountName::default())
}

impl Destination {
    fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }
}

/// Writes the key into the documented plaintext file, unless that is a command's
/// for now. The caller holds the lock.
pub(super) fn keep_in_file(store: &FileStore, ctx: &Context, key: &ApiKey) -> Result<()> {
    lent::refuse_to_replace(ctx)?;
    let reopen = |_| Ok(Box::new(FileStore::new(store.path())) as Box<dyn Store>);
    lifecycle::keep(store, &reopen, &file_item(ctx), key).map_err(|fault| match fault {
        lifecycle::NotKept::Refused(fault) => Error::from(fault)
            .while_doing("the key was not stored")
            .of_kind(Kind::File)
            .hint("the file is as it was before"),
        lifecycle::NotKept::Unknown(fault) => Error::from(fault)
            .while_doing("it is unknown whether the key was stored")
            .of_kind(Kind::File),
        lied @ lifecycle::NotKept::Lied => {
            Error::new(Kind::File, "the key was not stored").because(lied.to_string())
        }
    })
}

fn not_stored(fault: Error) -> Error {
    fault.while_doing("nothing was stored")
}

/// Before anything can go wrong: the key has been seen in any case.
fn warn_of_command_line(ctx: &Context, given: Option<&str>) {
    if given.is_some_and(|text| text != "-") {
        ctx.output.warn(
            "the key was given on the command line, where the shell's history and the process list see it",
        );
        ctx.output
            .hint("next time: vastkey set api-key (it asks, and shows nothing)");
    }
}

fn read_key(ctx: &Context, given: Option<String>) -> Result<ApiKey> {
    let parsed = match given.as_deref() {
        Some("-") => from_stdin()?,
        Some(text) => ApiKey::parse(text),
        None if ctx.may_ask() && std::io::stdin().is_terminal() => {
            let typed = prompt::hidden("Vast.ai API key (not shown): ")?;
            ApiKey::parse(typed.expose_secret())
        }
        None if std::io::stdin().is_terminal() => {
            return Err(
                Error::new(Kind::Usage, "no key was given, and asking is off")
                    .hint("pipe it in: vastkey set api-key < FILE")
                    .hint("or leave out --no-input"),
            );
        }
        None => from_stdin()?,
    };
    drop(given.map(zeroize::Zeroizing::new));
    parsed.map_err(|fault| not_stored(fault.into()))
}

fn from_stdin() -> Result<std::result::Result<ApiKey, crate::key::MalformedKey>> {
    let line = streams::read_stdin_line(MAX_KEY_LEN)?;
    Ok(ApiKey::parse_bytes(&line))
}

/// What the server said of a key that may be stored.
enum Checked {
    Verified(Box<User>),
    /// It works, with the limit that is named.
    Limited(String),
    /// Nothing is known, for the reason that is named.
    Unverified(String),
    /// The server was not to be asked.
    NotAsked,
}

impl Checked {
    fn user(&self) -> Option<&User> {
        match self {
            Self::Verified(user) => Some(user),
            Self::Limited(_) | Self::Unverified(_) | Self::NotAsked => None,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Verified(_) => "verified",
            Self::Limited(_) => "limited",
            Self::Unverified(_) | Self::NotAsked => "unverified",
        }
    }
}

fn check(ctx: &Context, key: &ApiKey) -> Result<Checked> {
    let client = ctx.client()?;
    let verdict = {
        let _progress = ctx
            .output
            .progress("asking the server whether the key works");
        lifecycle::verify(&client, key)
    };
    match verdict {
        Verdict::Works(user) => Ok(Checked::Verified(user)),
        Verdict::Limited(reason) => Ok(Checked::Limited(reason.to_string())),
        Verdict::Unknown(reason) => Ok(Checked::Unverified(reason.to_string())),
        Verdict::Rejected(reason) => Err(refusal::new_key(key, &reason)),
    }
}

fn report(
    ctx: &Context,
    destination: &Destination,
    key: &ApiKey,
    checked: &Checked,
    place: &str,
) -> Result<()> {
    let fingerprint = key.fingerprint();
    match checked {
        Checked::Verified(user) => ctx.output.note(&format!(
            "stored the key {fingerprint} as {place}; the server accepts it{}",
            user.email
                .as_ref()
                .map_or_else(String::new, |email| format!(" ({})", escape(email))),
        )),
        Checked::Limited(reason) => ctx.output.note(&format!(
            "stored the key {fingerprint} as {place}; it works, but {reason}"
        )),
        Checked::Unverified(reason) => {
            ctx.output.note(&format!(
                "stored the key {fingerprint} as {place}, unverified: {reason}"
            ));
            ctx.output.hint("to verify it later: vastkey show user");
        }
        Checked::NotAsked => ctx.output.note(&format!(
            "stored the key {fingerprint} as {place}; the server was not asked whether it works"
        )),
    }
    if !ctx.raw {
        return Ok(());
    }
    let (account, store) = match destination {
        Destination::Account(target) => (Some(target.account.as_str()), target.backend.name()),
        Destination::File(_) => (None, "file"),
    };
    ctx.output.json(&json!({
        "stored": true,
        "server": ctx.server.origin(),
        "account": account,
        "store": store,
        "fingerprint": fingerprint.as_str(),
        "verification": checked.name(),
    }))
}
