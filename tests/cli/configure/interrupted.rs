//! Killed at any step: a file has its old content or its new one, and one more
//! run finishes.

use std::os::unix::process::ExitStatusExt;

use super::{read, run};
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
