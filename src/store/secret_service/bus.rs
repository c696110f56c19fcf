//! Where the session bus is, and a connection to it.
//!
//! Owns addresses and connecting. Starts no thread and no program: of the
//! address transports only `unix:` is supported, never `unixexec:`.

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::UnixStream;
use zbus::Connection;
use zbus::connection::Builder;

use super::fault::Fault;
use super::socket::BusSocket;
use crate::store::{AbsentReason, StoreError};

/// How long to wait before asking again a bus whose queue of connections is
/// full, which a non-blocking socket does not wait for.
const BUSY_RETRY: Duration = Duration::from_millis(2);

/// Where to look for the session bus, in this order.
#[derive(Debug, Clone, Default)]
pub struct BusLocation {
    /// The value of `DBUS_SESSION_BUS_ADDRESS`: addresses separated by `;`, as
    /// the D-Bus specification defines them. The first that can be connected
    /// to is used.
    pub address: Option<String>,
    /// The value of `XDG_RUNTIME_DIR`; without an address the socket `bus` in
    /// it is tried.
    pub runtime_dir: Option<PathBuf>,
}

/// Connects and says hello. That there is no bus is only said where nothing
/// listens: it may be a reason to look for a key elsewhere.
pub(super) async fn connect(location: &BusLocation) -> Result<Connection, Fault> {
    for socket in sockets(location) {
        match connect_socket(&socket).await {
            Ok(stream) => return Ok(Builder::socket(BusSocket(stream)).build().await?),
            Err(error) if is_absent(&error) => {}
            Err(_) => return Err(StoreError::NoResources.into()),
        }
    }
    Err(StoreError::Absent(AbsentReason::NoBus).into())
}

/// Whether nothing listens at an address, or nothing for this user.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::InvalidInput
    )
}

async fn connect_socket(socket: &PathBuf) -> io::Result<UnixStream> {
    loop {
        match UnixStream::connect(socket).await {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                tokio::time::sleep(BUSY_RETRY).await;
            }
            connected => return connected,
        }
    }
}

/// The sockets to try. One in Linux' abstract name space starts with a zero
/// byte.
fn sockets(location: &BusLocation) -> Vec<PathBuf> {
    match (&location.address, &location.runtime_dir) {
        (Some(list), _) => list.split(';').filter_map(socket_of).collect(),
        (None, Some(directory)) => vec![directory.join("bus")],
        (None, None) => Vec::new(),
    }
}

fn socket_of(address: &str) -> Option<PathBuf> {
    let (transport, options) = address.split_once(':')?;
    if transport != "unix" {
        return None;
    }
    options.split(',').find_map(|option| {
        let (name, value) = option.split_once('=')?;
        let mut bytes = match name {
            "path" => Vec::new(),
            "abstract" => vec![0],
            _ => return None,
        };
        bytes.extend(percent_decoded(value)?);
        Some(PathBuf::from(OsString::from_vec(bytes)))
    })
}

fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let (digits, after) = tail.split_at_checked(2)?;
            let digits = std::str::from_utf8(digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_address(address: &str) -> Vec<PathBuf> {
        sockets(&BusLocation {
            address: Some(address.to_owned()),
            runtime_dir: Some("/never/asked".into()),
        })
    }

    #[test]
    fn addresses_are_read_as_the_specification_says() {
        for (address, expected) in [
            ("unix:path=/run/user/1000/bus", vec!["/run/user/1000/bus"]),
            ("unix:path=/run/bus,guid=0a1b", vec!["/run/bus"]),
            ("unix:guid=0a1b,path=/run/a%20b%2Cc", vec!["/run/a b,c"]),
            ("unix:abstract=/tmp/dbus-x", vec!["\0/tmp/dbus-x"]),
            ("tcp:host=localhost,port=1;unix:path=/b", vec!["/b"]),
            ("unix:path=/a;unix:path=/b;", vec!["/a", "/b"]),
            ("unixexec:path=/bin/false", vec![]),
            ("unix:path=/run/%zz", vec![]),
            ("unix:path=/run/%2", vec![]),
            ("unix:tmpdir=/tmp", vec![]),
            ("unix:", vec![]),
            ("", vec![]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(PathBuf::from).collect();
            assert_eq!(from_address(address), expected, "{address}");
        }
    }

    #[test]
    fn the_runtime_directory_is_asked_only_without_an_address() {
        let location = BusLocation {
            address: None,
            runtime_dir: Some("/run/user/1000".into()),
        };
        assert_eq!(sockets(&location), [PathBuf::from("/run/user/1000/bus")]);
        assert!(sockets(&BusLocation::default()).is_empty());
    }
}
