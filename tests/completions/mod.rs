//! Completion in the shells themselves: a line is typed with TAB in it and
//! entered, and what the shell makes of it is compared.
//!
//! `vastkey` is a stand-in there that prints its arguments, each in angle
//! brackets, and hands the scripts' own requests to the real one.

use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;

use serde_json::json;

use crate::support::sandbox::Sandbox;

mod old_bash;
mod powershell;
mod shells;

use shells::Shell;

/// The name of an account that shells could take amiss, in part.
const ACCOUNT: &str = "work+1@example.com";

/// What no account can be called, in an index that somebody else wrote.
const HOSTILE: [&str; 4] = ["wo$(touch hit)", "wo;touch hit", "wo 'x\" y", "wörk\n--yes"];

/// What is typed, and the arguments that vastkey gets.
const LINES: [(&str, &str); 21] = [
    ("statu\t", "<status>"),
    ("acc\tli\t", "<account><list>"),
    ("token --fo\t", "<token><--force>"),
    (
        "create api-key --permission-f\tx",
        "<create><api-key><--permission-file><x>",
    ),
    ("--store keyc\ttoken", "<--store><keychain><token>"),
    ("--store=fi\ttoken", "<--store=file><token>"),
    (
        "create api-key --permission_file per\t",
        "<create><api-key><--permission_file><permissions of ci.json>",
    ),
    (
        "create api-key --permission_file=per\t",
        "<create><api-key><--permission_file=permissions of ci.json>",
    ),
    (
        "doctor --scan ~/per\t",
        "<doctor><--scan><HOME/permissions of ci.json>",
    ),
    (
        "doctor --scan=per\t",
        "<doctor><--scan=permissions of ci.json>",
    ),
    (
        "configure docker --dir odd\tx",
        "<configure><docker><--dir><odd-dir/x>",
    ),
    (
        "configure docker --dir per\t",
        "<configure><docker><--dir><per>",
    ),
    (
        "exec --scoped read\tlist",
        "<exec><--scoped><read-only><list>",
    ),
    ("account use wo\t", "<account><use><work+1@example.com>"),
    (
        "--account=wo\ttoken",
        "<--account=work+1@example.com><token>",
    ),
    (
        "account use work+1@ex\t",
        "<account><use><work+1@example.com>",
    ),
    (
        "account untrust https://gi\t",
        "<account><untrust><https://git.example.com>",
    ),
    (
        "--url https://con\ttoken",
        "<--url><https://console.vast.ai><token>",
    ),
    (
        "--url=https://con\ttoken",
        "<--url=https://console.vast.ai><token>",
    ),
    ("exec -- odd-to\t", "<exec><--><odd-tool>"),
    ("exec -q ./odd-d\tx", "<exec><-q><./odd-dir/x>"),
];

/// A home with files, programs and accounts to complete.
fn furnished() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.write("permissions of ci.json", "{}");
    sandbox.write("odd-dir/x", "");
    let real = sandbox.path("real");
    std::os::unix::fs::symlink(crate::support::sandbox::binary(), &real).expect("a link");
    let stand_in = format!(
        "#!/bin/sh\ncase $1 in __complete) exec '{}' \"$@\" ;; esac\nprintf '<%s>' \"$@\"; echo\n",
        real.display()
    );
    program(&sandbox, "bin/vastkey", &stand_in);
    program(&sandbox, "bin/odd-tool", "#!/bin/sh\n");
    let bin = sandbox.path("bin");
    sandbox.prepend_to_path(&bin);
    let trusted = "trusted_servers = ['https://git.example.com']";
    sandbox.write(".config/vastkey/config.toml", trusted);
    let names = HOSTILE.iter().chain([&ACCOUNT]);
    write_index(&sandbox, names.copied());
    sandbox
}

fn program(sandbox: &Sandbox, below: &str, text: &str) {
    let path = sandbox.write(below, text);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(path, mode).expect("a program");
}

fn write_index<'a>(sandbox: &Sandbox, names: impl Iterator<Item = &'a str>) {
    let records: Vec<_> = names
        .map(|name| {
            json!({
                "server": "https://console.vast.ai",
                "name": name,
                "store": "keychain",
                "fingerprint": "…cdef",
                "stored_at": "2026-11-24T00:00:00Z",
            })
        })
        .collect();
    let index = json!({ "version": 1, "accounts": records });
    sandbox.write(".local/state/vastkey/index.json", index.to_string());
}

fn completes(shell: Shell, sandbox: &Sandbox) {
    completes_as(shell, sandbox, &LINES);
}

fn completes_as(mut shell: Shell, sandbox: &Sandbox, lines: &[(&str, &str)]) {
    for (typed, expected) in lines {
        let home = sandbox.path("");
        let home = home.to_str().expect("UTF-8").trim_end_matches('/');
        shell.enter(&format!("vastkey {typed}"));
        shell.shows(&expected.replace("HOME", home));
    }
    assert!(!sandbox.path("hit").exists(), "an account's name was run");
    // Nothing to offer, and nothing said.
    sandbox.write(".local/state/vastkey/index.json", "{ damaged");
    shell.enter("vastkey account use wo\t");
    shell.shows("<account><use><wo>");
    fs::remove_dir_all(sandbox.path(".local/state")).expect("removed");
    shell.enter("vastkey account use wo\t");
    shell.shows("<account><use><wo>");
    for word in ["error", "warning", "hint:"] {
        assert!(!shell.seen().contains(word), "{}", shell.seen());
    }
}

#[test]
fn bash_completes_without_bash_completion() {
    let sandbox = furnished();
    completes(Shell::bash(&sandbox), &sandbox);
}

#[test]
fn bash_completes_with_bash_completion_and_other_programs_too() {
    let sandbox = furnished();
    let mut shell = Shell::bash_with_completions(&sandbox);
    shell.enter("complete -W 'alpha beta' odd-tool");
    knows_the_program(&mut shell);
    completes(shell, &sandbox);
}

#[test]
fn zsh_completes_from_its_path_of_functions() {
    let sandbox = furnished();
    let mut shell = Shell::zsh(
        &sandbox,
        "fpath=(~/functions $fpath); autoload -U compinit; compinit -u -D",
    );
    shell.enter("_odd() { compadd alpha beta }; compdef _odd odd-tool");
    knows_the_program(&mut shell);
    completes(shell, &sandbox);
}

#[test]
fn zsh_completes_with_the_script_sourced() {
    let sandbox = furnished();
    let shell = Shell::zsh(
        &sandbox,
        "autoload -U compinit; compinit -u -D; source ~/functions/_vastkey",
    );
    completes(shell, &sandbox);
}

#[test]
fn fish_completes() {
    let sandbox = furnished();
    let mut shell = Shell::fish(&sandbox);
    shell.enter("complete -c odd-tool -f -a 'alpha beta'");
    knows_the_program(&mut shell);
    // The script is loaded by now, and finds no program of this name.
    shell.enter("./gone/vastkey statu\t; echo entered");
    shell.shows("entered");
    let seen = shell.seen();
    assert!(!seen.contains("in command substitution"), "{seen}");
    completes(shell, &sandbox);
}

/// What is behind `exec` is completed as the program's own line would be.
fn knows_the_program(shell: &mut Shell) {
    shell.enter("vastkey exec --env A -- odd-tool al\t");
    shell.shows("<exec><--env><A><--><odd-tool><alpha>");
}

#[test]
fn scripts_are_printed_as_they_are_installed() {
    let sandbox = Sandbox::new();
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/completions");
    let scripts = [
        ("bash", "vastkey"),
        ("fish", "vastkey.fish"),
        ("powershell", "vastkey.ps1"),
        ("zsh", "_vastkey"),
    ];
    for (shell, file) in scripts {
        let printed = sandbox.vastkey(["completions", shell]).go().ok();
        let script = fs::read_to_string(installed.join(file)).expect("a script");
        assert_eq!(printed.stdout(), script);
    }
    assert_eq!(
        fs::read_dir(installed).expect("a directory").count(),
        scripts.len()
    );
    let unknown = sandbox.vastkey(["completions", "tcsh"]).go().code(2);
    unknown.says(&["bash, fish, powershell, zsh"]);
}

#[test]
fn accounts_are_named_without_the_keychain() {
    let mut sandbox = furnished();
    let bus = sandbox.path("bus");
    let listener = UnixListener::bind(&bus).expect("a socket");
    listener.set_nonblocking(true).expect("no waiting");
    sandbox.set(
        "DBUS_SESSION_BUS_ADDRESS",
        format!("unix:path={}", bus.display()),
    );
    let key = "0123456789abcdef0123456789abcdef";
    sandbox.secret(key);
    let request = ["__complete", "2", "account", "use", "wo"];
    let asked = || sandbox.vastkey(request).env("VAST_API_KEY", key);
    let answer = asked().go().ok();
    assert_eq!(answer.stdout(), format!("words\n{ACCOUNT}\n"));
    assert_eq!(answer.stderr, "");
    let other = asked().env("VAST_URL", "https://vast.example").go().ok();
    assert_eq!(other.stdout(), "words\n");
    assert!(listener.accept().is_err(), "the bus was asked");
}
