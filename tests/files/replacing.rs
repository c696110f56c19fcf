//! Replacing files of other programs: only what was read, and with its
//! permissions.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use tempfile::tempdir;
use vastkey::files::{Fault, FileError, PrivateFile, read_private, replace_if_unchanged};

use super::{mode, names};

fn replace(path: &Path, read: Option<&PrivateFile>) -> Result<(), Fault> {
    replace_if_unchanged(path, read, b"new").map_err(|FileError { fault, .. }| fault)
}

#[test]
fn the_permissions_stay() {
    let directory = tempdir().expect("a directory");
    let path = directory.path().join("file");
    for bits in [0o600, 0o644, 0o640, 0o755, 0o400] {
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(bits)).expect("a mode");
        let read = read_private(&path, 10).expect("read");
        replace(&path, read.as_ref()).expect("replaced");
        assert_eq!(fs::read(&path).expect("read"), b"new");
        assert_eq!(mode(&path), bits);
        fs::remove_file(&path).expect("removed");
    }
    replace(&path, None).expect("created");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(names(directory.path()), ["file"]);
}

#[test]
fn what_changed_since_it_was_read_is_not_replaced() {
    let directory = tempdir().expect("a directory");
    let path = directory.path().join("file");
    fs::write(&path, "old").expect("a file");
    let read = read_private(&path, 10).expect("read");

    assert!(matches!(replace(&path, None), Err(Fault::Changed)));
    fs::write(&path, "own").expect("written in place");
    assert!(matches!(replace(&path, read.as_ref()), Err(Fault::Changed)));
    let other = directory.path().join("other");
    fs::write(&other, "old").expect("a file");
    fs::rename(&other, &path).expect("replaced");
    assert!(matches!(replace(&path, read.as_ref()), Err(Fault::Changed)));
    assert_eq!(fs::read(&path).expect("read"), b"old");
    assert_eq!(names(directory.path()), ["file"]);
    fs::remove_file(&path).expect("removed");
    assert!(matches!(replace(&path, read.as_ref()), Err(Fault::Changed)));
    assert_eq!(names(directory.path()), [""; 0]);
}

#[test]
fn a_file_that_was_read_through_a_link_is_not_replaced() {
    let directory = tempdir().expect("a directory");
    let path = directory.path().join("link");
    let target = directory.path().join("target");
    fs::write(&target, "old").expect("a file");
    symlink(&target, &path).expect("a link");
    let read = read_private(&path, 10).expect("read");
    assert!(matches!(replace(&path, read.as_ref()), Err(Fault::Link)));
    assert_eq!(fs::read(&target).expect("read"), b"old");
    assert!(path.is_symlink());
}

#[cfg(target_os = "linux")]
#[test]
fn access_lists_and_attributes_stay() {
    use crate::support::attributes::{ACCESS, access_list, get, set};

    let directory = tempdir().expect("a directory");
    let path = directory.path().join("file");
    fs::write(&path, "old").expect("a file");
    set(&path, ACCESS, &access_list());
    set(&path, "user.origin", b"somewhere");
    let read = read_private(&path, 10).expect("read");
    replace(&path, read.as_ref()).expect("replaced");
    assert_eq!(fs::read(&path).expect("read"), b"new");
    assert_eq!(get(&path, ACCESS), Some(access_list()));
    assert_eq!(
        get(&path, "user.origin").as_deref(),
        Some(&b"somewhere"[..])
    );
    assert_eq!(mode(&path), 0o640);

    // A directory's default is for new files; this one is not.
    fs::remove_file(&path).expect("removed");
    fs::write(&path, "old").expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("a mode");
    set(directory.path(), "system.posix_acl_default", &access_list());
    let read = read_private(&path, 10).expect("read");
    replace(&path, read.as_ref()).expect("replaced");
    assert_eq!(get(&path, ACCESS), None);
    assert_eq!(mode(&path), 0o640);
}
