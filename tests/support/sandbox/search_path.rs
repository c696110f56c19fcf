//! Where the tests find programs: where the test run does, but for a vastkey
//! that the developer has installed. `doctor` and `configure` would meet it.

use std::ffi::{OsStr, OsString};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::{env, fs, process};

#[expect(
    clippy::disallowed_methods,
    reason = "programs are found where the test run finds them"
)]
pub(super) fn search_path() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let directories = env::split_paths(&path).map(|directory| {
        if has_vastkey(&directory) {
            without_vastkey(&directory)
        } else {
            directory
        }
    });
    env::join_paths(directories).expect("the names were in a PATH")
}

fn is_vastkeys(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.ends_with("vastkey"))
}

fn has_vastkey(directory: &Path) -> bool {
    let names = [
        "",
        "git-credential-",
        "docker-credential-",
        "bazel-credential-",
    ];
    let mut paths = names
        .map(|name| directory.join(format!("{name}vastkey")))
        .into_iter();
    paths.any(|path| path.symlink_metadata().is_ok())
}

/// A directory of links to all other programs. It is made once for each state of
/// the directory, whole: other tests run at the same time.
fn without_vastkey(directory: &Path) -> PathBuf {
    let facts = fs::metadata(directory).expect("a directory");
    let name = format!("path-{}-{}-{}", facts.dev(), facts.ino(), facts.mtime());
    let program = env::current_exe().expect("the test's own path");
    let links = program.with_file_name(name);
    if links.is_dir() {
        return links;
    }
    let draft = links.with_extension(process::id().to_string());
    fs::create_dir_all(&draft).expect("a directory");
    for entry in fs::read_dir(directory).expect("a directory") {
        let entry = entry.expect("an entry");
        if !is_vastkeys(&entry.file_name()) {
            symlink(entry.path(), draft.join(entry.file_name())).expect("a link");
        }
    }
    // Of two at once, either is right.
    if fs::rename(&draft, &links).is_err() {
        fs::remove_dir_all(&draft).expect("removed");
    }
    links
}
