//! What git gets for a Vast.ai server: the key of an account.

use crate::cli::Desk;
use crate::support::fake_api::FaultRule;

use super::{User, to};

const CAPABLE: &str = "capability[]=authtype";
const CONSOLE: &str = "https://console.vast.ai";

/// A user who stored a key for this server, as account `default`.
fn with_key_for(url: &str) -> User {
    let user = User::new();
    let key = user.desk.primary.key.clone();
    let options = ["--no-verify", "--url", url];
    user.desk.set(&key, &options).ok();
    user
}

/// Both kinds of Vast.ai servers: its own, and one that an account was stored
/// for. The other end is not asked, so it need not be there.
fn with_key() -> [(User, [String; 2]); 2] {
    let own = with_key_for(CONSOLE);
    let user = User::at(Desk::with_key());
    let other = to(user.desk.api.url());
    [(own, to(CONSOLE)), (user, other)]
}

fn lines(server: &[String; 2]) -> [&str; 2] {
    server.each_ref().map(String::as_str)
}

#[test]
fn one_who_knows_of_types_gets_the_key_as_bearer() {
    for (user, server) in with_key() {
        let credential = format!("credential={}", user.desk.primary.key);
        let request = [&[CAPABLE], &lines(&server)[..]].concat();
        let answer = ["authtype=Bearer", &credential, "ephemeral=1"];
        for more in [
            &[][..],
            &["wwwauth[]=Basic realm=\"x\"", "wwwauth[]=Bearer"],
        ] {
            user.gets(&[&request, more].concat(), &answer);
        }
    }
}

#[test]
fn others_get_it_as_a_password_of_the_account() {
    for (user, server) in with_key() {
        let password = format!("password={}", user.desk.primary.key);
        let request = lines(&server);
        user.gets(&request, &["username=default", &password]);
        let named = [&request[..], &["username=default"]].concat();
        user.gets(&named, &[&password]);
    }
}

#[test]
fn a_server_that_offers_no_bearer_gets_a_password() {
    for (user, server) in with_key() {
        let offers = ["wwwauth[]=Basic realm=\"Bearer\"", "wwwauth[]=Digest x"];
        let request = [&[CAPABLE], &lines(&server)[..], &offers].concat();
        let filled = user.fill(&request);
        let password = format!("password={}", user.desk.primary.key);
        assert!(filled.contains(&"username=default".to_owned()));
        assert!(filled.contains(&password), "the key is the password");
        let typed = filled.iter().any(|line| line.starts_with("authtype"));
        assert!(!typed, "a type that was not asked for");
    }
}

#[test]
fn the_username_names_the_account() {
    let mut user = User::at(Desk::with_key());
    let second = user.desk.add_key(|_| ()).key;
    user.desk.set(&second, &["--account", "ci"]).ok();
    let server = to(user.desk.api.url());
    let named = |name| [&lines(&server)[..], &[name]].concat();
    user.gets(&named("username=ci"), &[&format!("password={second}")]);
    user.must_type(&named("username=nobody"));
    user.must_type(&named("username="));
}

#[test]
fn no_other_server_gets_the_key() {
    for (user, server) in with_key() {
        let [_, host] = lines(&server);
        let other_port = format!("{}1", host.replace(".ai", ".ai:"));
        let prefix = host.replace("host=", "host=git.");
        let suffix = format!("{host}.example.com");
        for host in [&other_port, &prefix, &suffix] {
            user.must_type(&["protocol=https", host]);
        }
    }
    let user = with_key_for(CONSOLE);
    user.must_type(&["protocol=http", "host=console.vast.ai"]);
}

#[test]
fn trust_does_not_widen_where_the_key_goes() {
    let mut user = with_key_for(CONSOLE);
    user.desk.sandbox.set("VASTKEY_TRUSTED_SERVERS", "*");
    user.must_type(&["protocol=https", "host=example.com"]);
    user.must_type(&["protocol=http", "host=console.vast.ai"]);
}

#[test]
fn the_server_is_not_asked_for_a_key_that_is_stored() {
    let user = User::at(Desk::with_key());
    let rule = FaultRule::parse("GET * 500");
    user.desk.api.inject(rule.expect("a fault"));
    user.desk.api.forget_requests();
    let server = to(user.desk.api.url());
    let password = format!("password={}", user.desk.primary.key);
    user.gets(&lines(&server), &["username=default", &password]);
    assert_eq!(user.desk.api.requests().len(), 0);
}

#[test]
fn a_key_in_the_environment_is_for_the_console_alone() {
    let mut user = User::new();
    let key = user.desk.primary.key.clone();
    user.desk.sandbox.set("VAST_API_KEY", &key);
    let console = to(CONSOLE);
    let filled = user.fill(&lines(&console));
    assert!(filled.contains(&format!("password={key}")), "it is given");
    let other = to(user.desk.api.url());
    user.must_type(&lines(&other));
}
