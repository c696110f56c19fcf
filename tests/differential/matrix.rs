//! Both programs over every combination of sources: they send the same key to
//! the same endpoint, but for the differences that are meant.

use std::sync::Mutex;
use std::thread;

use super::cases::{Case, Keys, Place};
use super::differences::{self, MEANT, Meant};
use super::observed::{Observed, Sent};
use crate::support::fake_api::FakeApi;
use crate::support::python;

const SHOW_USER: [&str; 2] = ["show", "user"];
const AT_A_TIME: usize = 4;

#[test]
fn both_send_the_same_key_to_the_same_endpoint() {
    let cases = Case::all();
    assert_eq!(cases.len(), 90);
    let failures = check_all(&cases);
    assert!(
        failures.is_empty(),
        "{} of {} combinations:\n\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

#[test]
fn no_meant_difference_is_without_a_case() {
    let cases = Case::all();
    for Meant { reason, in_case } in MEANT {
        assert!(cases.iter().any(|case| in_case(case).is_some()), "{reason}");
    }
}

/// Checks the cases, several at a time: the official CLI takes half a second to
/// start. Gives a text for each that fails.
fn check_all(cases: &[Case]) -> Vec<String> {
    let remaining = Mutex::new(cases.iter());
    let failures = Mutex::new(Vec::new());
    let next = || remaining.lock().expect("no panic with this lock").next();
    let work = || {
        while let Some(case) = next() {
            if let Err(failure) = check(case) {
                failures
                    .lock()
                    .expect("no panic with this lock")
                    .push(failure);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(work);
        }
    });
    failures.into_inner().expect("no panic with this lock")
}

/// Runs both programs, each in a home of its own, on one fake API.
fn check(case: &Case) -> Result<(), String> {
    let (api, primary) = FakeApi::with_account();
    // Else each request of the official CLI would be two.
    api.choose("slashless-200");
    let keys = Keys::of_account(&api, primary.account);

    let home = case.home(&api, &keys);
    let command = home.vastkey(SHOW_USER).into_command();
    let vastkey = Observed::of(command, &home, case, &api, &keys);
    let mut faults: Vec<String> = api
        .violations()
        .iter()
        .map(|violation| format!("vastkey committed {:?}", violation.offence))
        .collect();

    let home = case.home(&api, &keys);
    let command = home.program(python::vastai(), SHOW_USER).into_command();
    let official = Observed::of(command, &home, case, &api, &keys);

    faults.extend(faults_of(&vastkey));
    faults.extend(surprises(case, &vastkey, &official));
    if faults.is_empty() {
        return Ok(());
    }
    let faults = faults.join("\n  ");
    Err(format!(
        "{case:?}\n  {faults}\n  vastkey: {vastkey}  vastai: {official}"
    ))
}

/// What vastkey must not do whatever the official CLI does.
fn faults_of(vastkey: &Observed) -> Vec<String> {
    let mut faults = Vec::new();
    if vastkey.asked.len() > 1 || !vastkey.others.is_empty() {
        faults.push("vastkey asked more than once".to_owned());
    }
    if !vastkey.printed.is_empty() {
        faults.push("vastkey printed a key".to_owned());
    }
    if vastkey.asked.contains(&Sent::Key(Place::Decoy)) {
        faults.push("vastkey read the key file in the wrong folder".to_owned());
    }
    faults
}

/// Differences that are not meant, and meant ones that are not there.
fn surprises(case: &Case, vastkey: &Observed, official: &Observed) -> Vec<String> {
    let found = differences::between(vastkey, official);
    let meant: Vec<_> = MEANT
        .iter()
        .filter_map(|entry| Some((entry.reason, (entry.in_case)(case)?)))
        .collect();
    let unlisted = found
        .iter()
        .filter(|difference| meant.iter().all(|(_, listed)| listed != *difference))
        .map(|difference| format!("differs, and is not listed: {difference:?}"));
    let absent = meant
        .iter()
        .filter(|(_, listed)| !found.contains(listed))
        .map(|(reason, listed)| format!("listed, and not so: {listed:?}: {reason}"));
    unlisted.chain(absent).collect()
}
