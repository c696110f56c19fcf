//! Every key that can be known without asking anybody anything.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;

use super::drift::Sources;
use super::remedy::Holder;
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
    /// Where it is kept.
    pub(super) holder: Holder,
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
            let holder = Holder::of(ctx, &found.source);
            known.add(&found.key, found.source.described(), holder);
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
                Ok(items) => items
                    .iter()
                    .for_each(|item| self.read(store, backend, &item.id)),
                Err(StoreError::Absent(_)) if !is_used => {}
                Err(fault) => self.misses(&fault),
            }
        }
    }

    fn read(&mut self, store: &dyn Store, backend: Backend, id: &ItemId) {
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
                    let owner = format!("{}{server} in {backend}", name(id));
                    self.add(&key, owner, holder(id));
                }
            }
            Ok(None) => {}
            Err(fault) => self.misses(&fault),
        }
    }

    fn misses(&mut self, fault: &StoreError) {
        self.missing.insert(fault.to_string());
    }

    /// Of several places that hold a key an account counts, since its key can be
    /// replaced.
    fn add(&mut self, key: &ApiKey, owner: String, holder: Holder) {
        let is_account = |holder: &Holder| matches!(holder, Holder::Account { .. });
        match self.keys.iter_mut().find(|known| known.key.same_as(key)) {
            Some(known) if is_account(&known.holder) || !is_account(&holder) => {}
            Some(known) => (known.owner, known.holder) = (owner, holder),
            None => self.keys.push(KnownKey {
                key: key.clone(),
                owner,
                holder,
            }),
        }
    }
}

/// What an item's key is to vastkey.
fn holder(id: &ItemId) -> Holder {
    let (account, part) = id.user.split_once('#').unwrap_or((&id.user, ""));
    let Ok(account) = AccountName::parse(account) else {
        return Holder::Elsewhere;
    };
    let origin = id.service.clone();
    match part {
        "" => Holder::Account { origin, account },
        "next" => Holder::Rotation { origin, account },
        _ => Holder::Session,
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
