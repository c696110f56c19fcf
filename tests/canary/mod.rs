//! A key in the place of every text that another program, a file or a person
//! chose: no output of any kind holds it.
//!
//! Each [`Case`] plants a text where a message may take it from. With a
//! harmless text it must show that the message was reached; with each
//! [`disguise`] of a key, the account's own and another, no part of the key may
//! come out, whatever is asked to be said.

mod bench;
mod command_line;
mod disguise;
mod environment;
mod errors;
mod files;
mod keychain;
mod protocols;
mod server;
mod terminal;

use bench::{Bench, Invocation};
use disguise::{DISGUISES, gives_away};

use crate::support::fake_api::random_hex;

/// A text that may be shown.
const HARMLESS: &str = "harmless-bird";

/// A place where a text comes in.
struct Case {
    /// Which one.
    name: &'static str,
    /// Puts the text there, and says what to run.
    plant: fn(&mut Bench, &str) -> Invocation,
    /// What is said of a harmless text: itself, if it is shown.
    shows: &'static str,
}

impl Case {
    const fn new(
        name: &'static str,
        plant: fn(&mut Bench, &str) -> Invocation,
        shows: &'static str,
    ) -> Self {
        Self { name, plant, shows }
    }

    /// Everything that the program says of `text`. `key` is the one in use.
    fn output(&self, key: &str, text: &str, options: &[&str]) -> String {
        let mut bench = Bench::new(key);
        let invocation = (self.plant)(&mut bench, text);
        bench.run(&invocation, options)
    }

    fn check(&self, knows: Knows) {
        let (key, other) = (random_hex(64), random_hex(64));
        let Self { name, shows, .. } = self;
        let shown = self.output(&key, HARMLESS, &["-v"]);
        assert!(
            shown.contains(shows),
            "{name} does not show '{shows}': {shown}"
        );
        let count = match knows {
            Knows::TheKey => DISGUISES.len(),
            Knows::NoKey => 1,
        };
        for (planted, count) in [(&key, count), (&other, DISGUISES.len())] {
            for (disguise, disguised) in &DISGUISES[..count] {
                let said = self.output(&key, &disguised(planted), &["-v"]);
                assert!(!gives_away(&said, planted), "{name}: {disguise}:\n{said}");
            }
        }
        let said = self.output(&key, &other, &["-v", "--raw"]);
        assert!(!gives_away(&said, &other), "{name}: --raw:\n{said}");
    }
}

/// What those who make a message know of the key in use: where they do not know
/// it, it is to them as any other.
#[derive(Clone, Copy)]
enum Knows {
    TheKey,
    NoKey,
}

fn check(cases: &[Case], knows: Knows) {
    for case in cases {
        case.check(knows);
    }
}

#[test]
fn words_of_a_server() {
    check(server::CASES, Knows::TheKey);
}

#[test]
fn contents_of_files() {
    check(files::CASES, Knows::NoKey);
}

#[test]
fn requests_of_other_programs() {
    check(protocols::CASES, Knows::NoKey);
}

#[test]
fn values_of_variables() {
    check(environment::CASES, Knows::NoKey);
}

#[test]
fn labels_and_errors_of_the_keychain() {
    check(keychain::CASES, Knows::NoKey);
}
