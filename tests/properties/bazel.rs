//! Bazel's protocol.

use serde_json::json;
use vastkey::protocol::bazel;

use super::helper::{KEY, data, keeper};
use super::{is_vast_url, json};

/// A request through the one operation.
pub fn check(input: &[u8]) {
    let mut keeper = keeper();
    let reply = bazel::get(input, &mut keeper);
    let Some(reply) = data(reply, &keeper) else {
        return;
    };
    // Only a Vast account can answer here.
    assert!(keeper.asked[0].server.is_vast());
    if let Some(request) = json(input) {
        assert!(is_vast_url(request["uri"].as_str().expect("a uri")));
    }
    assert_eq!(
        json(&reply).expect("JSON"),
        json!({"headers": {"Authorization": [format!("Bearer {KEY}")]}})
    );
}
