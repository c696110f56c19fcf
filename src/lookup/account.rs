//! Accounts in the keychain: the one asked for by name, and the server's
//! default.

use secrecy::ExposeSecret;

use super::{Ambient, Fault, Source, Step, StoreChoice};
use crate::key::ApiKey;
use crate::store::{AccountName, Backend, ItemId, Store, StoreError};

/// The account that `--account` names: its key, or an error.
pub(super) fn probe_chosen(ambient: &Ambient) -> Step {
    let name = ambient.account.cloned().unwrap_or_default();
    let store = store_of(ambient, &name);
    let source = Source::ChosenAccount(name.clone(), store);
    match read(ambient, store, &name) {
        Ok(Some(key)) => Step::holding(source, key, None),
        Ok(None) => {
            let elsewhere = recorded_elsewhere(ambient, store, &name);
            Step::unusable(source, elsewhere.unwrap_or(Fault::NoSuchAccount))
        }
        Err(fault) => Step::unusable(source, fault),
    }
}

/// The default account: the recorded one, else the only one there is.
pub(super) fn probe_default(ambient: &Ambient) -> Step {
    let name = recorded_default(ambient).unwrap_or_default();
    let store = store_of(ambient, &name);
    let source = Source::DefaultAccount(name.clone(), store);
    if ambient.store == StoreChoice::Files {
        return Step::not_there(source, "not asked for (--store file)");
    }
    if let Err(fault) = &ambient.settings {
        return Step::unusable(source, Fault::Settings(fault.clone()));
    }
    if let Some(several) = undecided(ambient) {
        return Step::unusable(source, Fault::NoDefault(several));
    }
    match read(ambient, store, &name) {
        Ok(Some(key)) => Step::holding(source, key, None),
        Ok(None) => only_other(ambient, &source, store),
        Err(fault @ StoreError::Absent(_)) if never_recorded(ambient) => {
            Step::not_there(source, fault.to_string())
        }
        Err(fault @ StoreError::Absent(_)) => Step::unusable(source, Fault::StoreGone(fault)),
        Err(fault) => Step::unusable(source, fault),
    }
}

/// The default account as far as it can be told without the keychain: the
/// configured one, else the only one in the index.
pub(super) fn recorded_default(ambient: &Ambient) -> Option<AccountName> {
    if let Some(name) = configured_default(ambient) {
        return Some(name.clone());
    }
    match ambient.index.of_server(ambient.server).as_slice() {
        [only] => only.name(),
        _ => None,
    }
}

fn configured_default<'a>(ambient: &'a Ambient) -> Option<&'a AccountName> {
    let settings = ambient.settings.as_ref().ok()?;
    settings.default_account(ambient.server)
}

/// The accounts to choose from when nothing says which is the default.
fn undecided(ambient: &Ambient) -> Option<Vec<AccountName>> {
    if configured_default(ambient).is_some() {
        return None;
    }
    let names: Vec<AccountName> = ambient
        .index
        .of_server(ambient.server)
        .iter()
        .filter_map(|record| record.name())
        .collect();
    (names.len() > 1).then_some(names)
}

fn never_recorded(ambient: &Ambient) -> bool {
    !ambient.index.is_damaged()
        && ambient.index.of_server(ambient.server).is_empty()
        && configured_default(ambient).is_none()
}

pub(super) fn store_of(ambient: &Ambient, name: &AccountName) -> Backend {
    match ambient.store {
        StoreChoice::Only(store) => store,
        StoreChoice::Recorded | StoreChoice::Files => ambient
            .index
            .get(ambient.server, name)
            .map_or(Backend::Keychain, |record| record.store),
    }
}

type MaybeKey = Option<Result<ApiKey, crate::key::MalformedKey>>;

fn read(ambient: &Ambient, store: Backend, name: &AccountName) -> Result<MaybeKey, StoreError> {
    let id = ItemId::account(ambient.server, name);
    let secret = ambient.stores.get(store)?.get(&id)?;
    Ok(secret.map(|secret| ApiKey::parse(secret.expose_secret())))
}

/// The default account is not stored. If it was recorded, going on would
/// silently use another key. If neither configuration nor index knows an
/// account, as after the loss of both: the only one that the keychain has.
fn only_other(ambient: &Ambient, source: &Source, store: Backend) -> Step {
    if !never_recorded(ambient) && !ambient.index.is_damaged() {
        let name = source.account().cloned().unwrap_or_default();
        return Step::unusable(source.clone(), not_in(ambient, store, name));
    }
    let others = match ambient.stores.get(store) {
        Ok(store) => names(store, ambient),
        Err(fault) => Err(fault),
    };
    match others.as_deref() {
        Ok([]) => Step::not_there(source.clone(), "none stored"),
        Ok([only]) => {
            let source = Source::DefaultAccount(only.clone(), store);
            match read(ambient, store, only) {
                Ok(Some(key)) => Step::holding(source, key, None),
                Ok(None) => Step::unusable(source, Fault::Vanished(only.clone())),
                Err(fault) => Step::unusable(source, fault),
            }
        }
        Ok(several) => Step::unusable(source.clone(), Fault::NoDefault(several.to_vec())),
        Err(fault) => Step::unusable(source.clone(), fault.clone()),
    }
}

/// What it means that the default account is not in `store`: only where the
/// account was recorded, or would be looked for without being told, is it gone.
fn not_in(ambient: &Ambient, store: Backend, name: AccountName) -> Fault {
    if let Some(elsewhere) = recorded_elsewhere(ambient, store, &name) {
        return elsewhere;
    }
    let is_recorded = ambient.index.get(ambient.server, &name).is_some();
    match ambient.store {
        StoreChoice::Only(_) if !is_recorded => Fault::NoSuchAccount,
        _ => Fault::Vanished(name),
    }
}

/// That the account was recorded in another store than the one asked for.
fn recorded_elsewhere(ambient: &Ambient, store: Backend, name: &AccountName) -> Option<Fault> {
    let recorded = ambient.index.get(ambient.server, name)?.store;
    (recorded != store).then_some(Fault::Elsewhere(recorded))
}

fn names(store: &dyn Store, ambient: &Ambient) -> Result<Vec<AccountName>, StoreError> {
    let mut names: Vec<AccountName> = store
        .list(ambient.server.origin())?
        .iter()
        .filter_map(|item| AccountName::parse(&item.id.user).ok())
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}
