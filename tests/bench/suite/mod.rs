//! The runs, interleaved so that whatever else the machine does hits all
//! programs alike.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program, not the library"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

#[expect(dead_code, reason = "shared with the tests, which use more of it")]
#[path = "../../support/bus.rs"]
mod bus;
#[expect(dead_code, reason = "shared with the tests, which use more of it")]
#[path = "../../support/keyring.rs"]
mod keyring;
mod limits;
mod measure;
mod programs;
mod results;

use keyring::PrivateKeyring;
use measure::MEASURE;
use programs::{BARE_CLIENT, GIT_HELPER, Program, SECRET_TOOL};
use results::{Results, Row};

/// Rounds before those that count.
const WARM_UP: usize = 10;
const ROUNDS: usize = 120;
const QUICK_ROUNDS: usize = 40;
/// What `--quick` multiplies limits for ratios of times with.
const QUICK_TOLERANCE: f64 = 1.5;

/// Times `vastkey token` and `vastkey exec` beside their peers.
#[derive(Parser)]
#[command(name = "bench")]
struct Options {
    /// The release binary.
    #[arg(long)]
    vastkey: PathBuf,
    /// The example program `bare-client`, built alike.
    #[arg(long)]
    bare_client: PathBuf,
    /// libsecret's tool.
    #[arg(long)]
    secret_tool: PathBuf,
    /// git's helper for libsecret.
    #[arg(long)]
    git_helper: Option<PathBuf>,
    /// Fewer runs, and laxer limits for ratios of times.
    #[arg(long)]
    quick: bool,
}

/// Measures and judges; fails when a limit is exceeded.
pub(crate) fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == MEASURE) {
        println!("{}", measure::measure(arguments).to_line());
        return ExitCode::SUCCESS;
    }
    let options = Options::parse();
    let (rounds, tolerance) = if options.quick {
        (QUICK_ROUNDS, QUICK_TOLERANCE)
    } else {
        (ROUNDS, 1.0)
    };
    let keyring = PrivateKeyring::start();
    let programs = programs(&options, &keyring);
    println!("Medians of {rounds} interleaved runs of whole processes; GNOME Keyring, private bus");
    let results = run(&programs, rounds, &keyring);
    results.print(&[SECRET_TOOL, GIT_HELPER, BARE_CLIENT]);
    println!(
        "How late 'exec' starts a program is seen from the end of one that does nothing: 'token' and\n\
         that program by itself, one after the other, are what it is compared with."
    );
    let limits = limits::all(&results, size(&options.vastkey), tolerance);
    let exceeded = limits::judge(&limits);
    if options.quick {
        println!("--quick: the limits for ratios are {QUICK_TOLERANCE} times the real ones");
    }
    if exceeded > 0 {
        eprintln!("bench: limits exceeded: {exceeded}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// What is compared, each seen to answer rightly.
fn programs(options: &Options, keyring: &PrivateKeyring) -> Vec<Program> {
    programs::store_key(&options.vastkey, keyring);
    let mut programs = vec![
        programs::nothing(),
        programs::version(&options.vastkey),
        programs::bare_client(&options.bare_client, keyring),
        programs::token(&options.vastkey),
        programs::exec(&options.vastkey),
        programs::secret_tool(&options.secret_tool),
    ];
    if let Some(helper) = &options.git_helper {
        programs::store_key_for_git(helper, keyring);
        programs.push(programs::git_helper(helper, keyring));
    }
    for program in &programs {
        program.check(keyring);
    }
    programs
}

/// In each round every program runs once, in an order that changes: what ran
/// just before leaves the caches in a better or worse state.
fn run(programs: &[Program], rounds: usize, keyring: &PrivateKeyring) -> Results {
    let mut rows: Vec<Row> = programs.iter().map(Row::new).collect();
    let mut order: Vec<usize> = (0..programs.len()).collect();
    for round in 0..WARM_UP + rounds {
        shuffle(&mut order);
        for &index in &order {
            let run = programs[index].run(keyring);
            if round >= WARM_UP {
                rows[index].add(&run);
            }
        }
    }
    Results(rows)
}

fn shuffle(order: &mut [usize]) {
    for last in (1..order.len()).rev() {
        let random = getrandom::u32().expect("random numbers");
        order.swap(last, random as usize % (last + 1));
    }
}

/// In MiB.
#[expect(clippy::cast_precision_loss, reason = "no file is that large")]
fn size(file: &Path) -> f64 {
    std::fs::metadata(file).expect("a file").len() as f64 / (1024.0 * 1024.0)
}
