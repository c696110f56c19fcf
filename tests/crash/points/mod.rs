//! Killed at every named point: nothing is lost, and one more run finishes.
//!
//! For each command the order of its points is written down in `scenarios`. It
//! is compared with the points that an uninterrupted run passes, so that none
//! is left out, and all of them together with those in the source.

mod lent;
mod new_keys;
mod others;
mod rotations;
mod scenarios;
mod snapshot;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use super::stage::Stage;
use crate::support::fake_api::NewKey;
use crate::support::keyring::PrivateKeyring;
use scenarios::{Finish, Scenario};
use snapshot::Snapshot;

/// One time that a point is passed: the `nth`, counted from 1.
struct Passage {
    point: String,
    nth: usize,
}

/// As `VASTKEY_FAULT_POINT` takes it.
impl fmt::Display for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.point, self.nth)
    }
}

/// Runs a scenario to its end once, and then once for each point, killed there
/// and run again.
#[expect(clippy::print_stdout, reason = "seen when the test fails")]
fn interrupt_everywhere(scenario: &Scenario) {
    let keyring = PrivateKeyring::start();
    let finished = Stage::new(&keyring);
    (scenario.prepare)(&finished);
    let passed = trace(scenario, &finished);
    assert_eq!(passed, scenario.points(), "the points that are passed");
    finished.assert_whole_and_private();
    finished.assert_tidy();
    (scenario.in_the_end)(&finished);
    let finished = Snapshot::of(&finished);

    for passage in passages(&passed) {
        println!("killed at {passage}");
        interrupt(scenario, &passage, &Stage::new(&keyring), &finished);
    }
}

fn interrupt(scenario: &Scenario, passage: &Passage, stage: &Stage, finished: &Snapshot) {
    (scenario.prepare)(stage);
    let output = scenario
        .run(stage)
        .env("VASTKEY_FAULT_POINT", passage.to_string())
        .into_output();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.signal(),
        Some(9),
        "{:?}: {said}",
        output.status
    );

    stage.assert_whole_and_private();
    assert_key_at_hand(scenario, passage, stage);
    (scenario.cut_off)(stage);

    let again = scenario.run(stage).go();
    match (scenario.finish)(passage) {
        Finish::Done => {
            again.ok();
            assert_eq!(&Snapshot::of(stage), finished);
        }
        Finish::AsTold => {
            new_keys::delete_as_told(stage, &again.ok().stderr);
            assert_eq!(&Snapshot::of(stage), finished);
        }
        Finish::Refused(code, message) => {
            again.code(code).says(&[message]);
        }
    }
    stage.assert_whole_and_private();
    stage.assert_tidy();
    (scenario.in_the_end)(stage);
}

/// A key that works is kept, and vastkey finds one.
fn assert_key_at_hand(scenario: &Scenario, passage: &Passage, stage: &Stage) {
    let is_lost = scenario.lost.contains(&passage.to_string().as_str());
    let works = |key: &str| stage.api.is_alive(key) != is_lost;
    let token = stage.vastkey(&["token"]).go();
    if scenario.removes_key && stage.kept_keys().is_empty() {
        // An account that is still recorded is missed, not merely absent.
        token.code(if stage.accounts().is_empty() { 3 } else { 5 });
        return;
    }
    assert!(stage.kept_keys().iter().any(|key| works(key)));
    assert!(works(token.ok().stdout_with_key().trim_end()));
}

/// The points that a run passes, in order.
fn trace(scenario: &Scenario, stage: &Stage) -> Vec<String> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    scenario
        .run(stage)
        .env("VASTKEY_FAULT_TRACE", file.path())
        .go()
        .ok();
    let text = fs::read_to_string(file.path()).expect("a trace");
    text.lines().map(str::to_owned).collect()
}

/// What git says of a login with a key.
fn login(stage: &Stage, username: &str, key: &NewKey) -> String {
    let host = stage.api.url().trim_start_matches("http://");
    let secret = &key.key;
    format!("protocol=http\nhost={host}\nusername={username}\npassword={secret}\n")
}

fn passages(points: &[String]) -> Vec<Passage> {
    let mut counts = BTreeMap::new();
    let passage = |point: &String| {
        let nth = counts.entry(point.clone()).or_insert(0);
        *nth += 1;
        Passage {
            point: point.clone(),
            nth: *nth,
        }
    };
    points.iter().map(passage).collect()
}

#[test]
fn every_point_of_the_source_is_in_a_scenario() {
    let mut in_source = BTreeSet::new();
    collect_points(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        &mut in_source,
    );
    let all = scenarios::ALL.iter().flat_map(|scenario| scenario.points());
    assert_eq!(in_source, all.collect());
}

fn collect_points(directory: &Path, found: &mut BTreeSet<String>) {
    const CALL: &str = "fault::point(";
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect_points(&path, found);
            continue;
        }
        let source = fs::read_to_string(&path).expect("a source file");
        for call in source.split(CALL).skip(1) {
            let name = call
                .trim_start()
                .strip_prefix('"')
                .and_then(|rest| rest.split('"').next());
            found.insert(name.expect("a literal name").to_owned());
        }
    }
}
