//! Points out other places that hold a key, with the command that mends it.

use crate::config::index::Record;
use crate::context::Context;
use crate::error::Result;
use crate::files;
use crate::key::ApiKey;
use crate::lookup::{self, Ambient, Found, Outcome, PlaintextRole, Source, StoreChoice};
use crate::store::{AccountName, ItemId};

/// After `stored` went to its place: names the variables and files that hold a
/// key too, and those that win over the stored one. `in_file` says that the
/// documented file is the place.
pub(super) fn point_out(ctx: &Context, stored: &ApiKey, in_file: bool) -> Result<()> {
    let mut ambient = ctx.ambient(ctx.stores_unattended())?;
    for step in lookup::trace_outside_keychain(&ambient) {
        let found = match &step.outcome {
            Outcome::Found(found) => found,
            Outcome::NotThere(_) => continue,
            Outcome::Unusable(_) if comes_after_accounts(&step.source) => continue,
            Outcome::Unusable(fault) => {
                ctx.output.warn(&format!(
                    "{} cannot be used, and stops commands before the stored key: {fault}",
                    step.source.described()
                ));
                continue;
            }
        };
        one(ctx, found, stored, in_file);
    }
    if in_file {
        ambient.store = StoreChoice::Recorded;
        stored_account(ctx, &ambient);
    }
    Ok(())
}

/// Names every other place that holds `old`, which is about to be deleted: what
/// uses it there stops working.
pub(super) fn still_holding(ctx: &Context, old: &ApiKey, except: &AccountName) -> Result<()> {
    let ambient = ctx.ambient(ctx.stores_unattended())?;
    for step in lookup::trace_outside_keychain(&ambient) {
        if let Outcome::Found(found) = &step.outcome
            && found.key.same_as(old)
        {
            old_in(ctx, &found.source, old);
        }
    }
    for name in accounts_holding(ctx, old, except) {
        ctx.output.warn(&format!(
            "account '{name}' holds the same old key ({}), which stops working",
            old.fingerprint()
        ));
        ctx.output.hint(&format!(
            "to store a key for it: vastkey set api-key --account {name}; or: vastkey account remove {name}"
        ));
    }
    Ok(())
}

/// The other accounts that are recorded and hold `key`.
pub(super) fn accounts_holding(
    ctx: &Context,
    key: &ApiKey,
    except: &AccountName,
) -> Vec<AccountName> {
    let holds = |record: &Record, name: &AccountName| {
        let item = ItemId::account(&ctx.server, name);
        let store = ctx.stores_unattended().get(record.store);
        let secret = store.and_then(|store| store.get(&item));
        matches!(secret, Ok(Some(secret)) if key.is_stored_as(&secret))
    };
    let index = ctx.index();
    let named = index
        .of_server(&ctx.server)
        .into_iter()
        .filter_map(|record| Some((record, record.name()?)));
    named
        .filter(|(record, name)| name != except && holds(record, name))
        .map(|(_, name)| name)
        .collect()
}

fn old_in(ctx: &Context, source: &Source, old: &ApiKey) {
    let fingerprint = old.fingerprint();
    ctx.output.warn(&format!(
        "{} holds the old key ({fingerprint}), which stops working",
        source.described()
    ));
    match source {
        Source::Variable => ctx.output.hint("to use the stored key: unset VAST_API_KEY"),
        Source::NamedFile { variable, .. } => ctx
            .output
            .hint(&format!("to use the stored key: unset {variable}")),
        Source::Plaintext(file) => ctx.output.hint(&format!(
            "to remove the file: rm {}",
            files::quoted(&file.path)
        )),
        Source::ChosenAccount(..) | Source::Session(_) | Source::DefaultAccount(..) => {}
    }
}

fn comes_after_accounts(source: &Source) -> bool {
    matches!(source, Source::Plaintext(file) if file.role != PlaintextRole::Session)
}

/// An account in the keychain wins over the file that was just written.
fn stored_account(ctx: &Context, ambient: &Ambient) {
    if let Ok(found) = lookup::find(ambient)
        && found.source.account().is_some()
    {
        ctx.output.warn(&format!(
            "{} holds {} and wins over the file",
            found.source.described(),
            found.key.fingerprint()
        ));
        ctx.output
            .hint("to use the file for one command: vastkey --store file …");
    }
}

fn one(ctx: &Context, found: &Found, stored: &ApiKey, in_file: bool) {
    let out = &ctx.output;
    let is_same = found.key.same_as(stored);
    let which = if is_same { "the same" } else { "another" };
    let key = format!("{which} key ({})", found.key.fingerprint());
    match &found.source {
        Source::Variable => {
            out.warn(&format!(
                "VAST_API_KEY is set to {key} and wins over the stored one"
            ));
            out.hint("to use the stored key: unset VAST_API_KEY");
        }
        Source::NamedFile { variable, .. } => {
            out.warn(&format!(
                "{variable} names a file with {key}, which wins over the stored one"
            ));
            out.hint(&format!("to use the stored key: unset {variable}"));
        }
        Source::Plaintext(file) => {
            let path = files::shown(&file.path);
            match file.role {
                PlaintextRole::Session => out.warn(&format!(
                    "'{path}' holds a 2FA session of the official CLI, which wins over the stored key until it expires"
                )),
                PlaintextRole::Documented if in_file => {}
                PlaintextRole::Documented | PlaintextRole::Legacy => {
                    out.warn(&format!("the plaintext file '{path}' still holds {key}"));
                    out.hint(if is_same {
                        "to remove the file: vastkey migrate"
                    } else {
                        "to move it into the keychain too: vastkey migrate --account NAME (one that is free)"
                    });
                }
            }
        }
        Source::ChosenAccount(..) | Source::Session(_) | Source::DefaultAccount(..) => {}
    }
}
