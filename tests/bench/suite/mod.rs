//! The measurements, one after the other, and the programs that take part.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program, not the library"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

#[expect(dead_code, reason = "shared with the tests, which use more of it")]
#[path = "../../support/bus.rs"]
mod bus;
mod deadline;
mod instructions;
mod items;
#[expect(dead_code, reason = "shared with the tests, which use more of it")]
#[path = "../../support/keyring.rs"]
mod keyring;
mod limits;
mod measure;
mod parallel;
mod program;
mod readers;
mod reading;
mod rounds;
mod show_user;
mod sizes;
mod starting;
mod storing;
mod table;

use measure::MEASURE;

/// Rounds before those that count.
const WARM_UP: usize = 5;
/// What `--quick` multiplies limits for times with.
const QUICK_TOLERANCE: f64 = 1.5;

/// Times vastkey beside its peers.
#[derive(Parser)]
#[command(name = "bench")]
struct Options {
    /// The release binary.
    #[arg(long)]
    vastkey: PathBuf,
    /// The example program `bare-client`, built alike.
    #[arg(long)]
    bare_client: PathBuf,
    /// The example program `fake-api`.
    #[arg(long)]
    fake_api: PathBuf,
    /// libsecret's tool.
    #[arg(long)]
    secret_tool: PathBuf,
    /// git's helper for libsecret.
    #[arg(long)]
    git_helper: PathBuf,
    /// `docker-credential-secretservice`.
    #[arg(long)]
    docker_helper: PathBuf,
    /// The program of Python's package `keyring`.
    #[arg(long)]
    python_keyring: PathBuf,
    /// The official CLI.
    #[arg(long)]
    vastai: PathBuf,
    /// Linux's `perf`, to count instructions with.
    #[arg(long)]
    perf: Option<PathBuf>,
    /// Fewer runs, and laxer limits for times.
    #[arg(long)]
    quick: bool,
}

impl Options {
    /// How often to measure, of two numbers.
    fn rounds(&self, usual: usize, quick: usize) -> usize {
        if self.quick { quick } else { usual }
    }
}

/// Measures and judges; fails when a limit is exceeded.
pub(crate) fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == MEASURE) {
        measure::main(arguments);
        return ExitCode::SUCCESS;
    }
    let options = Options::parse();
    println!("Medians of interleaved runs of whole processes; GNOME Keyring, private bus");
    let reading = reading::measure(&options);
    reading.print();
    storing::measure(&options).print();
    let show_user = show_user::measure(&options);
    show_user.print();
    let parallel = parallel::measure(&options);
    parallel.print();
    let starting = starting::measure(&options);
    starting.print();
    instructions::measure_and_print(&options);

    let tolerance = if options.quick { QUICK_TOLERANCE } else { 1.0 };
    let limits = [
        reading.limits(),
        show_user.limits(),
        parallel.limits(),
        starting.limits(),
    ];
    let exceeded = limits::judge(&limits.into_iter().flatten().collect::<Vec<_>>(), tolerance);
    if options.quick {
        println!("\n--quick: the limits for times are {QUICK_TOLERANCE} times the real ones");
    }
    if exceeded > 0 {
        eprintln!("bench: limits exceeded: {exceeded}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
