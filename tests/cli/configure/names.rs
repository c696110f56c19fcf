//! The links that Docker's and Bazel's clients look for.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::{ODD, install, mode, put_script, run};
use crate::support::sandbox::{Sandbox, binary};

const TOOLS: [(&str, &str); 2] = [
    ("docker", "docker-credential-vastkey"),
    ("bazel", "bazel-credential-vastkey"),
];

fn target(link: &Path) -> Option<PathBuf> {
    fs::read_link(link).ok()
}

#[test]
fn the_link_is_beside_the_vastkey_in_path() {
    for directory in ["bin", ODD] {
        for (tool, name) in TOOLS {
            let mut sandbox = Sandbox::new();
            let program = install(&mut sandbox, directory);
            let link = program.with_file_name(name);
            for said in ["created", "there is nothing to do"] {
                run(&sandbox, &format!("configure {tool}"))
                    .ok()
                    .says(&[said])
                    .keeps_quiet_about(&["not in PATH"]);
                assert_eq!(target(&link), Some(program.clone()));
            }
            for said in ["removed", "there is nothing to do"] {
                run(&sandbox, &format!("unconfigure {tool}"))
                    .ok()
                    .says(&[said]);
                assert_eq!(target(&link), None);
            }
            assert!(program.exists());
        }
    }
}

#[test]
fn without_a_vastkey_in_path_it_is_in_local_bin() {
    for (tool, name) in TOOLS {
        let sandbox = Sandbox::new();
        let configure = format!("umask 022 && exec \"$0\" configure {tool}");
        sandbox
            .program("sh", ["-c", &configure, binary().to_str().expect("text")])
            .go()
            .ok()
            .says(&["is not in PATH", "hint: export PATH="]);
        let link = sandbox.path(".local/bin").join(name);
        assert_eq!(target(&link).as_deref(), Some(binary()));
        assert_eq!(mode(&sandbox, ".local/bin"), 0o755);
        run(&sandbox, &format!("unconfigure {tool}")).ok();
        assert!(!link.is_symlink());
    }
}

#[test]
fn a_directory_can_be_named() {
    for (tool, name) in TOOLS {
        let sandbox = Sandbox::new();
        // Relative to the working directory, which is the home.
        run(&sandbox, &format!("configure {tool} --dir some/tools")).ok();
        let link = sandbox.path("some/tools").join(name);
        assert_eq!(target(&link).as_deref(), Some(binary()));
        run(&sandbox, &format!("unconfigure {tool} --dir some/tools")).ok();
        assert!(!link.is_symlink());
    }
}

#[test]
fn what_is_printed_does_the_same_and_nothing_is_done() {
    for (tool, name) in TOOLS {
        let mut sandbox = Sandbox::new();
        let program = install(&mut sandbox, ODD);
        let link = program.with_file_name(name);
        let before = sandbox.files();
        let printed = run(&sandbox, &format!("configure {tool} --print")).ok();
        assert_eq!(sandbox.files(), before);
        sandbox.program("sh", ["-c", printed.stdout()]).go().ok();
        assert_eq!(target(&link), Some(program.clone()));
        run(&sandbox, &format!("configure {tool}"))
            .ok()
            .says(&["there is nothing to do"]);

        let printed = run(&sandbox, &format!("unconfigure {tool} --print")).ok();
        assert_eq!(target(&link), Some(program));
        sandbox.program("sh", ["-c", printed.stdout()]).go().ok();
        assert_eq!(target(&link), None);
    }
}

#[test]
fn a_link_to_where_vastkey_was_is_replaced_or_removed() {
    for (tool, name) in TOOLS {
        let mut sandbox = Sandbox::new();
        let program = install(&mut sandbox, "bin");
        let link = program.with_file_name(name);
        symlink("/opt/vastkey-0.0/bin/vastkey", &link).expect("a link");
        // What a run that was killed leaves is no hindrance.
        let draft = program.with_file_name(format!(".{name}.vastkey-new"));
        symlink("/opt/vastkey", &draft).expect("a link");
        run(&sandbox, &format!("configure {tool}"))
            .ok()
            .says(&["is this vastkey now"]);
        assert_eq!(target(&link), Some(program.clone()));
        assert!(!draft.is_symlink());

        fs::remove_file(&link).expect("removed");
        symlink("/opt/vastkey-0.0/bin/vastkey", &link).expect("a link");
        run(&sandbox, &format!("unconfigure {tool}")).ok();
        assert!(!link.is_symlink());
    }
}

#[test]
fn what_vastkey_did_not_put_there_stays() {
    for (tool, name) in TOOLS {
        let mut sandbox = Sandbox::new();
        let program = install(&mut sandbox, "bin");
        let link = program.with_file_name(name);
        let refused = |verb: &str| {
            run(&sandbox, &format!("{verb} {tool}"))
                .code(1)
                .says(&["was not put there by vastkey", "hint:"]);
        };
        fs::write(&link, "another program").expect("a file");
        refused("configure");
        refused("unconfigure");
        assert_eq!(fs::read(&link).expect("a file"), b"another program");
        fs::remove_file(&link).expect("removed");

        // Another program of vastkey's name is one that it does not know.
        let namesake = sandbox.path("namesake/vastkey");
        put_script(&namesake, "#!/bin/sh\n");
        let namesake = namesake.to_str().expect("text");
        for elsewhere in [
            "/usr/bin/true",
            "/usr/bin/vastkey-other",
            "nothing",
            namesake,
        ] {
            symlink(elsewhere, &link).expect("a link");
            refused("configure");
            refused("unconfigure");
            assert_eq!(target(&link).as_deref(), Some(Path::new(elsewhere)));
            fs::remove_file(&link).expect("removed");
        }

        // A package's own link does what it should.
        symlink("vastkey", &link).expect("a link");
        run(&sandbox, &format!("configure {tool}"))
            .ok()
            .says(&["there is nothing to do"]);
        run(&sandbox, &format!("unconfigure {tool}"))
            .ok()
            .says(&["there is nothing to do", "configure did not make it"]);
        assert_eq!(target(&link).as_deref(), Some(Path::new("vastkey")));
    }
}

#[test]
fn the_user_is_told_what_else_to_do() {
    let mut sandbox = Sandbox::new();
    let program = install(&mut sandbox, "bin");
    run(&sandbox, "configure docker").ok().says(&[
        "vastkey account trust https://HOST",
        r#""credHelpers": {"HOST": "vastkey"}"#,
    ]);
    let link = program.with_file_name("bazel-credential-vastkey");
    for (url, host) in [
        ("https://console.vast.ai", "console.vast.ai"),
        ("http://[::1]:8080", "[::1]"),
        ("https://vast.example.com:8443", "vast.example.com"),
    ] {
        let advice = format!("common --credential_helper={host}={}", link.display());
        run(&sandbox, &format!("--url {url} configure bazel"))
            .ok()
            .says(&[&advice]);
    }
    let raw = run(&sandbox, "configure bazel --raw").ok();
    assert_eq!(raw.json()["changes"][0]["change"], "none");
    assert_eq!(raw.stderr, "");
}
