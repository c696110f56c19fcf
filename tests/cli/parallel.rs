//! Many at once: every reader gets a whole key.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::Desk;

fn start_token(desk: &Desk) -> Child {
    let mut command = desk.vastkey(["token"]).into_command();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

#[test]
fn fifty_readers_at_once_all_get_the_key() {
    const READERS: usize = 50;
    let desk = Desk::with_key();
    let expected = format!("{}\n", desk.primary.key);
    let readers: Vec<Child> = (0..READERS).map(|_| start_token(&desk)).collect();
    for reader in readers {
        let output = reader.wait_with_output().expect("it ends");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.stdout == expected.as_bytes(), "another answer");
    }
}

#[test]
fn a_reader_gets_the_old_key_or_the_new_one_and_nothing_between() {
    const WRITES: usize = 12;
    let mut desk = Desk::new();
    let keys = [desk.unknown_key(), desk.unknown_key()];
    let desk = desk;
    let write = |key: &str| desk.set(key, &["--no-verify"]).ok();
    write(&keys[0]);
    let written = AtomicBool::new(false);
    let read = || {
        let mut reads = 0;
        while !written.load(Ordering::Relaxed) {
            let token = desk.token(&[]);
            assert!(keys.contains(&token), "neither key");
            reads += 1;
        }
        reads
    };
    thread::scope(|scope| {
        let readers = [scope.spawn(read), scope.spawn(read)];
        for turn in 1..=WRITES {
            write(&keys[turn % 2]);
        }
        written.store(true, Ordering::Relaxed);
        let reads: usize = readers
            .map(|reader| reader.join().expect("a reader"))
            .iter()
            .sum();
        assert!(reads > 0, "nobody read meanwhile");
    });
    assert_eq!(desk.token(&[]), keys[WRITES % 2]);
}

#[test]
fn of_several_writers_each_writes_or_is_sent_away() {
    let mut desk = Desk::new();
    let keys: Vec<String> = (0..8).map(|_| desk.unknown_key()).collect();
    let desk = desk;
    let children: Vec<Child> = keys
        .iter()
        .map(|key| {
            let command = desk
                .vastkey(["set", "api-key", "--no-verify"])
                .into_command();
            with_input(command, key)
        })
        .collect();
    let mut successes = 0;
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => successes += 1,
            Some(8) => assert!(stderr.contains("another vastkey"), "{stderr}"),
            other => panic!("exit code {other:?}: {stderr}"),
        }
    }
    assert!(successes > 0);
    assert!(keys.contains(&desk.token(&[])));
    assert_eq!(desk.labels(), ["Vast.ai API key (default)"]);
    desk.set(&keys[0], &["--no-verify"]).ok();
    assert_eq!(desk.token(&[]), keys[0]);
}

/// Starts a command whose whole input is there from the start.
pub(super) fn with_input(mut command: std::process::Command, input: &str) -> Child {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    std::io::Write::write_all(&mut writer, input.as_bytes()).expect("a write");
    command
        .stdin(reader)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}
