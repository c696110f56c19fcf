use super::*;
use crate::server::Server;
use crate::store::{AccountName, Backend};

fn rotation() -> Rotation {
    Rotation {
        server: Server::default(),
        account: AccountName::default(),
        store: Backend::Keychain,
        user_id: 1,
        old_id: 7,
        nameless: vec![7],
        new_key: NewKey::Asked,
        new_id: None,
    }
}

fn begin(jobs: &Jobs) -> Job {
    let work = Work::Rotation(rotation());
    jobs.begin(work, OffsetDateTime::UNIX_EPOCH).unwrap()
}

/// The directory does not exist at first.
fn jobs() -> (tempfile::TempDir, Jobs) {
    let state = tempfile::tempdir().unwrap();
    let jobs = Jobs::new(state.path().join("jobs"));
    (state, jobs)
}

fn names(jobs: &Jobs) -> Vec<String> {
    let entries = fs::read_dir(&jobs.directory).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<_> = entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn without_a_directory_there_are_no_jobs() {
    let (_state, jobs) = jobs();
    assert!(jobs.seen().unwrap().is_empty());
    let left = jobs.left().unwrap();
    assert!(left.jobs.is_empty() && left.damaged.is_empty());
    assert!(!jobs.directory.exists());
}

#[test]
fn a_job_is_left_alone_while_it_is_held() {
    let (_state, jobs) = jobs();
    let job = begin(&jobs);
    let left = jobs.left().unwrap();
    assert!(left.jobs.is_empty());
    assert_eq!(left.running, 1);
    let seen = jobs.seen().unwrap();
    assert!(seen[0].is_running);
    assert_eq!(seen[0].id, *job.id());
    job.finish().unwrap();
    assert!(jobs.seen().unwrap().is_empty());
    assert!(names(&jobs).is_empty());
}

#[test]
fn a_job_that_was_let_go_is_found_as_it_was_written_last() {
    let (_state, jobs) = jobs();
    let mut job = begin(&jobs);
    let known = Work::Rotation(Rotation {
        new_key: NewKey::Received,
        new_id: Some(8),
        ..rotation()
    });
    job.update(known.clone()).unwrap();
    let id = job.id().clone();
    drop(job);
    let seen = jobs.seen().unwrap();
    assert!(!seen[0].is_running);
    assert_eq!(seen[0].entry.as_ref().unwrap().work, known);
    let mut left = jobs.left().unwrap();
    let job = left.jobs.pop().unwrap();
    assert_eq!((job.id(), job.work()), (&id, &known));
    assert_eq!(job.begun_at(), OffsetDateTime::UNIX_EPOCH);
    job.finish().unwrap();
    assert!(names(&jobs).is_empty());
}

#[test]
fn what_a_killed_process_left_of_a_job_is_removed() {
    let (_state, jobs) = jobs();
    let job = begin(&jobs);
    let id = job.id().clone();
    drop(job);
    let file = jobs.file_of(&id);
    fs::rename(&file, files::draft_path(&file)).unwrap();
    assert!(jobs.seen().unwrap().is_empty());
    assert_eq!(names(&jobs).len(), 2);
    assert!(jobs.left().unwrap().jobs.is_empty());
    assert!(names(&jobs).is_empty());
}

#[test]
fn what_is_no_lock_hides_no_other_job() {
    let (_state, jobs) = jobs();
    let job = begin(&jobs);
    fs::create_dir(jobs.lock_of(&JobId::random().unwrap())).unwrap();
    assert_eq!(jobs.left().unwrap().running, 1);
    drop(job);
    let left = jobs.left().unwrap();
    assert_eq!((left.jobs.len(), left.damaged.len()), (1, 1));
    let seen = jobs.seen().unwrap();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen.iter().filter(|seen| seen.entry.is_err()).count(), 1);
}

#[test]
fn what_is_not_understood_is_told_and_stays() {
    let good = serde_json::json!({
        "version": 1, "begun_at": "2026-01-01T00:00:00Z", "work": {
            "kind": "rotation", "server": "https://console.vast.ai",
            "account": "default", "store": "keychain", "user_id": 1, "old_id": 7,
            "nameless": [7], "new_key": "asked",
        },
    });
    let with = |path: &str, value: serde_json::Value| {
        let mut text = good.clone();
        *text.pointer_mut(path).unwrap() = value;
        text.to_string()
    };
    let cases = [
        ("{".to_owned(), "is not the file of a job"),
        (with("/version", 2.into()), "another version"),
        (with("/work/kind", "x".into()), "does not know"),
        (with("/work/account", "a b#".into()), "does not know"),
        (
            with("/work/server", "http://x.test".into()),
            "does not know",
        ),
    ];
    for (text, told) in cases {
        let (_state, jobs) = jobs();
        let job = begin(&jobs);
        let file = jobs.file_of(job.id());
        drop(job);
        files::write_atomic(&file, text.as_bytes()).unwrap();
        let left = jobs.left().unwrap();
        assert!(left.jobs.is_empty());
        assert!(left.damaged[0].to_string().contains(told), "{text}");
        assert!(jobs.seen().unwrap()[0].entry.is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
    let (_state, jobs) = jobs();
    let job = begin(&jobs);
    let file = jobs.file_of(job.id());
    drop(job);
    files::write_atomic(&file, good.to_string().as_bytes()).unwrap();
    assert_eq!(jobs.left().unwrap().jobs.len(), 1);
}
