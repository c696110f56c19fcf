//! One page: its head, and what is written of it with the generated parts filled
//! in.

use clap::{Command, CommandFactory};

use super::{generated, lists, sources};
use crate::cli::{Cli, Helper};

/// What a generated part is asked for with.
const MARK: &str = ".\\\" @";

/// Makes the page that `man` calls so.
pub(super) fn render(page: &str) -> String {
    let mut root = Cli::command();
    root.build();
    let written = sources::written(page);
    let mut text = head(page, &mut root);
    for line in written.lines() {
        if let Some(asked) = line.strip_prefix(MARK) {
            text.push_str(&filled(asked, &mut root));
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    portable(&text)
}

/// The title and the sections NAME and SYNOPSIS.
fn head(page: &str, root: &mut Command) -> String {
    let (name, section) = match page {
        "vastkey" => (page.to_owned(), 1),
        "files" => ("vastkey".to_owned(), 5),
        _ if page.ends_with("-credential-vastkey") => (page.to_owned(), 1),
        _ => (format!("vastkey-{page}"), 1),
    };
    let mut text = format!(
        ".TH {} {section} {} \"vastkey {}\" \"vastkey manual\"\n.SH NAME\n",
        generated::escaped(&name.to_uppercase()),
        sources::date(),
        env!("CARGO_PKG_VERSION"),
    );
    let (about, usages) = match page {
        "vastkey" => (generated::about(root), vec![generated::usage(root)]),
        "files" => ("configuration and files of vastkey".to_owned(), Vec::new()),
        _ if page.ends_with("-credential-vastkey") => of_helper(page),
        _ => {
            let command = root
                .find_subcommand_mut(page)
                .expect("a command has this name");
            (generated::about(command), generated::usages(command))
        }
    };
    let name = generated::escaped(&name);
    let about = generated::escaped(&lower(&about));
    text.push_str(&generated::wrapped(&format!("{name} \\- {about}")));
    if !usages.is_empty() {
        text.push_str(".SH SYNOPSIS\n");
        text.push_str(&usages.join(".br\n"));
    }
    text
}

/// A credential helper's purpose and usage.
fn of_helper(name: &str) -> (String, Vec<String>) {
    let tool = match name.split('-').next() {
        Some("git") => "git",
        Some("docker") => "Docker, Podman and Skopeo",
        _ => "Bazel",
    };
    let usage = generated::usage(&mut Helper::command().bin_name(name));
    (
        format!("give {tool} credentials from the keychain"),
        vec![usage],
    )
}

/// As it reads behind the name.
fn lower(about: &str) -> String {
    let mut characters = about.chars();
    let first = characters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

/// A generated part, by the words behind the mark.
fn filled(asked: &str, root: &mut Command) -> String {
    let mut words = asked.split(' ');
    let part = words.next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    match part {
        "commands" => generated::commands(root),
        "global" => generated::options(root),
        "options" => generated::options(find(root, &words)),
        "command" => generated::command(find(root, &words)),
        "helper" => generated::own_options(&Helper::command(), root),
        "exit" => lists::exit_status(&words),
        "environment" => lists::environment(&words),
        _ => unreachable!("a test renders every page"),
    }
}

fn find<'c>(root: &'c mut Command, words: &[&str]) -> &'c mut Command {
    words.iter().fold(root, |command, word| {
        command
            .find_subcommand_mut(word)
            .expect("a command has this name")
    })
}

/// In ASCII, which every locale and every formatter can read.
fn portable(text: &str) -> String {
    let character = |c: char| {
        if c.is_ascii() {
            c.to_string()
        } else {
            format!("\\[u{:04X}]", u32::from(c))
        }
    };
    let characters: Vec<String> = text.chars().map(character).collect();
    characters.concat()
}
