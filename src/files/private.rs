//! Taking a file away from others, and looking at what is there.

use std::path::Path;

use super::{Action, Fault, FileError, check_own_file, open_own_directory, split};
use crate::platform::facts::{Facts, Kind, Owner};
use crate::platform::fs::{self, Directory};

/// What is at a path, without following a link; `None` when there is nothing,
/// or no way there.
pub fn facts_of(path: &Path) -> Option<Facts> {
    let (parent, name) = split(path).ok()?;
    Directory::open(parent).ok()?.entry(name).ok()?
}

/// Takes away what others may do with a file or a directory of the user's.
/// Never through a link.
pub fn make_private(path: &Path) -> Result<(), FileError> {
    let (parent, name) = split(path)?;
    let change = || {
        let directory = open_own_directory(parent)?;
        let failed = Fault::on(Action::Write);
        match directory.entry(name).map_err(&failed)? {
            None => Err(Fault::NotThere),
            Some(found) if found.kind == Kind::Directory && found.owner == Owner::Me => {
                let found = Directory::open(path).map_err(&failed)?;
                if found.facts().map_err(&failed)?.owner != Owner::Me {
                    return Err(Fault::ForeignOwner);
                }
                found.make_private().map_err(&failed)
            }
            Some(found) => {
                check_own_file(&found)?;
                let file = directory.open_file(name).map_err(&failed)?;
                check_own_file(&fs::facts(&file).map_err(&failed)?)?;
                fs::make_private(&file).map_err(&failed)
            }
        }
    };
    change().map_err(FileError::at(path))
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("there").permissions().mode() & 0o7777
    }

    #[test]
    fn what_others_may_do_is_taken_away_but_never_through_a_link() {
        let root = tempfile::tempdir().expect("a directory");
        let (file, folder, link) = (
            root.path().join("file"),
            root.path().join("folder"),
            root.path().join("link"),
        );
        fs::write(&file, "x").expect("a file");
        fs::create_dir(&folder).expect("a directory");
        symlink(&file, &link).expect("a link");
        for path in [&file, &folder] {
            fs::set_permissions(path, PermissionsExt::from_mode(0o757)).expect("a mode");
        }
        let refused = make_private(&link).expect_err("a link");
        assert!(matches!(refused.fault, Fault::Link));
        assert_eq!(mode(&file), 0o757);
        for path in [&file, &folder] {
            make_private(path).expect("changed");
            assert_eq!(mode(path), 0o700);
        }
        let missing = make_private(&root.path().join("none")).expect_err("nothing there");
        assert!(matches!(missing.fault, Fault::NotThere));
    }
}
