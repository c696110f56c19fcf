//! `account list`: the accounts of a server, from the index and the keychain's
//! own list. Reads no secret and raises no prompt.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::commands::storing;
use crate::config::Settings;
use crate::config::index::Record;
use crate::context::Context;
use crate::error::Result;
use crate::escape::escape;
use crate::output::table;
use crate::server::Server;
use crate::store::{AccountName, Backend, Listed};

/// An account, as the index and the keychain know it.
#[derive(Default)]
struct Entry {
    record: Option<Record>,
    item: Option<Listed>,
}

pub(in crate::commands) fn run(ctx: &Context) -> Result<()> {
    let entries = entries(ctx);
    // Settings that cannot be read are no reason not to list accounts.
    let trusted = ctx.settings().map(Settings::trusted_servers);
    let trusted: Vec<&str> = trusted
        .unwrap_or_default()
        .iter()
        .map(Server::origin)
        .collect();
    let default = storing::default_account(ctx).ok();
    if ctx.raw {
        let accounts: Vec<Value> = entries
            .iter()
            .map(|(name, entry)| for_machines(ctx, name, entry, default.as_ref()))
            .collect();
        return ctx
            .output
            .json(&json!({ "accounts": accounts, "trusted_servers": trusted }));
    }
    if !trusted.is_empty() {
        let trusted = trusted.join(", ");
        ctx.output
            .note(&format!("trusted with their own credentials: {trusted}"));
    }
    if entries.is_empty() {
        ctx.output
            .note(&format!("no account is stored for {}", ctx.server));
        ctx.output.hint("to store a key: vastkey set api-key");
        return Ok(());
    }
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|(name, entry)| for_people(name, entry, default.as_ref()))
        .collect();
    let header = [
        "", "account", "key", "key id", "email", "kept in", "stored", "verified",
    ];
    ctx.output.line(&table(&header, &rows))
}

fn entries(ctx: &Context) -> BTreeMap<AccountName, Entry> {
    let mut entries: BTreeMap<AccountName, Entry> = BTreeMap::new();
    for record in ctx.index().of_server(&ctx.server) {
        if let Some(name) = record.name() {
            entries.entry(name).or_default().record = Some(record.clone());
        }
    }
    let listed = ctx
        .stores_unattended()
        .get(Backend::Keychain)
        .and_then(|store| store.list(ctx.server.origin()));
    match listed {
        Ok(items) => {
            for item in items {
                if let Ok(name) = AccountName::parse(&item.id.user) {
                    entries.entry(name).or_default().item = Some(item);
                }
            }
        }
        Err(fault) => ctx.output.warn(&format!(
            "the keychain was not asked, so accounts that other programs stored are missing: {fault}"
        )),
    }
    entries
}

impl Entry {
    fn backend(&self) -> Backend {
        self.record
            .as_ref()
            .map_or(Backend::Keychain, |record| record.store)
    }

    fn fingerprint(&self) -> Option<String> {
        let fingerprint = self.record.as_ref()?.fingerprint()?;
        Some(fingerprint.to_string())
    }
}

fn for_people(name: &AccountName, entry: &Entry, default: Option<&AccountName>) -> Vec<String> {
    let dash = || "–".to_owned();
    let record = entry.record.as_ref();
    let day = |moment: OffsetDateTime| moment.date().to_string();
    vec![
        if default == Some(name) { "*" } else { "" }.to_owned(),
        name.to_string(),
        entry.fingerprint().unwrap_or_else(dash),
        record
            .and_then(|record| record.key_id)
            .map_or_else(dash, |id| id.to_string()),
        record
            .and_then(|record| record.email.as_deref())
            .map_or_else(dash, escape),
        match &entry.item {
            Some(item) if item.locked => format!("{}, locked", entry.backend().name()),
            Some(item) if !item.ours => {
                format!("{}, as '{}'", entry.backend().name(), escape(&item.label))
            }
            _ => entry.backend().name().to_owned(),
        },
        record.map_or_else(dash, |record| day(record.stored_at)),
        record
            .and_then(|record| record.verified_at)
            .map_or_else(dash, day),
    ]
}

fn for_machines(
    ctx: &Context,
    name: &AccountName,
    entry: &Entry,
    default: Option<&AccountName>,
) -> Value {
    let record = entry.record.as_ref();
    let moment = |moment: OffsetDateTime| moment.format(&Rfc3339).ok();
    json!({
        "account": name.as_str(),
        "server": ctx.server.origin(),
        "default": default == Some(name),
        "store": entry.backend().name(),
        "fingerprint": entry.fingerprint(),
        "key_id": record.and_then(|record| record.key_id),
        "email": record.and_then(|record| record.email.clone()),
        "stored_at": record.and_then(|record| moment(record.stored_at)),
        "verified_at": record.and_then(|record| record.verified_at).and_then(moment),
        "locked": entry.item.as_ref().map(|item| item.locked),
        "label": entry.item.as_ref().map(|item| item.label.clone()),
    })
}
