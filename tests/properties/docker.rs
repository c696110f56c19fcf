//! Docker's protocol.

use serde_json::{Value, json};
use vastkey::protocol::{Reply, docker};

use super::helper::{ACCOUNT, KEY, data, keeper};
use super::{is_vast_url, json};

/// The input as a server's name and as a credential, through every operation.
pub fn check(input: &[u8]) {
    key_goes_where_it_belongs(input);
    key_is_never_erased(input);
    what_is_stored_comes_back(input);
}

/// Only a Vast account can answer here.
fn key_goes_where_it_belongs(input: &[u8]) {
    let mut keeper = keeper();
    let reply = docker::get(input, &mut keeper);
    let Some(reply) = data(reply, &keeper) else {
        return;
    };
    let name = std::str::from_utf8(input)
        .expect("what is answered is text")
        .trim();
    let whole = if name.contains("://") {
        name.to_owned()
    } else {
        format!("https://{name}")
    };
    assert!(is_vast_url(&whole));
    assert_eq!(
        parsed(&reply),
        json!({"ServerURL": name, "Username": ACCOUNT, "Secret": KEY})
    );
}

fn key_is_never_erased(input: &[u8]) {
    let mut keeper = keeper();
    let reply = docker::erase(input, &mut keeper);
    assert!(data(reply, &keeper).is_none());
    assert_eq!(keeper.accounts.len(), 1);
}

fn what_is_stored_comes_back(input: &[u8]) {
    let mut keeper = keeper();
    let reply = docker::store(input, &mut keeper);
    let stored = matches!(reply, Ok(Reply::Done));
    assert!(data(reply, &keeper).is_none());
    if !stored || keeper.kept.is_empty() {
        return;
    }
    assert!(keeper.asked[0].server.host() == "kept.example");
    let Some(offered) = json(input) else {
        return;
    };
    let name = offered["ServerURL"].as_str().expect("a name").trim();

    let listed = docker::list(&mut keeper);
    let listed = parsed(&data(listed, &keeper).expect("a list"));
    assert_eq!(listed, json!({name: offered["Username"]}));

    let reply = docker::get(name.as_bytes(), &mut keeper);
    let reply = parsed(&data(reply, &keeper).expect("a credential"));
    let same = json!({
        "ServerURL": name,
        "Username": offered["Username"],
        "Secret": offered["Secret"],
    });
    assert_eq!(reply, same);

    let erased = docker::erase(name.as_bytes(), &mut keeper);
    assert!(matches!(erased, Ok(Reply::Done)));
    assert!(keeper.kept.is_empty());
}

fn parsed(reply: &[u8]) -> Value {
    assert_eq!(
        reply.iter().position(|b| *b == b'\n'),
        Some(reply.len() - 1)
    );
    json(reply).expect("JSON")
}
