//! The service and its collection, as the Secret Service API 0.2 has them.

use std::collections::HashMap;

use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, DBusError, fdo, interface};

use super::interruption::{Call, arrive};
use super::item::{self, Secret};
use super::{
    COLLECTION, PROMPT, Pending, Quirk, SESSION_COLLECTION, Shared, Stored, crypto, item_path,
    lock, nothing, path,
};

#[derive(Debug, DBusError)]
#[zbus(prefix = "org.freedesktop.Secret.Error")]
pub(super) enum SecretError {
    #[zbus(error)]
    ZBus(zbus::Error),
    IsLocked(String),
    Failed(String),
}

pub(super) struct Service(pub(super) Shared);
pub(super) struct Collection(pub(super) Shared);

#[interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    async fn open_session(
        &self,
        algorithm: &str,
        input: OwnedValue,
        #[zbus(header)] call: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> fdo::Result<(OwnedValue, OwnedObjectPath)> {
        arrive(&self.0, connection, Call::Other).await;
        let mut state = lock(&self.0);
        if state.misses(&call) {
            return Err(fdo::Error::Failed("who is that?".to_owned()));
        }
        if state.has(Quirk::PlainOnly) || algorithm != "dh-ietf1024-sha256-aes128-cbc-pkcs7" {
            return Err(fdo::Error::NotSupported(algorithm.to_owned()));
        }
        let client_public = Vec::<u8>::try_from(input.try_clone().expect("no descriptor"))
            .map_err(|error| fdo::Error::InvalidArgs(error.to_string()))?;
        let session = path(&format!(
            "/org/freedesktop/secrets/session/s{}",
            state.client_publics.len()
        ));
        let key = crypto::agree(&client_public);
        state.own.keys.insert(session.clone(), key);
        state.client_publics.push(client_public);
        let public = state.publics.pop_front().unwrap_or_else(crypto::public);
        let output = Value::from(public).try_into().expect("no descriptor");
        Ok((output, session))
    }

    async fn search_items(
        &self,
        attributes: HashMap<String, String>,
        #[zbus(header)] call: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) {
        arrive(&self.0, connection, Call::Search).await;
        let mut state = lock(&self.0);
        if state.misses(&call) {
            return (vec![], vec![]);
        }
        let matches = |item: &Stored| {
            attributes
                .iter()
                .all(|(name, value)| item.attributes.get(name) == Some(value))
        };
        let found = state.visible().filter(|number| {
            let item = state.items[*number].as_ref();
            item.is_some_and(matches)
        });
        let (locked, unlocked): (Vec<_>, Vec<_>) =
            found.partition(|number| state.is_locked(*number));
        let paths = |numbers: Vec<usize>| numbers.into_iter().map(item_path).collect();
        (paths(unlocked), paths(locked))
    }

    async fn unlock(
        &self,
        objects: Vec<OwnedObjectPath>,
        #[zbus(connection)] connection: &Connection,
    ) -> (Vec<OwnedObjectPath>, OwnedObjectPath) {
        arrive(&self.0, connection, Call::Other).await;
        let mut state = lock(&self.0);
        state.unlocks += 1;
        if state.has(Quirk::UnlocksUnasked) {
            state.locked = false;
            return (objects, nothing());
        }
        state.own.pending = Some(Pending::Unlock(objects));
        (vec![], path(PROMPT))
    }

    async fn read_alias(
        &self,
        name: &str,
        #[zbus(header)] call: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> OwnedObjectPath {
        arrive(&self.0, connection, Call::Other).await;
        let mut state = lock(&self.0);
        match name {
            _ if state.misses(&call) => nothing(),
            "default" if state.has(Quirk::NoDefault) => nothing(),
            "default" if state.has(Quirk::DefaultIsSession) => path(SESSION_COLLECTION),
            "default" => path(COLLECTION),
            "session" => path(SESSION_COLLECTION),
            _ => nothing(),
        }
    }

    #[zbus(property)]
    async fn collections(
        &self,
        #[zbus(connection)] connection: &Connection,
    ) -> Vec<OwnedObjectPath> {
        arrive(&self.0, connection, Call::Other).await;
        vec![path(COLLECTION)]
    }
}

#[interface(name = "org.freedesktop.Secret.Collection")]
impl Collection {
    async fn create_item(
        &self,
        properties: HashMap<String, OwnedValue>,
        secret: Secret,
        replace: bool,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(OwnedObjectPath, OwnedObjectPath), SecretError> {
        arrive(&self.0, connection, Call::Write).await;
        assert!(!replace, "another program's item would be lost");
        let item = {
            let mut state = lock(&self.0);
            if state.locked {
                return Err(SecretError::IsLocked(COLLECTION.to_owned()));
            }
            if state.has(Quirk::LosesWrites) {
                return Ok((item_path(state.items.len()), nothing()));
            }
            let item = Stored::received(&state, properties, &secret);
            if state.has(Quirk::Confirms) {
                state.own.pending = Some(Pending::Create(item));
                return Ok((nothing(), path(PROMPT)));
            }
            item
        };
        let path = item::add(&self.0, connection, item).await?;
        if lock(&self.0).has(Quirk::DeniesWrites) {
            return Err(SecretError::Failed("it was not stored".to_owned()));
        }
        Ok((path, nothing()))
    }

    #[zbus(property)]
    async fn items(&self, #[zbus(connection)] connection: &Connection) -> Vec<OwnedObjectPath> {
        arrive(&self.0, connection, Call::Other).await;
        lock(&self.0).visible().map(item_path).collect()
    }

    #[zbus(property)]
    async fn label(&self, #[zbus(connection)] connection: &Connection) -> String {
        arrive(&self.0, connection, Call::Other).await;
        let label = lock(&self.0).label.clone();
        label.unwrap_or_else(|| "Main\u{7}".to_owned())
    }

    #[zbus(property)]
    async fn locked(&self, #[zbus(connection)] connection: &Connection) -> bool {
        arrive(&self.0, connection, Call::Other).await;
        lock(&self.0).locked
    }
}
