//! What `set api-key` writes is read back as another process would read it: on
//! a connection of its own.

use std::thread;

use zbus::blocking::MessageIterator;
use zbus::blocking::fdo::MonitoringProxy;
use zbus::message::Type;

use super::Desk;
use crate::support::bus::PrivateBus;
use crate::support::fake_secret_service::{FakeSecretService, Quirk, State};

const SECRETS: &str = "org.freedesktop.secrets";

/// The name of a call that only this test makes, as the sign for its end.
const END: &str = "EndOfTheTest";

/// A call to the keychain: who made it, and which.
type Call = (String, String);

/// The calls to the keychain while `work` is done.
fn calls(desk: &Desk, work: impl FnOnce()) -> Vec<Call> {
    let monitor = desk.keyring.bus.connect();
    let messages = MessageIterator::from(&monitor);
    MonitoringProxy::new(&monitor)
        .and_then(|proxy| Ok(proxy.become_monitor(&[], 0)?))
        .expect("a monitor");
    let listener = thread::spawn(move || listen(messages));
    work();
    // Refused by everybody, and seen by the monitor all the same.
    let _ = desk
        .keyring
        .bus
        .connect()
        .call_method(Some(SECRETS), "/", None::<&str>, END, &());
    listener.join().expect("the calls")
}

fn listen(messages: MessageIterator) -> Vec<Call> {
    let mut calls = Vec::new();
    for message in messages {
        let message = message.expect("a message");
        let header = message.header();
        let (Some(sender), Some(member)) = (header.sender(), header.member()) else {
            continue;
        };
        if header.message_type() != Type::MethodCall {
            continue;
        }
        if member.as_str() == END {
            break;
        }
        calls.push((sender.to_string(), member.to_string()));
    }
    calls
}

fn position(calls: &[Call], member: &str) -> usize {
    let found = calls.iter().position(|(_, name)| name == member);
    found.unwrap_or_else(|| panic!("no {member} among {calls:?}"))
}

/// The key is written by one connection and then read by another.
fn assert_read_back(calls: &[Call], write: &str) {
    let written = position(calls, write);
    let read = calls
        .iter()
        .rposition(|(_, name)| name.starts_with("GetSecret"))
        .expect("a read");
    assert!(written < read, "{calls:?}");
    assert_ne!(calls[written].0, calls[read].0, "{calls:?}");
}

#[test]
fn a_new_key_is_read_back_on_a_new_connection() {
    let desk = Desk::new();
    let created = calls(&desk, || {
        desk.set(&desk.primary.key, &[]).ok();
    });
    assert_read_back(&created, "CreateItem");
    let updated = calls(&desk, || {
        desk.set(&desk.primary.key, &[]).ok();
    });
    assert_read_back(&updated, "SetSecret");
}

#[test]
fn a_file_stays_until_its_key_is_read_back_as_it_was_written() {
    let desk = Desk::new();
    let file = desk.sandbox.write(".vast_api_key", &desk.primary.key);
    for quirk in [Quirk::LosesWrites, Quirk::CutsWrites] {
        let bus = PrivateBus::start();
        let quirks = vec![quirk];
        let _service = FakeSecretService::start(
            &bus,
            State {
                quirks,
                ..State::default()
            },
        );
        for arguments in [&["migrate", "--yes"][..], &["set", "api-key"]] {
            let mut run = desk.vastkey(arguments).input(&desk.primary.key);
            for (name, value) in bus.envs() {
                run = run.env(name, value);
            }
            run.go()
                .code(5)
                .says(&["does not return what was written", "hint: "]);
            assert!(file.exists(), "{quirk:?} {arguments:?}");
        }
    }
    assert!(desk.account("default").is_null());
}
