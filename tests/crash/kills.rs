//! Commands that change `config.toml`, killed at random moments: it has the old
//! text or the new one, whole and private.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::mode;
use super::stage::Stage;
use crate::support::keyring::PrivateKeyring;
use crate::support::moments;

const KILLS: u32 = 50;

/// Runs one of two commands by turns, each of which undoes the other, and kills
/// them. `texts` are what `config.toml` holds after each.
#[expect(clippy::print_stdout, reason = "seen when the test fails")]
fn kill_by_turns(stage: &Stage, commands: [&[&str]; 2], texts: [&str; 2]) {
    let settings = stage.settings();
    let mut seen = BTreeMap::new();
    // On a busy machine a run may take much longer than when it was measured,
    // and all kills come early: measured and tried again.
    for _ in 0..4 {
        let span = measure(stage, commands);
        for nth in 0..KILLS {
            let command = commands[(nth % 2) as usize];
            kill_within(stage, command, moments::within_part(span, nth, KILLS));
            let text = fs::read_to_string(&settings).expect("config.toml");
            assert!(texts.contains(&text.as_str()), "torn: {text:?}");
            assert_eq!(mode(&settings), 0o600);
            stage.assert_whole_and_private();
            *seen.entry(text).or_insert(0) += 1;
        }
        println!("{span:?}: {seen:?}");
        if seen.len() == 2 {
            break;
        }
    }
    assert_eq!(seen.len(), 2, "every kill came too early or too late");
    stage.vastkey(commands[1]).go();
    stage.vastkey(commands[0]).go().ok();
    assert_eq!(
        fs::read_to_string(&settings).expect("config.toml"),
        texts[0]
    );
    stage.assert_tidy();
}

/// A little more than a run takes: the median of some.
fn measure(stage: &Stage, commands: [&[&str]; 2]) -> Duration {
    let mut times = [0, 1, 0, 1, 0].map(|which: usize| {
        let started = Instant::now();
        stage.vastkey(commands[which]).go().ok();
        started.elapsed()
    });
    times.sort();
    times[2].mul_f32(1.2)
}

fn kill_within(stage: &Stage, command: &[&str], moment: Duration) {
    let started = Instant::now();
    let mut child = stage
        .vastkey(command)
        .into_command()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    thread::sleep(moment.saturating_sub(started.elapsed()));
    child.kill().expect("killed, if it is not over");
    child.wait().expect("it ends");
}

#[test]
fn the_default_account_is_the_old_or_the_new_one() {
    let keyring = PrivateKeyring::start();
    let stage = Stage::new(&keyring);
    stage.store("first", &stage.key);
    stage.store("second", &stage.other_key);
    let text = |account: &str| {
        let url = stage.api.url();
        format!("# mine\n\n[default_account] # by server\n\"{url}\" = \"{account}\"\n# the end\n")
    };
    write_settings(&stage, &text("first"));
    kill_by_turns(
        &stage,
        [&["account", "use", "second"], &["account", "use", "first"]],
        [&text("second"), &text("first")],
    );
}

#[test]
fn a_trusted_server_is_there_or_not() {
    let keyring = PrivateKeyring::start();
    let stage = Stage::new(&keyring);
    let text = |servers: &str| format!("# mine\ntrusted_servers = [{servers}] # few\n");
    write_settings(&stage, &text(""));
    let server = "https://git.example.com";
    kill_by_turns(
        &stage,
        [
            &["account", "trust", server],
            &["account", "untrust", server],
        ],
        [&text(&format!("\"{server}\"")), &text("")],
    );
}

fn write_settings(stage: &Stage, text: &str) {
    let path = stage.sandbox.write(".config/vastkey/config.toml", text);
    let directory = path.parent().expect("a directory");
    for (path, mode) in [(directory, 0o700), (&path, 0o600)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("closed to others");
    }
}
