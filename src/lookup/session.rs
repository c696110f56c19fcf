//! 2FA sessions: the default account's, kept in the keychain with its expiry
//! in the index, and the official CLI's `vast_tfa_key` file.

use secrecy::ExposeSecret;

use super::plaintext::{Role, nowhere, of_role, remark};
use super::{Ambient, Source, Step, StoreChoice, account};
use crate::files;
use crate::key::{ApiKey, MAX_KEY_LEN};
use crate::store::{Backend, ItemId};

/// How long the server keeps a 2FA session (`session_key` of `POST /tfa/`).
const SESSION_SECONDS: i64 = 24 * 60 * 60;

/// How far a file's date may lie in the future, as on network file systems.
const CLOCK_SKEW: i64 = 5 * 60;

/// The session of the default account. The keychain is asked only when the
/// index knows of a session that has not expired.
pub(super) fn probe_stored(ambient: &Ambient) -> Step {
    let name = account::recorded_default(ambient).unwrap_or_default();
    let source = Source::Session(name.clone());
    if ambient.store == StoreChoice::Files {
        return Step::not_there(source, "not asked for (--store file)");
    }
    let expiry = ambient
        .index
        .get(ambient.server, &name)
        .and_then(|record| record.session_expires_at);
    match expiry {
        None => return Step::not_there(source, "none"),
        Some(expiry) if expiry <= ambient.now => return Step::not_there(source, "expired"),
        Some(_) => {}
    }
    let id = ItemId::session(ambient.server, &name);
    let secret = ambient
        .stores
        .get(Backend::Keychain)
        .and_then(|store| store.get(&id));
    match secret {
        Ok(None) => Step::not_there(source, "no longer in the keychain"),
        Ok(Some(secret)) => Step::holding(source, ApiKey::parse(secret.expose_secret()), None),
        Err(fault) => Step::unusable(source, fault),
    }
}

/// The official CLI's session file. It does not say when the session ends; the
/// server ends it a day after it began, which is when the file was written.
pub(super) fn probe_file(ambient: &Ambient) -> Step {
    let Some(file) = of_role(ambient, Role::Session) else {
        return Step::not_there(nowhere(Role::Session), "no home directory");
    };
    let source = Source::Plaintext(file.clone());
    match files::read_private(&file.path, MAX_KEY_LEN) {
        Ok(None) => Step::not_there(source, "no such file"),
        Ok(Some(read)) => {
            let (written, _) = read.facts.identity.modified;
            if written > ambient.now.unix_timestamp() + CLOCK_SKEW {
                return Step::not_there(source, "dated in the future, so its age is not known");
            }
            if written.saturating_add(SESSION_SECONDS) <= ambient.now.unix_timestamp() {
                return Step::not_there(source, "expired");
            }
            Step::holding(source, ApiKey::parse_bytes(&read.contents), remark(&read))
        }
        Err(fault) => Step::unusable(source, fault),
    }
}
