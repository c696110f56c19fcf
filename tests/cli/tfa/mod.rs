//! `tfa …`, and sessions in use, against accounts with second factors.

use std::path::PathBuf;

use crate::support::fake_api::{FakeApi, KeyKind, TFA_CODE};
use crate::support::sandbox::Outcome;

use super::{Desk, fingerprint};

mod accounts;
mod ended;
mod expired;
mod faults;
mod files;
mod helper;
mod login;
mod prompts;
mod sent;
mod transcript;

/// The item of the default account's session.
pub(super) const SESSION: &str = "default#2fa";

impl Desk {
    /// The primary key is stored, and its account has second factors. Gives
    /// their backup codes, too.
    pub(super) fn with_tfa() -> (Self, Vec<String>) {
        let mut desk = Self::new();
        let codes = desk.api.enable_tfa(desk.primary.account);
        for code in &codes {
            desk.sandbox.secret(code);
        }
        desk.set(&desk.primary.key, &[]).ok();
        (desk, codes)
    }

    /// The default account is logged in. Gives the session's key, too.
    fn logged_in() -> (Self, String) {
        let (mut desk, _) = Self::with_tfa();
        let session = desk.log_in(&[]);
        (desk, session)
    }

    /// Logs in by an app's code, and gives the session's key.
    pub(super) fn log_in(&mut self, options: &[&str]) -> String {
        self.totp(TFA_CODE, options).ok();
        let account = match options {
            ["--account", name, ..] => name,
            _ => "default",
        };
        let session = self.stored(&format!("{account}#2fa"));
        self.sandbox.secret(&session.expect("a session"))
    }

    fn totp(&self, code: &str, options: &[&str]) -> Outcome {
        let arguments = ["tfa", "login", "--method-type", "totp", "-c", code];
        self.vastkey(arguments.iter().chain(options)).go()
    }

    pub(super) fn tfa(&self, arguments: &[&str]) -> Outcome {
        self.vastkey(["tfa"].iter().chain(arguments)).go()
    }

    /// The keys that requests were made with since the last time, in order,
    /// each once in a row.
    pub(super) fn callers(&self) -> Vec<String> {
        let requests = self.api.requests();
        let bearers = requests.iter().filter_map(|logged| logged.request.bearer());
        let mut callers: Vec<String> = bearers.map(str::to_owned).collect();
        callers.dedup();
        self.api.forget_requests();
        callers
    }

    /// The official CLI's session file, written with this key.
    fn session_file(&self, session: &str) -> PathBuf {
        self.sandbox.write(".config/vastai/vast_tfa_key", session)
    }
}

/// The sessions that the server knows and that live.
fn live_sessions(api: &FakeApi) -> usize {
    let is_session = |kind: KeyKind| kind == KeyKind::Session;
    let live = api.live_keys();
    live.iter().filter(|key| is_session(key.kind)).count()
}
