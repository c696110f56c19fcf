//! The Linux kernel's key service as a store: fast, there without a desktop,
//! and empty after a reboot.
//!
//! Owns how items are named there. Chosen by name, never by falling back.

use std::ffi::CString;
use std::io;

use secrecy::{ExposeSecret, SecretString};

use super::{
    AbsentReason, Deleted, Description, ItemId, Listed, LockState, Persistence, Store, StoreError,
    Tag, labels,
};
use crate::platform::keyctl::{self, PROCESS_KEYRING, Serial, USER_KEYRING};

/// Longest payload of a `user` key, in bytes (`keyrings(7)`).
const MAX_PAYLOAD: usize = 32_767;

/// Longest description that the kernel takes, in bytes, without its NUL.
const MAX_DESCRIPTION: usize = 4095;

/// Keys of the type `user` in the user keyring, which all processes of a user
/// share until the machine restarts. Their descriptions read
/// `vastkey:SERVICE USER`; a service has no space in it, so that no user's name
/// can make one item look like another server's.
pub struct KeyutilsStore;

impl KeyutilsStore {
    /// Opens the user keyring.
    pub fn open() -> Result<Self, StoreError> {
        // A session need not link the user keyring, and without a way to it from
        // here a key could be created and not be read. This link ends with the
        // process.
        keyctl::link(USER_KEYRING, PROCESS_KEYRING).map_err(|error| fault(&error))?;
        Ok(Self)
    }

    fn find(name: &CString) -> Result<Option<Serial>, StoreError> {
        match keyctl::search(USER_KEYRING, name) {
            Ok(key) => Ok(Some(key)),
            Err(error) if is_gone(&error) => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }
}

impl Store for KeyutilsStore {
    fn get(&self, id: &ItemId) -> Result<Option<SecretString>, StoreError> {
        let Some(name) = name_of(id) else {
            return Ok(None);
        };
        let Some(key) = Self::find(&name)? else {
            return Ok(None);
        };
        match keyctl::read(key, MAX_PAYLOAD) {
            Ok(Some(payload)) => text_of(&payload).map(Some),
            Ok(None) => Err(StoreError::Corrupt("longer than the kernel allows")),
            Err(error) if is_gone(&error) => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }

    fn set(&self, id: &ItemId, secret: &SecretString) -> Result<(), StoreError> {
        let name = name_of(id).ok_or(StoreError::NoSuchPlace(
            "has no room for a name so long or with such characters",
        ))?;
        let payload = secret.expose_secret().as_bytes();
        if payload.is_empty() {
            return Err(StoreError::Empty);
        }
        if payload.len() > MAX_PAYLOAD {
            return Err(StoreError::TooLong {
                len: payload.len(),
                limit: MAX_PAYLOAD,
            });
        }
        keyctl::add(USER_KEYRING, &name, payload)
            .and_then(|key| keyctl::set_permissions(key, keyctl::SAME_USER))
            .map_err(|error| fault(&error))
    }

    fn delete(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        let Some(name) = name_of(id) else {
            return Ok(Deleted::NotThere);
        };
        let Some(key) = Self::find(&name)? else {
            return Ok(Deleted::NotThere);
        };
        match keyctl::invalidate(key) {
            Ok(()) => Ok(Deleted::Yes),
            Err(error) if is_gone(&error) => Ok(Deleted::NotThere),
            Err(error) => Err(fault(&error)),
        }
    }

    fn delete_all(&self, id: &ItemId) -> Result<Deleted, StoreError> {
        // There is never more than one.
        self.delete(id)
    }

    fn list(&self, service: &str) -> Result<Vec<Listed>, StoreError> {
        listed(|id| id.service == service)
    }

    fn list_made_unlocked(&self) -> Result<Vec<Listed>, StoreError> {
        listed(|_| true)
    }

    fn list_tagged(&self, tag: Tag) -> Result<Vec<Listed>, StoreError> {
        listed(|id| id.tag() == Some(tag))
    }

    fn describe(&self) -> Result<Description, StoreError> {
        Ok(Description {
            name: "Linux kernel keyring".to_owned(),
            place: Some("user keyring".to_owned()),
            persistence: Persistence::UntilReboot,
            lock: LockState::NotApplicable,
        })
    }
}

/// The key's description, unless an item of that name cannot exist.
fn name_of(id: &ItemId) -> Option<CString> {
    if id.service.contains(' ') {
        return None;
    }
    let name = format!("vastkey:{} {}", id.service, id.user);
    if name.len() > MAX_DESCRIPTION {
        return None;
    }
    CString::new(name).ok()
}

fn listed(meant: impl Fn(&ItemId) -> bool) -> Result<Vec<Listed>, StoreError> {
    let keys = keyctl::entries(USER_KEYRING).map_err(|error| fault(&error))?;
    let mut items: Vec<Listed> = keys
        .into_iter()
        // One that cannot be described has expired, or is another program's.
        .filter_map(|key| keyctl::describe(key).ok())
        .filter(|found| found.kind == b"user")
        .filter_map(|found| id_of(std::str::from_utf8(&found.text).ok()?))
        .filter(meant)
        .map(|id| Listed {
            label: labels::printable(&id.label()),
            id,
            ours: true,
            locked: false,
        })
        .collect();
    items.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(items)
}

fn id_of(description: &str) -> Option<ItemId> {
    let (service, user) = description.strip_prefix("vastkey:")?.split_once(' ')?;
    Some(ItemId {
        service: service.to_owned(),
        user: user.to_owned(),
    })
}

fn text_of(payload: &[u8]) -> Result<SecretString, StoreError> {
    match std::str::from_utf8(payload) {
        Ok("") => Err(StoreError::Empty),
        Ok(text) => Ok(SecretString::from(text)),
        Err(_) => Err(StoreError::Corrupt("no UTF-8")),
    }
}

/// Whether an error means that there is no such key (any more).
fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::ENOKEY | libc::EKEYREVOKED | libc::EKEYEXPIRED)
    )
}

fn fault(error: &io::Error) -> StoreError {
    match error.raw_os_error() {
        Some(libc::ENOSYS | libc::EOPNOTSUPP) => StoreError::Absent(AbsentReason::Unsupported),
        // Containers commonly forbid the system call.
        Some(libc::EPERM | libc::EACCES) => {
            StoreError::Denied("the kernel does not let this process use its keyrings")
        }
        Some(libc::EDQUOT) => StoreError::Full("the kernel's quota for this user's keys"),
        Some(libc::ENOMEM) => StoreError::Full("the kernel's memory"),
        _ => StoreError::Broken("the kernel's keyring gave an unexpected error"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(service: &str, user: &str) -> ItemId {
        ItemId {
            service: service.to_owned(),
            user: user.to_owned(),
        }
    }

    #[test]
    fn no_two_items_have_one_name() {
        let name = |service, user| name_of(&item(service, user));
        assert_ne!(name("https://a", "8443 x"), name("https://a:8443", "x"));
        assert_ne!(name("https://a", ":8443 x"), name("https://a:8443", "x"));
        assert_eq!(name("https://a x", "y"), None);
        assert_eq!(name("https://a", "x\0y"), None);
        assert_eq!(name("https://a", &"x".repeat(MAX_DESCRIPTION)), None);
    }

    #[test]
    fn errors_are_told_apart() {
        let of = |code| fault(&io::Error::from_raw_os_error(code));
        assert_eq!(
            of(libc::ENOSYS),
            StoreError::Absent(AbsentReason::Unsupported)
        );
        assert!(matches!(of(libc::EDQUOT), StoreError::Full(_)));
        assert!(matches!(of(libc::EPERM), StoreError::Denied(_)));
        assert!(matches!(of(libc::EINVAL), StoreError::Broken(_)));
    }
}
