//! Which program provides the Secret Service.
//!
//! Owns the names by which known providers can be told. The specification has
//! no such question; but each of them answers for a name of its own on the
//! same connection, and the bus knows whose that is.

use zbus::zvariant::ObjectPath;

use super::fault::Fault;
use super::link::{Link, SERVICE};

const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: ObjectPath<'static> =
    ObjectPath::from_static_str_unchecked("/org/freedesktop/DBus");

/// Bus names and the providers that own them.
const KNOWN: [(&str, &str); 5] = [
    ("org.gnome.keyring", "GNOME Keyring"),
    ("org.kde.kwalletd6", "KWallet"),
    ("org.kde.kwalletd5", "KWallet"),
    ("org.kde.secretservicecompat", "KWallet"),
    ("org.keepassxc.KeePassXC.MainWindow", "KeePassXC"),
];

/// What people call the provider that answers now.
pub(super) async fn name(link: &Link) -> Result<&'static str, Fault> {
    let provider = owner(link, SERVICE).await?;
    for (bus_name, known) in KNOWN {
        if owner(link, bus_name).await.is_ok_and(|it| it == provider) {
            return Ok(known);
        }
    }
    Ok("Secret Service")
}

async fn owner(link: &Link, bus_name: &str) -> Result<String, Fault> {
    link.call_at(BUS, &BUS_PATH, BUS, "GetNameOwner", &bus_name)
        .await
}
