//! `create api-key`: one new key, printed once or stored, and never created
//! twice.

use std::fs;

use serde_json::{Value, json};

use crate::support::fake_api::FaultRule;

use super::{Desk, fingerprint};

const PUBLIC: [&str; 11] = [
    "billing_read",
    "billing_write",
    "instance_read",
    "instance_write",
    "machine_read",
    "machine_write",
    "misc",
    "team_read",
    "team_write",
    "user_read",
    "user_write",
];

const PERMISSIONS: &str = r#"{"api": {"user_read": {}, "misc": {}}}"#;

const CREATE: [&str; 4] = ["create", "api-key", "--name", "ci"];

/// The body of the last request that created a key.
fn body(desk: &Desk) -> Value {
    let requests = desk.api.requests();
    let posted = requests
        .iter()
        .rfind(|logged| logged.request.method == "POST");
    serde_json::from_slice(&posted.expect("a POST").request.body).expect("JSON")
}

fn posts(desk: &Desk) -> usize {
    desk.api.count_requests("POST", "/auth/apikeys/")
}

fn desk_with_permissions() -> Desk {
    let desk = Desk::with_key();
    desk.sandbox.write("perms.json", PERMISSIONS);
    desk
}

#[test]
fn without_a_file_all_public_permissions_are_asked_for_by_name() {
    let desk = Desk::with_key();
    for created in ["create-generated", "create-hand-written"] {
        desk.api.choose(created);
        let outcome = desk.vastkey(CREATE).go().ok().says(&[
            "warning:",
            "all public permissions",
            "create keys too",
            "shown this once",
        ]);
        let key = printed(outcome.stdout_with_key());
        assert!(desk.api.is_alive(&key));
        assert!(!outcome.stderr.contains(&key));
        let body = body(&desk);
        let asked = body["permissions"]["api"].as_object().expect("an object");
        assert_eq!(asked.keys().collect::<Vec<_>>(), PUBLIC);
        assert_eq!(body["name"], "ci");
    }
    assert_eq!(posts(&desk), 2);
}

/// The key out of what is printed for people.
fn printed(stdout: &str) -> String {
    let mut lines = stdout.lines();
    let key = lines.find_map(|line| line.strip_prefix("key "));
    let key = key.expect("a key").trim().to_owned();
    assert_eq!(stdout.matches(&key).count(), 1, "shown once");
    key
}

#[test]
fn a_permissions_file_is_sent_as_it_is() {
    let desk = desk_with_permissions();
    for option in ["--permission_file", "--permission-file"] {
        let outcome = desk
            .vastkey(CREATE.iter().chain(&[option, "perms.json"]))
            .go()
            .ok()
            .keeps_quiet_about(&["warning"]);
        assert!(desk.api.is_alive(&printed(outcome.stdout_with_key())));
        assert_eq!(
            body(&desk)["permissions"],
            serde_json::from_str::<Value>(PERMISSIONS).unwrap()
        );
        assert!(body(&desk).get("key_params").is_none());
    }
    for option in ["--key_params", "--key-params"] {
        desk.vastkey(
            CREATE
                .iter()
                .chain(&["--permission_file", "perms.json", option, "a,b"]),
        )
        .go()
        .ok();
        assert_eq!(body(&desk)["key_params"], "a,b");
    }
}

#[test]
fn machines_get_the_key_in_json() {
    let desk = desk_with_permissions();
    let outcome = desk
        .vastkey(
            CREATE
                .iter()
                .chain(&["--permission_file", "perms.json", "--raw"]),
        )
        .go()
        .ok();
    let json: Value = serde_json::from_str(outcome.stdout_with_key()).expect("JSON");
    assert_eq!(json["name"], "ci");
    assert!(json["id"].is_u64());
    assert!(json["permissions"]["api"]["misc"].is_object());
    assert!(desk.api.is_alive(json["key"].as_str().expect("a key")));
}

#[test]
fn a_saved_key_is_stored_and_not_printed() {
    let desk = desk_with_permissions();
    let saving = ["--permission_file", "perms.json", "--save", "ci"];
    let outcome = desk.vastkey(CREATE.iter().chain(&saving)).go().ok();
    let key = desk.stored("ci").expect("a stored key");
    assert!(desk.api.is_alive(&key));
    assert_eq!(outcome.stdout(), "");
    assert!(!outcome.stderr.contains(&key));
    let outcome = outcome.says(&["account 'ci' in GNOME Keyring", &fingerprint(&key)]);
    outcome.keeps_quiet_about(&["shown this once"]);
    assert_eq!(desk.token(&["--account", "ci"]), key);
    // The default stays, and the probe that proved the keychain is gone.
    assert_eq!(desk.token(&[]), desk.primary.key);
    assert_eq!(
        desk.labels(),
        ["Vast.ai API key (ci)", "Vast.ai API key (default)"]
    );
    let created = desk
        .api
        .live_keys()
        .into_iter()
        .find(|key| key.name == "ci");
    assert_eq!(desk.account("ci")["key_id"], created.expect("a key").id);
    assert!(desk.is_verified("ci"));
}

#[test]
fn a_saved_key_is_told_to_machines_without_the_key() {
    let desk = desk_with_permissions();
    let saving = ["--permission_file", "perms.json", "--save", "ci", "--raw"];
    let outcome = desk.vastkey(CREATE.iter().chain(&saving)).go().ok();
    let key = desk.stored("ci").expect("a stored key");
    assert!(!outcome.stdout().contains(&key));
    let json = outcome.json();
    assert_eq!(json["account"], "ci");
    assert_eq!(json["fingerprint"], fingerprint(&key));
    assert!(json["id"].is_u64());
}

#[test]
fn an_occupied_account_is_not_overwritten() {
    let desk = desk_with_permissions();
    let before = desk.traces();
    desk.vastkey(CREATE.iter().chain(&["--save", "default"]))
        .go()
        .code(2)
        .says(&[
            "account 'default' already holds a key",
            "vastkey account remove default",
        ]);
    before.assert_unchanged(&desk, "an occupied account");
    assert_eq!(posts(&desk), 0);
}

#[test]
fn where_nothing_can_be_stored_nothing_is_created() {
    let desk = Desk::with_key();
    desk.keyring.lock();
    desk.vastkey(CREATE.iter().chain(&["--save", "ci"]))
        .env("VAST_API_KEY", &desk.primary.key)
        .go()
        .code(5)
        .says(&["locked"]);
    assert_eq!(posts(&desk), 0);
}

#[test]
fn bad_names_are_refused_before_anything_is_sent() {
    let desk = Desk::with_key();
    for name in ["", "  ", "a\nb", "a\u{1b}[2J"] {
        desk.vastkey(["create", "api-key", "--name", name])
            .go()
            .code(2)
            .says(&["--name"]);
    }
    for account in ["", "-x", "a b", "a/b", "x#probe"] {
        let save = format!("--save={account}");
        desk.vastkey(CREATE.iter().copied().chain([save.as_str()]))
            .go()
            .code(2)
            .says(&["--save needs an account name"]);
    }
    desk.vastkey(["create", "api-key"])
        .go()
        .code(2)
        .says(&["--name <NAME> is missing"]);
    assert_eq!(posts(&desk), 0);
}

#[test]
fn a_lost_answer_does_not_create_a_second_key() {
    let desk = desk_with_permissions();
    for fault in ["drop", "502", "hang", "truncated", "html"] {
        let rule = FaultRule::parse(&format!("POST /auth/apikeys/ {fault}-after-commit"));
        desk.api.inject(rule.expect("a fault"));
        let (count, keys) = (posts(&desk), desk.api.live_keys().len());
        let outcome = desk
            .vastkey(
                CREATE
                    .iter()
                    .chain(&["--permission_file", "perms.json", "--timeout", "2"]),
            )
            .go()
            .code(6);
        assert_eq!(outcome.stdout(), "");
        assert_eq!(posts(&desk), count + 1, "{fault}: sent again");
        let living = desk.api.live_keys();
        assert_eq!(living.len(), keys + 1);
        let newest = living.iter().map(|key| key.id).max().expect("a key");
        outcome.says(&[
            "it is unknown whether the key was created",
            &format!("vastkey delete api-key {newest}"),
        ]);
        desk.api.clear_faults();
    }
}

#[test]
fn a_lost_request_can_be_made_again() {
    let desk = desk_with_permissions();
    desk.api
        .inject(FaultRule::parse("POST /auth/apikeys/ drop").expect("a fault"));
    desk.vastkey(CREATE.iter().chain(&["--permission_file", "perms.json"]))
        .go()
        .code(6)
        .says(&["the server lists no new key: run this again"]);
    assert_eq!(posts(&desk), 1);
}

#[test]
fn a_lost_answer_leaves_the_account_free_and_is_told_until_the_key_is_gone() {
    let desk = desk_with_permissions();
    desk.api
        .inject(FaultRule::parse("POST /auth/apikeys/ drop-after-commit").expect("a fault"));
    let before = desk.traces();
    let saving = ["--permission_file", "perms.json", "--save", "ci"];
    desk.vastkey(CREATE.iter().chain(&saving)).go().code(6);
    desk.api.clear_faults();
    assert_eq!(desk.stored("ci"), None);
    let keys = desk.api.live_keys().into_iter();
    let newest = keys.map(|key| key.id).max().expect("a key").to_string();
    let to_delete = format!("vastkey delete api-key {newest}");
    let status = desk.vastkey(["status"]).go().ok();
    let told = "interrupted: creation of the key 'ci' for account 'ci'";
    assert!(status.stdout().contains(told), "{}", status.stdout());
    for _ in 0..2 {
        desk.vastkey(["sweep"]).go().code(1).says(&[
            &format!("nobody may have the value of key {newest} ('ci')"),
            &to_delete,
        ]);
    }
    desk.vastkey(["delete", "api-key", &newest]).go().ok();
    // The server might still be making one.
    let pending = desk.vastkey(["sweep"]).go().code(6);
    pending.says(&["the creation of a key is not settled yet"]);
    age_jobs(&desk);
    desk.vastkey(["sweep"])
        .go()
        .ok()
        .says(&["undone: creation of the key 'ci'"]);
    before.assert_unchanged(&desk, "a lost answer");
}

/// As if what was interrupted had been begun long ago.
fn age_jobs(desk: &Desk) {
    for path in desk.sandbox.files() {
        if path.parent().is_some_and(|parent| parent.ends_with("jobs"))
            && path
                .extension()
                .is_some_and(|extension| extension == "json")
        {
            let text = fs::read_to_string(&path).expect("a file");
            let mut job: Value = serde_json::from_str(&text).expect("JSON");
            job["begun_at"] = json!("2026-01-01T00:00:00Z");
            fs::write(&path, job.to_string()).expect("written");
        }
    }
}

/// Another key of that name is the user's own, and nothing is said of it.
#[test]
fn a_key_that_is_kept_here_is_not_taken_for_a_lost_one() {
    let desk = desk_with_permissions();
    desk.api
        .inject(FaultRule::parse("POST /auth/apikeys/ drop-after-commit 1").expect("a fault"));
    let saving = ["--permission_file", "perms.json", "--save", "ci"];
    desk.vastkey(CREATE.iter().chain(&saving)).go().code(6);
    let outcome = desk.vastkey(CREATE.iter().chain(&saving)).go().ok();
    let kept = desk.account("ci")["key_id"].as_u64().expect("a number");
    let lost = desk.api.live_keys().into_iter();
    let lost = lost.filter(|key| key.name == "ci" && key.id != kept);
    let lost: Vec<u64> = lost.map(|key| key.id).collect();
    assert_eq!(lost.len(), 1);
    let outcome = outcome.says(&[&format!("vastkey delete api-key {}", lost[0])]);
    outcome.keeps_quiet_about(&[&format!("api-key {kept}")]);
    let swept = desk.vastkey(["sweep"]).go().code(1);
    swept.keeps_quiet_about(&[&format!("api-key {kept}")]);
}

#[test]
fn a_key_that_came_too_early_is_asked_for_again_when_the_server_says_so() {
    let desk = desk_with_permissions();
    let rule = FaultRule::parse("POST /auth/apikeys/ 429-retry-after-1 1");
    desk.api.inject(rule.expect("a fault"));
    desk.vastkey(CREATE.iter().chain(&["--permission_file", "perms.json"]))
        .go()
        .ok();
    assert_eq!((posts(&desk), desk.api.live_keys().len()), (2, 2));
}

#[test]
fn permissions_that_the_caller_lacks_are_told_from_a_wrong_key() {
    let mut desk = Desk::new();
    let scoped = desk.scoped_key(&["user_read", "user_write"]).key;
    desk.vastkey(CREATE)
        .env("VAST_API_KEY", &scoped)
        .go()
        .code(7)
        .says(&[
            "lacks a permission: Failed to create API key.",
            "it has no billing_read, billing_write, instance_read",
        ])
        .keeps_quiet_about(&["rejected", "has no billing_read, user_write"]);
    desk.api.choose("show-key-404");
    desk.vastkey(CREATE)
        .env("VAST_API_KEY", scoped)
        .go()
        .code(7)
        .says(&["asked for were: billing_read"]);
}

#[test]
fn the_server_says_what_the_key_may_not_do() {
    let mut desk = desk_with_permissions();
    let reader = desk.scoped_key(&["user_read"]).key;
    desk.vastkey(CREATE.iter().chain(&["--permission_file", "perms.json"]))
        .env("VAST_API_KEY", reader)
        .go()
        .code(7)
        .says(&["lacks the permission 'user_write'"]);
    desk.sandbox.write(
        "constrained.json",
        json!({"api": {"no_such_category": {}}}).to_string(),
    );
    for refusal in ["refusal-error", "refusal-msg"] {
        desk.api.choose(refusal);
        desk.vastkey(
            CREATE
                .iter()
                .chain(&["--permission_file", "constrained.json"]),
        )
        .go()
        .code(1)
        .says(&[
            "$.api.no_such_category: unknown category",
            "Failed to create API key.",
            "the server may not know the category no_such_category",
        ]);
    }
    assert_eq!(desk.api.live_keys().len(), 2);
}

#[test]
fn names_are_checked_before_anything_is_warned_of() {
    let desk = Desk::with_key();
    for arguments in [
        &["--name", "ci", "--save", "default"][..],
        &["--name", "ci", "--save", "a/b"],
        &["--name", " "],
    ] {
        desk.vastkey(["create", "api-key"].iter().chain(arguments))
            .go()
            .code(2)
            .keeps_quiet_about(&["all public permissions"]);
    }
}
