//! What is entered, and what is not.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::key::ApiKey;
use crate::leaks::{named, scan};

const KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    fs::write(path, text).expect("a file");
}

fn scan_with(path: &Path, expected: &[PathBuf], limits: Limits) -> Scanned {
    let key = ApiKey::parse(KEY).expect("a key");
    scan(&[&key], &[named(path)], expected, limits, &mut |_| ()).expect("scanned")
}

/// The names of the files with leaks, and the reasons for what was left out.
fn outcome(scanned: &Scanned) -> (Vec<String>, Vec<(Why, u64)>) {
    let name = |leak: &Leak| {
        leak.path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned()
    };
    let why = scanned.left_out.iter().map(|(why, count, _)| (why, count));
    (scanned.leaks.iter().map(name).collect(), why.collect())
}

#[test]
fn files_are_met_once_and_in_order() {
    let root = directory();
    for file in ["b", "a/x", "a/y/z", "c"] {
        write(&root.path().join(file), KEY);
    }
    fs::hard_link(root.path().join("b"), root.path().join("d")).expect("a link");
    let scanned = scan_with(root.path(), &[root.path().join("c")], Limits::default());
    let names = ["b", "x", "z"].map(str::to_owned).to_vec();
    assert_eq!(outcome(&scanned), (names, vec![]));
    assert_eq!((scanned.files, scanned.bytes), (3, 3 * KEY.len() as u64));
}

#[test]
fn limits_are_kept_and_told() {
    let root = directory();
    for file in ["a", "b", "c"] {
        write(
            &root.path().join(file),
            &format!("{}{KEY}", "x".repeat(100)),
        );
    }
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    for (limits, found, why) in [
        (limits(|l| l.files = 2), 2, vec![(Why::Enough, 1)]),
        (limits(|l| l.leaks = 1), 1, vec![(Why::Enough, 2)]),
        (limits(|l| l.total = 100), 0, vec![(Why::Enough, 2)]),
        (limits(|l| l.file = 100), 0, vec![(Why::Large, 3)]),
        (limits(|l| l.file = 132), 3, vec![]),
    ] {
        let scanned = scan_with(root.path(), &[], limits);
        assert_eq!(scanned.leaks.len(), found);
        assert_eq!(outcome(&scanned).1, why);
    }
}

#[test]
fn directories_are_opened_down_to_a_depth_and_up_to_a_number() {
    let root = directory();
    write(&root.path().join("a/b/c"), KEY);
    write(&root.path().join("d"), KEY);
    let key = ApiKey::parse(KEY).expect("a key");
    let scan_area = |change: fn(&mut Area)| {
        let mut area = named(root.path());
        change(&mut area);
        scan(&[&key], &[area], &[], Limits::default(), &mut |_| ()).expect("scanned")
    };
    let flat = scan_area(|area| area.depth = 2);
    assert_eq!(outcome(&flat), (vec!["d".to_owned()], vec![(Why::Deep, 1)]));
    let narrow = scan_area(|area| area.entries = 1);
    assert!(narrow.left_out.iter().any(|(why, ..)| why == Why::Wide));
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_and_pipes_hold_nobody_up() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let (root, outside) = (directory(), directory());
    write(&outside.path().join("secret"), KEY);
    write(&root.path().join("inside"), KEY);
    let at = |name: &str| root.path().join(name);
    symlink(outside.path().join("secret"), at("file")).expect("a link");
    symlink(outside.path(), at("folder")).expect("a link");
    symlink(at("inside"), at("again")).expect("a link");
    symlink(at("nothing"), at("dangling")).expect("a link");
    symlink(at("loop"), at("loop")).expect("a link");
    let _socket = UnixListener::bind(at("socket")).expect("a socket");
    let made = std::process::Command::new("mkfifo")
        .arg(at("pipe"))
        .status();
    assert!(made.expect("mkfifo runs").success());
    let scanned = scan_with(root.path(), &[], Limits::default());
    let why = vec![(Why::Link, 2), (Why::Special, 2)];
    assert_eq!(outcome(&scanned), (vec!["inside".to_owned()], why));

    // A known file that is a link is read only inside of the root.
    let key = ApiKey::parse(KEY).expect("a key");
    for (start, found, why) in [
        ("file", 0, vec![(Why::Link, 1)]),
        ("folder/secret", 0, vec![(Why::Link, 1)]),
        ("again", 1, vec![]),
        ("dangling", 0, vec![]),
        ("loop", 0, vec![]),
        ("pipe", 0, vec![(Why::Special, 1)]),
    ] {
        let area = Area {
            start: at(start),
            ..named(root.path())
        };
        let scanned = scan(&[&key], &[area], &[], Limits::default(), &mut |_| ());
        let scanned = scanned.expect("scanned");
        assert_eq!(scanned.leaks.len(), found, "{start}");
        assert_eq!(outcome(&scanned).1, why, "{start}");
    }
}
