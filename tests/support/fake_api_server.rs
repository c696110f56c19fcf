//! `fake-api`: the fake Vast.ai API as a program, for the quickstart and for
//! scripts.
//!
//! Prints its URL as the first line of stdout once it listens, then one line
//! for each command read from stdin (`help` lists them), and logs requests to
//! stderr. It serves one account, whose primary key is found in a file alone.

#[path = "fake_api/mod.rs"]
mod fake_api;

use std::error::Error;
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::thread;

use clap::Parser;
use fake_api::{AccountSpec, FakeApi, Logged, random_hex, write_secret};

/// A fake of the Vast.ai API on a free port of 127.0.0.1.
#[derive(Parser)]
#[command(name = "fake-api")]
struct Options {
    /// Where the URL is written, in one step, once the API listens.
    #[arg(long, value_name = "FILE")]
    port_file: Option<PathBuf>,
    /// The account's primary key: read from FILE if that exists, else made and
    /// written there for the owner alone.
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
    /// A shape that the API is reported to have; the command 'names' lists them.
    #[arg(long, value_name = "NAME")]
    profile: Vec<String>,
    /// End when stdin does; otherwise only a signal ends it.
    #[arg(long)]
    exit_with_stdin: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let primary_key = obtain_key(&options.key_file)?;
    let api = FakeApi::start_with(Box::new(log));
    api.add_account(AccountSpec {
        primary_key: Some(primary_key),
        ..AccountSpec::default()
    });
    for name in &options.profile {
        let answer = api.command(&format!("profile {name}"));
        if answer != "ok" {
            return Err(format!("{answer}: '{name}'").into());
        }
    }
    announce(api.url(), options.port_file.as_deref())?;
    for line in io::stdin().lock().lines() {
        say(&api.command(&line?))?;
    }
    if options.exit_with_stdin {
        return Ok(());
    }
    loop {
        thread::park();
    }
}

fn obtain_key(file: &Path) -> Result<String, Box<dyn Error>> {
    if file.exists() {
        let key = fs::read_to_string(file)?.trim().to_owned();
        return match key.as_str() {
            "" => Err("the key file is empty".into()),
            _ => Ok(key),
        };
    }
    let key = random_hex(64);
    write_secret(file, &key)?;
    Ok(key)
}

fn announce(url: &str, port_file: Option<&Path>) -> io::Result<()> {
    if let Some(path) = port_file {
        let directory = path.parent().filter(|p| !p.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(directory.unwrap_or(Path::new(".")))?;
        writeln!(file, "{url}")?;
        file.persist(path)?;
    }
    say(url)
}

fn say(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

/// A log that cannot be written must not end the API.
fn log(request: &Logged) {
    let _ = writeln!(io::stderr(), "{request}");
}
