//! Every key that can be known without asking anybody anything.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;

use super::drift::Sources;
use super::unfinished::PROBE;
use crate::context::Context;
use crate::escape::escape;
use crate::key::ApiKey;
use crate::server::DEFAULT_ORIGIN;
use crate::store::{AccountName, Backend, ItemId, Store, StoreError};

/// A key, and whose it is.
pub(super) struct KnownKey {
    pub(super) key: ApiKey,
    /// As it stands behind "the key …abcd of".
    pub(super) owner: String,
}

/// The keys, and why some may be missing.
#[derive(Default)]
pub(super) struct Known {
    pub(super) keys: Vec<KnownKey>,
    pub(super) missing: BTreeSet<String>,
}

impl Known {
    /// Those of the sources, and of every account in the stores.
    pub(super) fn gather(ctx: &Context, sources: &Sources) -> Self {
        let mut known = Self::default();
        for found in sources.found() {
            known.add(&found.key, found.source.described());
        }
        known.of_store(ctx, Backend::Keychain);
        let records = ctx.index().records();
        if records
            .iter()
            .any(|record| record.store == Backend::Keyutils)
        {
            known.of_store(ctx, Backend::Keyutils);
        }
        known
    }

    fn of_store(&mut self, ctx: &Context, backend: Backend) {
        let is_used = !ctx.index().records().is_empty();
        let store = match ctx.stores_unattended().get(backend) {
            Ok(store) => store,
            // There is nothing in a store that is not there.
            Err(StoreError::Absent(_)) if !is_used => return,
            Err(fault) => return self.misses(&fault),
        };
        for service in services(ctx) {
            match store.list(&service) {
                Ok(items) => items.iter().for_each(|item| self.read(store, &item.id)),
                Err(StoreError::Absent(_)) if !is_used => {}
                Err(fault) => self.misses(&fault),
            }
        }
    }

    fn read(&mut self, store: &dyn Store, id: &ItemId) {
        if id.user.ends_with(PROBE) {
            return;
        }
        match store.get(id) {
            Ok(Some(secret)) => {
                if let Ok(key) = ApiKey::parse(secret.expose_secret()) {
                    let server = match id.service.as_str() {
                        DEFAULT_ORIGIN => String::new(),
                        other => format!(" for {other}"),
                    };
                    self.add(&key, format!("{}{server} in the keychain", name(id)));
                }
            }
            Ok(None) => {}
            Err(fault) => self.misses(&fault),
        }
    }

    fn misses(&mut self, fault: &StoreError) {
        self.missing.insert(fault.to_string());
    }

    fn add(&mut self, key: &ApiKey, owner: String) {
        if !self.keys.iter().any(|known| known.key.same_as(key)) {
            let key = key.clone();
            self.keys.push(KnownKey { key, owner });
        }
    }
}

/// An item's name. What another program chose may be anything, even a key.
pub(super) fn name(id: &ItemId) -> String {
    let account = id.user.split('#').next().unwrap_or_default();
    match AccountName::parse(account) {
        Ok(_) => format!("'{}'", escape(&id.user)),
        Err(_) => "an item".to_owned(),
    }
}

/// The servers for which there may be accounts.
pub(super) fn services(ctx: &Context) -> BTreeSet<String> {
    let records = ctx.index().records().iter();
    let recorded = records.map(|record| record.server().to_owned());
    let current = [ctx.server.origin().to_owned(), DEFAULT_ORIGIN.to_owned()];
    recorded.chain(current).collect()
}
