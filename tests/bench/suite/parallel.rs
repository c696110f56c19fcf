//! A hundred reads at once.

use std::process::{Child, Stdio};
use std::time::Instant;

use super::Options;
use super::deadline::Deadline;
use super::items::keyring_with;
use super::limits::Limit;
use super::program::Program;
use super::readers::{self, TOKEN};
use super::rounds::{median, shuffle};
use super::table::{Table, number};

const AT_ONCE: usize = 100;
const ROUNDS: usize = 7;
const QUICK_ROUNDS: usize = 1;

/// The rounds of one program.
struct Row {
    name: &'static str,
    /// How long each round took, in milliseconds.
    times: Vec<f64>,
    /// Of all rounds.
    right_answers: usize,
}

/// The measurements of all programs. A slow one has one round.
pub(super) struct Parallel(Vec<Row>);

pub(super) fn measure(options: &Options) -> Parallel {
    let keyring = keyring_with(0);
    let programs = readers::all(options, &keyring);
    let rounds = options.rounds(ROUNDS, QUICK_ROUNDS);
    let mut rows: Vec<Row> = programs.iter().map(Row::new).collect();
    let mut order: Vec<usize> = (0..programs.len()).collect();
    for round in 0..rounds {
        shuffle(&mut order);
        for &index in &order {
            if round == 0 || !readers::is_slow(&programs[index]) {
                rows[index].add(&programs[index]);
            }
        }
    }
    Parallel(rows)
}

impl Row {
    fn new(program: &Program) -> Self {
        Self {
            name: program.name,
            times: Vec::new(),
            right_answers: 0,
        }
    }

    /// Of all rounds.
    fn reads(&self) -> usize {
        self.times.len() * AT_ONCE
    }

    fn add(&mut self, program: &Program) {
        let started = Instant::now();
        let children: Vec<Child> = (0..AT_ONCE).map(|_| start(program)).collect();
        let deadline = Deadline::of(&children);
        let is_right = |child: Child| {
            let output = child.wait_with_output().expect("an exit status");
            let answer = String::from_utf8_lossy(&output.stdout);
            output.status.success() && program.is_right(&answer)
        };
        self.right_answers += children
            .into_iter()
            .map(is_right)
            .filter(|&right| right)
            .count();
        self.times.push(started.elapsed().as_secs_f64() * 1000.0);
        drop(deadline);
    }
}

/// What a program says against being one of many is in the number of its right
/// answers.
fn start(program: &Program) -> Child {
    let mut command = program.command();
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().expect("the program runs")
}

impl Parallel {
    pub(super) fn print(&self) {
        let mut table = Table::new(["program", "ms for 100 reads", "right answers"]);
        for row in &self.0 {
            table.row(vec![
                row.name.to_owned(),
                number(median(row.times.iter().copied())),
                format!("{} of {}", row.right_answers, row.reads()),
            ]);
        }
        table.print("100 reads at once");
    }

    #[expect(clippy::cast_precision_loss, reason = "there are not that many")]
    pub(super) fn limits(&self) -> Vec<Limit> {
        let mut rows = self.0.iter();
        let token = rows.find(|row| row.name == TOKEN).expect("vastkey's row");
        let wrong = token.reads() - token.right_answers;
        let what = format!("wrong answers of {TOKEN}, 100 at once");
        vec![Limit::exact(what, wrong as f64, 0.0, "")]
    }
}
