//! An item, as the Secret Service API 0.2 has it.

use std::collections::HashMap;
use std::sync::Arc;

use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus::{Connection, interface};

use super::interruption::{Call, arrive};
use super::objects::SecretError;
use super::{
    Answer, COLLECTION, PROMPT, Pending, Quirk, Shared, State, Stored, crypto, item_path, lock,
    nothing, path,
};

/// Session, parameters, value, content type.
pub(super) type Secret = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

pub(super) struct Item(pub(super) Shared, pub(super) usize);

#[interface(name = "org.freedesktop.Secret.Item")]
impl Item {
    async fn get_secret(
        &self,
        session: OwnedObjectPath,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(Secret,), SecretError> {
        arrive(&self.0, connection, Call::Other).await;
        let (answer, key, plain) = {
            let mut state = lock(&self.0);
            if state.is_locked(self.1) {
                return Err(SecretError::IsLocked(session.to_string()));
            }
            if let Some(complaint) = &state.complaint {
                return Err(SecretError::Failed(complaint.clone()));
            }
            let plain = state.item(self.1).secret.clone();
            (state.next_answer(), state.own.keys[&session], plain)
        };
        let value = match answer {
            None => crypto::encrypt(&key, &plain),
            Some(Answer::Undecryptable) => crypto::encrypt_with_another(&key, &plain),
            Some(Answer::Empty) => crypto::encrypt(&key, b""),
            Some(Answer::NotText) => crypto::encrypt(&key, b"\xff\xfe"),
            Some(Answer::Quit) => {
                connection.clone().close().await?;
                vec![]
            }
        };
        Ok(((session, crypto::IV.to_vec(), value, "text/plain".to_owned()),))
    }

    async fn set_secret(
        &self,
        secret: Secret,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), SecretError> {
        arrive(&self.0, connection, Call::Write).await;
        let mut state = lock(&self.0);
        if state.is_locked(self.1) {
            return Err(SecretError::IsLocked(COLLECTION.to_owned()));
        }
        if state.has(Quirk::LosesWrites) {
            return Ok(());
        }
        let plain = secret_in(&state, &secret);
        state.items[self.1].as_mut().expect("an item").secret = plain;
        if state.has(Quirk::DeniesWrites) {
            return Err(SecretError::Failed("it was not stored".to_owned()));
        }
        Ok(())
    }

    async fn delete(&self, #[zbus(connection)] connection: &Connection) -> OwnedObjectPath {
        arrive(&self.0, connection, Call::Write).await;
        let mut state = lock(&self.0);
        if state.has(Quirk::Confirms) {
            state.own.pending = Some(Pending::Delete(self.1));
            return path(PROMPT);
        }
        state.items[self.1] = None;
        nothing()
    }

    #[zbus(property)]
    async fn attributes(
        &self,
        #[zbus(connection)] connection: &Connection,
    ) -> HashMap<String, String> {
        arrive(&self.0, connection, Call::Other).await;
        lock(&self.0).item(self.1).attributes.clone()
    }

    #[zbus(property)]
    async fn label(&self, #[zbus(connection)] connection: &Connection) -> String {
        arrive(&self.0, connection, Call::Other).await;
        lock(&self.0).item(self.1).label.clone()
    }

    #[zbus(property)]
    async fn locked(&self, #[zbus(connection)] connection: &Connection) -> bool {
        arrive(&self.0, connection, Call::Other).await;
        lock(&self.0).is_locked(self.1)
    }

    #[zbus(property)]
    async fn modified(&self, #[zbus(connection)] connection: &Connection) -> u64 {
        arrive(&self.0, connection, Call::Other).await;
        0
    }
}

/// What is stored of a secret that comes.
fn secret_in(state: &State, secret: &Secret) -> Vec<u8> {
    let mut plain = crypto::decrypt(&state.own.keys[&secret.0], &secret.1, &secret.2);
    if state.has(Quirk::CutsWrites) {
        plain.pop();
    }
    plain
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

impl Stored {
    /// An item as a client describes it.
    pub(super) fn received(
        state: &State,
        mut properties: HashMap<String, OwnedValue>,
        secret: &Secret,
    ) -> Self {
        let mut take = |name: &str| {
            let name = format!("org.freedesktop.Secret.Item.{name}");
            properties.remove(&name).expect("a property")
        };
        Self {
            label: take("Label").try_into().expect("a string"),
            attributes: take("Attributes").try_into().expect("a dictionary"),
            secret: secret_in(state, secret),
        }
    }
}
