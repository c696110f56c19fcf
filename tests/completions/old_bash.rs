//! The bash of macOS, version 3.2: what it lacks is taken from the one that is
//! here.

use super::shells::Shell;
use super::{LINES, completes_as, furnished};
use crate::support::sandbox::Sandbox;

/// Turns off what bash 3.2 does not have and the script could call.
const LACKS: &str = "enable -n compopt mapfile readarray";

#[test]
fn bash_completes_without_newer_builtins() {
    let sandbox = furnished();
    let shell = Shell::bash_that(&sandbox, LACKS);
    // It cannot be told where directories alone belong.
    let lines = LINES.map(|(typed, expected)| match typed {
        "configure docker --dir per\t" => {
            (typed, "<configure><docker><--dir><permissions of ci.json>")
        }
        _ => (typed, expected),
    });
    completes_as(shell, &sandbox, &lines);
}

/// It splits the line at blanks alone, though readline replaces less.
#[test]
fn bash_completes_where_words_are_whole() {
    let sandbox = furnished();
    let script = format!(
        r#"{LACKS}; . "$0"; replaced=$1; shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE=$* COMP_POINT=${{#COMP_LINE}}
        _vastkey vastkey "$replaced" && printf '%s\n' "${{COMPREPLY[@]}}""#
    );
    for (replaced, line, expected) in [
        ("fi", "vastkey --store=fi", "file\n"),
        ("ex", "vastkey account use work+1@ex", "example.com\n"),
        ("odd-to", "vastkey exec -- odd-to", "odd-tool\n"),
    ] {
        assert_eq!(
            replied(&sandbox, &script, replaced, line),
            expected,
            "{line}"
        );
    }
}

fn replied(sandbox: &Sandbox, script: &str, replaced: &str, line: &str) -> String {
    let file =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/completions/vastkey");
    let file = file.to_str().expect("UTF-8");
    let arguments = ["--norc", "-c", script, file, replaced];
    let arguments = arguments.into_iter().chain(line.split(' '));
    sandbox
        .program("bash", arguments)
        .go()
        .ok()
        .stdout()
        .to_owned()
}
