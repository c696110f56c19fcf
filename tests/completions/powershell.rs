//! The script for PowerShell, without that shell: whether it is PowerShell by
//! the grammar, and what the requests get that it makes.

use std::path::Path;

use super::{ACCOUNT, furnished};
use crate::support::python;
use crate::support::sandbox::{Outcome, Sandbox};

const SCRIPT: &str = include_str!("../../packaging/completions/vastkey.ps1");

fn parsed(sandbox: &Sandbox, text: &str) -> Outcome {
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/completions/powershell.py");
    let file = sandbox.write("script.ps1", text);
    let arguments = [checker.as_os_str(), file.as_os_str()];
    sandbox.program(python::interpreter(), arguments).go()
}

#[test]
fn the_script_is_powershell() {
    let sandbox = Sandbox::new();
    let outcome = parsed(&sandbox, SCRIPT).ok();
    assert_eq!(outcome.stdout(), "");
    for (there, broken) in [
        ("\n}\n", "\n"),
        (
            "foreach ($answer in $answers) {",
            "foreach ($answer $answers) {",
        ),
        ("@before", "@"),
        ("'program *'", "'program *"),
        ("$extent.Text.Substring(0,", "$extent.Text.Substring(0"),
        ("} elseif (", "} else ("),
    ] {
        assert!(SCRIPT.contains(there), "{there}");
        parsed(&sandbox, &SCRIPT.replace(there, broken)).code(1);
    }
}

/// Windows PowerShell reads a file that does not say its encoding in that of the system.
#[test]
fn the_script_is_ascii() {
    assert!(SCRIPT.is_ascii());
}

/// Versions before 7.3 leave out an empty word, so the script leaves the last one
/// out there, and writes `_` for the others.
#[test]
fn requests_are_answered_as_every_version_passes_them() {
    let sandbox = furnished();
    for (request, expected) in [
        (&["1", "account", "u"][..], "words\nuse\t"),
        (&["2", "account", "use", ""], &format!("words\n{ACCOUNT}\n")),
        (&["2", "account", "use"], &format!("words\n{ACCOUNT}\n")),
        (&["1", "token", "--fo"], "words\n--force\t"),
        (&["4", "--account", "_", "exec", "--"], "program 4\n"),
        (&["4", "exec", "--", "git", "_", "--"], "program 2\n"),
        (&["1", "doctor", "--scan=C:/a b/"], "files\n"),
        (&["3", "configure", "docker", "--dir"], "directories\n"),
        (&["3", "exec", "--scoped", "_"], ""),
    ] {
        let arguments = ["__complete"].iter().chain(request);
        let answer = sandbox.vastkey(arguments).go().ok();
        assert!(
            answer.stdout().starts_with(expected),
            "{request:?}: {}",
            answer.stdout()
        );
    }
}
