//! A terminal, and somebody who types at it.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// What a program shows when it waits for a key.
const PROMPT: &[u8] = b"(not shown)";

/// A terminal that no program is at yet.
pub(crate) struct Terminal {
    person: File,
    /// The path of the end where programs sit.
    pub(crate) name: PathBuf,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let person = openpt(flags).expect("a pseudo-terminal");
        grantpt(&person).expect("granted");
        unlockpt(&person).expect("unlocked");
        let name = ptsname(&person, Vec::new()).expect("its name");
        Self {
            person: person.into(),
            name: std::ffi::OsString::from_vec(name.into_bytes()).into(),
        }
    }

    /// A program's standard stream.
    pub(crate) fn stream(&self) -> Stdio {
        open(&self.name, OFlags::NOCTTY).into()
    }

    /// Types a line when it is asked for, and looks on until the program ends.
    pub(crate) fn type_at_prompt(mut self, line: String) {
        thread::spawn(move || {
            let mut seen = Vec::new();
            let mut buffer = [0; 256];
            let mut answer = Some(line);
            // Fails when no program is at the terminal any more.
            while let Ok(count) = self.person.read(&mut buffer) {
                seen.extend_from_slice(&buffer[..count]);
                let asked = seen.windows(PROMPT.len()).any(|text| text == PROMPT);
                if let Some(line) = answer.take_if(|_| asked) {
                    writeln!(self.person, "{line}").expect("typed");
                }
            }
        });
    }
}

/// Makes it the terminal of this process, which leads a session from now on.
pub(crate) fn take(name: &Path) {
    rustix::process::setsid().expect("a new session");
    // The first terminal that a session's leader opens is its own.
    drop(open(name, OFlags::empty()));
}

fn open(name: &Path, flags: OFlags) -> File {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options.custom_flags(flags.bits().cast_signed());
    options.open(name).expect("the terminal")
}
