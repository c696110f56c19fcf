//! The objects of the service, as the Secret Service API 0.2 has them.

#![expect(clippy::unused_self, reason = "a property is a method of its object")]

use std::collections::HashMap;
use std::sync::Arc;

use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, DBusError, fdo, interface};

use super::{
    Answer, COLLECTION, PROMPT, Pending, Quirk, SESSION_COLLECTION, Shared, State, Stored, crypto,
    item_path, lock, nothing, path,
};

/// Session, parameters, value, content type.
type Secret = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

#[derive(Debug, DBusError)]
#[zbus(prefix = "org.freedesktop.Secret.Error")]
pub(super) enum SecretError {
    #[zbus(error)]
    ZBus(zbus::Error),
    IsLocked(String),
}

pub(super) struct Service(pub(super) Shared);
pub(super) struct Collection(pub(super) Shared);
pub(super) struct Item(pub(super) Shared, pub(super) usize);

#[interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the macro wants owned arguments"
    )]
    fn open_session(
        &self,
        algorithm: &str,
        input: OwnedValue,
        #[zbus(header)] call: Header<'_>,
    ) -> fdo::Result<(OwnedValue, OwnedObjectPath)> {
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

    #[expect(
        clippy::needless_pass_by_value,
        reason = "the macro wants owned arguments"
    )]
    fn search_items(
        &self,
        attributes: HashMap<String, String>,
        #[zbus(header)] call: Header<'_>,
    ) -> (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) {
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
        let paths: Vec<_> = found.map(item_path).collect();
        if state.locked {
            (vec![], paths)
        } else {
            (paths, vec![])
        }
    }

    fn unlock(&self, objects: Vec<OwnedObjectPath>) -> (Vec<OwnedObjectPath>, OwnedObjectPath) {
        let mut state = lock(&self.0);
        state.unlocks += 1;
        if state.has(Quirk::UnlocksUnasked) {
            state.locked = false;
            return (objects, nothing());
        }
        state.own.pending = Some(Pending::Unlock(objects));
        (vec![], path(PROMPT))
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "the macro wants owned arguments"
    )]
    fn read_alias(&self, name: &str, #[zbus(header)] call: Header<'_>) -> OwnedObjectPath {
        let mut state = lock(&self.0);
        match name {
            _ if state.misses(&call) => nothing(),
            "default" if state.has(Quirk::DefaultIsSession) => path(SESSION_COLLECTION),
            "default" => path(COLLECTION),
            "session" => path(SESSION_COLLECTION),
            _ => nothing(),
        }
    }

    #[zbus(property)]
    fn collections(&self) -> Vec<OwnedObjectPath> {
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
        assert!(!replace, "another program's item would be lost");
        let item = {
            let mut state = lock(&self.0);
            if state.locked {
                return Err(SecretError::IsLocked(COLLECTION.to_owned()));
            }
            let item = stored(&state, properties, &secret);
            if state.has(Quirk::Confirms) {
                state.own.pending = Some(Pending::Create(item));
                return Ok((nothing(), path(PROMPT)));
            }
            item
        };
        Ok((add(&self.0, connection, item).await?, nothing()))
    }

    #[zbus(property)]
    fn items(&self) -> Vec<OwnedObjectPath> {
        lock(&self.0).visible().map(item_path).collect()
    }

    #[zbus(property)]
    fn label(&self) -> String {
        "Main\u{7}".to_owned()
    }

    #[zbus(property)]
    fn locked(&self) -> bool {
        lock(&self.0).locked
    }
}

#[interface(name = "org.freedesktop.Secret.Item")]
impl Item {
    async fn get_secret(
        &self,
        session: OwnedObjectPath,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(Secret,), SecretError> {
        let (answer, key, plain) = {
            let mut state = lock(&self.0);
            if state.locked {
                return Err(SecretError::IsLocked(session.to_string()));
            }
            let plain = state.item(self.1).secret.clone();
            (state.answers.pop_front(), state.own.keys[&session], plain)
        };
        let value = match answer {
            None => crypto::encrypt(&key, &plain),
            Some(Answer::Undecryptable) => crypto::encrypt(&[0; 16], &plain),
            Some(Answer::Empty) => crypto::encrypt(&key, b""),
            Some(Answer::NotText) => crypto::encrypt(&key, b"\xff\xfe"),
            Some(Answer::Quit) => {
                connection.clone().close().await?;
                vec![]
            }
        };
        Ok(((session, crypto::IV.to_vec(), value, "text/plain".to_owned()),))
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "the macro wants owned arguments"
    )]
    fn set_secret(&self, secret: Secret) -> Result<(), SecretError> {
        let mut state = lock(&self.0);
        if state.locked {
            return Err(SecretError::IsLocked(COLLECTION.to_owned()));
        }
        let plain = crypto::decrypt(&state.own.keys[&secret.0], &secret.1, &secret.2);
        state.items[self.1].as_mut().expect("an item").secret = plain;
        Ok(())
    }

    fn delete(&self) -> OwnedObjectPath {
        let mut state = lock(&self.0);
        if state.has(Quirk::Confirms) {
            state.own.pending = Some(Pending::Delete(self.1));
            return path(PROMPT);
        }
        state.items[self.1] = None;
        nothing()
    }

    #[zbus(property)]
    fn attributes(&self) -> HashMap<String, String> {
        lock(&self.0).item(self.1).attributes.clone()
    }

    #[zbus(property)]
    fn label(&self) -> String {
        lock(&self.0).item(self.1).label.clone()
    }

    #[zbus(property)]
    fn locked(&self) -> bool {
        lock(&self.0).locked
    }

    #[zbus(property)]
    fn modified(&self) -> u64 {
        0
    }
}

pub(super) async fn add(
    state: &Shared,
    connection: &Connection,
    item: Stored,
) -> zbus::Result<OwnedObjectPath> {
    let number = {
        let mut state = lock(state);
        state.items.push(Some(item));
        state.items.len() - 1
    };
    let object = Item(Arc::clone(state), number);
    connection
        .object_server()
        .at(item_path(number), object)
        .await?;
    Ok(item_path(number))
}

fn stored(state: &State, mut properties: HashMap<String, OwnedValue>, secret: &Secret) -> Stored {
    let mut take = |name: &str| {
        let name = format!("org.freedesktop.Secret.Item.{name}");
        properties.remove(&name).expect("a property")
    };
    Stored {
        label: take("Label").try_into().expect("a string"),
        attributes: take("Attributes").try_into().expect("a dictionary"),
        secret: crypto::decrypt(&state.own.keys[&secret.0], &secret.1, &secret.2),
    }
}
