//! Writing a key so that it is surely there: written, then read back on a new
//! connection.

use secrecy::{ExposeSecret, SecretString};

use crate::fault;
use crate::key::ApiKey;
use crate::store::{ItemId, Patience, Store, StoreError};

/// Why a key is not known to be stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    /// It was not written; what was there before is still there.
    #[error(transparent)]
    Refused(StoreError),
    /// The store reported success, and then did not have the key.
    #[error("the keychain reported success but does not return what was written")]
    Lied,
    /// The write may have happened, or may yet happen: why that is not known.
    #[error("it is unknown whether the key was stored: {0}")]
    Unknown(StoreError),
}

/// Opens the store once more, as another process would.
pub type Reopen<'a> = &'a dyn Fn(Patience) -> Result<Box<dyn Store>, StoreError>;

/// Writes `key` as item `id`, and reads it back on a new connection. A write
/// that was cut off is read back too: it may have happened all the same. But a
/// store that let the write's deadline pass is not given another whole one.
pub fn keep(store: &dyn Store, reopen: Reopen, id: &ItemId, key: &ApiKey) -> Result<(), NotKept> {
    keep_secret(store, reopen, id, &SecretString::from(key.expose()))
}

/// Proves that item `id` could be written: writes and reads back a marker
/// beside it, and removes that again. The marker's user contains a `#`, so that
/// one left behind by a crash is never taken for an account.
pub fn prove(store: &dyn Store, reopen: Reopen, id: &ItemId) -> Result<(), NotKept> {
    let marker = ItemId {
        service: id.service.clone(),
        user: format!("{}#probe", id.user),
    };
    let secret = SecretString::from("vastkey-write-test");
    keep_secret(store, reopen, &marker, &secret).map_err(|fault| match fault {
        // Of the key it is known.
        NotKept::Unknown(fault) => NotKept::Refused(fault),
        fault => fault,
    })?;
    store.delete(&marker).map_err(NotKept::Refused)?;
    fault::point("probe-deleted");
    Ok(())
}

/// [`keep`] for a secret that is no key of a Vast account.
pub fn keep_secret(
    store: &dyn Store,
    reopen: Reopen,
    id: &ItemId,
    secret: &SecretString,
) -> Result<(), NotKept> {
    fault::point("item-unwritten");
    let written = store.set(id, secret);
    fault::point("item-written");
    match &written {
        Err(fault @ StoreError::Unconfirmed { .. }) => return Err(NotKept::Unknown(fault.clone())),
        Err(fault) if !may_have_happened(fault) => return Err(NotKept::Refused(fault.clone())),
        _ => {}
    }
    let patience = match written {
        Err(StoreError::TimedOut(_)) => Patience::Little,
        _ => Patience::Usual,
    };
    let seen = reopen(patience).and_then(|store| store.get(id));
    fault::point("item-read-back");
    match (written, seen) {
        (_, Ok(Some(seen))) if seen.expose_secret() == secret.expose_secret() => Ok(()),
        (Ok(()), Ok(_)) => Err(NotKept::Lied),
        // A store that only takes its time, or waits for a person, may still do it.
        (Err(fault @ StoreError::TimedOut(_)), _) | (_, Err(fault)) => Err(NotKept::Unknown(fault)),
        (Err(fault), Ok(_)) => Err(NotKept::Refused(fault)),
    }
}

fn may_have_happened(fault: &StoreError) -> bool {
    matches!(fault, StoreError::TimedOut(_) | StoreError::Broken(_))
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;
    use std::time::Duration;

    use super::*;
    use crate::server::Server;
    use crate::store::AccountName;
    use crate::store::memory::MemoryStore;

    fn id() -> ItemId {
        ItemId::account(&Server::default(), &AccountName::default())
    }

    fn key() -> ApiKey {
        ApiKey::parse("0123456789abcdef").unwrap()
    }

    #[test]
    fn a_key_is_kept_when_a_new_connection_returns_it() {
        let store = Rc::new(MemoryStore::new());
        let reopen = |_| Ok(Box::new(Rc::clone(&store)) as Box<dyn Store>);
        assert_eq!(keep(&store, &reopen, &id(), &key()), Ok(()));
        assert_eq!(prove(&store, &reopen, &id()), Ok(()));
        assert_eq!(store.list(Server::default().origin()).unwrap().len(), 1);
    }

    #[test]
    fn success_without_the_key_is_found_out() {
        let store = MemoryStore::new();
        let reopen = |_| Ok(Box::new(MemoryStore::new()) as Box<dyn Store>);
        assert_eq!(keep(&store, &reopen, &id(), &key()), Err(NotKept::Lied));
    }

    #[test]
    fn a_write_that_timed_out_is_read_back_before_it_is_judged() {
        let late = StoreError::TimedOut(Duration::from_secs(3));
        let store = Rc::new(MemoryStore::new());
        let reopen = |patience| {
            assert_eq!(patience, Patience::Little);
            Ok(Box::new(Rc::clone(&store)) as Box<dyn Store>)
        };
        store.fail_next(late.clone());
        assert_eq!(
            keep(&store, &reopen, &id(), &key()),
            Err(NotKept::Unknown(late.clone()))
        );
        store
            .set(&id(), &SecretString::from(key().expose()))
            .unwrap();
        store.fail_next(late.clone());
        assert_eq!(keep(&store, &reopen, &id(), &key()), Ok(()));
        store.fail_next(late.clone());
        let gone = |_| Err(StoreError::Broken("gone"));
        assert_eq!(
            keep(&store, &gone, &id(), &key()),
            Err(NotKept::Unknown(late))
        );
        assert_eq!(
            keep(&store, &gone, &id(), &key()),
            Err(NotKept::Unknown(StoreError::Broken("gone")))
        );
    }

    #[test]
    fn what_broke_off_and_is_not_there_was_not_written() {
        let store = Rc::new(MemoryStore::new());
        let reopen = |patience| {
            assert_eq!(patience, Patience::Usual);
            Ok(Box::new(Rc::clone(&store)) as Box<dyn Store>)
        };
        let broken = StoreError::Broken("it quit before it answered");
        store.fail_next(broken.clone());
        assert_eq!(
            keep(&store, &reopen, &id(), &key()),
            Err(NotKept::Refused(broken))
        );
    }

    #[test]
    fn a_refusal_is_not_read_back() {
        let store = MemoryStore::new();
        store.fail_next(StoreError::Dismissed);
        let reopen = |_| unreachable!("nothing was written");
        assert_eq!(
            keep(&store, &reopen, &id(), &key()),
            Err(NotKept::Refused(StoreError::Dismissed))
        );
    }
}
