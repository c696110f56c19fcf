//! A user at a system: how `vastkey` is run there, and what words in tables mean.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::judge;
use super::table::{Case, Scene};
use crate::support::fake_api::{FakeApi, NewKey};

/// How long a process may take.
const DEADLINE: Duration = Duration::from_secs(60);

/// A user.
pub(crate) struct Stage {
    pub(crate) vastkey: PathBuf,
    pub(crate) home: PathBuf,
    /// All variables of the processes.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// What a word in angle brackets stands for.
    pub(crate) words: BTreeMap<&'static str, String>,
}

/// What came of a process.
pub(crate) struct Observed {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Stage {
    /// Carries out the cases of a scene, tells of each, and counts the failures.
    pub(crate) fn play(&self, scene: &Scene, tell: &mut dyn FnMut(&str, Result<(), String>)) {
        for case in &scene.cases {
            let name = format!("{}: {}", scene.name, case.name);
            tell(&name, self.case(case));
        }
    }

    fn case(&self, case: &Case) -> Result<(), String> {
        for (path, text) in &case.files {
            let path = self.home.join(path);
            fs::create_dir_all(path.parent().expect("below the home")).expect("a directory");
            fs::write(path, self.fill(text)).expect("a file");
        }
        let mut command = Command::new(&self.vastkey);
        command
            .args(case.run.list().iter().map(|word| self.fill(word)))
            .envs(
                case.env
                    .iter()
                    .map(|(name, value)| (name, self.fill(value))),
            );
        let observed = self.run(command, &self.fill(&case.stdin))?;
        judge::judge(self, case, &observed).map_err(|fault| {
            let code = observed.code;
            let (out, err) = (beginning(&observed.out), beginning(&observed.err));
            format!("{fault}\nexit code: {code:?}\nstdout:\n{out}\nstderr:\n{err}")
        })
    }

    /// Runs a program of this user's to its end.
    pub(crate) fn run(&self, command: Command, stdin: &str) -> Result<Observed, String> {
        let mut command = command;
        let own: Vec<_> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        let mut child = command
            .env_clear()
            .envs(self.environment.iter().cloned().chain(own))
            .current_dir(&self.home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", self.vastkey.display()))?;
        let (mut input, bytes) = (child.stdin.take().expect("a pipe"), stdin.to_owned());
        // A process that does not read ends this with an error.
        thread::spawn(move || input.write_all(bytes.as_bytes()));
        let out = read_all(child.stdout.take().expect("a pipe"));
        let err = read_all(child.stderr.take().expect("a pipe"));
        let code = end_of(&mut child)?;
        let text = |read: thread::JoinHandle<Vec<u8>>| {
            String::from_utf8(read.join().expect("read")).map_err(|_| "output that is not UTF-8")
        };
        Ok(Observed {
            code,
            out: text(out)?,
            err: text(err)?,
        })
    }

    /// Puts in what the words in angle brackets stand for.
    ///
    /// # Panics
    /// If one is unknown.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, from)) = rest.split_once('<') {
            let (word, after) = from.split_once('>').expect("a word ends with '>'");
            filled.push_str(before);
            filled.push_str(self.words.get(word).unwrap_or_else(|| panic!("<{word}>?")));
            rest = after;
        }
        filled + rest
    }
}

/// What is enough to see what went wrong.
fn beginning(text: &str) -> String {
    text.chars().take(1000).collect()
}

fn read_all(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe");
        bytes
    })
}

/// Its exit code; one that takes too long is ended.
fn end_of(child: &mut Child) -> Result<Option<i32>, String> {
    let start = Instant::now();
    while start.elapsed() < DEADLINE {
        if let Some(status) = child.try_wait().expect("a child") {
            return Ok(status.code());
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("ended");
    child.wait().expect("a child");
    Err(format!("not done after {DEADLINE:?}"))
}

/// The words of a user with this home, these programs, and this server with its
/// primary key. The other keys are made up and of the usual length.
pub(crate) fn words(
    home: &Path,
    vastkey: &Path,
    child: &Path,
    api: &FakeApi,
    primary: &NewKey,
) -> BTreeMap<&'static str, String> {
    let path = |path: &Path| path.to_str().expect("a path in UTF-8").to_owned();
    let made_up =
        |end| format!("0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab{end}");
    let host = api.url().strip_prefix("http://").expect("loopback");
    BTreeMap::from([
        ("home", path(home)),
        ("vastkey", path(vastkey)),
        ("child", path(child)),
        ("first", made_up("0001")),
        ("second", made_up("0002")),
        ("third", made_up("0003")),
        ("primary", primary.key.clone()),
        ("url", api.url().to_owned()),
        ("host", host.to_owned()),
    ])
}
