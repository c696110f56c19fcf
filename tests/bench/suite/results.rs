//! What all runs came to, and the tables that say so.
#![expect(clippy::print_stdout, reason = "a program, not the library")]

use std::time::Duration;

use super::measure::Run;
use super::programs::Program;

/// The runs of one program.
pub(super) struct Row {
    name: &'static str,
    times: Vec<Duration>,
    /// In KiB.
    peak_memory: u64,
}

impl Row {
    pub(super) fn new(program: &Program) -> Self {
        Self {
            name: program.name,
            times: Vec::new(),
            peak_memory: 0,
        }
    }

    pub(super) fn add(&mut self, run: &Run) {
        let position = self.times.partition_point(|time| *time < run.time);
        self.times.insert(position, run.time);
        self.peak_memory = self.peak_memory.max(run.peak_memory);
    }

    /// The median time, in milliseconds.
    fn time(&self) -> f64 {
        self.times[self.times.len() / 2].as_secs_f64() * 1000.0
    }

    #[expect(clippy::cast_precision_loss, reason = "no memory is that large")]
    fn peak_mebibytes(&self) -> f64 {
        self.peak_memory as f64 / 1024.0
    }
}

/// The runs of all programs.
pub(super) struct Results(pub(super) Vec<Row>);

impl Results {
    /// The median time of a program, in milliseconds; `None` when it did not
    /// take part.
    pub(super) fn time(&self, name: &str) -> Option<f64> {
        self.row(name).map(Row::time)
    }

    /// The most memory that any run of a program took, in MiB.
    pub(super) fn peak_memory(&self, name: &str) -> Option<f64> {
        self.row(name).map(Row::peak_mebibytes)
    }

    fn row(&self, name: &str) -> Option<&Row> {
        self.0.iter().find(|row| row.name == name)
    }

    /// Prints a row a program, with its time in ratio to those of `bases`.
    pub(super) fn print(&self, bases: &[&str]) {
        let bases: Vec<(&str, f64)> = bases
            .iter()
            .filter_map(|base| Some((*base, self.time(base)?)))
            .collect();
        print!("{:30} {:>7} {:>9}", "", "ms", "peak MiB");
        for (name, _) in &bases {
            print!("  / {name}");
        }
        println!();
        for row in &self.0 {
            let (time, memory) = (row.time(), row.peak_mebibytes());
            print!("{:30} {time:>7.2} {memory:>9.2}", row.name);
            for (name, base) in &bases {
                print!("  {:>width$.2}", time / base, width = name.len() + 2);
            }
            println!();
        }
    }
}
