//! What a program inherits is what it inherits without vastkey.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::process::Command;

use crate::support::sandbox::{Sandbox, binary};

use super::{Desk, user};

/// Writes what it inherits into the file that it is given: a program for Perl,
/// which every Debian has and which leaves signals and descriptors alone.
const LOOK: &str = r#"
    my @descriptors = map { readlink("/proc/self/fd/$_") // "closed" } 0 .. 255;
    my @parts = map {
        open(my $part, "<", "/proc/self/$_") or die $_;
        map { "$_" } <$part>;
    } "status", "limits", "oom_score_adj", "stat";
    open(my $result, ">", $ARGV[0]) or die;
    print $result "$_ $descriptors[$_]\n" for 0 .. 255;
    print $result @parts, readlink("/proc/self/cwd"), "\n";
"#;

/// The lines of `/proc/PID/status` that tell what is inherited.
const STATUS: [&str; 13] = [
    "Umask",
    "Uid",
    "Gid",
    "Groups",
    "ShdPnd",
    "SigPnd",
    "SigBlk",
    "SigIgn",
    "SigCgt",
    "CapInh",
    "CapBnd",
    "NoNewPrivs",
    "Seccomp",
];

/// Programs that change what the rest of their arguments inherits.
fn settings() -> Vec<Vec<&'static str>> {
    let shell = |script| vec!["bash", "-c", script, "bash"];
    vec![
        vec!["env"],
        shell(r#"trap '' PIPE; exec "$@""#),
        shell(r#"trap '' XFSZ; exec "$@""#),
        shell(r#"trap '' INT TERM HUP QUIT TSTP TTOU SEGV BUS CHLD; exec "$@""#),
        vec!["env", "--block-signal=INT"],
        vec![
            "env",
            "--block-signal=PIPE,TERM,SEGV",
            "--ignore-signal=TERM",
        ],
        shell(r#"exec "$@" <&- >&- 2>&-"#),
        shell(r#"exec "$@" 7</dev/zero"#),
        shell(r#"exec "$@" <&- 3>/dev/zero 9<&1"#),
        shell(r#"umask 027; exec "$@""#),
        shell(r#"umask 0; exec "$@""#),
        shell(r#"ulimit -S -c 1; exec "$@""#),
        shell(r#"ulimit -c 1; exec "$@""#),
        shell(r#"ulimit -c 0; exec "$@""#),
        shell(r#"ulimit -n 100; ulimit -S -s 1000; exec "$@""#),
        vec!["nice", "-n", "3"],
        vec!["env", "--chdir=/"],
    ]
}

/// What the last of these programs inherits.
fn seen(user: &Sandbox, setting: &[&str], vastkey: &[&str]) -> BTreeSet<String> {
    let result = user.path("result");
    let stream = |name: &str| File::create(user.path(name)).expect("a file");
    let mut command = Command::new(setting[0]);
    command
        .args(&setting[1..])
        .args(vastkey)
        .args(["perl", "-e", LOOK])
        .arg(&result)
        .env_clear()
        .envs(user.environment().iter().map(|(k, v)| (k, v)))
        .current_dir(user.path(""))
        .stdin(stream("in"))
        .stdout(stream("out"))
        .stderr(stream("err"));
    let status = command.status().expect("it starts");
    assert!(status.success(), "{setting:?} {vastkey:?}: {status}");
    let text = fs::read_to_string(&result).expect("a result");
    fs::remove_file(&result).expect("removed");
    text.lines().filter_map(inherited).collect()
}

/// What a line tells that is inherited, if it does. Where vastkey stays, it is
/// the parent.
fn inherited(line: &str) -> Option<String> {
    if let Some((name, _)) = line.split_once(":\t") {
        return STATUS.contains(&name).then(|| line.to_owned());
    }
    // Of `/proc/PID/stat`: group, session and terminal; niceness.
    if let Some((_, numbers)) = line.split_once(" (perl) R ") {
        let numbers: Vec<&str> = numbers.split(' ').collect();
        return Some(format!("{:?} {}", &numbers[1..4], numbers[15]));
    }
    Some(line.to_owned())
}

#[test]
fn what_a_program_inherits_is_as_if_vastkey_had_not_been_there() {
    // Where a keychain was read, connections and threads have to go too.
    let desk = Desk::with_key();
    let vastkey = binary().to_str().expect("a path in UTF-8");
    let mut plain = BTreeSet::new();
    for setting in settings() {
        let without = seen(&desk.sandbox, &setting, &[]);
        for options in [&["exec", "--"][..], &["exec", "--file", "--"]] {
            let command = [&[vastkey], options].concat();
            let with = seen(&desk.sandbox, &setting, &command);
            assert_eq!(with, without, "{setting:?} {options:?}");
        }
        // That the setting makes a difference shows that it would be seen.
        if plain.is_empty() {
            let scoped = [vastkey, "exec", "--scoped", "search", "--"];
            let with = seen(&desk.sandbox, &setting, &scoped);
            assert_eq!(with, without, "{setting:?} --scoped");
            plain = without;
        } else {
            assert_ne!(without, plain, "{setting:?}");
        }
    }
}

/// A look with builtins alone: a program that opens files, as Perl does, opens
/// them in place of the closed descriptors.
#[test]
fn closed_standard_descriptors_are_closed_in_the_program() {
    let user = user();
    let look = r#"for n in 0 1 2 3; do [ -e /proc/$$/fd/$n ] && open="$open$n"; done
        echo "$open" >"$0""#;
    let closed = ["", "0", "1", "2", "01", "02", "12", "012"];
    for (closed, option) in closed.iter().flat_map(|c| [(c, ""), (c, "--file")]) {
        let mut script = format!("exec \"$0\" exec {option} -- sh -c \"$1\" result");
        for descriptor in closed.chars() {
            script.extend([' ', descriptor, '>', '&', '-']);
        }
        let arguments = ["-c", &script].map(AsRef::as_ref);
        let arguments = [&arguments[..], &[binary().as_os_str(), look.as_ref()]].concat();
        user.program("bash", arguments).go().ok();
        let open = fs::read_to_string(user.path("result")).expect("a result");
        let expected: String = "012".chars().filter(|n| !closed.contains(*n)).collect();
        assert_eq!(open, format!("{expected}\n"), "closed: {closed}");
    }
}

/// On a broken pipe `yes` says so when the signal is ignored, and else dies.
#[test]
fn a_pipe_that_breaks_ends_the_program_unless_that_is_ignored() {
    let user = user();
    for (setting, complains) in [("trap - PIPE", false), ("trap '' PIPE", true)] {
        let script = format!("{setting}; {{ \"$0\" exec yes; echo $? >&2; }} | head -n 1");
        let arguments = ["-c".as_ref(), script.as_ref(), binary().as_os_str()];
        let outcome = user.program("bash", arguments).go().ok();
        assert_eq!(outcome.stdout(), "y\n");
        assert_eq!(outcome.stderr.contains("roken pipe"), complains);
        assert_eq!(outcome.stderr.ends_with("141\n"), !complains);
    }
}

#[test]
fn the_program_can_be_debugged() {
    let user = user();
    // 3 is PR_GET_DUMPABLE.
    let script = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))";
    for options in [&["exec"][..], &["exec", "--file"]] {
        let arguments = [options, &["python3", "-c", script]].concat();
        let outcome = user.vastkey(arguments).go().ok();
        assert_eq!(outcome.stdout(), "1\n");
    }
}

#[test]
fn a_failure_that_nobody_reads_has_its_exit_code_too() {
    let user = user();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = user.vastkey(["exec", "/etc/passwd"]).into_command();
    let status = command.stderr(writer).status().expect("it starts");
    assert_eq!(status.code(), Some(126));
}
