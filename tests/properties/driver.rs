//! The same properties in the unit tests: of every seed of the fuzz targets, and
//! of seeds that were changed at random, with the words of the target's
//! dictionary.

use std::fs;
use std::path::PathBuf;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// Longest input, in bytes: as in the fuzz targets' runs.
const MAX_LEN: usize = 4096;

/// One change of an input.
#[derive(Debug, Clone)]
enum Change {
    Insert(Index, Vec<u8>),
    Remove(Index, u8),
    Repeat(Index, u8),
}

impl Change {
    fn apply(&self, input: &mut Vec<u8>) {
        let (Self::Insert(at, _) | Self::Remove(at, _) | Self::Repeat(at, _)) = self;
        let at = at.index(input.len() + 1);
        let range = |length: u8| at..(at + usize::from(length)).min(input.len());
        match self {
            Self::Insert(_, bytes) => drop(input.splice(at..at, bytes.iter().copied())),
            Self::Remove(_, length) => drop(input.drain(range(*length))),
            Self::Repeat(_, length) => {
                let part = input[range(*length)].to_vec();
                drop(input.splice(at..at, part));
            }
        }
    }
}

/// Checks `count` inputs for one target, besides its seeds.
fn run(target: &str, count: u32, check: fn(&[u8])) {
    let seeds = seeds(target);
    for seed in &seeds {
        check(seed);
    }
    let words = words(target);
    let inserted = prop_oneof![
        4 => select(words),
        2 => vec(any::<u8>(), 1..4),
        2 => any::<char>().prop_map(|c| c.to_string().into_bytes()),
        1 => (any::<u8>(), 1..MAX_LEN).prop_map(|(byte, count)| vec![byte; count]),
    ];
    let change = prop_oneof![
        4 => (any::<Index>(), inserted).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        1 => (any::<Index>(), 1_u8..16).prop_map(|(at, length)| Change::Remove(at, length)),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, length)| Change::Repeat(at, length)),
    ];
    let input = (select(seeds), vec(change, 0..8)).prop_map(|(mut input, changes)| {
        for change in &changes {
            change.apply(&mut input);
        }
        input.truncate(MAX_LEN);
        input
    });
    let config = Config {
        cases: count,
        // A finding becomes a seed, which is run by all.
        failure_persistence: None,
        ..Config::default()
    };
    let result = TestRunner::new(config).run(&input, |input| {
        check(&input);
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = result {
        panic!("{target}: {error}");
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz")
}

/// The inputs that the target starts from.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder().join("corpus").join(target)).expect("seeds");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a seed").path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read(path).expect("a seed"))
        .collect()
}

/// The words of the target's dictionary, in libFuzzer's format.
fn words(target: &str) -> Vec<Vec<u8>> {
    let text = fs::read_to_string(folder().join(format!("{target}.dict"))).expect("words");
    text.lines()
        .map(|line| {
            unquoted(
                line.strip_prefix('"')
                    .and_then(|l| l.strip_suffix('"'))
                    .expect("a word"),
            )
        })
        .collect()
}

/// Resolves `\\`, `\"` and `\xNN`.
fn unquoted(word: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = word;
    while let Some(first) = rest.bytes().next() {
        let length = match rest.as_bytes() {
            [b'\\', b'x', ..] => {
                bytes.push(u8::from_str_radix(&rest[2..4], 16).expect("two digits"));
                4
            }
            [b'\\', second, ..] => {
                bytes.push(*second);
                2
            }
            _ => {
                bytes.push(first);
                1
            }
        };
        // Words are ASCII, other bytes are escaped.
        rest = &rest[length..];
    }
    bytes
}

macro_rules! properties {
    ($($module:ident: $target:literal, $count:literal;)*) => {
        $(#[test]
        fn $module() {
            run($target, $count, super::$module::check);
        })*
    };
}

// About half a second each, in a build without optimisation.
properties! {
    git: "git", 1000;
    docker: "docker", 1000;
    bazel: "bazel", 1000;
    url: "url", 1000;
    permissions: "permissions", 1000;
    api: "api", 300;
    key_file: "key-file", 300;
    config: "config", 30;
}
