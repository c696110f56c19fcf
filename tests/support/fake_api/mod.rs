//! A strict, stateful fake of the Vast.ai API, on loopback.
//!
//! It keeps accounts and keys, enforces permissions and rate limits, answers in
//! every shape that the sources about the real API report, misbehaves when told
//! to, and notes what a well-behaved client never does. It is for tests and the
//! quickstart and never part of `vastkey`.
//!
//! This module owns the handle that tests hold. No method prints a key.

#![allow(
    dead_code,
    unused_imports,
    reason = "two crates compile this, and neither uses all of it"
)]

mod auth;
mod clock;
mod connection;
mod control;
mod factors;
mod faults;
mod http;
mod instances;
mod keys;
mod profile;
mod rate;
mod routes;
mod rules;
mod scopes;
mod server;
mod specs;
mod state;
mod tfa;
mod users;
mod violations;
mod wire;
mod world;

use std::time::Duration;

pub(crate) use control::write_secret;
pub(crate) use factors::CODE as TFA_CODE;
pub(crate) use faults::Fault;
pub(crate) use rules::FaultRule;
pub(crate) use server::Observer;
pub(crate) use specs::{AccountSpec, KeyInfo, KeyKind, KeySpec, NewKey};
pub(crate) use state::random_hex;
pub(crate) use violations::{Offence, Violation};
pub(crate) use world::Logged;

use server::Server;

/// A running fake API; it stops when it is dropped.
pub(crate) struct FakeApi {
    server: Server,
    url: String,
}

impl FakeApi {
    /// Starts one that knows no account.
    pub(crate) fn start() -> Self {
        Self::start_with(Box::new(|_| ()))
    }

    /// The same, with somebody who is told of each request.
    pub(crate) fn start_with(observer: Observer) -> Self {
        let server = Server::start(observer);
        let url = format!("http://{}", server.address);
        Self { server, url }
    }

    /// Starts one with the account of the vendor's documentation, and gives its
    /// primary key.
    pub(crate) fn with_account() -> (Self, NewKey) {
        let api = Self::start();
        let key = api.add_account(AccountSpec::default());
        (api, key)
    }

    /// Its origin: `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Makes an account; gives its primary key.
    pub(crate) fn add_account(&self, spec: AccountSpec) -> NewKey {
        let world = &mut *self.server.world();
        world.state.add_account(spec, world.clock.now())
    }

    /// Makes a key.
    pub(crate) fn add_key(&self, spec: &KeySpec) -> NewKey {
        let world = &mut *self.server.world();
        world.state.add_key(spec, world.clock.now())
    }

    /// Deletes a key, as the console can.
    ///
    /// # Panics
    /// If there is no such key.
    pub(crate) fn delete_key(&self, id: u64) {
        let world = &mut *self.server.world();
        world.state.delete_key(id, world.clock.now());
    }

    /// Gives an account second factors; gives their backup codes.
    ///
    /// # Panics
    /// If there is no such account.
    pub(crate) fn enable_tfa(&self, account: u64) -> Vec<String> {
        let world = &mut *self.server.world();
        let tfa = factors::Tfa::new(world.clock.now());
        let codes = tfa.backup_codes.clone();
        world.state.account_mut(account).tfa = Some(tfa);
        codes
    }

    /// Takes an account's second factors away, as the console can. Its sessions
    /// stay.
    ///
    /// # Panics
    /// If there is no such account.
    pub(crate) fn disable_tfa(&self, account: u64) {
        self.server.world().state.account_mut(account).tfa = None;
    }

    /// All keys that ever were, by id.
    pub(crate) fn keys(&self) -> Vec<KeyInfo> {
        let world = &*self.server.world();
        let now = world.clock.now();
        world.state.keys.values().map(|key| key.info(now)).collect()
    }

    /// The values of all keys that ever were, for a search of what must not hold
    /// one.
    pub(crate) fn key_values(&self) -> Vec<String> {
        let world = &*self.server.world();
        world
            .state
            .keys
            .values()
            .map(|key| key.value.clone())
            .collect()
    }

    /// The keys that work now.
    pub(crate) fn live_keys(&self) -> Vec<KeyInfo> {
        self.keys().into_iter().filter(|key| key.alive).collect()
    }

    /// The keys that were deleted.
    pub(crate) fn deleted_keys(&self) -> Vec<KeyInfo> {
        self.keys().into_iter().filter(|key| key.deleted).collect()
    }

    /// Whether a request with this key would be let in.
    pub(crate) fn is_alive(&self, key: &str) -> bool {
        let world = &*self.server.world();
        let found = world.state.key_of_value(key);
        found.is_some_and(|key| key.alive(world.clock.now()))
    }

    /// The number of the key with this value.
    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        self.server
            .world()
            .state
            .key_of_value(key)
            .map(|key| key.id)
    }

    /// Every request so far, in the order received.
    pub(crate) fn requests(&self) -> Vec<Logged> {
        self.server.world().log.clone()
    }

    /// How often this was called. `path` is the one after `/api/v0`.
    pub(crate) fn count_requests(&self, method: &str, path: &str) -> usize {
        let path = format!("{}{path}", routes::PREFIX);
        let world = self.server.world();
        let requests = world.log.iter().map(|logged| &logged.request);
        requests
            .filter(|request| request.method == method && request.path == path)
            .count()
    }

    /// What a well-behaved client does not do, and somebody did.
    pub(crate) fn violations(&self) -> Vec<Violation> {
        self.server.world().watch.seen.clone()
    }

    /// Forgets the requests and violations so far.
    pub(crate) fn forget_requests(&self) {
        let world = &mut *self.server.world();
        world.log.clear();
        world.watch.seen.clear();
    }

    /// Chooses among the shapes that the API is reported to have, by name.
    ///
    /// # Panics
    /// If there is no such profile.
    pub(crate) fn choose(&self, profile: &str) {
        let known = self.server.world().profile.choose(profile);
        assert!(known, "no profile is called {profile}");
    }

    /// Makes some requests go wrong.
    pub(crate) fn inject(&self, rule: FaultRule) {
        self.server.world().faults.add(rule);
    }

    /// Lets all requests go right again.
    pub(crate) fn clear_faults(&self) {
        self.server.world().faults.clear();
    }

    /// Accepts the next connections and says nothing on them.
    pub(crate) fn silence_connections(&self, count: u32) {
        self.server.stay_silent(count);
    }

    /// Carries requests out so much later, whether the client still waits or not.
    pub(crate) fn be_late(&self, by: Duration) {
        self.server.be_late(by);
    }

    /// Stops the fake's clock.
    pub(crate) fn freeze_clock(&self) {
        self.server.world().clock.freeze();
    }

    /// Moves the fake's clock.
    pub(crate) fn advance(&self, by: Duration) {
        self.server.world().clock.advance(by);
    }
}
