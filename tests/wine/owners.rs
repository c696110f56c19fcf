//! Who may open the files that vastkey writes: the lists themselves are read.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use crate::suite::Case;
use crate::system::access::{Entry, access_list, current_user};
use crate::user::User;

/// The system's own identifier, S-1-5-18. It can read every file, and Wine says so
/// of every file.
const SYSTEM: [u8; 12] = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "owner-only files: the file store, but not an ordinary file beside it",
        run: file_store,
    },
    Case {
        name: "owner-only files: settings, index and lock",
        run: own_files,
    },
    Case {
        name: "owner-only files: the file of exec --file",
        run: lent_file,
    },
    Case {
        name: "owner-only files: .gitconfig keeps the access list that it has",
        run: foreign_file,
    },
];

fn file_store(user: &User) -> Result<(), String> {
    let set = ["--store", "file", "set", "api-key", "--no-verify"];
    user.vastkey(&set, user.word("first"))?;
    let file = user.stage.home.join(r".config\vastai\vast_api_key");
    for_user_alone(&file)?;
    // What the directory hands down lets others in: the check sees it.
    let ordinary = file.with_file_name("ordinary");
    fs::write(&ordinary, "").expect("a file");
    match for_user_alone(&ordinary) {
        Err(_) => Ok(()),
        Ok(()) => Err("an ordinary file is for its user alone too".to_owned()),
    }
}

fn own_files(user: &User) -> Result<(), String> {
    let set = ["set", "api-key", "--no-verify"];
    user.vastkey(&set, user.word("first"))?;
    user.vastkey(&["account", "trust", "https://git.example"], "")?;
    let home = &user.stage.home;
    for file in [
        r".config\vastkey\config.toml",
        r".local\state\vastkey\index.json",
        r".local\state\vastkey\lock",
    ] {
        for_user_alone(&home.join(file))?;
    }
    Ok(())
}

fn lent_file(user: &User) -> Result<(), String> {
    let set = ["set", "api-key", "--no-verify"];
    user.vastkey(&set, user.word("first"))?;
    let child = user.word("child");
    let said = user.vastkey(&["exec", "--file", "--", child, "who-may-read"], "")?;
    match said.trim_end() {
        "" => Ok(()),
        others => Err(others.to_owned()),
    }
}

/// In a program that `exec` runs: says who else may open the key's file.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program, whose environment says where the file is"
)]
pub(crate) fn tell() -> ExitCode {
    let directory = std::env::var_os("XDG_CONFIG_HOME").unwrap_or_default();
    let file = Path::new(&directory).join(r"vastai\vast_api_key");
    if let Err(others) = for_user_alone(&file) {
        println!("{others}");
    }
    ExitCode::SUCCESS
}

fn foreign_file(user: &User) -> Result<(), String> {
    let file = user.stage.home.join(".gitconfig");
    fs::write(&file, "[user]\n").expect("a file");
    let before = access_list(&file)?;
    user.vastkey(&["configure", "git"], "")?;
    let after = access_list(&file)?;
    if before == after && for_user_alone(&file).is_err() {
        Ok(())
    } else {
        Err(format!("before: {before:?}\nafter: {after:?}"))
    }
}

/// Fails when the list lets anybody in but the user and the system itself.
pub(crate) fn for_user_alone(file: &Path) -> Result<(), String> {
    let user = current_user()?;
    let list = access_list(file)?;
    let is_other = |entry: &&Entry| entry.allows && entry.who != user && entry.who != SYSTEM;
    let others: Vec<&Entry> = list.iter().filter(is_other).collect();
    let is_own = |entry: &Entry| entry.allows && entry.who == user;
    if others.is_empty() && list.iter().any(is_own) {
        Ok(())
    } else {
        Err(format!("{} lets in {others:?}", file.display()))
    }
}
