//! JSON made to trick the parsers of Docker's and Bazel's requests.

use super::hostile::{KEY, assert_malformed, assert_malformed_docker, bazel, docker, user};
use super::{VAST, as_header, credentials};

#[test]
fn json_that_is_not_the_one_object_is_malformed() {
    let user = user();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let huge = format!(
        "{{\"uri\":\"{VAST}\",\"x\":\"{}\"}}",
        "canary ".repeat(3_000_000)
    );
    for request in [
        "",
        "canary",
        "null",
        "[]",
        "{}",
        "\"https://console.vast.ai\"",
        "{\"uri\":null}",
        "{\"uri\":1}",
        "{\"uri\":[\"https://console.vast.ai\"]}",
        "{\"URI\":\"https://console.vast.ai\"}",
        "{\"uri\":\"https://console.vast.ai\"",
        "{\"uri\":\"https://console.vast.ai\"}canary",
        "{\"uri\":\"https://canary.example\",\"uri\":\"https://console.vast.ai\"}",
        "{\"uri\":\"https://console.vast.ai\",\"\\u0075ri\":\"https://canary.example\"}",
        "\u{feff}{\"uri\":\"https://console.vast.ai\"}",
        "{\"uri\":\"https://console.vast.ai\"}\0",
        &deep,
        &huge,
    ] {
        assert_malformed(bazel(&user, request), &request[..request.len().min(60)]);
    }
    assert_malformed(
        bazel(&user, b"{\"uri\":\"https://console.vast.ai/\xff\"}"),
        "bytes",
    );
}

#[test]
fn what_is_ignored_may_not_be_deep_either() {
    let user = user();
    let request = |depth: usize| {
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        bazel(&user, format!("{{\"canary\":{deep},\"uri\":\"{VAST}\"}}"))
    };
    request(20).answers(&as_header(KEY), "nested");
    assert_malformed(request(400_000), "deep");
}

#[test]
fn docker_is_not_tricked_either() {
    let user = user();
    for name in [
        "a canary\nb",
        "console.vast.ai\nhost=canary",
        "canary\0",
        "a\rb",
        "\u{85}x\u{9b}y",
    ] {
        assert_malformed_docker(docker(&user, "get", name), name);
        assert_malformed_docker(docker(&user, "erase", name), name);
        let store = credentials(name, "default", KEY);
        assert_malformed_docker(docker(&user, "store", store), name);
    }
    assert_malformed_docker(docker(&user, "get", b"console.vast.ai\xff"), "bytes");
    let deep = "[".repeat(100_000);
    let valid = credentials(VAST, "default", "canary");
    let huge = credentials(VAST, "default", &"canary".repeat(3_500_000));
    for request in [
        "",
        "canary",
        "[\"https://console.vast.ai\",\"default\",1]",
        "{\"ServerURL\":1,\"Username\":\"canary\",\"Secret\":\"x\"}",
        "{\"ServerURL\":\"https://console.vast.ai\",\"Username\":\"a\",\"Secret\":null}",
        "{\"ServerURL\":\"https://console.vast.ai\",\"ServerURL\":\"canary\"}",
        &format!("{valid}{valid}"),
        &deep,
        &huge,
    ] {
        let case = &request[..request.len().min(60)];
        assert_malformed_docker(docker(&user, "store", request), case);
    }
    assert_malformed_docker(docker(&user, "get", "canary".repeat(3_500_000)), "20 MB");
    assert_eq!(user.files(), [""; 0].map(std::path::PathBuf::from));
}
