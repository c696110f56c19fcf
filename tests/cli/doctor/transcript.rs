//! The README's example, run.

use std::fs;
use std::os::unix::fs::symlink;

use super::{Desk, fingerprint, set_mode};
use crate::support::sandbox::binary;

const README: &str = include_str!("../../../README.md");

/// What the README shows below a command, in a block of its own.
fn shown(command: &str) -> &'static str {
    let (_, behind) = README
        .split_once(&format!("```console\n$ {command}\n"))
        .unwrap_or_else(|| panic!("no '{command}'"));
    behind.split_once("```").expect("the block's end").0
}

#[test]
fn the_readmes_example_is_what_it_prints() {
    let mut desk = Desk::with_key();
    let key = desk.primary.key.clone();
    let bin = desk.sandbox.path(".local/bin");
    fs::create_dir_all(&bin).expect("a directory");
    symlink(binary(), bin.join("vastkey")).expect("a link");
    desk.sandbox.prepend_to_path(&bin);
    let history = format!("cd work\nvastai set api-key {key}\nls\n");
    desk.sandbox.write(".bash_history", history);
    let file = desk.sandbox.write(".config/vastai/vast_api_key", &key);
    set_mode(&file, 0o644);
    let run = |arguments: &[&str]| {
        let url = ["--url", desk.api.url()];
        let run = desk.vastkey(url.iter().chain(arguments));
        let outcome = run.without("VAST_URL").go().code(1);
        let home = desk.sandbox.path("");
        let home = home.to_str().expect("UTF-8").trim_end_matches('/');
        outcome
            .stdout()
            .replace(&format!(" --url {}", desk.api.url()), "")
            .replace(
                " (on this machine, without TLS)",
                ", and its certificate is valid",
            )
            .replace(desk.api.url(), "https://console.vast.ai")
            .replace(home, "/home/you")
            .replace(&fingerprint(&key), "…a3f9")
    };
    assert_eq!(run(&["doctor"]), shown("vastkey doctor"));
    assert_eq!(
        run(&["doctor", "--fix", "--offline", "--quiet"]),
        shown("vastkey doctor --fix --offline --quiet")
    );
}
