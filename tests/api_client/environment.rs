//! The client takes nothing from the environment.

use std::process::Command;

/// Runs another test of this binary in a hostile environment. Plain loopback
/// would reach a proxy on port 9 only to be refused.
fn run(test: &str, variables: &[(&str, &str)]) {
    let output = Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", test])
        .envs(variables.iter().copied())
        .output()
        .expect("it runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{test}: {stdout}");
    assert!(stdout.contains("1 passed"), "{test}: {stdout}");
}

#[test]
fn proxies_in_the_environment_are_not_used() {
    let proxy = "http://127.0.0.1:9";
    let variables = [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
    ];
    let variables = variables.map(|name| (name, proxy));
    run(
        "api_client::answers::a_request_looks_as_it_should",
        &variables,
    );
    run(
        "api_client::network::a_name_without_address_is_called_so",
        &variables,
    );
}

#[cfg(not(any(windows, target_os = "macos")))]
#[test]
fn tls_secrets_are_written_nowhere() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let file = directory.path().join("keys");
    let name = file.to_str().expect("a plain name");
    run(
        "api_client::tls::a_certificate_of_a_trusted_issuer_is_accepted",
        &[("SSLKEYLOGFILE", name)],
    );
    assert!(!file.exists(), "TLS secrets were written");
}
