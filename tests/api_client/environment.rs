//! The client takes nothing from the environment.

use std::process::Command;

/// Runs another test of this binary in a hostile environment.
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
    // Nothing listens there, so that whoever asks it fails.
    let proxy = "http://127.0.0.1:9";
    let names = [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
    ];
    let variables = names.map(|name| (name, proxy));
    run(
        "api_client::answers::a_request_looks_as_it_should",
        &variables,
    );
    #[cfg(not(any(windows, target_os = "macos")))]
    run(TLS_TEST, &variables);
}

#[cfg(not(any(windows, target_os = "macos")))]
const TLS_TEST: &str = "api_client::tls::a_certificate_of_a_trusted_issuer_is_accepted";

#[cfg(not(any(windows, target_os = "macos")))]
#[test]
fn empty_names_of_certificates_count_as_unset() {
    run(
        "api_client::tls::the_systems_roots_do_not_trust_strangers",
        &[("SSL_CERT_FILE", ""), ("SSL_CERT_DIR", "")],
    );
}

#[cfg(not(any(windows, target_os = "macos")))]
#[test]
fn tls_secrets_are_written_nowhere() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let file = directory.path().join("keys");
    let name = file.to_str().expect("a plain name");
    run(
        TLS_TEST,
        &[("SSLKEYLOGFILE", name), ("SSL_CERT_FILE", name)],
    );
    assert!(!file.exists(), "TLS secrets were written");
}
