//! The templates: the keys that they give can do what each says, and no more.

use super::{ASK, assert_over, dead, desk, living};

/// A call of the API, and the templates that grant it.
const CALLS: [(&str, &[&str]); 15] = [
    (
        "GET /users/current/",
        &["read-only", "search", "instances", "billing-read"],
    ),
    (
        "GET /auth/apikeys/",
        &["read-only", "search", "instances", "billing-read"],
    ),
    ("GET /users/me/invoices/", &["read-only", "billing-read"]),
    ("GET /machines/", &["read-only"]),
    ("GET /team/members/", &["read-only"]),
    ("GET /instances/42/", &["read-only", "instances"]),
    ("PUT /instances/reboot/42/", &["instances"]),
    ("DELETE /instances/42/", &["instances"]),
    ("POST /bundles/", &["search", "instances"]),
    ("GET /audit_logs/", &["search", "instances"]),
    ("POST /auth/apikeys/", &[]),
    ("DELETE /auth/apikeys/1/", &[]),
    ("PUT /commands/reset_apikey/", &[]),
    ("DELETE /auth/sessions/", &[]),
    ("POST /tfa/", &[]),
];

#[test]
fn the_key_of_each_template_can_do_what_it_says_and_nothing_else() {
    for template in ["read-only", "search", "instances", "billing-read"] {
        let desk = desk();
        let command = ["exec", "--scoped", template, "--", "python3", "-c", ASK];
        let calls = CALLS.map(|(call, _)| call);
        let outcome = desk.vastkey(command.iter().chain(&calls)).go().ok();
        let statuses: Vec<&str> = outcome.stdout().lines().collect();
        let expected = CALLS.map(|(_, granting)| {
            if granting.contains(&template) {
                "200"
            } else {
                "401"
            }
        });
        let seen: Vec<_> = calls.iter().zip(&statuses).collect();
        let expected: Vec<_> = calls.iter().zip(&expected).collect();
        assert_eq!(seen, expected, "{template}");
        assert_over(&desk);
    }
}

/// It is the server's word that it is dead: what the command kept is refused.
#[test]
fn the_key_is_refused_after_the_command() {
    let desk = desk();
    let keep = "printf %s \"$VAST_API_KEY\"";
    let command = ["exec", "--scoped", "search", "--", "sh", "-c", keep];
    let outcome = desk.vastkey(command).go().ok();
    let kept = outcome.stdout().to_owned();
    let ask = ["-c", ASK, "GET /users/current/"];
    let refused = desk.sandbox.program("python3", ask);
    let refused = refused.env("VAST_API_KEY", kept).go().ok();
    assert_eq!(refused.stdout(), "401\n");
    assert_over(&desk);
}

/// What each of the templates grants, by the server's word.
#[test]
fn templates_grant_what_they_say() {
    let desk = desk();
    let listed = desk.vastkey(["exec", "--scoped", "list", "--raw"]).go();
    let listed = listed.ok().json();
    let templates = listed["templates"].as_array().expect("a list");
    let names: Vec<&str> = templates
        .iter()
        .map(|template| template["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["read-only", "search", "instances", "billing-read"]);
    for template in templates {
        let name = template["name"].as_str().expect("a name");
        desk.vastkey(["exec", "--scoped", name, "--", "true"])
            .go()
            .ok();
        let made = dead(&desk).pop().expect("a key");
        assert_eq!(made.permissions, template["permissions"], "{name}");
    }
    assert_eq!(living(&desk).len(), 0);
    let explained = desk.vastkey(["exec", "--scoped", "list"]).go().ok();
    for part in ["read-only", "instances", "spends money"] {
        assert!(explained.stdout().contains(part));
    }
}
