//! One keychain, several programs: `secret-tool` and vastkey read each other's
//! keys, and nothing of anybody's is overwritten that should not be.

use super::Desk;

fn attributes(desk: &Desk) -> [(&str, &str); 2] {
    [("service", desk.api.url()), ("username", "default")]
}

/// An item of another program, told apart by a further attribute.
fn foreign(desk: &Desk, label: &str, program: &str, secret: &str) {
    let [service, user] = attributes(desk);
    let attributes = [service, user, ("program", program)];
    desk.keyring.secret_tool_store(label, &attributes, secret);
}

#[test]
fn a_key_that_secret_tool_stored_is_read_and_updated_in_place() {
    let mut desk = Desk::new();
    let old = desk.unknown_key();
    desk.keyring
        .secret_tool_store("my own label", &attributes(&desk), &old);
    assert_eq!(desk.token(&[]), old);
    let account = desk.account("default");
    assert_eq!(account["label"], "my own label");
    let outcome = desk.vastkey(["account", "list"]).go().ok();
    assert!(outcome.stdout().contains("as 'my own label'"));
    desk.set(&desk.primary.key, &[]).ok();
    assert_eq!(desk.stored("default"), Some(desk.primary.key.clone()));
    assert_eq!(desk.labels(), ["my own label"]);
    assert!(
        !desk.keychain().contains("vastkey"),
        "its attributes are its maker's"
    );
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn a_key_under_another_name_is_the_default_when_it_is_the_only_one() {
    let desk = Desk::new();
    let attributes = [("service", desk.api.url()), ("username", "somebody")];
    desk.keyring
        .secret_tool_store("theirs", &attributes, &desk.primary.key);
    assert_eq!(desk.token(&[]), desk.primary.key);
    desk.vastkey(["account", "use", "somebody"]).go().ok();
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn beside_an_item_of_another_program_ours_answers() {
    let mut desk = Desk::with_key();
    let theirs = desk.unknown_key();
    foreign(&desk, "theirs", "python", &theirs);
    assert_eq!(desk.labels(), ["Vast.ai API key (default)", "theirs"]);
    assert_eq!(desk.token(&[]), desk.primary.key);
    let new = desk.add_key(|_| ()).key;
    desk.set(&new, &[]).ok();
    assert_eq!(desk.token(&[]), new);
    assert!(desk.keychain().contains(&theirs), "theirs is left alone");
    assert_eq!(desk.labels().len(), 2);
}

#[test]
fn several_items_of_others_with_different_secrets_are_ambiguous() {
    let mut desk = Desk::new();
    let one = desk.unknown_key();
    let two = desk.unknown_key();
    foreign(&desk, "of one program", "one", &one);
    foreign(&desk, "of another \u{1b}[2Jprogram", "two", &two);
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    for arguments in [
        &["token"][..],
        &["token", "--account", "default"],
        &["status"],
    ] {
        let outcome = desk.vastkey(arguments).go().code(5);
        assert!(!outcome.stderr.contains('\u{1b}'));
        outcome.says(&[
            "2 items match and hold different secrets",
            "of one program",
            "of another",
            "set api-key",
        ]);
    }
    desk.set(&desk.primary.key, &[]).ok();
    assert_eq!(desk.token(&[]), desk.primary.key);
    assert_eq!(desk.labels().len(), 3, "theirs are left alone");
}

#[test]
fn several_items_of_others_with_one_secret_are_one_key() {
    let desk = Desk::new();
    foreign(&desk, "of one program", "one", &desk.primary.key);
    foreign(&desk, "of another program", "two", &desk.primary.key);
    assert_eq!(desk.token(&[]), desk.primary.key);
}

#[test]
fn removing_an_account_mends_an_ambiguity_too() {
    let mut desk = Desk::new();
    for program in ["one", "two", "three"] {
        let secret = desk.unknown_key();
        foreign(&desk, program, program, &secret);
    }
    desk.vastkey(["token"]).go().code(5);
    desk.vastkey(["account", "remove", "default", "--yes"])
        .go()
        .ok();
    assert_eq!(desk.labels(), [""; 0]);
    desk.vastkey(["token"])
        .go()
        .code(3)
        .says(&["no key was found"]);
}

#[test]
fn a_new_key_does_not_go_over_those_of_others() {
    let mut desk = Desk::with_key();
    for program in ["one", "two"] {
        let secret = desk.unknown_key();
        let attributes = [
            ("service", desk.api.url()),
            ("username", "ci"),
            ("program", program),
        ];
        desk.keyring
            .secret_tool_store(program, &attributes, &secret);
    }
    desk.vastkey(["create", "api-key", "--name", "ci", "--save", "ci"])
        .go()
        .code(2)
        .says(&["account 'ci' already holds a key"]);
    assert_eq!(desk.api.count_requests("POST", "/auth/apikeys/"), 0);
}

#[test]
fn items_for_other_servers_and_other_programs_are_none_of_our_business() {
    let desk = Desk::with_key();
    for attributes in [
        [
            ("service", "https://git.example.com"),
            ("username", "default"),
        ],
        [
            ("service", "https://console.vast.ai.example.com"),
            ("username", "default"),
        ],
        [("application", "vastkey"), ("username", "nobody")],
        [("service", desk.api.url()), ("account", "default")],
    ] {
        desk.keyring
            .secret_tool_store("not ours", &attributes, "another secret");
    }
    assert_eq!(desk.token(&[]), desk.primary.key);
    let list = desk.vastkey(["account", "list", "--raw"]).go().ok().json();
    assert_eq!(list["accounts"].as_array().map(Vec::len), Some(1));
    desk.vastkey(["account", "remove", "default", "--yes"])
        .go()
        .ok();
    desk.vastkey(["token"]).go().code(3);
    let left = desk
        .keyring
        .secret_tool_lookup(&[("service", "https://git.example.com")]);
    assert_eq!(left.as_deref(), Some("another secret"));
    assert_eq!(desk.labels(), ["not ours"]);
}

#[test]
fn an_empty_secret_is_an_error_and_no_key() {
    let desk = Desk::new();
    desk.keyring
        .secret_tool_store("theirs", &attributes(&desk), "");
    desk.sandbox.write(".vast_api_key", &desk.primary.key);
    desk.vastkey(["token"])
        .go()
        .code(5)
        .says(&["the stored secret is empty", "vastkey set api-key"]);
    desk.set(&desk.primary.key, &[]).ok();
    assert_eq!(desk.token(&[]), desk.primary.key);
}
