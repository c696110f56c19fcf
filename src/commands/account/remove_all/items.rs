//! The items of the stores: which ones go, and which are other programs'.

use std::collections::BTreeSet;

use crate::config::Settings;
use crate::config::index::{Index, Record};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::server::{DEFAULT_ORIGIN, Server};
use crate::store::{Backend, Deleted, ItemId, Listed, Store, StoreError, Tag};

/// An item that goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) backend: Backend,
    pub(super) id: ItemId,
    /// Whether the index has its account: then what other programs stored for it
    /// goes too, as a lookup would take it for the account's.
    is_recorded: bool,
}

/// What the stores hold.
#[derive(Default)]
pub(super) struct Items {
    /// In the order in which they go: an account's key after all else of its.
    pub(super) going: Vec<Item>,
    /// Other programs' for the same servers, and where they are. Those that go
    /// are not among them.
    pub(super) staying: Vec<(Backend, Listed)>,
    /// Other programs' that go, as they belong to a recorded account.
    pub(super) foreign: Vec<Listed>,
    /// Of the kernel's keyring, and not recorded. They stay.
    pub(super) unrecorded: Vec<Listed>,
    /// Why no keychain could be asked, where nothing was ever kept in one.
    pub(super) unasked: Option<String>,
}

impl Items {
    /// Finds all of them, after unlocking what is locked.
    pub(super) fn find(ctx: &Context, index: &Index, settings: &Settings) -> Result<Self> {
        let mut items = Self::default();
        let is_used = index.is_damaged()
            || has(index, Backend::Keychain)
            || !settings.trusted_servers().is_empty();
        let services = services(ctx, index, settings);
        items.add_of_keychain(ctx, index, is_used, &services)?;
        items.add_of_kernel(ctx, index, &services_in_kernel(ctx, index, settings))?;
        items.going.sort_by_cached_key(|item| {
            let is_key = item.id.tag().is_none() && !item.id.user.contains('#');
            (is_key, item.backend.name(), item.id.clone())
        });
        Ok(items)
    }

    /// A keychain that is not there is none where nothing was ever kept in one.
    fn add_of_keychain(
        &mut self,
        ctx: &Context,
        index: &Index,
        is_used: bool,
        services: &BTreeSet<String>,
    ) -> Result<()> {
        let stores = ctx.stores();
        let store = stores.get(Backend::Keychain);
        match store.and_then(|store| list(store, services)) {
            Err(fault @ StoreError::Absent(_)) if !is_used => {
                self.unasked = Some(fault.to_string());
            }
            listed => {
                for item in listed.map_err(|fault| Error::of_needed_store(&fault))? {
                    self.sort_in(index, Backend::Keychain, item);
                }
            }
        }
        Ok(())
    }

    /// The kernel's keyring is one for all homes and containers of a user: what is
    /// for none of the `services` that this home knows it for is another one's.
    fn add_of_kernel(
        &mut self,
        ctx: &Context,
        index: &Index,
        services: &BTreeSet<String>,
    ) -> Result<()> {
        let stores = ctx.stores();
        let store = stores.get(Backend::Keyutils);
        let listed = match store.and_then(Store::list_made_unlocked) {
            Err(_) if services.is_empty() => return Ok(()),
            Err(StoreError::Absent(_) | StoreError::Denied(_))
                if !has(index, Backend::Keyutils) =>
            {
                return Ok(());
            }
            listed => listed.map_err(|fault| Error::of_needed_store(&fault))?,
        };
        for item in listed {
            if services.contains(&item.id.service) {
                self.sort_in(index, Backend::Keyutils, item);
            } else {
                self.unrecorded.push(item);
            }
        }
        Ok(())
    }

    fn sort_in(&mut self, index: &Index, backend: Backend, found: Listed) {
        let is_recorded = is_recorded(index, backend, &found.id);
        if !found.ours && !is_recorded {
            return self.staying.push((backend, found));
        }
        let item = Item {
            backend,
            id: found.id.clone(),
            is_recorded,
        };
        if !self.going.contains(&item) {
            self.going.push(item);
        }
        if !found.ours {
            self.foreign.push(found);
        }
    }
}

impl Item {
    /// Deletes it. The caller holds the lock.
    pub(super) fn delete(&self, ctx: &Context) -> Result<Deleted> {
        let store = ctx.stores().get(self.backend)?;
        Ok(if self.is_recorded {
            store.delete_all(&self.id)?
        } else {
            store.delete(&self.id)?
        })
    }
}

/// What there is for each service, and for those that vastkey made items for.
fn list(
    store: &dyn Store,
    services: &BTreeSet<String>,
) -> std::result::Result<Vec<Listed>, StoreError> {
    let made = store.list_made_unlocked()?.into_iter();
    let mut services = services.clone();
    services.extend(made.map(|item| item.id.service));
    let mut listed = Vec::new();
    for service in &services {
        listed.extend(store.list_unlocked(service)?);
    }
    Ok(listed)
}

fn has(index: &Index, backend: Backend) -> bool {
    let mut records = index.records().iter();
    records.any(|record| record.store == backend)
}

fn is_recorded(index: &Index, backend: Backend, id: &ItemId) -> bool {
    let owner = id.owner();
    let mut records = index.records().iter();
    owner.is_some()
        && records.any(|record| {
            record.store == backend && record.server() == id.service && record.name() == owner
        })
}

/// The servers of accounts, as services.
fn services(ctx: &Context, index: &Index, settings: &Settings) -> BTreeSet<String> {
    let recorded = index.records().iter().map(Record::server);
    let with_default = settings.servers_with_default().map(Server::origin);
    let known = [ctx.server.origin(), DEFAULT_ORIGIN];
    let all = recorded.chain(with_default).chain(known);
    all.map(str::to_owned).collect()
}

/// Those of accounts that are recorded to be in the kernel, and of trusted
/// servers.
fn services_in_kernel(ctx: &Context, index: &Index, settings: &Settings) -> BTreeSet<String> {
    let records = index.records().iter();
    let recorded = records.filter(|record| record.store == Backend::Keyutils);
    let mut services: BTreeSet<String> =
        recorded.map(|record| record.server().to_owned()).collect();
    if index.is_damaged() {
        services.insert(ctx.server.origin().to_owned());
    }
    for server in settings.trusted_servers() {
        services.extend(Tag::ALL.map(|tag| tag.service(server)));
    }
    services
}
