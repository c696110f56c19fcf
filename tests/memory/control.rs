//! A program that does leave a copy of a key: the search must find it, in the
//! right form and place, and nothing else.
//!
//! This is the only program here that leaves any on purpose; `vastkey` has no
//! part in it.

use std::hint::black_box;
use std::process::{Command, ExitCode};
use std::sync::Barrier;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::{Zeroize, Zeroizing};

use super::needles::{self, Form};
use super::support::fake_api::random_hex;
use super::trace::{self, Input};

/// The argument that makes this program the one that leaves a copy.
pub(crate) const LEAVE: &str = "leave";

const LONGEST: usize = 4096;

/// What is left, and the one form and mapping that it must be found in; `None`
/// where nothing is to be found.
const CONTROLS: [(&str, Option<(Form, &str)>); 10] = [
    ("nothing", None),
    ("utf-8", Some((Form::Utf8, "[heap]"))),
    ("utf-16", Some((Form::Utf16, "[heap]"))),
    ("base64", Some((Form::Base64, "[heap]"))),
    ("base64-within", Some((Form::Base64, "[heap]"))),
    ("hex", Some((Form::Hex, "[heap]"))),
    ("half", Some((Form::Part, "[heap]"))),
    ("freed", Some((Form::Utf8, "[heap]"))),
    ("stack", Some((Form::Utf8, "[stack]"))),
    ("thread", Some((Form::Utf8, "anonymous"))),
];

/// Reads a key from standard input, leaves what is asked for, and ends.
pub(crate) fn leave(what: &str) -> ExitCode {
    let line = vastkey::streams::read_stdin_line(LONGEST).expect("a line");
    match what {
        "nothing" => {}
        "utf-8" => forget(line.to_vec()),
        "half" => forget(line[line.len() / 2..].to_vec()),
        "utf-16" => forget(paired(&line, |byte| [byte, 0])),
        "base64" => forget(STANDARD.encode(&line).into_bytes()),
        "base64-within" => {
            let basic = Zeroizing::new([b"user:", line.as_slice()].concat());
            forget(STANDARD.encode(&basic).into_bytes());
        }
        "hex" => forget(paired(&line, |byte| [digit(byte >> 4), digit(byte & 15)])),
        // The allocator writes into what is freed, at its start.
        "freed" => drop(black_box([&[0; 64], line.as_slice()].concat())),
        "stack" => on_the_stack(&line),
        "thread" => on_a_thread(line),
        other => panic!("nothing is called {other}"),
    }
    ExitCode::SUCCESS
}

fn forget(bytes: Vec<u8>) {
    black_box(bytes.leak());
}

/// Two bytes for each, in a buffer that does not grow.
fn paired(line: &[u8], pair: impl Fn(u8) -> [u8; 2]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(line.len() * 2);
    for &byte in line {
        bytes.extend(pair(byte));
    }
    bytes
}

fn digit(value: u8) -> u8 {
    b"0123456789abcdef"[usize::from(value)]
}

#[inline(never)]
fn on_the_stack(line: &[u8]) {
    let mut local = [0; LONGEST];
    local[..line.len()].copy_from_slice(line);
    black_box(&local);
}

/// Leaves it on the stack of a thread that is still there when the program ends.
fn on_a_thread(line: Zeroizing<Vec<u8>>) {
    let barrier: &Barrier = Box::leak(Box::new(Barrier::new(2)));
    thread::spawn(move || {
        let mut line = line;
        on_the_stack(&line);
        line.zeroize();
        drop(line);
        barrier.wait();
        loop {
            thread::park();
        }
    });
    barrier.wait();
}

/// Runs every control, and returns how many there are. Panics when one is not
/// found, or more than it.
pub(crate) fn check() -> usize {
    let own = std::env::current_exe().expect("this program's path");
    // Not one that is in the program.
    let key = random_hex(64);
    let needles = needles::of(&key);
    for (what, expected) in CONTROLS {
        let mut command = Command::new(&own);
        command.args([LEAVE, what]).env_clear();
        let traced = trace::start(&command, Input::Text(key.clone()));
        traced.run_to_its_end(|_| ());
        let copies = traced.memory.search(&needles).copies;
        let output = traced.finish();
        assert!(output.status.success(), "the control '{what}' failed");
        let found: Vec<(Form, &str)> = copies
            .iter()
            .map(|copy| (copy.form, copy.mapping.as_str()))
            .collect();
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(found, expected, "the control '{what}'");
    }
    CONTROLS.iter().flat_map(|(_, left)| left).count()
}
