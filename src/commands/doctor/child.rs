//! Other programs, asked for a line or two.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a program may take.
const DEADLINE: Duration = Duration::from_secs(3);

/// How much of its output is read, in bytes.
const MAX_OUTPUT: u64 = 4 << 20;

/// What a program writes on its standard output; `None` when it cannot be run,
/// fails, writes too much, or takes too long, upon which it is killed.
pub(super) fn output<A: AsRef<OsStr>>(
    program: &Path,
    arguments: impl IntoIterator<Item = A>,
) -> Option<Vec<u8>> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let stdout = child.stdout.take()?;
    let (answer, answered) = mpsc::channel();
    let reader = thread::Builder::new().name("output".to_owned());
    let started = reader.spawn(move || {
        let mut text = Vec::new();
        let read = stdout.take(MAX_OUTPUT + 1).read_to_end(&mut text);
        // Nobody may be waiting any more.
        let _ = answer.send(read.map(|_| text));
    });
    let text = match started {
        Ok(_) => answered.recv_timeout(DEADLINE).ok().and_then(Result::ok),
        Err(_) => None,
    };
    let text = text.filter(|text| text.len() as u64 <= MAX_OUTPUT);
    if text.is_none() {
        // Fails when it has ended.
        let _ = child.kill();
    }
    // It has closed its output, or was killed.
    child.wait().ok()?.success().then_some(())?;
    text
}
