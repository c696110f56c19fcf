//! Secrets out of JSON that is going to be shown or kept.
//!
//! Owns which members of an answer are secret. What is removed is wiped.

use serde_json::Value;
use zeroize::Zeroize;

use super::text::{contains_key, mask_key};
use crate::key::ApiKey;

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

/// Removes secret members at every depth, and every string that is or contains
/// the key that was sent. The names inside `permissions` are not members of an
/// answer but parameters of endpoints: without one of them, permissions that
/// are copied from a key would allow more than the key does.
pub(super) fn scrub(value: &mut Value, key: &ApiKey) {
    remove(value, key, is_secret);
}

fn remove(value: &mut Value, key: &ApiKey, is_secret: fn(&str) -> bool) {
    match value {
        Value::Object(members) => {
            members.retain(|name, member| {
                let keep = !is_secret(name) && member != key.expose() && !contains_key(name, key);
                if !keep {
                    wipe(member);
                }
                keep
            });
            for (name, member) in members {
                let inside = if name == "permissions" {
                    |_: &str| false
                } else {
                    is_secret
                };
                remove(member, key, inside);
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| remove(item, key, is_secret)),
        Value::String(text) if contains_key(text, key) => {
            let masked = mask_key(text, key).to_string();
            text.zeroize();
            *text = masked;
        }
        _ => {}
    }
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
    use serde_json::json;

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let key = ApiKey::parse("0123456789abcdef0123").expect("a key");
        let mut value = json!({
            "id": 1, "ssh_key": "ssh-rsa AAAA", "key_id": 7, "api_key": "x", "sid": "y",
            "Session_Key": "z", "note": "0123456789abcdef0123", "odd": ["a 0123456789ABCDEF0123 b"],
            "0123456789abcdef0123": 1, "sub": {"key": null, "subaccount_api_key": "q", "id": 2},
        });
        scrub(&mut value, &key);
        assert_eq!(
            value,
            json!({
                "id": 1, "ssh_key": "ssh-rsa AAAA", "key_id": 7, "odd": ["a [hidden] b"],
                "sub": {"id": 2},
            })
        );
    }

    #[test]
    fn permissions_keep_their_constraints() {
        let key = ApiKey::parse("0123456789abcdef0123").expect("a key");
        let constraints = json!({"constraints": {"key": {"eq": 1}, "token": {"eq": "x"}}});
        let record = json!({"permissions": {"api": {"misc": {"api.a.b": constraints}}}});
        let mut scrubbed = record.clone();
        scrub(&mut scrubbed, &key);
        assert_eq!(scrubbed, record);
    }
}
