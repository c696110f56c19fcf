//! One command and one fault: what must hold, and what was seen.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::time::{Duration, Instant};

use vastkey::error::Kind;

use super::commands::{Command, Tells};
use super::fault::Fault;
use super::keychain::Keychain;
use super::scene::Scene;
use crate::support::sandbox::{Run, Sandbox};

/// The deadline that commands are given when the keychain does not answer, in
/// seconds.
const DEADLINE: &str = "1";

/// The same when it does: nothing comes near, on a busy machine either.
const PATIENCE: &str = "20";

/// How long a command may take: a second more than the shorter deadline.
const LIMIT: Duration = Duration::from_secs(2);

/// How often a command is tried: a busy machine may hold one up, and a fault
/// of ours would hold up each.
const TRIES: usize = 3;

/// By which words each kind of failure names its fault.
const NAMED: [(Kind, &str); 10] = [
    (Kind::KeychainAbsent, "no keychain is available"),
    (Kind::KeychainLocked, " is locked"),
    (Kind::KeychainDismissed, "was dismissed"),
    (Kind::KeychainNoDefaultCollection, "no default collection"),
    (Kind::Ambiguous, "hold different secrets"),
    (Kind::KeychainSilent, "no answer within 1 s"),
    (Kind::KeychainBroken, "the keychain misbehaved"),
    (Kind::KeychainBroken, "does not return what was written"),
    (Kind::Corrupt, "the stored secret cannot be read"),
    (Kind::Corrupt, "the stored secret is empty"),
];

/// What was seen; where the service died at each call in turn, of all runs.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) codes: BTreeSet<i32>,
    pub(super) kinds: BTreeSet<&'static str>,
    took: Duration,
    runs: usize,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            codes,
            kinds,
            took,
            runs,
        } = self;
        let seconds = took.as_secs_f32();
        write!(f, "{codes:?} {kinds:?} {seconds:.2} s, {runs} runs")
    }
}

/// Lets a command meet a fault.
pub(super) fn meet(scene: &Scene, fault: &Fault, command: &Command) -> Cell {
    let mut cell = Cell::default();
    for call in 1.. {
        let trial = in_time(scene, fault, command, call);
        let calls = trial.keychain.service.as_ref();
        let calls = calls.map_or(0, |service| service.state().calls);
        // The last one was over before the service would have died.
        let is_over = !fault.at_every_call || calls < call;
        if !is_over || cell.runs == 0 {
            cell.add(&trial, fault, command);
        }
        trial.assert_kept(scene, fault, command);
        if is_over {
            break;
        }
    }
    cell
}

/// A command that has met a fault.
struct Trial {
    /// The scene, where it cannot be that of all cells.
    own: Option<Scene>,
    keychain: Keychain,
    sandbox: Sandbox,
    /// What a key that it made is called on the server.
    name: String,
    code: i32,
    stdout: String,
    stderr: String,
    took: Duration,
}

/// Tries until it is in time.
fn in_time(scene: &Scene, fault: &Fault, command: &Command, call: usize) -> Trial {
    let trials = (0..TRIES).map(|_| Trial::run(scene, fault, command, call));
    let mut late = Vec::new();
    for trial in trials {
        if trial.took < LIMIT {
            return trial;
        }
        late.push((trial.took, trial.stderr));
    }
    panic!("{} x {}: always late: {late:?}", fault.name, command.name);
}

impl Trial {
    fn run(scene: &Scene, fault: &Fault, command: &Command, call: usize) -> Self {
        let own = command.own.map(|own| own(scene));
        let scene = own.as_ref().unwrap_or(scene);
        let mut sandbox = scene.home();
        let keychain = Keychain::with(fault, call, scene, &mut sandbox);
        if command.has_file {
            sandbox.write(".vast_api_key", &scene.key.key);
        }
        if command.has_variable {
            sandbox.set("VAST_API_KEY", &scene.key.key);
        }
        let name = scene.new_name();
        let started = Instant::now();
        let output = command_line(scene, fault, command, &name, &sandbox).into_output();
        let took = started.elapsed();
        let [stdout, stderr] =
            [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("UTF-8"));
        for key in scene.api.key_values() {
            assert!(!stderr.contains(&key), "a key on stderr");
            let is_due = command.gives_key() || !stdout.contains(&key);
            assert!(is_due, "{}: a key on stdout", command.name);
        }
        Self {
            own,
            keychain,
            sandbox,
            name,
            code: output.status.code().expect("no signal"),
            stdout,
            stderr,
            took,
        }
    }

    /// Nothing is lost, or written as plain text.
    fn assert_kept(&self, scene: &Scene, fault: &Fault, command: &Command) {
        let scene = self.own.as_ref().unwrap_or(scene);
        let case = self.case(fault, command);
        let secrets = self.keychain.secrets(scene);
        if let Some(secrets) = &secrets {
            let has = |key: &str| secrets.iter().any(|secret| secret == key);
            let replaced = command.name == "`set api-key`" && has(&scene.new.key);
            let works = secrets.iter().any(|key| scene.api.is_alive(key));
            let told = command.ends_key() && self.stderr.contains("its value is lost");
            assert!(has(&scene.key.key) || replaced || works, "lost: {case}");
            assert!(works || told, "of no use: {case}");
        }
        if let Some(service) = &self.keychain.service {
            let most = usize::from(fault.attended);
            let state = service.state();
            assert!(state.unlocks.max(state.prompts) <= most, "asked: {case}");
        }
        for id in scene.named(&self.name) {
            let told = self.stderr.contains(&format!("delete api-key {id}"));
            assert!(self.code == 0 || told, "a key was made unnoticed: {case}");
        }
        if command.own.is_some() {
            self.assert_known(scene, fault, &secrets.unwrap_or_default(), &case);
        }
        self.assert_files(scene, command, &case);
    }

    fn case(&self, fault: &Fault, command: &Command) -> String {
        format!("{} x {}: {}", fault.name, command.name, self.stderr)
    }

    /// What it says of a failure.
    fn said(&self, command: &Command) -> &str {
        match command.tells {
            Tells::Report => &self.stdout,
            Tells::Person | Tells::Program => &self.stderr,
        }
    }

    /// Every key that was made and works is in the keychain, written down, or
    /// named with what to do. Only a keychain that fails in the middle may leave
    /// one whose value is lost, and then that is said.
    fn assert_known(&self, scene: &Scene, fault: &Fault, secrets: &[String], case: &str) {
        const LOST: [&str; 2] = ["its value is lost", "ends by itself within a day"];
        let said = |words: &str| self.stderr.contains(words);
        let lost = fault.at_every_call && LOST.into_iter().any(said);
        let kept = |id| secrets.iter().any(|key| scene.api.number(key) == Some(id));
        let jobs: Vec<String> = (self.sandbox.files().iter())
            .filter(|path| path.parent().is_some_and(|parent| parent.ends_with("jobs")))
            .map(|path| fs::read_to_string(path).expect("a text"))
            .collect();
        for id in scene.made() {
            let number = id.to_string();
            let noted = jobs.iter().any(|job| job.contains(&number));
            let named = said(&format!("delete api-key {id}"));
            let known = kept(id) || noted || named || lost;
            assert!(known, "nobody knows key {id}: {case}");
        }
    }

    fn assert_files(&self, scene: &Scene, command: &Command, case: &str) {
        let file = self.sandbox.path(".vast_api_key");
        let keeps_file = command.has_file && self.code != 0;
        assert_eq!(file.exists(), keeps_file, "the plaintext file: {case}");
        for path in self.sandbox.files().iter().filter(|path| **path != file) {
            let text = fs::read_to_string(path).expect("a text");
            for key in scene.api.key_values() {
                assert!(!text.contains(&key), "plain text: {case}");
            }
        }
    }
}

fn command_line<'a>(
    scene: &Scene,
    fault: &Fault,
    command: &Command,
    name: &str,
    sandbox: &'a Sandbox,
) -> Run<'a> {
    let deadline = if fault.is_silent { DEADLINE } else { PATIENCE };
    let own = command.arguments.iter().map(|argument| match *argument {
        "NAME" => name.to_owned(),
        "ID" => scene.spare().to_string(),
        argument => argument.to_owned(),
    });
    let options = ["--timeout", deadline].map(str::to_owned);
    let arguments = options.into_iter().chain(own);
    sandbox.vastkey(arguments).input((command.input)(scene))
}

impl Cell {
    fn add(&mut self, trial: &Trial, fault: &Fault, command: &Command) {
        let case = trial.case(fault, command);
        self.runs += 1;
        self.took = self.took.max(trial.took);
        self.codes.insert(trial.code);
        if trial.code == 0 {
            return;
        }
        assert_eq!(trial.code, command.failure, "{case}");
        let named: Vec<&str> = NAMED
            .into_iter()
            .filter(|(_, words)| trial.said(command).contains(words))
            .map(|(kind, _)| kind.name())
            .collect();
        assert!(!named.is_empty(), "what is it? {case}{}", trial.stdout);
        self.kinds.extend(named);
        let said = trial.said(command);
        match command.tells {
            Tells::Person => assert!(said.contains("hint: "), "{case}"),
            Tells::Report => assert!(said.contains("fix: "), "{case}"),
            Tells::Program => {
                let lines = said.lines();
                let without_wait = lines.filter(|line| !line.contains("waiting for the keychain"));
                assert_eq!(without_wait.count(), 1, "{case}");
            }
        }
    }
}
