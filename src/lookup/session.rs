//! 2FA sessions: an account's, kept in the store of its key with its expiry in
//! the index, and the official CLI's `vast_tfa_key` file.

use secrecy::ExposeSecret;
use time::OffsetDateTime;

use super::plaintext::{Role, nowhere, of_role, remark};
use super::{Ambient, Source, Step, StoreChoice, account};
use crate::files::{self, PrivateFile};
use crate::key::{ApiKey, MAX_KEY_LEN};
use crate::store::{AccountName, ItemId};

/// How long the server keeps a 2FA session (`session_key` of `POST /tfa/`), in
/// seconds.
pub const SESSION_SECONDS: i64 = 24 * 60 * 60;

/// How far a file's date may lie in the future, as on network file systems.
const CLOCK_SKEW: i64 = 5 * 60;

/// The session of the account that `--account` names.
pub(super) fn probe_chosen(ambient: &Ambient) -> Step {
    probe_account(ambient, &ambient.account.cloned().unwrap_or_default())
}

/// The session of the default account.
pub(super) fn probe_default(ambient: &Ambient) -> Step {
    probe_account(
        ambient,
        &account::recorded_default(ambient).unwrap_or_default(),
    )
}

/// The store is asked only when the index knows of a session that has not
/// expired.
fn probe_account(ambient: &Ambient, name: &AccountName) -> Step {
    let source = Source::Session(name.clone());
    if ambient.store == StoreChoice::Files {
        return Step::not_there(source, "not asked for (--store file)");
    }
    let record = ambient.index.get(ambient.server, name);
    match record.and_then(|record| record.session_expires_at) {
        None => return Step::not_there(source, "none"),
        Some(expiry) if expiry <= ambient.now => return Step::not_there(source, "expired"),
        Some(_) => {}
    }
    let id = ItemId::session(ambient.server, name);
    let store = account::store_of(ambient, name);
    let secret = ambient.stores.get(store).and_then(|store| store.get(&id));
    match secret {
        Ok(None) => Step::not_there(source, format!("no longer in {store}")),
        Ok(Some(secret)) => Step::holding(source, ApiKey::parse(secret.expose_secret()), None),
        Err(fault) => Step::unusable(source, fault),
    }
}

/// A file that was written later than now, so that its age is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FromTheFuture;

/// When the session ends that the official CLI wrote into a file. The file does
/// not say; the server ends it a day after it began, which is when the file was
/// written.
pub fn session_end(
    file: &PrivateFile,
    now: OffsetDateTime,
) -> Result<OffsetDateTime, FromTheFuture> {
    let (written, _) = file.facts.identity.modified;
    if written > now.unix_timestamp() + CLOCK_SKEW {
        return Err(FromTheFuture);
    }
    let end = written.saturating_add(SESSION_SECONDS);
    Ok(OffsetDateTime::from_unix_timestamp(end).unwrap_or(OffsetDateTime::UNIX_EPOCH))
}

/// The official CLI's session file.
pub(super) fn probe_file(ambient: &Ambient) -> Step {
    let Some(file) = of_role(ambient, Role::Session) else {
        return Step::not_there(nowhere(Role::Session), "no home directory");
    };
    let source = Source::Plaintext(file.clone());
    match files::read_private(&file.path, MAX_KEY_LEN) {
        Ok(None) => Step::not_there(source, "no such file"),
        Ok(Some(read)) => match session_end(&read, ambient.now) {
            Err(FromTheFuture) => {
                Step::not_there(source, "dated in the future, so its age is not known")
            }
            Ok(end) if end <= ambient.now => Step::not_there(source, "expired"),
            Ok(_) => Step::holding(source, ApiKey::parse_bytes(&read.contents), remark(&read)),
        },
        Err(fault) => Step::unusable(source, fault),
    }
}
