//! What stands on the command line: a key in the place of every argument of
//! every command, as clap's own definitions list them.

use clap::{Arg, CommandFactory};
use vastkey::cli::{Cli, Helper};

use super::bench::{Bench, Invocation, vastkey};
use super::disguise::{DISGUISES, gives_away};
use super::{Case, HARMLESS};
use crate::support::fake_api::random_hex;
use crate::support::fake_secret_service::State;

/// Where something that people give is shown to them.
const CASES: &[Case] = &[
    Case::new(
        "a permissions file",
        |_, t| vastkey("create api-key --name x --permission_file").with(t),
        HARMLESS,
    ),
    Case::new("a file to be migrated", migrated, HARMLESS),
    Case::new("a directory", directory, HARMLESS),
    Case::new("a program", program, HARMLESS),
    Case::new(
        "a program's path",
        |b, t| program(b, &format!("/x/{t}/y")),
        HARMLESS,
    ),
    Case::new(
        "an account",
        |_, t| vastkey("token --account").with(t),
        HARMLESS,
    ),
    Case::new(
        "a server",
        |_, t| vastkey("token --url").with(format!("https://{t}")),
        HARMLESS,
    ),
    Case::new(
        "a server to trust",
        |_, t| vastkey("account trust").with(format!("https://{t}")),
        HARMLESS,
    ),
    Case::new("a new key's name", name, HARMLESS),
];

fn migrated(bench: &mut Bench, text: &str) -> Invocation {
    bench.keychain(State::default());
    vastkey("migrate --from").with(text)
}

fn directory(bench: &mut Bench, text: &str) -> Invocation {
    let _ = bench.sandbox.write(&format!("{text}/x"), "");
    vastkey("configure docker --dir").with(text)
}

fn program(bench: &mut Bench, text: &str) -> Invocation {
    bench.key_in_variable();
    vastkey("exec --").with(text)
}

fn name(bench: &mut Bench, text: &str) -> Invocation {
    let key = "new0key0".repeat(8);
    bench.server_answers(
        200,
        &serde_json::json!({ "success": true, "id": 1, "key": key }),
    );
    vastkey("create api-key --name").with(text)
}

#[test]
fn arguments_that_are_shown() {
    super::check(CASES, super::Knows::NoKey);
}

#[test]
fn arguments_in_every_place() {
    let (key, mut count) = (random_hex(64), 0);
    for command in [Cli::command(), Helper::command()] {
        walk(&command, &mut Vec::new(), &mut |words, shape| {
            for (disguise, disguised) in DISGUISES.iter().take(3) {
                let text = disguised(&key);
                let mut bench = Bench::new(&random_hex(64));
                bench.sandbox.set("VAST_URL", "http://127.0.0.1:1");
                let planted = shape.replace('*', &text);
                let invocation = vastkey(words).with(planted);
                let said = bench.run(&invocation, &["-v"]);
                assert!(
                    !gives_away(&said, &key),
                    "{words} {shape}, {disguise}:\n{said}"
                );
                count += 1;
            }
        });
    }
    assert!(count > 100, "clap's definitions were not read: {count}");
}

/// Calls `visit` with a command and what a word on it may look like, `*` being
/// what was planted.
fn walk(command: &clap::Command, path: &mut Vec<String>, visit: &mut impl FnMut(&str, &str)) {
    for child in command.get_subcommands() {
        path.push(child.get_name().to_owned());
        walk(child, path, visit);
        path.pop();
    }
    let own = match (command.get_subcommands().next(), path.is_empty()) {
        (None, true) => "--protocol git".to_owned(),
        // Options that every command takes.
        (Some(_), true) => "status".to_owned(),
        _ => path.join(" "),
    };
    let taking = |arg: &&Arg| arg.get_action().takes_values();
    for arg in command.get_arguments().filter(taking) {
        let others = command
            .get_arguments()
            .filter(|other| other.is_required_set());
        let others = others.filter(|other| other.get_id() != arg.get_id());
        let words: Vec<String> = others.map(|other| shape(other).replace('*', "1")).collect();
        visit(&format!("{own} {}", words.join(" ")), &shape(arg));
    }
    for unknown in ["*", "--*", "-*", "--x=*"] {
        visit(&own, unknown);
    }
}

fn shape(arg: &Arg) -> String {
    match arg.get_long() {
        Some(name) => format!("--{name}=*"),
        None => "*".to_owned(),
    }
}
