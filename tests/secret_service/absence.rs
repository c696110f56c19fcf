//! No bus, no service, or one that is gone: each is told from the others.

use std::io::Write;
use std::os::unix::net::UnixListener;
use std::time::Instant;

use vastkey::store::AbsentReason;

use super::*;
use crate::support::keyring::PrivateKeyring;

const NO_BUS: StoreError = StoreError::Absent(AbsentReason::NoBus);
const NO_SERVICE: StoreError = StoreError::Absent(AbsentReason::NoService);

fn open_at(location: BusLocation, deadline: Duration) -> Result<SecretService, StoreError> {
    SecretService::open(location, options(deadline, Interaction::Never))
}

fn fault_of(location: BusLocation) -> StoreError {
    open_at(location, PATIENT).err().expect("should fail")
}

#[test]
fn no_bus_is_said_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("bus");
    let at_socket = || BusLocation {
        address: Some(format!("unix:path={}", socket.display())),
        runtime_dir: None,
    };
    assert_eq!(fault_of(BusLocation::default()), NO_BUS);
    assert_eq!(fault_of(at_socket()), NO_BUS);
    // A socket that nobody listens on any more.
    drop(UnixListener::bind(&socket).unwrap());
    assert_eq!(fault_of(at_socket()), NO_BUS);
    for address in [
        "",
        "no address",
        "unixexec:path=/bin/true",
        "tcp:host=localhost,port=1",
    ] {
        let location = BusLocation {
            address: Some(address.to_owned()),
            runtime_dir: Some(dir.path().to_owned()),
        };
        assert_eq!(fault_of(location), NO_BUS, "{address:?}");
    }
}

#[test]
fn the_bus_is_found_by_any_of_its_addresses_or_in_the_runtime_directory() {
    let keyring = PrivateKeyring::start();
    write(&open(&keyring.bus), "s3cret").unwrap();
    let several = format!("unix:path=/nonexistent/bus;{}", keyring.bus.address());
    let mut locations = vec![BusLocation {
        address: Some(several),
        runtime_dir: None,
    }];
    for (name, value) in keyring.envs() {
        let mut location = BusLocation::default();
        match name {
            "DBUS_SESSION_BUS_ADDRESS" => location.address = Some(value),
            _ => location.runtime_dir = Some(value.into()),
        }
        locations.push(location);
    }
    assert_eq!(locations.len(), 3);
    for location in locations {
        let store = open_at(location, PATIENT).unwrap();
        assert_eq!(read(&store).unwrap().as_deref(), Some("s3cret"));
    }
}

#[test]
fn a_mute_socket_is_waited_for_no_longer_than_the_deadline() {
    let dir = tempfile::tempdir().unwrap();
    let _listener = UnixListener::bind(dir.path().join("bus")).unwrap();
    let location = BusLocation {
        address: None,
        runtime_dir: Some(dir.path().to_owned()),
    };
    assert_times_out(|| open_at(location, SHORT).map(|_| ()));
}

#[test]
fn a_socket_that_talks_nonsense_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(dir.path().join("bus")).unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    });
    let location = BusLocation {
        address: None,
        runtime_dir: Some(dir.path().to_owned()),
    };
    let fault = fault_of(location);
    server.join().unwrap();
    assert!(
        matches!(fault, StoreError::Denied(_) | StoreError::Broken(_)),
        "{fault:?}"
    );
}

#[test]
fn a_bus_without_a_secret_service_is_named_as_such() {
    let bus = PrivateBus::start();
    let store = open(&bus);
    assert_eq!(read(&store), Err(NO_SERVICE));
    assert_eq!(write(&store, "s3cret"), Err(NO_SERVICE));
    assert_eq!(store.delete(&id()), Err(NO_SERVICE));
    assert_eq!(store.list(SERVICE), Err(NO_SERVICE));
    assert_eq!(store.describe(), Err(NO_SERVICE));
}

#[test]
fn a_keyring_that_was_killed_is_no_service() {
    let mut keyring = PrivateKeyring::start();
    let store = open(&keyring.bus);
    write(&store, "s3cret").unwrap();
    keyring.kill_daemon();
    assert_eq!(read(&store), Err(NO_SERVICE));
}

#[test]
fn a_bus_that_was_killed_is_an_error_and_no_panic() {
    let mut keyring = PrivateKeyring::start();
    let store = open(&keyring.bus);
    write(&store, "s3cret").unwrap();
    keyring.bus.kill();
    let broken = StoreError::Broken("the connection to the session bus broke");
    assert_eq!(read(&store), Err(broken.clone()));
    assert_eq!(write(&store, "other"), Err(broken.clone()));
    assert_eq!(store.describe(), Err(broken));
    assert_eq!(fault_of(location(&keyring.bus)), NO_BUS);
}

#[test]
fn a_bus_that_never_stops_to_talk_does_not_outlast_the_deadline() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bus");
    let listener = UnixListener::bind(&path).unwrap();
    let talker = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // A line of the handshake without an end, until nobody listens.
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    let location = BusLocation {
        address: Some(format!("unix:path={}", path.display())),
        runtime_dir: None,
    };
    let deadline = Duration::from_millis(500);
    let begun = Instant::now();
    let fault = open_at(location, deadline).err().expect("should fail");
    assert_eq!(fault, StoreError::TimedOut(deadline));
    assert!(begun.elapsed() < deadline + Duration::from_secs(1));
    talker.join().unwrap();
}
