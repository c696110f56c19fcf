//! `configure` and `unconfigure`, with the programs that they are for.

mod files;
mod git;
mod interrupted;
mod names;
mod shells;

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use crate::support::sandbox::{Outcome, Sandbox, binary};

/// A directory name with every character that some syntax treats specially.
const ODD: &str = "a b'c\"d$HOME\\e`f`#;é’{}*?[x]~|&<>()!%=^@-";

/// Adds a directory below the home to the front of `PATH`, with vastkey in it,
/// and returns vastkey's path there.
fn install(sandbox: &mut Sandbox, directory: &str) -> PathBuf {
    let directory = sandbox.path(directory);
    fs::create_dir_all(&directory).expect("a directory");
    // Whatever the umask: one that others can change is not used.
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).expect("a mode");
    let program = directory.join("vastkey");
    symlink(binary(), &program).expect("a link");
    let old = sandbox
        .environment()
        .iter()
        .find(|(name, _)| name == "PATH");
    let mut path = OsString::from(&directory);
    path.push(":");
    path.push(&old.expect("PATH").1);
    sandbox.set("PATH", path);
    program
}

/// Puts a program of the test's in the place of another, or in a new one.
fn put_script(path: &PathBuf, script: &str) {
    if path.is_symlink() {
        fs::remove_file(path).expect("removed");
    }
    fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    fs::write(path, script).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("executable");
}

fn run(sandbox: &Sandbox, words: &str) -> Outcome {
    sandbox.vastkey(words.split_whitespace()).go()
}

fn read(sandbox: &Sandbox, file: &str) -> Option<Vec<u8>> {
    fs::read(sandbox.path(file)).ok()
}

fn mode(sandbox: &Sandbox, file: &str) -> u32 {
    let file = fs::symlink_metadata(sandbox.path(file)).expect("a file");
    file.permissions().mode() & 0o7777
}
