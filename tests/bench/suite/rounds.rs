//! The runs, interleaved so that whatever else the machine does hits all
//! programs alike, and their medians.

use std::time::Duration;

use super::measure::Run;

/// The runs of one program, in the order of the rounds.
#[derive(Default)]
pub(super) struct Samples(Vec<Run>);

/// In each round every program runs once, in an order that changes: what ran
/// just before leaves the caches in a better or worse state. `run` runs the one
/// with the given index, or leaves out the given round, and then so must all that
/// its runs are paired with. The first `warm_up` rounds do not count.
pub(super) fn interleave(
    programs: usize,
    warm_up: usize,
    rounds: usize,
    mut run: impl FnMut(usize, usize) -> Option<Run>,
) -> Vec<Samples> {
    let mut samples: Vec<Samples> = (0..programs).map(|_| Samples::default()).collect();
    let mut order: Vec<usize> = (0..programs).collect();
    for round in 0..warm_up + rounds {
        shuffle(&mut order);
        for &index in &order {
            let run = run(index, round);
            if round >= warm_up {
                samples[index].0.extend(run);
            }
        }
    }
    samples
}

/// Puts the indices into an order by chance.
pub(super) fn shuffle(order: &mut [usize]) {
    for last in (1..order.len()).rev() {
        let random = getrandom::u32().expect("random numbers");
        order.swap(last, random as usize % (last + 1));
    }
}

impl Samples {
    /// The median time, in milliseconds.
    pub(super) fn time(&self) -> f64 {
        median(self.0.iter().map(|run| milliseconds(run.time)))
    }

    /// By how much longer these runs took than others, in milliseconds: the
    /// median over the rounds, each of which had both.
    pub(super) fn added_to(&self, others: &Self) -> f64 {
        let pairs = self.0.iter().zip(&others.0);
        median(pairs.map(|(run, other)| milliseconds(run.time) - milliseconds(other.time)))
    }

    /// The median of the runs' peaks of memory, in MiB.
    pub(super) fn peak_memory(&self) -> f64 {
        median(self.peaks())
    }

    /// The highest of the runs' peaks of memory, in MiB.
    pub(super) fn highest_peak_memory(&self) -> f64 {
        self.peaks().fold(0.0, f64::max)
    }

    #[expect(clippy::cast_precision_loss, reason = "no memory is that large")]
    fn peaks(&self) -> impl Iterator<Item = f64> {
        self.0.iter().map(|run| run.peak_memory as f64 / 1024.0)
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The middle of an odd number of values, and the mean of the middle two else.
pub(super) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}
