//! The calls that a read takes, in the order of the store's, over the same
//! library and with the same arithmetic.

use std::collections::HashMap;
use std::error::Error;
use std::io::Write;

use futures_lite::future;
use tokio::net::UnixStream;
use zbus::connection::Builder;
use zbus::zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, Message};

#[expect(dead_code, reason = "this client writes no secret")]
#[path = "../../src/store/secret_service/cipher.rs"]
mod cipher;
#[path = "../../src/store/secret_service/dh.rs"]
mod dh;

type Secret = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);
type Outcome<T> = Result<T, Box<dyn Error>>;

pub(crate) fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || {
        arguments
            .next()
            .ok_or("usage: bare-client SOCKET SERVICE USER")
    };
    let (socket, service, user) = (next()?, next()?, next()?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut secret = runtime.block_on(read(&socket, &service, &user))?;
    secret.push(b'\n');
    Ok(std::io::stdout().write_all(&secret)?)
}

async fn read(socket: &str, service: &str, user: &str) -> Outcome<Vec<u8>> {
    let bus = Builder::unix_stream(UnixStream::connect(socket).await?);
    let bus = bus.build().await?;
    let root = "/org/freedesktop/secrets";
    let interface = "org.freedesktop.Secret.Service";

    // GNOME Keyring can end with a client whose first call opens a session.
    let attributes = HashMap::from([("service", service), ("username", user)]);
    let search = call(&bus, root, interface, "SearchItems", &attributes);
    let pair = async { dh::KeyPair::generate() };
    let (found, pair) = future::zip(search, pair).await;
    let (found, pair) = (found?, pair.ok_or("no random numbers")?);
    let algorithm = "dh-ietf1024-sha256-aes128-cbc-pkcs7";
    let opening = (algorithm, Value::from(pair.public().as_slice()));
    let opened = call(&bus, root, interface, "OpenSession", &opening).await?;
    let (public, session): (OwnedValue, OwnedObjectPath) = opened.body().deserialize()?;
    let (unlocked, _): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = found.body().deserialize()?;
    let item = unlocked.first().ok_or("no such item")?;

    let interface = "org.freedesktop.Secret.Item";
    let got = call(&bus, item, interface, "GetSecret", &session).await?;
    let (_, iv, text, _): Secret = got.body().deserialize()?;
    let agreement = pair.agree(&Vec::try_from(public)?);
    let agreement = agreement.map_err(|_| "no public number")?;
    let plain = cipher::open(agreement.key(), &iv, &text).map_err(|_| "undecryptable")?;
    Ok(plain.to_vec())
}

async fn call(
    bus: &Connection,
    path: &str,
    interface: &str,
    method: &str,
    arguments: &(impl serde::Serialize + DynamicType),
) -> zbus::Result<Message> {
    let service = "org.freedesktop.secrets";
    bus.call_method(Some(service), path, Some(interface), method, arguments)
        .await
}
