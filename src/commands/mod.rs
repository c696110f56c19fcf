//! One file a command; each reads like the table of commands in the README.
//!
//! Commands put the layers below together and say what happened. Must not
//! contain what another command needs too: that is in a layer below, or in one
//! of the shared files here (`storing`, `refusal`, `leftovers`, `described`).

use std::io::IsTerminal;

use crate::api::TfaKind;
use crate::cli::{Account, Command, Create, Delete, Reset, Set, Show, Tfa};
use crate::context::Context;
use crate::error::Result;
use crate::files;
use crate::lookup::{Found, PlaintextRole, Remark, Source};

mod access;
mod account;
mod caller;
pub(crate) mod completions;
mod configure;
mod create;
mod delete;
mod described;
mod doctor;
mod exec;
mod export;
mod handed_on;
pub(crate) mod helper;
mod keys;
mod leftovers;
mod lent;
mod log;
mod maker;
mod manual;
mod migrate;
mod new_key;
mod numbered;
mod occupied;
mod permission_file;
mod refusal;
mod reset;
mod rotate;
mod session;
mod set;
mod status;
mod stored_key;
mod storing;
mod sweep;
mod tfa;
mod token;
mod user;
mod work;

/// Runs one command, and returns the exit code of what did not fail.
pub(crate) fn run(context: Context, command: Command) -> Result<i32> {
    let ctx = &context;
    match command {
        Command::Set(Set::ApiKey(args)) => set::run(ctx, args),
        Command::Show(Show::User) => user::run(ctx),
        Command::Show(Show::ApiKeys) => keys::list(ctx),
        Command::Show(Show::ApiKey { id }) => keys::show(ctx, id),
        Command::Create(Create::ApiKey(args)) => create::run(ctx, &args),
        Command::Delete(Delete::ApiKey { id, yes }) => delete::run(ctx, id, yes),
        Command::Reset(Reset::ApiKey { save, yes }) => reset::run(ctx, save.as_deref(), yes),
        Command::Rotate(args) => return rotate::run(ctx, &args),
        Command::Sweep(args) => return sweep::run(context, &args),
        Command::Token(args) => token::run(ctx, &args),
        Command::Exec(args) => return exec::run(context, args),
        Command::Get | Command::Store | Command::Erase | Command::Capability => {
            unreachable!("the command line's parser makes requests of these")
        }
        Command::Log(args) => log::run(ctx, &args),
        Command::Status(args) => status::run(ctx, &args),
        Command::Doctor(args) => return doctor::run(ctx, &args),
        Command::Migrate(args) => migrate::run(ctx, &args),
        Command::Account(Account::List) => account::list::run(ctx),
        Command::Account(Account::Use { name }) => account::default::run(ctx, &name),
        Command::Account(Account::Rename { old, new }) => account::rename::run(ctx, &old, &new),
        Command::Account(Account::Remove {
            name: Some(name),
            dry_run,
            yes,
            ..
        }) => account::remove::run(ctx, &name, dry_run, yes),
        Command::Account(Account::Remove {
            name: None,
            dry_run,
            yes,
            ..
        }) => return account::remove_all::run(ctx, dry_run, yes),
        Command::Account(Account::Trust { server }) => account::trust::trust(ctx, &server),
        Command::Account(Account::Untrust { server }) => account::trust::untrust(ctx, &server),
        Command::Tfa(Tfa::Login(args)) => tfa::login::run(ctx, args),
        Command::Tfa(Tfa::Status) => tfa::status::run(ctx),
        Command::Tfa(Tfa::Logout) => tfa::logout::run(ctx),
        Command::Tfa(Tfa::SendSms) => tfa::send::run(ctx, TfaKind::Sms),
        Command::Tfa(Tfa::SendEmail) => tfa::send::run(ctx, TfaKind::Email),
        Command::Configure(what) => configure::configure(ctx, &what),
        Command::Unconfigure(what) => configure::unconfigure(ctx, &what),
        Command::Completions { shell } => completions::run(ctx, shell),
        Command::Man { page } => manual::run(ctx, &page),
    }?;
    Ok(crate::DONE)
}

/// The key in use, with what its owner should know about its source said.
fn found_key(ctx: &Context) -> Result<Found> {
    let found = ctx.find_key()?;
    if let (Some(Remark::OthersCanRead(mode)), Some(path)) = (&found.remark, found.source.path()) {
        ctx.output.warn(&format!(
            "'{}' holds the key and others can read it (mode {mode:04o})",
            files::shown(path)
        ));
        ctx.output
            .hint(&format!("chmod 600 {}", files::quoted(path)));
    }
    match &found.source {
        Source::Plaintext(file)
            if file.role != PlaintextRole::Session && std::io::stderr().is_terminal() =>
        {
            ctx.output.hint(
                "this key is in a plaintext file; to move it into the keychain: vastkey migrate",
            );
        }
        Source::ChosenAccount(name, _) | Source::Session(name) if ctx.account.is_some() => {
            if let Some(Ok(variable)) = ctx.variable()
                && !variable.same_as(&found.key)
            {
                ctx.output.warn(&format!(
                    "VAST_API_KEY holds a different key, {}, which is not used because account '{name}' was asked for",
                    variable.fingerprint()
                ));
            }
        }
        _ => {}
    }
    Ok(found)
}
