//! Text that the server chose, wherever it is printed: it can neither act on a
//! terminal nor carry the key out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::fake_api::FaultRule;
use crate::support::sandbox::Outcome;

use super::Desk;

/// Everything that prints what the server said, in an order in which each
/// succeeds. `ID` is a key's.
const COMMANDS: [&[&str]; 16] = [
    &["show", "user"],
    &["show", "user", "--raw"],
    &["show", "api-keys"],
    &["show", "api-keys", "--raw"],
    &["show", "api-key", "ID"],
    &["show", "api-key", "ID", "--raw"],
    &["status", "--verify"],
    &["status", "--verify", "--raw"],
    &["account", "list"],
    &["account", "list", "--raw"],
    &["create", "api-key", "--name", "a"],
    &["create", "api-key", "--name", "b", "--raw"],
    &["create", "api-key", "--name", "c", "--save", "c"],
    &["delete", "api-key", "ID", "--yes"],
    &["create", "api-key", "--name", "d", "--save", "d", "--raw"],
    &["reset", "api-key", "--yes", "--raw"],
];

fn run(desk: &Desk, command: &[&str], id: u64) -> Outcome {
    let id = id.to_string();
    let words = command.iter().map(|&word| match word {
        "ID" => id.as_str(),
        word => word,
    });
    desk.vastkey(words.chain(["-v"])).go()
}

fn inject(desk: &Desk, fault: &str) {
    for method in ["GET", "POST", "PUT", "DELETE"] {
        let rule = FaultRule::parse(&format!("{method} * {fault}"));
        desk.api.inject(rule.expect("a fault"));
    }
}

#[track_caller]
fn assert_harmless(outcome: &Outcome, command: &[&str]) {
    let acts = |c: &char| {
        let bidirectional = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        c.is_control() && *c != '\n' || bidirectional
    };
    for text in [outcome.stdout_with_key(), &outcome.stderr] {
        assert_eq!(text.chars().find(acts), None, "{command:?}");
    }
}

#[test]
fn no_command_hands_terminal_escapes_on() {
    let mut desk = Desk::with_key();
    let other = desk.add_key(|spec| spec.name = "evil \u{1b}]0;x\u{7} \u{2066}name".to_owned());
    inject(&desk, "escapes");
    for command in COMMANDS {
        let outcome = run(&desk, command, other.id).ok();
        assert_harmless(&outcome, command);
        if command[0] == "show" {
            let shown = outcome.stdout_with_key();
            assert!(shown.contains("[31m"), "{command:?} shows no server text");
        }
    }
}

#[test]
fn no_refusal_hands_terminal_escapes_on() {
    let mut desk = Desk::new();
    let wrong = desk.unknown_key();
    desk.sandbox.set("VAST_API_KEY", wrong);
    inject(&desk, "escapes");
    let mut told = 0;
    for command in COMMANDS {
        let outcome = run(&desk, command, 1001);
        assert_harmless(&outcome, command);
        told += usize::from(outcome.stderr.contains("\\u{1b}[31m"));
    }
    assert!(told >= 8, "only {told} commands show what the server said");
}

#[test]
fn a_key_that_the_server_repeats_is_shown_in_no_form() {
    let mut desk = Desk::with_key();
    let key = desk.primary.key.clone();
    let base64 = STANDARD.encode(&key);
    let basic = STANDARD.encode(format!("apikey:{key}"));
    let percent: Vec<String> = key.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let spaced: String = key.chars().flat_map(|c| [c, ' ']).collect();
    let forms = [
        key.clone(),
        key.to_uppercase(),
        base64,
        basic,
        percent.concat(),
        spaced.trim().to_owned(),
        key[..key.len() / 2].to_owned(),
    ];
    let ids: Vec<u64> = forms
        .iter()
        .map(|form| desk.add_key(|spec| spec.name = format!("of {form}")).id)
        .collect();
    for raw in [&[][..], &["--raw"]] {
        let list = [&["show", "api-keys"], raw].concat();
        let mut shown = vec![run(&desk, &list, 0).ok()];
        for id in &ids {
            let one = [&["show", "api-key", "ID"], raw].concat();
            shown.push(run(&desk, &one, *id).ok());
        }
        for outcome in shown {
            let text = outcome.stdout();
            assert!(text.contains("[hidden]"), "nothing was masked");
            for form in &forms {
                assert!(!text.contains(form), "the key is there in some form");
            }
        }
    }
}
