//! Removing what was read, and nothing else.

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use vastkey::files::{Fault, PrivateFile, Removed, read_private, remove_if_unchanged};

const CONTENT: &[u8] = b"abc";

/// A file that was read.
fn file() -> (TempDir, PathBuf, PrivateFile) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("file");
    fs::write(&path, CONTENT).expect("written");
    let file = read_private(&path, 16).expect("readable").expect("there");
    (directory, path, file)
}

fn fault(path: &Path, file: &PrivateFile) -> Fault {
    remove_if_unchanged(path, file)
        .expect_err("should be refused")
        .fault
}

#[test]
fn the_file_that_was_read_is_removed() {
    let (directory, path, file) = file();
    let removed = remove_if_unchanged(&path, &file).expect("removed");
    assert_eq!(removed, Removed::Yes);
    assert!(!path.exists());
    let removed = remove_if_unchanged(&path, &file).expect("nothing to do");
    assert_eq!(removed, Removed::NotThere);
    fs::remove_dir(directory.path()).expect("removed");
    let removed = remove_if_unchanged(&path, &file).expect("nothing to do");
    assert_eq!(removed, Removed::NotThere);
}

#[test]
fn a_file_that_changed_stays() {
    let (_directory, path, file) = file();
    fs::write(&path, b"xyz").expect("written");
    assert!(matches!(fault(&path, &file), Fault::Changed));
    assert_eq!(fs::read(&path).expect("a file"), b"xyz");
}

#[test]
fn a_change_that_no_time_stamp_shows_is_seen() {
    let (_directory, path, file) = file();
    let modified = fs::metadata(&path).expect("a file").modified();
    fs::write(&path, b"xyz").expect("written");
    let times = FileTimes::new().set_modified(modified.expect("a time"));
    let written = File::options().write(true).open(&path).expect("a file");
    written.set_times(times).expect("set back");
    assert!(matches!(fault(&path, &file), Fault::Changed));
    assert_eq!(fs::read(&path).expect("a file"), b"xyz");
}

#[test]
fn a_file_that_took_its_place_stays() {
    let (directory, path, file) = file();
    let other = directory.path().join("other");
    fs::write(&other, CONTENT).expect("written");
    fs::rename(&other, &path).expect("replaced");
    assert!(matches!(fault(&path, &file), Fault::Changed));
    assert_eq!(fs::read(&path).expect("a file"), CONTENT);
}

#[test]
fn nothing_is_removed_through_a_link() {
    let (directory, path, _) = file();
    let link = directory.path().join("link");
    symlink(&path, &link).expect("a link");
    let file = read_private(&link, 16).expect("readable").expect("there");
    assert!(matches!(fault(&link, &file), Fault::Link));
    assert!(link.is_symlink());
    assert_eq!(fs::read(&path).expect("a file"), CONTENT);
}
