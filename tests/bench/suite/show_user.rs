//! `show user` against the fake API on this machine, with the official CLI, which
//! has its key in a file.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::Options;
use super::items::keyring_with;
use super::keyring::PrivateKeyring;
use super::limits::Limit;
use super::program::{Program, output};
use super::readers::{self, KEY};
use super::rounds::{Samples, interleave};
use super::table::{Table, number};

const WARM_UP: usize = 2;
const ROUNDS: usize = 30;
const QUICK_ROUNDS: usize = 5;

const VASTKEY: &str = "vastkey show user --raw";
const OFFICIAL: &str = "vastai show user --raw";

/// A running `fake-api`, which has one account.
struct Api {
    process: Child,
    url: String,
}

impl Api {
    /// Listens when this returns. It redirects no path without a final slash,
    /// which would make two requests of the official CLI's one.
    fn start(program: &Path, directory: &Path) -> Self {
        let key = directory.join("api-key");
        std::fs::write(&key, KEY).expect("a file");
        let mut process = Command::new(program)
            .arg("--key-file")
            .arg(key)
            .args(["--profile", "slashless-200", "--exit-with-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("fake-api runs");
        let mut url = String::new();
        BufReader::new(process.stdout.take().expect("a pipe"))
            .read_line(&mut url)
            .expect("the address of the API");
        let url = url.trim_end().to_owned();
        Self { process, url }
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        // Fails when the process is gone already, which is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The measurements of both programs.
pub(super) struct ShowUser {
    vastkey: Samples,
    official: Samples,
}

pub(super) fn measure(options: &Options) -> ShowUser {
    let keyring = keyring_with(0);
    let api = Api::start(&options.fake_api, &keyring.bus.home());
    let programs = programs(options, &keyring, &api.url);
    let rounds = options.rounds(ROUNDS, QUICK_ROUNDS);
    let samples = interleave(programs.len(), WARM_UP, rounds, |index, _| {
        Some(programs[index].run())
    });
    let [vastkey, official] = samples.try_into().ok().expect("one for each");
    ShowUser { vastkey, official }
}

fn programs<'a>(options: &Options, keyring: &'a PrivateKeyring, url: &str) -> [Program<'a>; 2] {
    let set = readers::set(options, keyring).variable("VAST_URL", url);
    output(set.command());
    let home = keyring.bus.home().join("of-the-official-cli");
    let directory = home.join(".config/vastai");
    std::fs::create_dir_all(&directory).expect("a directory");
    std::fs::write(directory.join("vast_api_key"), KEY).expect("a file");
    let program = |name, path| {
        Program::new(name, path, keyring, &["show", "user", "--raw"])
            .variable("VAST_URL", url)
            .answer("\"email\": \"you@example.com\"")
    };
    [
        program(VASTKEY, &options.vastkey),
        program(OFFICIAL, &options.vastai).variable("HOME", home),
    ]
}

impl ShowUser {
    pub(super) fn print(&self) {
        let mut table = Table::new(["program", "ms", "peak memory, MiB", "ratio of time"]);
        for (name, samples) in [(VASTKEY, &self.vastkey), (OFFICIAL, &self.official)] {
            let ratio = samples.time() / self.official.time();
            table.row(vec![
                name.to_owned(),
                number(samples.time()),
                number(samples.peak_memory()),
                format!("{ratio:.4} ×"),
            ]);
        }
        table.print("show user, from an API on the same machine");
    }

    pub(super) fn limits(&self) -> Vec<Limit> {
        let ratio = self.vastkey.time() / self.official.time();
        let what = format!("40 × {VASTKEY} / {OFFICIAL}");
        vec![Limit::ratio(what, 40.0 * ratio, 1.0)]
    }
}
