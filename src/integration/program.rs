//! Under which path other programs are to run vastkey.

use std::io;
use std::path::{Path, PathBuf};

use crate::platform::facts::Owner;
use crate::platform::fs::Directory;
use crate::system_error::words;

/// Why there is no path to write into other programs' files.
#[derive(Debug, thiserror::Error)]
pub enum NoPath {
    /// The system does not tell, or the file is gone.
    #[error("the system does not say where this program is ({})", words(.0))]
    Unknown(io::Error),
    /// Not text, or control characters, which no syntax has room for.
    #[error("its path contains characters that cannot be written into other programs' files")]
    Characters,
}

/// Where vastkey is.
#[derive(Debug, Clone)]
pub struct Program {
    /// An absolute path without control characters.
    pub path: String,
    /// Whether it is found by its name in the search path.
    pub in_search_path: bool,
}

/// Finds this program's path: the one in `search_path` that leads to the
/// running file, because it stays when a new version is installed elsewhere;
/// else that of the file itself. A directory in which others can put another
/// program under the name is passed over.
pub fn find(search_path: &[PathBuf]) -> Result<Program, NoPath> {
    let running = std::env::current_exe().map_err(NoPath::Unknown)?;
    let file = running.canonicalize().map_err(NoPath::Unknown)?;
    let name = format!("vastkey{}", std::env::consts::EXE_SUFFIX);
    let named = search_path
        .iter()
        .filter(|directory| is_guarded(directory))
        .map(|directory| directory.join(&name))
        .find(|path| leads_to(path, &file));
    let in_search_path = named.is_some();
    let path = text(&named.unwrap_or(running))?;
    Ok(Program {
        path,
        in_search_path,
    })
}

/// Whether nobody but the user and root can change what is in a directory.
/// Windows: not examined.
fn is_guarded(directory: &Path) -> bool {
    const WRITABLE_BY_OTHERS: u32 = 0o022;
    Directory::open(directory)
        .and_then(|directory| directory.facts())
        .is_ok_and(|facts| {
            facts.owner != Owner::Other && facts.mode.unwrap_or(0) & WRITABLE_BY_OTHERS == 0
        })
}

/// Whether a path leads to the running program.
pub fn is_this(path: &Path) -> bool {
    let running = std::env::current_exe().and_then(|path| path.canonicalize());
    running.is_ok_and(|file| leads_to(path, &file))
}

/// Whether this is another name of a file, given by its canonical path.
pub(super) fn leads_to(path: &Path, file: &Path) -> bool {
    path.canonicalize().is_ok_and(|found| found == file)
}

fn text(path: &Path) -> Result<String, NoPath> {
    let text = path.to_str().ok_or(NoPath::Characters)?;
    if text.chars().any(char::is_control) || !path.is_absolute() {
        return Err(NoPath::Characters);
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_name_in_the_search_path_is_preferred() {
        let file = std::env::current_exe().expect("this test");
        let other = tempfile::tempdir().expect("a directory");
        std::fs::write(other.path().join("vastkey"), "another").expect("a file");
        let stable = tempfile::tempdir().expect("a directory");
        let link = stable.path().join("vastkey");
        std::os::unix::fs::symlink(file, &link).expect("a link");

        let search_path = [other.path().to_owned(), stable.path().to_owned()];
        let found = find(&search_path).expect("a path");
        assert_eq!(Path::new(&found.path), link);
        assert!(found.in_search_path);
        assert!(!find(&search_path[..1]).expect("a path").in_search_path);
    }

    #[cfg(unix)]
    #[test]
    fn a_directory_that_others_can_change_is_passed_over() {
        use std::os::unix::fs::PermissionsExt;

        let file = std::env::current_exe().expect("this test");
        let stable = tempfile::tempdir().expect("a directory");
        let link = stable.path().join("vastkey");
        std::os::unix::fs::symlink(file, &link).expect("a link");
        let search_path = [stable.path().to_owned()];
        for (mode, is_used) in [(0o755, true), (0o775, false), (0o757, false)] {
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(stable.path(), mode).expect("a mode");
            let found = find(&search_path).expect("a path");
            assert_eq!(found.in_search_path, is_used);
            assert_eq!(Path::new(&found.path) == link, is_used);
        }
        // Only root can give a directory away.
        if rustix::process::geteuid().is_root() {
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(stable.path(), mode).expect("a mode");
            std::os::unix::fs::chown(stable.path(), Some(12345), None).expect("given away");
            assert!(!find(&search_path).expect("a path").in_search_path);
        }
    }

    #[test]
    fn a_path_with_control_characters_is_refused() {
        for path in ["/a\nb", "/a\x1bb", "relative"] {
            assert!(matches!(text(Path::new(path)), Err(NoPath::Characters)));
        }
    }
}
