//! Signals: the command's, and no hindrance to the end of its key.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{assert_over, desk, jobs, living};
use crate::cli::Desk;

/// A command that says what it catches, by vastkey.
fn start(desk: &Desk, script: &str) -> (Child, BufReader<ChildStdout>) {
    let mut child = desk
        .vastkey(["exec", "--scoped", "search", "--", "bash", "-c", script])
        .into_command()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    (child, stdout)
}

fn line(stdout: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    line.trim_end().to_owned()
}

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("a signal");
}

/// The exit code, within a time that is enough on any machine.
fn end(mut child: Child) -> Option<i32> {
    let limit = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(status) = child.try_wait().expect("a status") {
            return status.code();
        }
        if Instant::now() > limit {
            let _ = child.kill();
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Each reaches the command once.
#[test]
fn what_is_sent_to_vastkey_reaches_the_command() {
    let desk = desk();
    let names = [
        "HUP", "INT", "QUIT", "USR1", "USR2", "WINCH", "CONT", "TERM",
    ];
    let signals = [
        Signal::HUP,
        Signal::INT,
        Signal::QUIT,
        Signal::USR1,
        Signal::USR2,
        Signal::WINCH,
        Signal::CONT,
        Signal::TERM,
    ];
    let traps = names.map(|name| format!("trap 'echo {name}' {name}; "));
    let mut script = traps.concat();
    script += "trap 'echo TERM; exit 7' TERM; echo ready; while :; do read -t 0.05 line; done";
    let (child, mut stdout) = start(&desk, &script);
    assert_eq!(line(&mut stdout), "ready");
    assert_eq!(living(&desk).len(), 1);
    for (name, signal) in names.iter().zip(signals) {
        send(&child, signal);
        assert_eq!(line(&mut stdout), *name);
    }
    assert_eq!(end(child), Some(7));
    assert_eq!(line(&mut stdout), "", "each came once");
    assert_over(&desk);
}

#[test]
fn a_signal_that_ends_the_command_ends_its_key() {
    let desk = desk();
    let mut signals = vec![
        "TERM", "HUP", "INT", "USR1", "ALRM", "VTALRM", "PROF", "XCPU",
    ];
    if cfg!(target_os = "linux") {
        signals.extend(["IO", "PWR", "RTMIN", "RTMAX"]);
    }
    for (nth, signal) in signals.into_iter().enumerate() {
        let (child, mut stdout) = start(&desk, "echo ready; exec cat");
        assert_eq!(line(&mut stdout), "ready");
        let kill = r#"kill -s "$1" "$2" && kill -l "$1""#;
        let pid = child.id().to_string();
        let sent = desk
            .sandbox
            .program("bash", ["-c", kill, "bash", signal, &pid])
            .go()
            .ok();
        let number: i32 = sent.stdout().trim_end().parse().expect("a number");
        assert_eq!(end(child), Some(128 + number), "{signal}");
        assert_eq!(living(&desk).len(), 0);
        assert_eq!(super::dead(&desk).len(), nth + 1);
    }
    assert!(jobs(&desk).is_empty());
}

/// A timer that vastkey inherits is the command's to be ended by.
#[test]
fn an_alarm_of_the_system_ends_the_command_and_its_key() {
    let desk = desk();
    let vastkey = crate::support::sandbox::binary().to_str().expect("UTF-8");
    let script = "alarm 2; exec @ARGV";
    let command = [
        "-e", script, vastkey, "exec", "--scoped", "search", "--", "sleep", "60",
    ];
    desk.sandbox.program("perl", command).go().code(142);
    assert_over(&desk);
}

/// `SIGTSTP` for vastkey alone stops both, and `SIGCONT` continues both.
#[test]
fn both_stop_and_go_on() {
    let desk = desk();
    let (mut child, mut stdout) = start(&desk, "echo $$; read line; echo $line");
    let command = line(&mut stdout);
    let state = |pid: &str| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
        let (_, rest) = stat.rsplit_once(") ").expect("a state");
        rest.chars().next().expect("a state")
    };
    let vastkey = child.id().to_string();
    let until = |wanted: bool| {
        let end = Instant::now() + Duration::from_secs(20);
        while [&vastkey, &command]
            .iter()
            .any(|pid| (state(pid) == 'T') != wanted)
        {
            assert!(Instant::now() < end, "both stop or go on");
            std::thread::yield_now();
        }
    };
    send(&child, Signal::TSTP);
    until(true);
    send(&child, Signal::CONT);
    until(false);
    drop(child.stdin.take());
    assert_eq!(end(child), Some(0));
    assert_over(&desk);
}

/// A command does not outlive vastkey unwatched where the system can see to it.
#[cfg(target_os = "linux")]
#[test]
fn the_command_of_a_killed_vastkey_is_ended_and_its_key_deleted_later() {
    let desk = desk();
    let (mut child, mut stdout) = start(
        &desk,
        "trap 'echo ended; exit' TERM; echo ready; while :; do read -t 0.05 x; done",
    );
    assert_eq!(line(&mut stdout), "ready");
    let status = desk.vastkey(["status"]).go().ok();
    assert!(status.stdout().contains("at work: key "));
    desk.vastkey(["sweep"])
        .go()
        .ok()
        .says(&["still at work, and left alone: 1"]);
    assert_eq!(living(&desk).len(), 1);
    child.kill().expect("killed");
    assert_eq!(end(child), None);
    assert_eq!(line(&mut stdout), "ended");
    assert_eq!(living(&desk).len(), 1);
    let status = desk.vastkey(["status", "--raw"]).go().ok().json();
    assert_eq!(status["work"][0]["kind"], "scoped-key");
    assert_eq!(status["work"][0]["state"], "interrupted");
    desk.vastkey(["sweep"]).go().ok().says(&["undone: key "]);
    assert_over(&desk);
}
