//! Killed or failing at any step: a file has its old content or its new one, and
//! one more run finishes.

use std::os::unix::process::ExitStatusExt;

use super::{read, run};
#[cfg(target_os = "linux")]
use crate::support::sandbox::Outcome;
use crate::support::sandbox::Sandbox;

const DRAFT: [&str; 3] = ["draft-created", "draft-written", "draft-renamed"];
const REMOVAL: [&str; 2] = ["file-checked", "file-removed"];

#[test]
fn a_file_is_changed_whole_or_not_at_all() {
    for before in [None, Some("a\nb")] {
        let configured = {
            let sandbox = stage(before);
            run(&sandbox, "configure git").ok();
            read(&sandbox, ".gitconfig")
        };
        let original = before.map(|text| text.as_bytes().to_vec());
        for point in DRAFT {
            let sandbox = stage(before);
            kill(&sandbox, "configure", point);
            let found = read(&sandbox, ".gitconfig");
            assert!(found == original || found == configured, "{point}");
            run(&sandbox, "configure git").ok();
            assert_eq!(read(&sandbox, ".gitconfig"), configured);
            assert_tidy(&sandbox);
        }
        let points: &[&str] = if before.is_some() { &DRAFT } else { &REMOVAL };
        for point in points {
            let sandbox = stage(before);
            run(&sandbox, "configure git").ok();
            kill(&sandbox, "unconfigure", point);
            let found = read(&sandbox, ".gitconfig");
            assert!(found == original || found == configured, "{point}");
            run(&sandbox, "unconfigure git").ok();
            assert_eq!(read(&sandbox, ".gitconfig"), original);
            assert_tidy(&sandbox);
        }
    }
}

/// A disk that fails when a directory is to be safe on it: the file's own
/// `fsync` is the first, the directory's the second.
#[cfg(target_os = "linux")]
#[test]
fn what_is_done_is_not_denied_when_the_disk_does_not_confirm_it() {
    let sandbox = Sandbox::new();
    for (verb, call, said) in [
        ("configure", 2, "was written, but"),
        ("unconfigure", 1, "was removed, but"),
    ] {
        failing(&sandbox, verb, &format!("fsync:error=EIO:when={call}"))
            .code(1)
            .says(&[said, "the change is made"])
            .keeps_quiet_about(&["unchanged"]);
        let is_there = read(&sandbox, ".gitconfig").is_some();
        assert_eq!(is_there, verb == "configure");
        assert_tidy(&sandbox);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_access_list_that_cannot_be_kept_is_a_reason_to_change_nothing() {
    use crate::support::attributes::{ACCESS, access_list, get, set};

    let sandbox = stage(Some("a\n"));
    let path = sandbox.path(".gitconfig");
    set(&path, ACCESS, &access_list());
    failing(&sandbox, "configure", "fsetxattr:error=EOPNOTSUPP")
        .code(1)
        .says(&["access control list cannot be kept", "as it was before"]);
    assert_eq!(read(&sandbox, ".gitconfig").as_deref(), Some(&b"a\n"[..]));
    assert_eq!(get(&path, ACCESS), Some(access_list()));
    assert_tidy(&sandbox);
}

/// `configure git` or `unconfigure git` with a system call that fails.
#[cfg(target_os = "linux")]
fn failing(sandbox: &Sandbox, verb: &str, fault: &str) -> Outcome {
    super::super::failing(sandbox, fault, &[verb, "git"]).go()
}

fn stage(text: Option<&str>) -> Sandbox {
    let sandbox = Sandbox::new();
    if let Some(text) = text {
        sandbox.write(".gitconfig", text);
    }
    sandbox
}

fn kill(sandbox: &Sandbox, verb: &str, point: &str) {
    let output = sandbox
        .vastkey([verb, "git"])
        .env("VASTKEY_FAULT_POINT", point)
        .into_output();
    assert_eq!(output.status.signal(), Some(9), "{verb} at {point}");
}

/// No draft is left.
fn assert_tidy(sandbox: &Sandbox) {
    for file in sandbox.files() {
        let name = file.file_name().expect("a name");
        assert!(name == ".gitconfig" || name == "lock", "{}", name.display());
    }
}
