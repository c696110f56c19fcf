//! What is offered at which place. The shells' part is tested with the shells.

use std::ffi::OsString;

use clap::{Arg, Command, CommandFactory};

use super::{Place, REQUEST, Recorded, Request, answer, script};
use crate::cli::{Cli, Shell};

/// The first line of the answer, and the words that are offered.
fn offered(line: &str) -> (String, Vec<String>) {
    let words: Vec<&str> = line.split(' ').collect();
    let count = (words.len() - 1).to_string();
    let arguments: Vec<OsString> = ["vastkey", REQUEST, &count]
        .into_iter()
        .chain(words)
        .map(OsString::from)
        .collect();
    let request = Request::new(&arguments).expect("a request");
    let recorded = |wanted, url: Option<&str>| match (wanted, url) {
        (Recorded::Accounts, None) => vec!["home".to_owned(), "work@example.com".to_owned()],
        (Recorded::Accounts, Some(url)) => vec![format!("of-{}", url.len())],
        (Recorded::Servers, _) => vec!["https://a".to_owned(), "https://b".to_owned()],
        (Recorded::TrustedServers, _) => vec!["https://b".to_owned()],
    };
    let answer = request.answer(recorded).to_string();
    let mut lines = answer
        .lines()
        .map(|line| line.split('\t').next().expect("a word").to_owned());
    (lines.next().expect("a kind"), lines.collect())
}

#[test]
fn the_words_are_those_that_fit() {
    for (line, expected) in [
        ("st", &["store", "status"][..]),
        ("show ", &["user", "api-keys", "api-key"]),
        ("--account token show u", &["user"]),
        ("help acc", &["account"]),
        ("help account us", &["use"]),
        ("completions ", &["bash", "fish", "powershell", "zsh"]),
        ("token --fo", &["--force"]),
        ("token --force --fo", &[]),
        ("token -- -", &[]),
        ("-q tfa login -t s", &["sms"]),
        ("tfa login -qt s", &["sms"]),
        ("tfa login --backup-code --co", &["--code", "--color"]),
        ("--store key", &["keychain", "keyutils"]),
        ("--store=f", &["--store=file"]),
        ("doctor --scan x --sc", &["--scan"]),
        ("create api-key --permission-f", &["--permission-file"]),
        ("create api-key --permission_f", &["--permission_file"]),
        ("show api-key ", &[]),
        ("set api-key ", &[]),
        ("create api-key --name ", &[]),
        ("nonsense", &[]),
        ("--nonsense=", &[]),
    ] {
        assert_eq!(
            offered(line),
            (
                "words".to_owned(),
                expected.iter().map(|word| (*word).to_owned()).collect()
            ),
            "{line}"
        );
    }
}

#[test]
fn accounts_are_those_of_the_server_that_the_line_names() {
    for (line, expected) in [
        ("--account ", &["home", "work@example.com"][..]),
        ("token --account w", &["work@example.com"]),
        ("--account=h", &["--account=home"]),
        ("account use ", &["home", "work@example.com"]),
        ("account remove --yes h", &["home"]),
        ("account rename h", &["home"]),
        ("account rename home ", &[]),
        ("create api-key --save h", &["home"]),
        ("--url https://x account use ", &["of-9"]),
        ("--url=https://xy account use ", &["of-10"]),
    ] {
        assert_eq!(offered(line).1, expected, "{line}");
    }
}

#[test]
fn servers_are_those_that_are_known() {
    for (line, expected) in [
        ("--url ", &["https://a", "https://b"][..]),
        ("token --url=https://a", &["--url=https://a"]),
        ("account untrust ", &["https://b"]),
        ("account trust ", &[]),
    ] {
        assert_eq!(offered(line).1, expected, "{line}");
    }
}

#[test]
fn files_are_left_to_the_shell() {
    for (line, kind, words) in [
        ("create api-key --permission_file ", "files", &[][..]),
        ("create api-key --permission-file=x", "files", &[]),
        ("migrate --from x --prefer ", "files", &[]),
        ("doctor --scan x --scan ", "files", &[]),
        ("configure docker --dir ", "directories", &[]),
        ("exec --scoped re", "files", &["read-only"]),
        ("exec --scoped=s", "files", &["--scoped=search"]),
    ] {
        assert_eq!(
            offered(line),
            (
                kind.to_owned(),
                words.iter().map(|word| (*word).to_owned()).collect()
            ),
            "{line}"
        );
    }
}

#[test]
fn behind_exec_everything_is_the_programs() {
    for (line, kind) in [
        ("exec ", "program 1"),
        ("exec -- ", "program 2"),
        ("exec --scoped list -- gi", "program 4"),
        ("--url x exec git --", "program 3"),
        ("exec --env A -q git show --store ", "program 4"),
    ] {
        assert_eq!(offered(line), (kind.to_owned(), Vec::new()), "{line}");
    }
    assert!(offered("exec --").1.contains(&"--scoped".to_owned()));
    assert!(offered("exec -").1.contains(&"--account".to_owned()));
}

/// A console of Windows decodes the answer by a code page of its own.
#[test]
fn everything_that_is_offered_is_ascii() {
    fn visit(root: &Command, command: &Command, words: &[String]) {
        let check = |before: &[String], current| {
            let answer =
                answer::at(&Place::after(root, before), current, &|_| Vec::new()).to_string();
            assert!(answer.is_ascii(), "{before:?}: {answer}");
        };
        check(words, "");
        check(words, "--");
        for option in command.get_arguments().filter_map(Arg::get_long) {
            check(&[words, &[format!("--{option}")]].concat(), "");
        }
        for command in command.get_subcommands() {
            let name = command.get_name().to_owned();
            visit(root, command, &[words, &[name]].concat());
        }
    }
    let mut root = Cli::command();
    root.build();
    visit(&root, &root, &[]);
}

#[test]
fn a_request_needs_a_count_of_its_words() {
    let of = |words: &[&str]| {
        let words = ["vastkey"].iter().chain(words);
        Request::new(&words.map(OsString::from).collect::<Vec<_>>())
    };
    assert!(of(&[REQUEST, "1", "show"]).is_some_and(|request| request.current.is_empty()));
    for words in [
        &[REQUEST][..],
        &[REQUEST, "x"],
        &[REQUEST, "2", "show"],
        &["token", "0"],
    ] {
        assert!(of(words).is_none(), "{words:?}");
    }
}

#[test]
fn every_script_asks_so() {
    for shell in [Shell::Bash, Shell::Fish, Shell::Powershell, Shell::Zsh] {
        assert!(script(shell).contains(REQUEST), "{shell:?}");
    }
}
