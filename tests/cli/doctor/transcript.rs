//! The examples of the README.

use std::fs;
use std::os::unix::fs::symlink;

use super::{Desk, set_mode};
use crate::support::pty::{PROMPT, Pty};
use crate::support::sandbox::binary;
use crate::support::transcript::Transcript;

#[test]
fn the_readmes_examples_are_what_the_terminal_shows() {
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
    let home = desk.sandbox.path("");
    let home = home.to_str().expect("UTF-8").trim_end_matches('/');
    let url = format!(" --url {}", desk.api.url());
    let mut shell = Pty::shell(&desk.sandbox);
    // A server that a variable names is something that doctor tells of.
    let function = format!("unset VAST_URL; vastkey() {{ command vastkey{url} \"$@\"; }}\n");
    shell.send(function.as_bytes());
    shell.expect(PROMPT);
    for command in ["vastkey doctor", "vastkey doctor --fix --offline --quiet"] {
        Transcript::beginning_with(command)
            .naming(&url, "")
            .naming(
                &" (on this machine, without TLS)",
                ", and its certificate is valid",
            )
            .naming(&desk.api.url(), "https://console.vast.ai")
            .naming(&home, "/home/you")
            .check(&mut shell);
    }
}
