//! Other programs, asked for a line or two.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take.
const DEADLINE: Duration = Duration::from_secs(3);

/// Between two looks whether a program has ended.
const PAUSE: Duration = Duration::from_millis(2);

/// How much of its output is read, in bytes.
const MAX_OUTPUT: u64 = 4 << 20;

/// What a program writes on its standard output; `None` when it cannot be run,
/// fails, writes too much, or takes too long, upon which it is killed.
pub(super) fn output<A: AsRef<OsStr>>(
    program: &Path,
    arguments: impl IntoIterator<Item = A>,
) -> Option<Vec<u8>> {
    let end = Instant::now() + DEADLINE;
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
        Ok(_) => {
            let left = end.saturating_duration_since(Instant::now());
            answered.recv_timeout(left).ok().and_then(Result::ok)
        }
        Err(_) => None,
    };
    let text = text.filter(|text| text.len() as u64 <= MAX_OUTPUT);
    if text.is_none() || !ends_before(&mut child, end) {
        // Fails when it has ended.
        let _ = child.kill();
    }
    child.wait().ok()?.success().then_some(())?;
    text
}

/// Waits for the end of a program, which may have closed its output and go on.
fn ends_before(child: &mut Child, end: Instant) -> bool {
    while matches!(child.try_wait(), Ok(None)) {
        if Instant::now() >= end {
            return false;
        }
        thread::sleep(PAUSE);
    }
    true
}
