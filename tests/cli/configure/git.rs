//! Real git with what `configure git` wrote.

use std::fs;
use std::path::Path;

use super::{ODD, install, put_script, read, run};
use crate::support::sandbox::{Outcome, Sandbox};

/// A helper in vastkey's place that notes how it is called and has a credential.
const HELPER: &str = "#!/bin/sh
printf '<%s>' \"$@\" >> \"$HOME/calls\"
[ \"$3\" != get ] || printf 'username=name\\npassword=word\\n'
";

fn git(sandbox: &Sandbox, arguments: &[&str], input: &str) -> Outcome {
    let words = ["60", "git"].iter().chain(arguments);
    sandbox.program("timeout", words).input(input).go()
}

fn store_helper(sandbox: &Sandbox, name: &str) -> String {
    let file = sandbox.path(name);
    format!("[credential]\n\thelper = store --file={}\n", file.display())
}

#[test]
fn git_asks_vastkey_and_no_other_helper_wherever_it_is() {
    for directory in ["bin", "with space", ODD] {
        let mut sandbox = Sandbox::new();
        let program = install(&mut sandbox, directory);
        let system = sandbox.write("system", store_helper(&sandbox, "system-store"));
        sandbox.set("GIT_CONFIG_SYSTEM", system);
        sandbox.set("GIT_TERMINAL_PROMPT", "0");
        let mut text = store_helper(&sandbox, "before-store");
        sandbox.write(".gitconfig", &text);
        run(&sandbox, "configure git").ok();
        // A helper that is named later would be handed the key, until vastkey
        // is configured again.
        text.push_str(&store_helper(&sandbox, "after-store"));
        let configured = read(&sandbox, ".gitconfig").expect("a file");
        let later = store_helper(&sandbox, "after-store");
        sandbox.write(".gitconfig", [configured, later.into_bytes()].concat());
        run(&sandbox, "configure git")
            .ok()
            .says(&["replaced what vastkey had written"]);

        put_script(&program, HELPER);
        ask(&sandbox);
        assert_only_called(&sandbox);
        assert_others_still_work(&sandbox);

        run(&sandbox, "unconfigure git").ok();
        assert_eq!(read(&sandbox, ".gitconfig"), Some(text.into_bytes()));
    }
}

fn ask(sandbox: &Sandbox) {
    let request = "protocol=https\nhost=console.vast.ai\n\n";
    let filled = git(sandbox, &["credential", "fill"], request).ok();
    let expected = "protocol=https\nhost=console.vast.ai\nusername=name\npassword=word\n";
    assert_eq!(filled.stdout(), expected);
    for verb in ["approve", "reject"] {
        git(sandbox, &["credential", verb], expected).ok();
    }
}

fn assert_only_called(sandbox: &Sandbox) {
    let calls = fs::read_to_string(sandbox.path("calls")).expect("calls");
    let expected = ["get", "store", "erase"].map(|verb| format!("<--protocol><git><{verb}>"));
    assert_eq!(calls, expected.concat());
    for store in ["system-store", "before-store", "after-store"] {
        assert!(!sandbox.path(store).exists(), "{store} was handed the key");
    }
}

fn assert_others_still_work(sandbox: &Sandbox) {
    let other = "protocol=https\nhost=example.com\nusername=u\npassword=p\n\n";
    git(sandbox, &["credential", "approve"], other).ok();
    for store in ["system-store", "before-store", "after-store"] {
        let stored = fs::read_to_string(sandbox.path(store)).expect("a credential");
        assert_eq!(stored, "https://u:p@example.com\n");
    }
}

/// The helper for a server, as git reads it.
fn helper(sandbox: &Sandbox, url: &str) -> Option<String> {
    let arguments = ["config", "--get-urlmatch", "credential.helper", url];
    let found = git(sandbox, &arguments, "");
    let value = found.stdout().strip_suffix('\n').map(str::to_owned);
    value.filter(|value| !value.is_empty())
}

#[test]
fn each_server_has_lines_of_its_own() {
    let mut sandbox = Sandbox::new();
    let program = install(&mut sandbox, "bin");
    let vast = "https://console.vast.ai";
    let other = "https://vast.example.com:8443";
    let expected = Some(format!("{} --protocol git", program.display()));
    run(&sandbox, "configure git").ok();
    assert_eq!(helper(&sandbox, vast), expected);
    assert_eq!(helper(&sandbox, other), None);
    run(&sandbox, &format!("--url {other} configure git")).ok();
    assert_eq!(helper(&sandbox, other), expected);

    let text = read(&sandbox, ".gitconfig").expect("a file");
    let text = String::from_utf8(text).expect("text");
    assert!(text.contains(&format!("vastkey --url {other} unconfigure git")));
    run(&sandbox, &format!("--url {other} unconfigure git")).ok();
    assert_eq!(helper(&sandbox, other), None);
    assert_eq!(helper(&sandbox, vast), expected);
    run(&sandbox, "unconfigure git").ok();
    assert_eq!(read(&sandbox, ".gitconfig"), None);
}

#[test]
fn servers_lines_can_be_removed_in_any_order() {
    let other = "--url https://vast.example.com:8443 ";
    for before in [None, Some("[user]\n\tname = x")] {
        for order in [["", other], [other, ""]] {
            let sandbox = Sandbox::new();
            if let Some(text) = before {
                sandbox.write(".gitconfig", text);
            }
            for server in ["", other] {
                run(&sandbox, &format!("{server}configure git")).ok();
            }
            for server in order {
                run(&sandbox, &format!("{server}unconfigure git")).ok();
            }
            let rest = read(&sandbox, ".gitconfig");
            assert_eq!(rest.as_deref(), before.map(str::as_bytes));
        }
    }
}

#[test]
fn a_helper_that_follows_in_the_line_of_another_section_is_not_handed_the_key() {
    let mut sandbox = Sandbox::new();
    let program = install(&mut sandbox, "bin");
    let stored = sandbox.path("store");
    run(&sandbox, "configure git").ok();
    let mut text = read(&sandbox, ".gitconfig").expect("a file");
    let later = format!(
        "[user] [credential] helper = store --file={}\n",
        stored.display()
    );
    text.extend(later.as_bytes());
    sandbox.write(".gitconfig", text);
    run(&sandbox, "configure git")
        .ok()
        .says(&["replaced what vastkey had written"]);
    put_script(&program, HELPER);
    ask(&sandbox);
    assert!(!stored.exists());
}

#[test]
fn what_git_writes_into_the_section_is_neither_lost_nor_left_behind() {
    const NAME: &str = "credential.https://console.vast.ai.helper";
    const USER: &str = "credential.https://console.vast.ai.username";
    let store = "store --file=/x";
    for arguments in [
        &["config", "--global", "--add", NAME, store][..],
        &["config", "--global", USER, "x"],
    ] {
        let sandbox = Sandbox::new();
        run(&sandbox, "configure git").ok();
        git(&sandbox, arguments, "").ok();
        let text = read(&sandbox, ".gitconfig");
        for verb in ["configure", "unconfigure"] {
            run(&sandbox, &format!("{verb} git"))
                .code(1)
                .says(&["is not what vastkey wrote there", "a section of its own"]);
            assert_eq!(read(&sandbox, ".gitconfig"), text);
        }
    }
}

#[test]
fn the_file_is_the_one_that_git_changes() {
    let vast = "https://console.vast.ai";
    let assert_in = |sandbox: &Sandbox, file: &Path| {
        let text = fs::read_to_string(file).expect("the file");
        assert!(text.contains("[credential"), "{}", file.display());
        assert!(helper(sandbox, vast).is_some());
    };
    let mut sandbox = Sandbox::new();
    let xdg = sandbox.write(".config/git/config", "");
    run(&sandbox, "configure git").ok();
    assert_in(&sandbox, &xdg);
    assert!(!sandbox.path(".gitconfig").exists());
    // It is found again when another file would be chosen now.
    let home = sandbox.write(".gitconfig", "");
    run(&sandbox, "unconfigure git").ok();
    assert_eq!(fs::read(&xdg).expect("the file"), b"");
    run(&sandbox, "configure git").ok();
    assert_in(&sandbox, &home);

    let named = sandbox.path("named");
    sandbox.set("GIT_CONFIG_GLOBAL", &named);
    run(&sandbox, "configure git").ok();
    assert_in(&sandbox, &named);
    sandbox.set("GIT_CONFIG_GLOBAL", "relative");
    run(&sandbox, "configure git")
        .code(2)
        .says(&["GIT_CONFIG_GLOBAL is not an absolute path"]);
}

#[test]
fn it_is_said_for_which_server_and_whether_there_is_an_answer() {
    const SERVER: &str = "https://git.example.com";
    let mut sandbox = Sandbox::new();
    install(&mut sandbox, "bin");
    run(&sandbox, "configure git")
        .ok()
        .says(&["git asks vastkey alone about https://console.vast.ai"])
        .keeps_quiet_about(&["no answer yet"]);
    let configure = format!("--url {SERVER} configure git");
    run(&sandbox, &configure)
        .ok()
        .says(&[SERVER, "no answer yet", "account trust"]);
    run(&sandbox, &format!("account trust {SERVER}")).ok();
    run(&sandbox, &configure)
        .ok()
        .keeps_quiet_about(&["no answer yet"]);
    run(&sandbox, "unconfigure git").ok();
    // Whoever means another server hears of those that there are.
    run(&sandbox, "unconfigure git").ok().says(&[
        "nothing of vastkey's for https://console.vast.ai",
        "vastkey --url https://git.example.com unconfigure git",
    ]);
}
