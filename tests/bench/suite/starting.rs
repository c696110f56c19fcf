//! What starting vastkey takes, and what `exec` takes beyond reading the key.

use std::path::Path;

use super::items::keyring_with;
use super::keyring::PrivateKeyring;
use super::limits::Limit;
use super::program::{Program, output};
use super::readers;
use super::rounds::{Samples, interleave};
use super::sizes;
use super::table::{Table, number};
use super::{Options, WARM_UP};

const ROUNDS: usize = 100;
const QUICK_ROUNDS: usize = 30;

const NOTHING: &str = "/bin/true";
const VERSION: &str = "vastkey --version";
const EXEC: &str = "vastkey exec -- /bin/true";

/// The measurements, and the size of vastkey's binary in MiB.
pub(super) struct Starting {
    nothing: Samples,
    version: Samples,
    token: Samples,
    exec: Samples,
    size: f64,
}

pub(super) fn measure(options: &Options) -> Starting {
    let keyring = keyring_with(0);
    output(readers::set(options, &keyring).command());
    let programs = programs(options, &keyring);
    let rounds = options.rounds(ROUNDS, QUICK_ROUNDS);
    let samples = interleave(programs.len(), WARM_UP, rounds, |index, _| {
        Some(programs[index].run())
    });
    let [nothing, version, token, exec] = samples.try_into().ok().expect("one for each");
    Starting {
        nothing,
        version,
        token,
        exec,
        size: sizes::mebibytes(&options.vastkey),
    }
}

fn programs<'a>(options: &Options, keyring: &'a PrivateKeyring) -> [Program<'a>; 4] {
    let program = |name, path, arguments: &[&str]| Program::new(name, path, keyring, arguments);
    let vastkey = &options.vastkey;
    let version = concat!("vastkey ", env!("CARGO_PKG_VERSION"), "\n");
    [
        program(NOTHING, Path::new(NOTHING), &[]),
        program(VERSION, vastkey, &["--version"]).answer(version),
        readers::token(options, keyring),
        program(EXEC, vastkey, &["exec", "--", NOTHING]),
    ]
}

impl Starting {
    pub(super) fn print(&self) {
        let mut table = Table::new(["program", "ms"]);
        for (name, samples) in [
            (NOTHING, &self.nothing),
            (VERSION, &self.version),
            (readers::TOKEN, &self.token),
            (EXEC, &self.exec),
        ] {
            table.row(vec![name.to_owned(), number(samples.time())]);
        }
        table.print("Starting");
    }

    /// How late `exec` starts a program is seen from the end of one that does
    /// nothing: reading the key and that program by itself, one after the other,
    /// are what it is compared with.
    pub(super) fn limits(&self) -> Vec<Limit> {
        let parts = self.token.time() + self.nothing.time();
        let what = format!("{EXEC} / ({} + {NOTHING})", readers::TOKEN);
        vec![
            Limit::ratio(what, self.exec.time() / parts, 1.1),
            Limit::time(VERSION.to_owned(), self.version.time(), 5.0),
            Limit::exact(
                "peak memory of vastkey token",
                self.token.peak_memory(),
                8.0,
                "MiB",
            ),
            Limit::exact("size of the stripped binary", self.size, 8.0, "MiB"),
        ]
    }
}
