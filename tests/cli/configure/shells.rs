//! The function `vastai` in real shells, with the start-up file read as an
//! interactive shell reads it.

use std::fs;

use super::{ODD, install, put_script, read, run};
use crate::support::sandbox::Sandbox;

/// The official CLI's place is taken by this.
const CLI: &str = "#!/bin/sh
printf '<%s>' \"$@\" > \"$HOME/arguments\"
printf %s \"$VAST_API_KEY\" > \"$HOME/key\"
cat
echo 'on stderr' >&2
exit 7
";

/// As typed in each of the shells.
const COMMAND: &str = "vastai show 'a  b' '' '*' '$HOME' \"it's\" -- -n --raw 'é\\x'";
const ARGUMENTS: &str = "<show><a  b><><*><$HOME><it's><--><-n><--raw><é\\x>";

#[test]
fn vastai_gets_its_arguments_streams_and_key_and_keeps_its_exit_code() {
    let alias = "alias vastai='vastai'\n";
    for (shell, file, before) in [
        ("bash", ".bashrc", alias),
        ("zsh", ".zshrc", alias),
        ("fish", ".config/fish/conf.d/vastkey.fish", "# mine\n"),
    ] {
        for directory in ["bin", ODD] {
            let mut sandbox = Sandbox::new();
            install(&mut sandbox, directory);
            put_script(&sandbox.path(directory).join("vastai"), CLI);
            // In another locale fish changes what is not ASCII in PATH.
            sandbox.set("LC_ALL", "C.UTF-8");
            sandbox.set("SHELL", format!("/bin/{shell}"));
            sandbox.set("VAST_API_KEY_FILE", sandbox.write("named", KEY));
            sandbox.secret(KEY);
            sandbox.write(file, before);
            run(&sandbox, "configure shell").ok().says(&["in this one"]);

            let words = ["--foreground", "60", shell, "-i", "-c", COMMAND];
            let outcome = sandbox.program("timeout", words).input("typed\n").go();
            let outcome = outcome.code(7).says(&["on stderr"]);
            assert_eq!(outcome.stdout(), "typed\n", "{shell}");
            let noted = |name| fs::read_to_string(sandbox.path(name)).expect("noted");
            assert_eq!(noted("arguments"), ARGUMENTS, "{shell}");
            assert!(noted("key") == KEY, "{shell}");

            run(&sandbox, "unconfigure shell").ok();
            assert_eq!(read(&sandbox, file).as_deref(), Some(before.as_bytes()));
        }
    }
}

#[test]
fn what_is_added_is_read_as_lines_of_its_own() {
    for (shell, file) in [("bash", ".bashrc"), ("zsh", ".zshrc")] {
        let sandbox = Sandbox::new();
        let configure = format!("configure shell {shell}");
        let before = "# mine\r\nA=1\n";
        let path = sandbox.write(file, before);
        run(&sandbox, &configure).ok();
        let path = path.to_str().expect("text");
        let words = ["60", shell, "-n", path];
        sandbox.program("timeout", words).go().ok();
        let source = format!(". {path}; type vastai");
        let words = ["60", shell, "-c", &source];
        let outcome = sandbox.program("timeout", words).go().ok();
        assert!(outcome.stdout().contains("function"), "{shell}");
        run(&sandbox, &format!("un{configure}")).ok();
        assert_eq!(read(&sandbox, file).as_deref(), Some(before.as_bytes()));

        for unfinished in ["A=1\n: \\\n", "A=1\n: \\"] {
            sandbox.write(file, unfinished);
            run(&sandbox, &configure)
                .code(1)
                .says(&["line 2 ends in a line continuation", "hint: "]);
            assert_eq!(read(&sandbox, file).as_deref(), Some(unfinished.as_bytes()));
        }
    }
}

const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
