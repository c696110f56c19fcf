//! A process of the suite's at a console, which runs a program there as a shell
//! would: with the console as its standard streams.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::system::interrupt;

/// The word that makes a process of the suite's a relay. Then follow the file that
/// it watches, the program, and its arguments.
pub(crate) const VERB: &str = "at-console";

/// The name of that file.
pub(crate) const INTERRUPT: &str = "interrupt";

/// Runs a program, and ends as it does.
#[expect(clippy::exit, reason = "an exit code of Windows has 32 bits")]
pub(crate) fn play(signal: &str, program: &str, arguments: &[String]) -> ! {
    std::process::exit(run(Path::new(signal), program, arguments).unwrap_or(1))
}

/// Ctrl-C is left to the program. It is sent when the file `signal` is there.
fn run(signal: &Path, program: &str, arguments: &[String]) -> io::Result<i32> {
    interrupt::take();
    let open = |name| OpenOptions::new().read(true).write(true).open(name);
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(open("CONIN$")?)
        .stdout(open("CONOUT$")?)
        .stderr(open("CONOUT$")?)
        .spawn()?;
    let mut sent = false;
    // The suite ends this process when its patience does.
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code().unwrap_or_default());
        }
        sent = sent || signal.exists() && interrupt::send();
        thread::sleep(Duration::from_millis(5));
    }
}
