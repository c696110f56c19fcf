//! Reading a key, with few and with many items in the keyring.

use super::items::keyring_with;
use super::limits::Limit;
use super::program::Program;
use super::readers::{
    self, BARE_CLIENT, DOCKER_GET, DOCKER_HELPER, GIT_GET, GIT_HELPER, SECRET_TOOL, TOKEN,
};
use super::rounds::{Samples, interleave};
use super::sizes;
use super::table::{Table, number};
use super::{Options, WARM_UP};

/// How many items there are, with the one that is read.
const ITEMS: [usize; 3] = [1, 100, 5000];
const ROUNDS: usize = 200;
const QUICK_ROUNDS: usize = 20;
/// A slow program takes part in one round of so many: it would take more time than
/// all others.
const SLOW_EVERY: usize = 5;
/// What the time that more items add may be of what it is for `secret-tool`: as
/// much, and one part in ten for the noise of two differences.
const MOST_ADDED: f64 = 1.1;

/// The measurements of one program.
struct Row {
    name: &'static str,
    /// The size of its file, as the tables show it.
    size: String,
    /// One for each of [`ITEMS`].
    samples: Vec<Samples>,
}

/// The measurements of all programs.
pub(super) struct Reading(Vec<Row>);

/// There is a keyring for each number of items, and each round has them all, so
/// that what is compared is interleaved.
pub(super) fn measure(options: &Options) -> Reading {
    let keyrings = ITEMS.map(|items| keyring_with(items - 1));
    let programs = keyrings
        .each_ref()
        .map(|keyring| readers::all(options, keyring));
    let all: Vec<&Program> = (0..programs[0].len())
        .flat_map(|index| programs.iter().map(move |programs| &programs[index]))
        .collect();
    let rounds = options.rounds(ROUNDS, QUICK_ROUNDS);
    let samples = interleave(all.len(), WARM_UP, rounds, |index, round| {
        let takes_part = !readers::is_slow(all[index]) || round % SLOW_EVERY == 0;
        takes_part.then(|| all[index].run())
    });
    let mut samples = samples.into_iter();
    let row = |program: &Program| Row {
        name: program.name,
        size: sizes::shown(&program.path),
        samples: samples.by_ref().take(ITEMS.len()).collect(),
    };
    Reading(programs[0].iter().map(row).collect())
}

impl Row {
    /// With the fewest items, in milliseconds.
    fn time(&self) -> f64 {
        self.samples[0].time()
    }

    /// What the most items add to the time, in milliseconds.
    fn added(&self) -> f64 {
        self.samples[ITEMS.len() - 1].added_to(&self.samples[0])
    }

    fn peak_memory(&self) -> f64 {
        self.samples[0].peak_memory()
    }
}

impl Reading {
    pub(super) fn print(&self) {
        self.print_times();
        self.print_ratios();
        self.print_memory();
    }

    fn print_times(&self) {
        let mut table = Table::new(["ms", "1 item", "100 items", "5,000 items", "5,000 less 1"]);
        for row in &self.0 {
            let times = row.samples.iter().map(Samples::time);
            let cells = times.chain([row.added()]).map(number);
            table.row([row.name.to_owned()].into_iter().chain(cells).collect());
        }
        table.print("Reading a key");
    }

    fn print_ratios(&self) {
        let peers = [BARE_CLIENT, SECRET_TOOL, GIT_HELPER, DOCKER_HELPER];
        let mut table = Table::new(["time, 1 item"].into_iter().chain(peers.map(|peer| peer)));
        for row in &self.0 {
            let ratios =
                peers.map(|peer| format!("{} ×", number(row.time() / self.row(peer).time())));
            table.row([row.name.to_owned()].into_iter().chain(ratios).collect());
        }
        table.print("Reading a key: ratios to others");
    }

    fn print_memory(&self) {
        let mut table = Table::new(["MiB", "peak memory", "its highest", "the program's file"]);
        for row in &self.0 {
            table.row(vec![
                row.name.to_owned(),
                number(row.peak_memory()),
                number(row.samples[0].highest_peak_memory()),
                row.size.clone(),
            ]);
        }
        table.print("What a read takes of memory, and the file");
    }

    pub(super) fn limits(&self) -> Vec<Limit> {
        let ratio = |program: &str, peer: &str, most| {
            let measured = self.row(program).time() / self.row(peer).time();
            Limit::ratio(format!("{program} / {peer}"), measured, most)
        };
        let git_helper = self.row(GIT_HELPER).peak_memory();
        let memory = |program: &str| {
            let what = format!("peak memory of {program}, to that of {GIT_HELPER}");
            Limit::exact(what, self.row(program).peak_memory(), git_helper, "MiB")
        };
        let added = |program: &str| {
            let most = self.row(SECRET_TOOL).added() * MOST_ADDED;
            let what = format!("time that 5,000 items add to {program}, to 1.1 × {SECRET_TOOL}'s");
            Limit::time(what, self.row(program).added(), most)
        };
        vec![
            ratio(TOKEN, BARE_CLIENT, 1.5),
            ratio(TOKEN, SECRET_TOOL, 0.6),
            ratio(TOKEN, GIT_HELPER, 0.5),
            ratio(TOKEN, DOCKER_HELPER, 0.5),
            ratio(GIT_GET, GIT_HELPER, 0.5),
            ratio(DOCKER_GET, DOCKER_HELPER, 0.5),
            memory(TOKEN),
            memory(GIT_GET),
            added(TOKEN),
        ]
    }

    fn row(&self, name: &str) -> &Row {
        let mut rows = self.0.iter();
        rows.find(|row| row.name == name)
            .expect("a program that was measured")
    }
}
