//! Sessions and programs that call vastkey as their credential helper.

use std::time::Duration;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Desk, SESSION};

const NAMELESS: &str = "vast#key";

impl Desk {
    fn git_request(&self, more: &str) -> String {
        let host = self.api.url().trim_start_matches("http://");
        format!("protocol=http\nhost={host}\n{more}")
    }

    fn git_get(&self, more: &str) -> String {
        let run = self.vastkey(["get"]).input(self.git_request(more));
        run.go().ok().stdout_with_key().to_owned()
    }
}

fn password(username: &str, key: &str) -> String {
    format!("username={username}\npassword={key}\n")
}

#[test]
fn a_session_goes_by_no_accounts_name_and_is_never_stored() {
    let (mut desk, session) = Desk::logged_in();
    assert!(desk.git_get("") == password(NAMELESS, &session));
    let again = format!("username={NAMELESS}\n");
    assert!(desk.git_get(&again) == password(NAMELESS, &session));
    assert!(desk.git_get("username=default\n") == password(NAMELESS, &session));
    let work = desk.add_key(|_| ()).key;
    desk.set(&work, &["--account", "work"]).ok();
    assert!(desk.git_get("username=work\n") == password("work", &work));
    let before = desk.traces();
    for name in [NAMELESS, "default", "work"] {
        let request = desk.git_request(&password(name, &session));
        desk.vastkey(["store"]).input(&request).go().ok();
    }
    before.assert_unchanged(&desk, "store");
}

#[test]
fn a_session_is_erased_when_the_server_says_that_it_has_ended() {
    let (desk, session) = Desk::logged_in();
    let before = desk.traces();
    let erase = || {
        let request = desk.git_request(&password(NAMELESS, &session));
        desk.vastkey(["erase"]).input(&request).go().ok()
    };
    erase();
    before.assert_unchanged(&desk, "a session that lives");
    desk.api.advance(Duration::from_secs(25 * 3600));
    erase().says(&["dropped the 2FA session of account 'default'"]);
    assert_eq!(desk.stored(SESSION), None);
    assert!(desk.git_get("") == password("default", &desk.primary.key));
}

/// The server may end it sooner, and nobody would tell.
#[test]
fn a_build_tool_may_keep_a_session_for_minutes() {
    let (desk, session) = Desk::logged_in();
    let request = format!("{{\"uri\": \"{}/\"}}", desk.api.url());
    let ask = || {
        let run = desk.vastkey(["--protocol", "bazel", "get"]);
        let reply = run.input(&request).go().ok();
        serde_json::from_str::<Value>(reply.stdout_with_key()).expect("JSON")
    };
    let reply = ask();
    assert!(reply["headers"]["Authorization"][0] == format!("Bearer {session}"));
    let expires = reply["expires"].as_str().expect("a moment");
    let expires = OffsetDateTime::parse(expires, &Rfc3339).expect("a moment");
    let left = expires - OffsetDateTime::now_utc();
    assert!(left > Duration::ZERO && left <= Duration::from_secs(5 * 60));
    desk.tfa(&["logout"]).ok();
    assert_eq!(ask().get("expires"), None);
}
