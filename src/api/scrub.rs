//! Secrets out of JSON that is going to be shown or kept.
//!
//! Owns which members of an answer are secret. What is removed is wiped.

use serde_json::Value;
use zeroize::Zeroize;

use super::traces::{MASK, Traces};
use crate::key::could_hold_key;

/// Members that hold a credential. `ssh_key` is a public key and stays.
const SECRET_MEMBERS: [&str; 10] = [
    "api_key",
    "apikey",
    "key",
    "new_api_key",
    "derived_key",
    "sid",
    "session_key",
    "secret",
    "password",
    "token",
];

/// Removes secret members at every depth, and masks what gives one of the known
/// keys away or could hold another. The names inside `permissions` are not members of an answer but
/// parameters of endpoints: without one of them, permissions that are copied
/// from a key would allow more than the key does. There nothing is removed, and
/// what cannot be kept becomes a text, which is no permission.
pub(super) fn scrub(value: &mut Value, keys: &Traces) {
    match value {
        Value::Object(members) => {
            members.retain(|name, member| {
                let keep = !is_secret(name) && !tells(name, keys);
                if !keep {
                    wipe(member);
                }
                keep
            });
            for (name, member) in members {
                if name == "permissions" {
                    mask(member, keys);
                } else {
                    scrub(member, keys);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| scrub(item, keys)),
        Value::String(_) => mask(value, keys),
        _ => {}
    }
}

/// Masks at every depth, and removes nothing.
fn mask(value: &mut Value, keys: &Traces) {
    match value {
        Value::Object(members) if members.keys().any(|name| tells(name, keys)) => {
            wipe(value);
            *value = MASK.into();
        }
        Value::Object(members) => members.values_mut().for_each(|member| mask(member, keys)),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, keys)),
        Value::String(text) if tells(text, keys) => {
            let masked = keys.hide(text);
            let masked = if tells(&masked, keys) { MASK } else { &masked };
            let masked = masked.to_owned();
            text.zeroize();
            *text = masked;
        }
        _ => {}
    }
}

/// Whether a text gives a known key away, or could hold another one. Public keys
/// of ssh are as long.
fn tells(text: &str, keys: &Traces) -> bool {
    let is_public = ["ssh-", "ecdsa-", "sk-"]
        .iter()
        .any(|kind| text.starts_with(kind));
    keys.are_in(text) || (could_hold_key(text) && !is_public)
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_MEMBERS.contains(&name.as_str())
        || name.ends_with("_api_key")
        || name.ends_with("_token")
}

/// Overwrites every string in `value`.
pub(super) fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::ApiKey;
    use serde_json::json;

    const KEY: &str = "0123456789abcdef0123";

    fn traces() -> Traces {
        Traces::of(&ApiKey::parse(KEY).expect("a key"))
    }

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let mut value = json!({
            "id": 1, "ssh_key": "ssh-rsa AAAA", "key_id": 7, "api_key": "x", "sid": "y",
            "Session_Key": "z", "note": KEY, "odd": ["a 0123456789ABCDEF0123 b"],
            "apart": "0 1 2 3 4 5 6 7 8 9 a b c d e f", KEY: 1, "x0123-4567-89ab-cdef": 2,
            "sub": {"key": null, "subaccount_api_key": "q", "id": 2},
        });
        scrub(&mut value, &traces());
        assert_eq!(
            value,
            json!({
                "id": 1, "ssh_key": "ssh-rsa AAAA", "key_id": 7, "note": "[hidden]",
                "odd": ["a [hidden] b"], "apart": "[hidden]", "sub": {"id": 2},
            })
        );
    }

    #[test]
    fn a_key_that_is_not_known_goes_and_a_public_one_stays() {
        let other = "fedcba9876543210".repeat(4);
        let public = format!("ssh-ed25519 {other} laptop");
        let mut value = json!({
            "name": format!("the key {other}"), "ssh_key": public, other.as_str(): 1,
            "permissions": {"api": {"misc": {"x": other.as_str()}}},
        });
        scrub(&mut value, &traces());
        assert_eq!(
            value,
            json!({
                "name": "[hidden]", "ssh_key": public,
                "permissions": {"api": {"misc": {"x": "[hidden]"}}},
            })
        );
    }

    #[test]
    fn permissions_keep_their_constraints() {
        let constraints = json!({"constraints": {"key": {"eq": 1}, "token": {"eq": "x"}}});
        let record = json!({"permissions": {"api": {"misc": {"api.a.b": constraints}}}});
        let mut scrubbed = record.clone();
        scrub(&mut scrubbed, &traces());
        assert_eq!(scrubbed, record);
    }

    #[test]
    fn permissions_with_the_key_are_masked_and_grant_nothing_more() {
        let mut record = json!({"permissions": {"api": {
            "misc": {"api.a.b": {"constraints": {"x": {"eq": KEY}}}},
            "user_read": {"api.a.c": {"constraints": {KEY: {"eq": 1}}}},
        }}});
        scrub(&mut record, &traces());
        assert_eq!(
            record,
            json!({"permissions": {"api": {
                "misc": {"api.a.b": {"constraints": {"x": {"eq": "[hidden]"}}}},
                "user_read": {"api.a.c": {"constraints": "[hidden]"}},
            }}})
        );
    }
}
