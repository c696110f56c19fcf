//! Which file is run: only what PATH names, as `execvp` chooses.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use crate::support::sandbox::{Run, Sandbox};

use super::user;

/// A file with these contents and mode. Another program makes it: a file cannot
/// be run while a child of this process still has it open.
fn file(user: &Sandbox, path: &str, text: &str, mode: &str) -> PathBuf {
    let draft = user.write("draft", text);
    let file = user.path(path);
    std::fs::create_dir_all(file.parent().expect("a directory")).expect("a directory");
    let mut install = Command::new("install");
    let installed = install.args(["-m", mode]).arg(&draft).arg(&file).status();
    assert!(installed.expect("install").success());
    file
}

/// A program that says where it is.
fn program(user: &Sandbox, path: &str) -> PathBuf {
    file(user, path, &format!("#!/bin/sh\necho {path}\n"), "755")
}

/// `exec NAME` in the home, with this PATH; `HOME` in it is the home.
fn exec<'a>(user: &'a Sandbox, name: &str, path: &str) -> Run<'a> {
    let home = user.path("");
    let home = home.to_str().expect("UTF-8").trim_end_matches('/');
    user.vastkey(["exec", "--", name])
        .env("PATH", path.replace("HOME", home))
}

#[test]
fn a_program_of_the_current_directory_is_run_only_when_named() {
    let user = user();
    program(&user, "tool");
    program(&user, "true");
    program(&user, "bin/other");
    for path in [
        "",
        ":",
        "::",
        "/usr/bin:",
        ":/usr/bin",
        "/usr/bin::/bin",
        "HOME/bin",
    ] {
        exec(&user, "tool", path)
            .go()
            .code(127)
            .says(&["there is no program 'tool': no directory that PATH names has it"]);
    }
    for (name, path) in [
        ("tool", "."),
        ("tool", "/usr/bin:."),
        ("tool", "HOME"),
        ("./tool", ""),
        ("bin/../tool", "/usr/bin"),
    ] {
        let outcome = exec(&user, name, path).go().ok();
        assert_eq!(outcome.stdout(), "tool\n", "{name} {path}");
    }
    let outcome = exec(&user, "other", "bin").go().ok();
    assert_eq!(outcome.stdout(), "bin/other\n");
    // Without PATH the system's own directories are searched.
    for name in ["true", "tool"] {
        let run = user.vastkey(["exec", name]).without("PATH").go();
        assert_eq!(run.code(if name == "true" { 0 } else { 127 }).stdout(), "");
    }
}

#[test]
fn the_first_file_that_can_be_run_is() {
    let user = user();
    program(&user, "a/tool");
    program(&user, "b/tool");
    file(&user, "closed/tool", "#!/bin/sh\n", "644");
    std::fs::create_dir_all(user.path("folder/tool")).expect("a directory");
    std::fs::create_dir(user.path("dangling")).expect("a directory");
    symlink("/missing", user.path("dangling/tool")).expect("a link");
    for (path, expected) in [
        ("HOME/a:HOME/b", "a/tool\n"),
        ("HOME/b:HOME/a", "b/tool\n"),
        ("HOME/missing:HOME/draft:HOME/dangling:HOME/b", "b/tool\n"),
        ("HOME/closed:HOME/folder:HOME/b", "b/tool\n"),
    ] {
        let outcome = exec(&user, "tool", path).go().ok();
        assert_eq!(outcome.stdout(), expected, "{path}");
    }
    for (path, code) in [
        ("HOME/closed", 126),
        ("HOME/closed:HOME/missing", 126),
        ("HOME/folder", 126),
        ("HOME/dangling", 127),
        ("HOME/missing:HOME/draft", 127),
    ] {
        exec(&user, "tool", path).go().code(code).says(&["'tool'"]);
    }
}

#[test]
fn a_path_is_not_searched() {
    let user = user();
    program(&user, "a/b/tool");
    file(&user, "closed", "#!/bin/sh\n", "644");
    let long = "x/".repeat(3000);
    for (name, code) in [
        ("b/tool", 127),
        ("./missing", 127),
        ("/missing", 127),
        ("a/b/tool/", 127),
        ("./closed", 126),
        ("./a", 126),
        ("/", 126),
        (&long, 126),
        ("", 127),
    ] {
        exec(&user, name, "HOME/a:HOME").go().code(code);
    }
}

#[test]
fn a_script_without_an_interpreter_is_the_shells() {
    let user = user();
    file(&user, "script", "echo \"$0 $1 ${#VAST_API_KEY}\"\n", "755");
    let home = user.path("");
    let path = home.join("script");
    let outcome = user
        .vastkey(["exec", "script", "-x"])
        .env("PATH", &home)
        .go()
        .ok();
    assert_eq!(outcome.stdout(), format!("{} -x 64\n", path.display()));
}

#[test]
fn a_missing_interpreter_is_named_as_the_cause() {
    let user = user();
    file(&user, "tool", "#!/missing/interpreter\n", "755");
    for (name, path) in [("./tool", ""), ("tool", "HOME:/usr/bin")] {
        exec(&user, name, path)
            .go()
            .code(126)
            .says(&["tool' cannot be run: the interpreter that it names does not exist"]);
    }
}

#[test]
fn a_key_in_place_of_a_program_is_not_shown() {
    let mut user = user();
    let key = user.secret("fedcba9876543210fedcba9876543210");
    user.vastkey(["exec", &key]).go().code(127);
}
