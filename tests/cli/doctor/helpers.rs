//! Programs that use vastkey.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use super::{Desk, Doctor, set_mode};
use crate::support::sandbox::binary;

/// A directory at the front of `PATH`.
fn bin(desk: &mut Desk) -> PathBuf {
    let bin = desk.sandbox.path("bin");
    fs::create_dir(&bin).expect("a directory");
    set_mode(&bin, 0o755);
    desk.sandbox.prepend_to_path(&bin);
    bin
}

fn script(path: &std::path::Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    set_mode(path, 0o755);
}

/// What was found of the program at a path.
fn severity(doctor: &Doctor, path: &std::path::Path) -> (String, String) {
    let found = doctor.all("helper.program");
    let here = found
        .iter()
        .find(|finding| finding["path"] == path.to_str().expect("UTF-8"));
    let here = here.unwrap_or_else(|| panic!("nothing of {} in {found:#?}", path.display()));
    let text = |member: &str| here[member].as_str().unwrap_or_default().to_owned();
    (text("severity"), text("summary"))
}

#[test]
fn what_is_behind_the_names_is_looked_at() {
    let mut desk = Desk::with_key();
    let bin = bin(&mut desk);
    let [this, git, docker, bazel] = [
        "vastkey",
        "git-credential-vastkey",
        "docker-credential-vastkey",
        "bazel-credential-vastkey",
    ]
    .map(|name| bin.join(name));
    Doctor::examines(&desk, &["--offline"]).one(
        "helper.program",
        "note",
        &["no vastkey is in PATH"],
    );
    symlink(binary(), &this).expect("a link");
    script(&git, "echo vastkey 0.0.1");
    // Its output ends, and it does not.
    script(&docker, "echo vastkey 0.0.1; exec >&-; exec sleep 60");
    script(&bazel, "exec sleep 60");
    let begun = std::time::Instant::now();
    let doctor = Doctor::examines(&desk, &["--offline"]);
    assert!(begun.elapsed() < std::time::Duration::from_secs(20));
    let (how, summary) = severity(&doctor, &this);
    assert!(how == "ok" && summary.contains("this vastkey"), "{summary}");
    let (how, summary) = severity(&doctor, &git);
    assert!(
        how == "warning" && summary.contains("vastkey 0.0.1"),
        "{summary}"
    );
    for other in [&docker, &bazel] {
        let (how, summary) = severity(&doctor, other);
        assert!(
            how == "warning" && summary.contains("no vastkey"),
            "{summary}"
        );
    }
    fs::remove_file(&bazel).expect("removed");
    // A copy of the same version will do.
    fs::remove_file(&git).expect("removed");
    script(&git, &format!("echo vastkey {}", env!("CARGO_PKG_VERSION")));
    assert_eq!(
        severity(&Doctor::examines(&desk, &["--offline"]), &git).0,
        "ok"
    );
    // As Debian has /usr/local/bin.
    set_mode(&bin, 0o775);
    assert_eq!(
        severity(&Doctor::examines(&desk, &["--offline"]), &this).0,
        "ok"
    );
    set_mode(&bin, 0o777);
    let (how, summary) = severity(&Doctor::examines(&desk, &["--offline"]), &this);
    assert!(
        how == "error" && summary.contains("others can replace it"),
        "{summary}"
    );
}

#[test]
fn a_search_path_that_depends_on_the_directory_is_found() {
    let mut desk = Desk::with_key();
    desk.sandbox.prepend_to_path(std::path::Path::new("."));
    let doctor = Doctor::examines(&desk, &["--offline"]);
    doctor.one("helper.path", "warning", &["no absolute path"]);
}

#[test]
fn git_is_asked_whom_it_hands_the_key() {
    let desk = Desk::with_key();
    let git = |arguments: &[&str]| {
        let run = desk.sandbox.program("git", arguments);
        assert!(run.into_output().status.success());
    };
    let examine = || Doctor::examines(&desk, &["--offline"]);
    git(&["config", "--global", "credential.helper", "store"]);
    // Nothing of vastkey's, nothing to say.
    assert_eq!(examine().all("helper.git-others").len(), 0);
    desk.vastkey(["configure", "git"]).go().ok();
    let doctor = examine();
    doctor.one("helper.git", "ok", &["asks vastkey alone", desk.api.url()]);
    assert_eq!(doctor.all("helper.git-others").len(), 0);

    let section = format!("credential.{}.helper", desk.api.url());
    git(&["config", "--global", "--add", &section, "cache --timeout 9"]);
    let doctor = examine();
    let other = doctor.one("helper.git-others", "error", &["'cache'", ".gitconfig"]);
    assert_eq!(
        other["hint"].as_str().expect("a hint"),
        "vastkey configure git"
    );
    assert_eq!(doctor.all("helper.git").len(), 0);

    git(&["config", "--global", "--unset", &section, "cache"]);
    git(&["config", "--global", "credential.useHttpPath", "true"]);
    examine().one("helper.git-path", "note", &["useHttpPath"]);
    git(&["config", "--global", "--unset", &section, "--protocol"]);
    git(&[
        "config",
        "--global",
        "--add",
        &section,
        "/nowhere/vastkey --protocol git",
    ]);
    examine().one("helper.git", "error", &["/nowhere/vastkey", "not there"]);
    git(&["config", "--global", "--unset", &section, "nowhere"]);
    git(&["config", "--global", "--add", &section, "vastkey"]);
    let doctor = examine();
    let by_name = doctor.all("helper.git");
    assert!(
        by_name
            .iter()
            .any(|finding| finding["severity"] == "warning")
    );
}

#[test]
fn a_helper_of_the_repository_is_found() {
    let desk = Desk::with_key();
    desk.vastkey(["configure", "git"]).go().ok();
    for arguments in [
        &["init", "--quiet"][..],
        &[
            "config",
            "credential.helper",
            "!f() { echo password=hunter2; }; f",
        ],
    ] {
        let run = desk.sandbox.program("git", arguments);
        assert!(run.into_output().status.success());
    }
    let doctor = Doctor::examines(&desk, &["--offline"]);
    let other = doctor.one(
        "helper.git-others",
        "error",
        &["a shell command", ".git/config"],
    );
    assert!(other["hint"].as_str().expect("a hint").contains("--local"));
    assert!(!doctor.json.to_string().contains("hunter2"));
}

#[test]
fn dockers_configuration_is_looked_at() {
    let mut desk = Desk::with_key();
    let bin = bin(&mut desk);
    let examine = |config: &str| {
        desk.sandbox.write(".docker/config.json", config);
        Doctor::examines(&desk, &["--offline"])
    };
    assert_eq!(
        examine(r#"{"credsStore":"desktop"}"#)
            .all("helper.docker")
            .len(),
        0
    );
    examine("{").one("helper.docker", "note", &["no JSON"]);
    let config = r#"{"credHelpers":{"r.example.com":"vastkey"}}"#;
    let doctor = examine(config);
    let texts: Vec<String> = doctor
        .all("helper.docker")
        .iter()
        .map(|f| format!("{} {}", f["severity"], f["hint"]))
        .collect();
    assert_eq!(
        texts,
        [
            "\"error\" \"vastkey configure docker\"",
            "\"warning\" \"vastkey account trust https://r.example.com\"",
        ]
    );
    symlink(binary(), bin.join("docker-credential-vastkey")).expect("a link");
    desk.vastkey(["account", "trust", "https://r.example.com"])
        .go()
        .ok();
    examine(config).one("helper.docker", "ok", &["https://r.example.com"]);
    examine(r#"{"credsStore":"vastkey"}"#).one("helper.docker", "note", &["every registry"]);
}

#[test]
fn bazels_configuration_is_looked_at() {
    let desk = Desk::with_key();
    let line = |path: &str| format!("common --credential_helper=console.vast.ai={path}\n");
    let examine = |path: &str| {
        desk.sandbox.write(".bazelrc", line(path));
        Doctor::examines(&desk, &["--offline"])
    };
    let missing = examine("/nowhere/bazel-credential-vastkey");
    missing.one("helper.bazel", "error", &["not there"]);
    let here = desk.sandbox.path("bazel-credential-vastkey");
    symlink(binary(), &here).expect("a link");
    let doctor = examine(here.to_str().expect("UTF-8"));
    assert_eq!(severity(&doctor, &here).0, "ok");
    examine("bazel-credential-vastkey").one("helper.bazel", "ok", &["PATH"]);
}

#[test]
fn the_shells_function_is_looked_at() {
    let mut desk = Desk::with_key();
    assert_eq!(
        Doctor::examines(&desk, &["--offline"])
            .all("helper.shell")
            .len(),
        0
    );
    desk.vastkey(["configure", "shell", "bash"]).go().ok();
    Doctor::examines(&desk, &["--offline"]).one("helper.shell", "ok", &["bash"]);
    // From now on another path is the one that stays.
    let bin = bin(&mut desk);
    symlink(binary(), bin.join("vastkey")).expect("a link");
    let doctor = Doctor::examines(&desk, &["--offline"]);
    let finding = doctor.one("helper.shell", "warning", &[".bashrc", "another path"]);
    assert_eq!(finding["hint"], "vastkey configure shell bash");
}
