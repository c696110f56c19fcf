//! What the fake remembers: accounts, their keys, and the audit log.
//!
//! Owns the life of a key (made, expired, deleted) and the ids. Knows no HTTP.
//! Nothing here implements `Debug` or `Display` with a key's value.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use serde_json::{Value, json};

use super::clock::Timestamp;
use super::factors::Tfa;
use super::scopes::Permissions;
use super::specs::{AccountSpec, KeyInfo, KeyKind, KeySpec, NewKey};

/// An account.
pub(crate) struct Account {
    pub(crate) id: u64,
    pub(crate) email: String,
    pub(crate) email_verified: bool,
    pub(crate) credit: f64,
    pub(crate) ssh_key: String,
    pub(crate) parent: Option<u64>,
    pub(crate) may_have_subaccounts: bool,
    pub(crate) primary_key: u64,
    pub(crate) tfa: Option<Tfa>,
}

/// A key, deleted or not.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) id: u64,
    pub(crate) account: u64,
    pub(crate) value: String,
    pub(crate) kind: KeyKind,
    pub(crate) name: String,
    pub(crate) permissions: Permissions,
    pub(crate) created_at: Timestamp,
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) expires_at: Option<Timestamp>,
}

impl Key {
    /// Whether its time has passed.
    pub(crate) fn expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// Neither deleted nor expired.
    pub(crate) fn alive(&self, now: Timestamp) -> bool {
        self.deleted_at.is_none() && !self.expired(now)
    }

    /// What tests may see.
    pub(crate) fn info(&self, now: Timestamp) -> KeyInfo {
        KeyInfo {
            id: self.id,
            account: self.account,
            kind: self.kind,
            name: self.name.clone(),
            permissions: self.permissions.to_json(),
            deleted: self.deleted_at.is_some(),
            alive: self.alive(now),
        }
    }
}

/// Everything that outlives a request.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) accounts: BTreeMap<u64, Account>,
    pub(crate) keys: BTreeMap<u64, Key>,
    pub(crate) audit: Vec<(u64, Value)>,
}

impl State {
    /// Makes an account and its primary key.
    pub(crate) fn add_account(&mut self, spec: AccountSpec, now: Timestamp) -> NewKey {
        let mut primary = blank_key(spec.id, KeyKind::Primary, "primary", now);
        if let Some(value) = spec.primary_key {
            primary.value = value;
        }
        let new = self.insert(primary);
        let account = Account {
            id: spec.id,
            email: spec.email.to_owned(),
            email_verified: true,
            credit: spec.credit,
            ssh_key: spec.ssh_key.to_owned(),
            parent: spec.parent,
            may_have_subaccounts: spec.may_have_subaccounts,
            primary_key: new.id,
            tfa: None,
        };
        let previous = self.accounts.insert(spec.id, account);
        assert!(previous.is_none(), "account {} exists already", spec.id);
        new
    }

    /// Makes a key as specified.
    pub(crate) fn add_key(&mut self, spec: &KeySpec, now: Timestamp) -> NewKey {
        let exists = self.accounts.contains_key(&spec.account);
        assert!(exists, "there is no account {}", spec.account);
        let mut key = blank_key(spec.account, spec.kind, &spec.name, now);
        key.permissions = Permissions::parse(&spec.permissions)
            .unwrap_or_else(|fault| panic!("the key's permissions: {}", fault.code()));
        key.deleted_at = spec.deleted.then_some(now);
        key.expires_at = spec.expires_in.map(|after| now + after.as_secs_f64());
        self.insert(key)
    }

    /// Makes a key that its owner named.
    pub(crate) fn create_key(
        &mut self,
        account: u64,
        name: &str,
        permissions: Permissions,
        now: Timestamp,
    ) -> NewKey {
        let mut key = blank_key(account, KeyKind::Api, name, now);
        key.permissions = permissions;
        self.insert(key)
    }

    /// Makes a 2FA session that may do what `login` may.
    pub(crate) fn create_session(
        &mut self,
        login: &Key,
        lifetime: Duration,
        now: Timestamp,
    ) -> NewKey {
        let mut key = blank_key(login.account, KeyKind::Session, "session", now);
        key.permissions = login.permissions.clone();
        key.expires_at = Some(now + lifetime.as_secs_f64());
        self.insert(key)
    }

    /// Deletes the primary key and makes another.
    pub(crate) fn replace_primary(&mut self, account: u64, now: Timestamp) -> NewKey {
        let new = self.insert(blank_key(account, KeyKind::Primary, "primary", now));
        let old = std::mem::replace(&mut self.account_mut(account).primary_key, new.id);
        self.delete_key(old, now);
        new
    }

    /// Marks a key as deleted.
    pub(crate) fn delete_key(&mut self, id: u64, now: Timestamp) {
        let key = self.keys.get_mut(&id).expect("the key exists");
        key.deleted_at.get_or_insert(now);
    }

    /// The key with this value, deleted or not.
    pub(crate) fn key_of_value(&self, value: &str) -> Option<&Key> {
        self.keys.values().find(|key| key.value == value)
    }

    /// An account that is known to exist.
    pub(crate) fn account(&self, id: u64) -> &Account {
        self.accounts.get(&id).expect("the account exists")
    }

    /// An account that is known to exist.
    pub(crate) fn account_mut(&mut self, id: u64) -> &mut Account {
        self.accounts.get_mut(&id).expect("the account exists")
    }

    fn insert(&mut self, mut key: Key) -> NewKey {
        const FIRST_ID: u64 = 1001;
        let last = self.keys.last_key_value().map(|(id, _)| *id);
        key.id = last.map_or(FIRST_ID, |id| id + 1);
        let new = NewKey {
            id: key.id,
            account: key.account,
            key: key.value.clone(),
        };
        self.keys.insert(key.id, key);
        new
    }

    /// Adds a row to the audit log of the key's account.
    pub(crate) fn record(&mut self, key: &Key, route: &str, args: &Value, now: Timestamp) {
        let row = json!({
            "ip_address": "127.0.0.1",
            "api_key_id": key.id,
            "created_at": now,
            "api_route": route,
            "args": args,
        });
        self.audit.push((key.account, row));
    }
}

fn blank_key(account: u64, kind: KeyKind, name: &str, now: Timestamp) -> Key {
    Key {
        id: 0,
        account,
        value: random_hex(64),
        kind,
        name: name.to_owned(),
        permissions: Permissions::Everything,
        created_at: now,
        deleted_at: None,
        expires_at: None,
    }
}

/// Random lower-case hexadecimal digits. As unpredictable as the standard
/// library's hash seeds, which is enough for keys that open nothing.
pub(crate) fn random_hex(digits: usize) -> String {
    let mut text = String::new();
    while text.len() < digits {
        let random = RandomState::new().hash_one(text.len());
        write!(text, "{random:016x}").expect("a string takes text");
    }
    text.truncate(digits);
    text
}

/// What may be shown of a key.
pub(crate) fn last_four(key: &str) -> String {
    let shown = key.len().checked_sub(4).filter(|cut| *cut >= 8);
    format!("…{}", shown.and_then(|cut| key.get(cut..)).unwrap_or(""))
}
