//! The manual pages: as they are checked in, and without fault to the programs
//! that show them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use vastkey::cli::MANUAL_PAGES;

use crate::support::pty::Pty;
use crate::support::sandbox::Sandbox;

const REMAKE: &str = "packaging/man is out of date; to remake it: packaging/make-man";

/// The pages as they are installed.
fn installed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/man")
}

/// The file that holds what `man` prints for a page.
fn file_of(page: &str) -> String {
    match page {
        "files" => "vastkey.5".to_owned(),
        _ if page.ends_with("vastkey") => format!("{page}.1"),
        _ => format!("vastkey-{page}.1"),
    }
}

#[test]
fn the_pages_are_up_to_date() {
    let sandbox = Sandbox::new();
    let mut expected = BTreeMap::new();
    for page in MANUAL_PAGES {
        let outcome = sandbox.vastkey(["man", page]).go().ok();
        expected.insert(file_of(page), outcome.stdout().to_owned());
    }
    let main = sandbox.vastkey(["man"]).go().ok();
    assert_eq!(expected["vastkey.1"], main.stdout());
    let found: BTreeMap<String, String> = fs::read_dir(installed())
        .expect("a directory")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let text = fs::read_to_string(entry.path()).expect("a page");
            (entry.file_name().to_string_lossy().into_owned(), text)
        })
        .collect();
    assert!(found.keys().eq(expected.keys()), "{REMAKE}");
    for (file, text) in &found {
        assert!(*text == expected[file], "{file}: {REMAKE}");
    }
}

/// What `mandoc` and `man` find wrong with a page.
fn faults(sandbox: &Sandbox, page: &Path) -> String {
    let page = page.to_str().expect("UTF-8");
    // It ends with the gravest fault.
    let lint = ["-T", "lint", "-W", "all", page];
    let lint = sandbox.program("mandoc", lint).into_output();
    let mut faults = String::from_utf8(lint.stdout).expect("UTF-8");
    for locale in ["C", "C.UTF-8"] {
        let shown = sandbox
            .program("man", ["--warnings", "-l", page])
            .env("LC_ALL", locale)
            .go()
            .ok();
        assert!(shown.stdout().contains("NAME"), "{page} is not shown");
        faults.push_str(&shown.stderr);
    }
    faults
}

#[test]
fn the_pages_have_no_fault() {
    let sandbox = Sandbox::new();
    for page in MANUAL_PAGES {
        assert_eq!(faults(&sandbox, &installed().join(file_of(page))), "");
    }
}

#[test]
fn a_page_with_faults_would_be_noticed() {
    let sandbox = Sandbox::new();
    let page = fs::read_to_string(installed().join("vastkey.1")).expect("a page");
    let page = sandbox.write("page.1", format!("{page}.XX\n"));
    let found = faults(&sandbox, &page);
    assert!(found.contains("mandoc: "), "{found}");
    assert!(found.contains("troff"), "{found}");
}

#[test]
fn references_lead_to_pages() {
    let files: Vec<String> = MANUAL_PAGES.into_iter().map(file_of).collect();
    let mut count = 0;
    for file in &files {
        let page = fs::read_to_string(installed().join(file)).expect("a page");
        let (_, references) = page.split_once("\n.SH \"SEE ALSO\"\n").expect("a section");
        for line in references.lines() {
            let words: Vec<&str> = line.split([' ', ',']).collect();
            let [_, name, section, ..] = words[..] else {
                panic!("{file}: {line}");
            };
            let name = name.replace("\\-", "-");
            let target = format!("{name}.{}", section.trim_matches(['(', ')']));
            if name.contains("vastkey") {
                assert!(files.contains(&target), "{file}: {line}");
                count += 1;
            }
        }
    }
    assert!(count > 2 * files.len(), "{count}");
}

#[test]
fn the_main_page_has_the_variables_of_the_readme() {
    let page = fs::read_to_string(installed().join("vastkey.1")).expect("a page");
    let page = page.replace('\\', "");
    let readme = include_str!("../../README.md");
    let (_, section) = readme.split_once("\n## Environment\n").expect("a section");
    let section = section.split("\n## ").next().expect("its text");
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let cells: Vec<_> = rows.map_while(|row| row.split('|').nth(1)).collect();
    assert!(cells.len() > 10);
    for variable in cells
        .iter()
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
    {
        assert!(page.contains(variable), "{variable}");
    }
}

#[test]
fn the_pages_fit_into_80_columns() {
    let sandbox = Sandbox::new();
    for page in MANUAL_PAGES {
        let page = installed().join(file_of(page));
        let page = page.to_str().expect("UTF-8");
        let shown = sandbox
            .program("man", ["-l", page])
            .env("LC_ALL", "C.UTF-8")
            .env("MANWIDTH", "80")
            .go()
            .ok();
        for line in shown.stdout().lines() {
            assert!(line.chars().count() <= 80, "{page}: {line}");
        }
    }
}

#[test]
fn pages_have_the_names_that_packages_give_them() {
    let sandbox = Sandbox::new();
    for (name, page) in [
        ("vastkey-exec", "exec"),
        ("5", "files"),
        ("vastkey.5", "files"),
        ("vastkey(5)", "files"),
    ] {
        let [named, expected] = [name, page].map(|name| sandbox.vastkey(["man", name]).go().ok());
        assert_eq!(named.stdout(), expected.stdout(), "{name}");
        assert_eq!(named.stderr, "");
    }
    let mistyped = sandbox.vastkey(["man", "sweeep"]).go().code(2);
    mistyped.says(&["perhaps you mean: sweep"]);
}

#[test]
fn at_a_terminal_it_is_said_how_to_read_a_page() {
    let sandbox = Sandbox::new();
    let mut shell = Pty::shell(&sandbox);
    shell.send(b"$VASTKEY man exec\n");
    shell.expect("hint: to read it: vastkey man exec | man -l -");
}
