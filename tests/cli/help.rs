//! Help, and mistakes on the command line.

use clap::CommandFactory;
use vastkey::cli::Cli;

use crate::support::sandbox::Sandbox;

/// Mistakes on the command line.
const MISTAKES: [&[&str]; 31] = [
    &["canary"],
    &["--canary"],
    &["-canary"],
    &["set", "canary"],
    &["set", "api-key", "--canary"],
    &["set", "api-key", "-xcanary"],
    &["set", "api-key", "x", "canary"],
    &["set", "api-key", "--no-verify=canary"],
    &["show", "user", "canary"],
    &["show", "api-key"],
    &["show", "api-key", "canary"],
    &["delete", "api-key", "12canary"],
    &["create", "api-key", "canary"],
    &["create", "api-key", "--permission_fil=canary"],
    &["token", "canary"],
    &["token", "--store", "canary"],
    &["token", "--timeout", "canary"],
    &["token", "--timeout", "0"],
    &["token", "--timeout=-1"],
    &["token", "--color", "canary"],
    &["token", "--account", "can ary/canary"],
    &["token", "--account", ""],
    &["token", "--url", "canary"],
    &["account", "use"],
    &["account", "use", "canary/canary"],
    &["account", "rename", "canary"],
    &["account", "remove", "-canary"],
    &["migrate", "--export", "--keep"],
    &["completions", "canary"],
    &["help", "canary"],
    &["create", "api-key", "--name", "x", "--key_params", "canary"],
];

/// Every command, as the words that name it; those without subcommands, last.
fn commands() -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let (mut groups, mut leaves) = (Vec::new(), Vec::new());
    let mut open = vec![(Vec::new(), Cli::command())];
    while let Some((words, command)) = open.pop() {
        for sub in command.get_subcommands() {
            let mut words: Vec<String> = words.clone();
            words.push(sub.get_name().to_owned());
            open.push((words, sub.clone()));
        }
        if command.has_subcommands() {
            groups.push(words);
        } else {
            leaves.push(words);
        }
    }
    (groups, leaves)
}

#[test]
fn every_command_has_help_and_an_example_that_names_it() {
    let sandbox = Sandbox::new();
    let (groups, leaves) = commands();
    assert!(
        groups.len() > 5 && leaves.len() > 15,
        "{groups:?} {leaves:?}"
    );
    for words in groups.iter().chain(&leaves) {
        let help = ["--help".to_owned()];
        let outcome = sandbox.vastkey(words.iter().chain(&help)).go().ok();
        assert_eq!(outcome.stderr, "");
        assert!(outcome.stdout().contains("Usage: vastkey"), "{words:?}");
    }
    for words in &leaves {
        let help = ["--help".to_owned()];
        let outcome = sandbox.vastkey(words.iter().chain(&help)).go().ok();
        let (_, examples) = outcome.stdout().split_once("Example").expect("an example");
        let name = format!("vastkey {}", words.join(" "));
        assert!(examples.contains(&name), "no example of '{name}'");
    }
}

#[test]
fn a_group_without_a_command_shows_its_help() {
    let sandbox = Sandbox::new();
    for words in commands().0 {
        let outcome = sandbox.vastkey(&words).go().code(2);
        assert_eq!(outcome.stdout(), "");
        outcome.says(&["Usage: vastkey"]);
    }
}

#[test]
fn the_version_is_printed() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.vastkey(["--version"]).go().ok();
    assert_eq!(
        outcome.stdout(),
        format!("vastkey {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn neither_help_nor_completions_need_a_home() {
    let sandbox = Sandbox::new();
    for arguments in [&["--help"][..], &["man"], &["completions", "bash"]] {
        sandbox.vastkey(arguments).without("HOME").go().ok();
    }
    assert_eq!(sandbox.files().len(), 0);
}

#[test]
fn mistakes_are_usage_errors_that_repeat_nothing() {
    let mut sandbox = Sandbox::new();
    sandbox.secret("canary");
    for arguments in MISTAKES {
        let outcome = sandbox.vastkey(arguments).go().code(2);
        assert_eq!(outcome.stdout(), "", "{arguments:?}");
        outcome.says(&["vastkey: error: ", "hint: "]);
    }
    assert_eq!(sandbox.files().len(), 0);
}

#[test]
fn colour_is_for_terminals_and_for_those_who_want_it() {
    let sandbox = Sandbox::new();
    let plain = sandbox.vastkey(["token"]).go().code(3);
    assert!(!plain.stderr.contains('\u{1b}'));
    let coloured = sandbox.vastkey(["token", "--color", "always"]).go().code(3);
    assert!(coloured.stderr.contains("\u{1b}["));
    let never = sandbox.vastkey(["token", "--color", "never"]).go().code(3);
    assert_eq!(never.stderr, plain.stderr);
}
