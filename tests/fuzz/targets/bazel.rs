//! Bazel's protocol: a request through its one operation.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;
use vastkey::protocol::bazel;
use vastkey_fuzz::{KEY, data, is_vast_url, json, keeper};

fuzz_target!(|input: &[u8]| {
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
});
