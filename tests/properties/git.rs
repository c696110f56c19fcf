//! git's protocol.

use secrecy::ExposeSecret;
use vastkey::protocol::git::{self, Message};
use vastkey::protocol::{Fault, Reply};

use super::helper::{KEY, data, keeper};
use super::{holds, is_vast};

/// A message through every operation.
pub fn check(input: &[u8]) {
    let mut with_key = keeper();
    let reply = git::answer("get", input, &mut with_key);
    if let Some(reply) = data(reply, &with_key) {
        key_goes_where_it_belongs(input, &reply);
    }
    key_stays_unless_it_is_named(input);
    what_is_stored_comes_back(input);
}

/// Only a Vast account can answer here.
fn key_goes_where_it_belongs(input: &[u8], reply: &[u8]) {
    let text = std::str::from_utf8(input).expect("what is answered is text");
    let value = |key: &str| {
        let lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
        lines
            .take_while(|line| !line.is_empty())
            .find_map(|line| line.strip_prefix(key))
    };
    assert!(is_vast(
        value("protocol=").expect("a scheme"),
        value("host=").expect("a host")
    ));

    let message = Message::parse(reply).expect("a message");
    assert_eq!(message.lines().as_slice(), reply);
    let password = message.password.or(message.credential).expect("a secret");
    assert_eq!(password.expose_secret(), KEY);
    assert_eq!(
        message.takes_authtype,
        message.authtype.as_deref() == Some("Bearer")
    );
    if message.takes_authtype {
        assert!(holds(input, "capability[]=authtype"));
        assert_eq!(message.ephemeral.as_deref(), Some("1"));
    }
}

fn key_stays_unless_it_is_named(input: &[u8]) {
    let mut keeper = keeper();
    let reply = git::answer("erase", input, &mut keeper);
    assert!(data(reply, &keeper).is_none());
    assert!(!keeper.accounts.is_empty() || holds(input, KEY));
}

fn what_is_stored_comes_back(input: &[u8]) {
    let mut keeper = keeper();
    let reply = git::answer("store", input, &mut keeper);
    let stored = matches!(reply, Ok(Reply::Done));
    assert!(data(reply, &keeper).is_none());
    if !stored || keeper.kept.is_empty() {
        return;
    }
    let request = Message::parse(input).expect("what is stored is a message");
    assert_ne!(request.ephemeral.as_deref(), Some("1"));
    assert!(keeper.asked[0].server.host() == "kept.example");

    let reply = git::answer("get", input, &mut keeper);
    match data(reply, &keeper) {
        Some(reply) => compare(&request, &reply),
        None => assert!(request.password.is_none() && !request.takes_authtype),
    }
    let erased: Result<Reply, Fault<_>> = git::answer("erase", input, &mut keeper);
    assert!(matches!(erased, Ok(Reply::Done)));
    assert!(keeper.kept.is_empty());
}

fn compare(request: &Message, reply: &[u8]) {
    let message = Message::parse(reply).expect("a message");
    assert_eq!(message.lines().as_slice(), reply);
    let text = |secret: &Option<secrecy::SecretString>| {
        secret
            .as_ref()
            .map(|secret| secret.expose_secret().to_owned())
    };
    assert_eq!(message.username, request.username);
    assert_eq!(text(&message.password), text(&request.password));
    assert_eq!(message.password_expiry_utc, request.password_expiry_utc);
    assert_eq!(
        text(&message.oauth_refresh_token),
        text(&request.oauth_refresh_token)
    );
    if message.takes_authtype {
        assert!(request.takes_authtype);
        assert_eq!(message.authtype, request.authtype);
        assert_eq!(text(&message.credential), text(&request.credential));
    } else {
        assert!(message.authtype.is_none() && message.credential.is_none());
    }
    assert!(message.ephemeral.is_none());
}
