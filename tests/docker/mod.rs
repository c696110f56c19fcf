//! A client of Docker's protocol with vastkey as its credential helper: Skopeo,
//! against a registry on this machine that demands a password.

use std::os::unix::fs::symlink;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cli::Desk;
use crate::support::sandbox::{Outcome, Run, binary};

use registry::Registry;

mod image;
mod registry;

const USER: &str = "somebody";
const PASSWORD: &str = "a <password> of somebody's & more";

/// Most time, in seconds, that a command of Skopeo's may take.
const WITHIN: &str = "60";

/// Somebody whose Skopeo has vastkey as its helper for one registry.
struct Client {
    desk: Desk,
    registry: Registry,
    /// Where Skopeo would keep what no helper keeps.
    logins: PathBuf,
}

impl Client {
    /// The registry is not trusted.
    fn new() -> Self {
        let registry = Registry::start(USER, PASSWORD);
        let mut desk = Desk::new();
        desk.sandbox.secret(PASSWORD);
        let programs = desk.sandbox.path("programs");
        std::fs::create_dir(&programs).expect("a directory");
        symlink(binary(), programs.join("docker-credential-vastkey")).expect("a link");
        desk.sandbox.prepend_to_path(&programs);
        let helpers = json!({ "credHelpers": { &registry.name: "vastkey" } });
        let logins = desk.sandbox.write("logins.json", helpers.to_string());
        desk.sandbox.set("REGISTRY_AUTH_FILE", &logins);
        Self {
            desk,
            registry,
            logins,
        }
    }

    /// The same, with a registry that is trusted.
    fn trusting() -> Self {
        let client = Self::new();
        let url = format!("https://{}", client.registry.name);
        client.desk.vastkey(["account", "trust", &url]).go().ok();
        client
    }

    fn skopeo(&self, arguments: &[&str]) -> Run<'_> {
        let command = ["--signal=KILL", WITHIN, "skopeo", "--insecure-policy"];
        let words = command.iter().chain(arguments);
        self.desk.sandbox.program("timeout", words)
    }

    fn login(&self, password: &str) -> Outcome {
        let command = ["login", "--tls-verify=false", "--password-stdin"];
        let rest = ["--username", USER, &self.registry.name];
        self.skopeo(&[&command[..], &rest].concat())
            .input(password)
            .go()
    }

    fn list_tags(&self) -> Outcome {
        let image = format!("docker://{}/hello", self.registry.name);
        self.skopeo(&["list-tags", "--tls-verify=false", &image])
            .go()
    }

    /// The registry must not let Skopeo in.
    fn must_stay_outside(&self) {
        self.list_tags().code(1).says(&["authentication required"]);
    }

    /// Copies an image into the registry, and sees that it is there.
    fn push(&self) {
        let folder = self.desk.sandbox.path("image");
        let digest = image::write(&folder);
        let tag = image::TAG;
        let source = format!("oci:{}:{tag}", folder.display());
        let image = format!("docker://{}/hello:{tag}", self.registry.name);
        self.skopeo(&[
            "copy",
            "--preserve-digests",
            "--dest-tls-verify=false",
            &source,
            &image,
        ])
        .go()
        .ok();
        let inspect = ["inspect", "--tls-verify=false", &image];
        let seen = self.skopeo(&inspect).go().ok().json();
        assert_eq!(seen["Digest"], digest.as_str());
    }

    /// What the helper says it has.
    fn list(&self) -> Value {
        let program = self.desk.sandbox.path("programs/docker-credential-vastkey");
        let list = self.desk.sandbox.program(program, ["list"]);
        list.go().ok().json()
    }

    /// Whether an item of vastkey's holds the password.
    fn is_kept(&self) -> bool {
        let mut secret_tool = self.desk.keyring.command("secret-tool");
        let search = secret_tool.args(["search", "--all", "application", "vastkey"]);
        let output = search.output().expect("secret-tool runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.contains(PASSWORD)
    }

    /// Nothing but the helper is named where Skopeo would keep logins.
    fn assert_no_login_in_file(&self) {
        let text = std::fs::read_to_string(&self.logins).expect("a file");
        let logins: Value = serde_json::from_str(&text).expect("JSON");
        let auths = logins.get("auths").cloned().unwrap_or(json!({}));
        assert_eq!(auths, json!({}));
        assert_eq!(logins["credHelpers"][&self.registry.name], "vastkey");
    }
}

#[test]
fn skopeo_logs_in_is_remembered_reads_back_and_logs_out() {
    let client = Client::trusting();
    client.must_stay_outside();
    client.login(PASSWORD).ok();
    assert!(client.is_kept());
    client.assert_no_login_in_file();

    client.push();
    assert_eq!(client.list_tags().ok().json()["Tags"], json!([image::TAG]));
    let name = &client.registry.name;
    let known = client.skopeo(&["login", "--get-login", name]).go().ok();
    assert_eq!(known.stdout(), format!("{USER}\n"));

    client.skopeo(&["logout", name]).go().ok();
    assert!(!client.is_kept());
    client.must_stay_outside();
}

#[test]
fn a_login_that_fails_is_not_remembered() {
    let client = Client::trusting();
    client.login("another password").code(1);
    client.must_stay_outside();
    assert_eq!(client.list(), json!({}));
}

#[test]
fn a_registry_that_is_not_trusted_is_not_remembered() {
    let client = Client::new();
    client.login(PASSWORD).code(1);
    assert!(!client.is_kept());
    client.assert_no_login_in_file();
    client.must_stay_outside();
}

#[test]
fn the_helper_lists_what_skopeo_stored() {
    let client = Client::trusting();
    assert_eq!(client.list(), json!({}));
    client.login(PASSWORD).ok();
    assert_eq!(client.list(), json!({ &client.registry.name: USER }));
}
