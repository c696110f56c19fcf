//! One connection to the Secret Service, and calls over it.
//!
//! Owns the names of the Secret Service API (freedesktop.org, version 0.2) and
//! the encrypted session. Sets no deadline: see `SecretService`.

use std::cell::OnceCell;
use std::collections::HashMap;

use futures_lite::future;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zbus::Connection;
use zbus::zvariant::{
    DynamicDeserialize, DynamicType, ObjectPath, OwnedObjectPath, OwnedValue, Type, Value,
};

use super::bus::{self, BusLocation};
use super::cipher;
use super::dh::{Agreement, KeyPair};
use super::fault::{Fault, not_understood};
use crate::store::StoreError;

/// The name that a Secret Service answers for.
pub(super) const SERVICE: &str = "org.freedesktop.secrets";
/// Its interfaces.
pub(super) const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
pub(super) const COLLECTION_INTERFACE: &str = "org.freedesktop.Secret.Collection";
pub(super) const ITEM_INTERFACE: &str = "org.freedesktop.Secret.Item";
pub(super) const PROMPT_INTERFACE: &str = "org.freedesktop.Secret.Prompt";
const PROPERTIES_INTERFACE: &str = "org.freedesktop.DBus.Properties";
/// The object with [`SERVICE_INTERFACE`].
pub(super) const ROOT: ObjectPath<'static> =
    ObjectPath::from_static_str_unchecked("/org/freedesktop/secrets");
/// What stands for "no object" in answers.
const NOTHING: &str = "/";

const ALGORITHM: &str = "dh-ietf1024-sha256-aes128-cbc-pkcs7";
const CONTENT_TYPE: &str = "text/plain";

/// A connection, and the session on it once one was needed.
pub(super) struct Link {
    connection: Connection,
    known: tokio::sync::OnceCell<()>,
    session: OnceCell<Session>,
}

struct Session {
    path: OwnedObjectPath,
    agreement: Agreement,
}

/// A secret as it travels: the specification's `Secret` structure.
#[derive(Serialize, Deserialize, Type)]
pub(super) struct WireSecret {
    session: OwnedObjectPath,
    parameters: Vec<u8>,
    value: Vec<u8>,
    content_type: String,
}

impl Link {
    /// Connects to the bus; whether a Secret Service is there turns out with
    /// the first call.
    pub(super) async fn connect(location: &BusLocation) -> Result<Self, Fault> {
        Ok(Self {
            connection: bus::connect(location).await?,
            known: tokio::sync::OnceCell::new(),
            session: OnceCell::new(),
        })
    }

    /// The connection, for signals.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Calls a method of the Secret Service and waits for the answer.
    pub(super) async fn call<R>(
        &self,
        path: &ObjectPath<'_>,
        interface: &str,
        method: &str,
        arguments: &(impl Serialize + DynamicType),
    ) -> Result<R, Fault>
    where
        R: for<'d> DynamicDeserialize<'d>,
    {
        self.become_known().await;
        self.call_at(SERVICE, path, interface, method, arguments)
            .await
    }

    /// Makes the service know this client, once.
    ///
    /// GNOME Keyring (up to version 50 at least) notes a new client in one step
    /// and answers its first call in another, which sometimes comes first: then a
    /// search finds nothing, and the opening of a session ends the whole
    /// keyring. So the first call is one whose answer does not matter.
    async fn become_known(&self) {
        let _: Option<Result<OwnedObjectPath, Fault>> = self
            .introduce(&ROOT, SERVICE_INTERFACE, "ReadAlias", &"default")
            .await;
    }

    /// Makes this call the first one, of whose answer only what is there may be
    /// believed. `None` when another call was, or is about to be, the first.
    pub(super) async fn introduce<R>(
        &self,
        path: &ObjectPath<'_>,
        interface: &str,
        method: &str,
        arguments: &(impl Serialize + DynamicType),
    ) -> Option<Result<R, Fault>>
    where
        R: for<'d> DynamicDeserialize<'d>,
    {
        let mut answer = None;
        let first_call = async {
            let call = self.call_at(SERVICE, path, interface, method, arguments);
            answer = Some(call.await);
        };
        self.known.get_or_init(|| first_call).await;
        answer
    }

    /// Calls a method of any program on the bus.
    pub(super) async fn call_at<R>(
        &self,
        destination: &str,
        path: &ObjectPath<'_>,
        interface: &str,
        method: &str,
        arguments: &(impl Serialize + DynamicType),
    ) -> Result<R, Fault>
    where
        R: for<'d> DynamicDeserialize<'d>,
    {
        let reply = self
            .connection
            .call_method(Some(destination), path, Some(interface), method, arguments)
            .await?;
        Ok(reply.body().deserialize()?)
    }

    /// One property of an object.
    pub(super) async fn property<T>(
        &self,
        path: &ObjectPath<'_>,
        interface: &str,
        name: &str,
    ) -> Result<T, Fault>
    where
        T: TryFrom<OwnedValue>,
    {
        let value: OwnedValue = self
            .call(path, PROPERTIES_INTERFACE, "Get", &(interface, name))
            .await?;
        T::try_from(value).map_err(|_| not_understood())
    }

    /// All properties of an object.
    pub(super) async fn properties(
        &self,
        path: &ObjectPath<'_>,
        interface: &str,
    ) -> Result<HashMap<String, OwnedValue>, Fault> {
        self.call(path, PROPERTIES_INTERFACE, "GetAll", &interface)
            .await
    }

    /// Agrees on a key with the service, unless that is done.
    pub(super) async fn open_session(&self) -> Result<(), Fault> {
        if self.session.get().is_some() {
            return Ok(());
        }
        // Calculates while the service gets to know this client.
        let generated = async { KeyPair::generate().ok_or(NO_RANDOM) };
        let ((), pair) = future::zip(self.become_known(), generated).await;
        let pair = pair?;
        let public = Value::from(pair.public().as_slice());
        let (output, path): (OwnedValue, OwnedObjectPath) = self
            .call(
                &ROOT,
                SERVICE_INTERFACE,
                "OpenSession",
                &(ALGORITHM, public),
            )
            .await?;
        let peer_public = Vec::<u8>::try_from(output).map_err(|_| not_understood())?;
        let agreement = pair.agree(&peer_public).map_err(|_| {
            Fault::Garbled(StoreError::Broken("its part of the key agreement is wrong"))
        })?;
        // A second caller may have been faster; its session is as good.
        let _ = self.session.set(Session { path, agreement });
        Ok(())
    }

    /// Reads the secret of an unlocked item.
    pub(super) async fn secret(&self, item: &ObjectPath<'_>) -> Result<SecretString, Fault> {
        let session = self.session().await?;
        let reading = self.call(item, ITEM_INTERFACE, "GetSecret", &session.path);
        // Derived after the request is sent, before the answer is waited for.
        let deriving = async { Ok(session.agreement.key()) };
        let (sealed, key): (WireSecret, _) = future::try_zip(reading, deriving).await?;
        let plain = cipher::open(key, &sealed.parameters, &sealed.value)
            .map_err(|_| Fault::Garbled(StoreError::Corrupt("it does not decrypt")))?;
        if plain.is_empty() {
            return Err(Fault::Garbled(StoreError::Empty));
        }
        let text = std::str::from_utf8(&plain)
            .map_err(|_| Fault::Garbled(StoreError::Corrupt("it is not text")))?;
        Ok(SecretString::from(text))
    }

    /// A secret in the form in which it is written.
    pub(super) async fn seal(&self, secret: &SecretString) -> Result<WireSecret, Fault> {
        let session = self.session().await?;
        let sealed = cipher::seal(session.agreement.key(), secret.expose_secret().as_bytes())
            .ok_or(NO_RANDOM)?;
        Ok(WireSecret {
            session: session.path.clone(),
            parameters: sealed.iv.to_vec(),
            value: sealed.text,
            content_type: CONTENT_TYPE.to_owned(),
        })
    }

    async fn session(&self) -> Result<&Session, Fault> {
        self.open_session().await?;
        self.session.get().ok_or_else(not_understood)
    }
}

const NO_RANDOM: StoreError = StoreError::Broken("the system has no random numbers");

/// An object path of an answer; `/` means that there is no object.
pub(super) fn present(path: OwnedObjectPath) -> Option<OwnedObjectPath> {
    (path.as_str() != NOTHING).then_some(path)
}
