//! Files by descriptor: what is checked is what is used, whatever happens to
//! the path meanwhile.

use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

#[cfg(target_os = "linux")]
use super::attributes;
use crate::platform::facts::{Facts, Identity, Kind, Owner};

/// Read and write for the owner, nothing for others.
const PRIVATE_FILE: Mode = Mode::from_raw_mode(0o600);

/// Everything for the owner, nothing for others.
const PRIVATE_DIRECTORY: u32 = 0o700;

/// An open directory. Names are single components, and links among them are
/// never followed.
pub struct Directory(OwnedFd);

impl Directory {
    /// Opens an existing directory, through links.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self(rustix::fs::open(path, flags, Mode::empty())?))
    }

    /// Creates the directory and its parents where they are missing, for the
    /// owner alone.
    pub fn create(path: &Path) -> io::Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        match create_private(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Self::create(path.parent().ok_or(error)?)?;
                create_private(path)
            }
            done => done,
        }
    }

    /// What the directory itself is.
    pub fn facts(&self) -> io::Result<Facts> {
        Ok(facts_of(&rustix::fs::fstat(&self.0)?))
    }

    /// Takes away what anybody but the owner may do with the directory.
    pub fn make_private(&self) -> io::Result<()> {
        let mode = rustix::fs::fstat(&self.0)?.st_mode;
        Ok(rustix::fs::fchmod(
            &self.0,
            Mode::from_raw_mode(mode) & Mode::RWXU,
        )?)
    }

    /// What an entry is, if there is one.
    pub fn entry(&self, name: &OsStr) -> io::Result<Option<Facts>> {
        match rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(facts_of(&stat))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Creates a file that does not exist yet, readable by the owner alone from
    /// the start, whatever the umask.
    pub fn create_file(&self, name: &OsStr) -> io::Result<File> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.0, name, flags, PRIVATE_FILE)?;
        // A umask may have taken away what the owner needs.
        rustix::fs::fchmod(&file, PRIVATE_FILE)?;
        Ok(file.into())
    }

    /// Gives a file the group and the permissions of an entry. Where the group
    /// cannot be given, another group gets no permissions.
    ///
    /// On Linux that includes the access control list, which must be copied or
    /// this fails, and what attributes of users can be copied.
    pub fn copy_permissions(&self, name: &OsStr, file: &File) -> io::Result<()> {
        let old = self.open_file(name)?;
        let wanted = rustix::fs::fstat(&old)?;
        let mut mode = Mode::from_raw_mode(wanted.st_mode) & Mode::from_raw_mode(0o777);
        let is_same = rustix::fs::fstat(file)?.st_gid == wanted.st_gid;
        let group = rustix::fs::Gid::from_raw(wanted.st_gid);
        let has_group = is_same || rustix::fs::fchown(file, None, Some(group)).is_ok();
        if !has_group {
            mode -= Mode::RWXG;
        }
        #[cfg(target_os = "linux")]
        {
            attributes::remove_access_list(file)?;
            // While its owner may write, which the mode can forbid.
            attributes::copy_user_attributes(&old, file);
        }
        rustix::fs::fchmod(file, mode)?;
        #[cfg(target_os = "linux")]
        attributes::copy_access_list(&old, file, has_group)?;
        Ok(())
    }

    /// Where a link among the entries leads, if the name is one of a link.
    pub fn link_target(&self, name: &OsStr) -> io::Result<Option<PathBuf>> {
        match rustix::fs::readlinkat(&self.0, name, Vec::new()) {
            Ok(target) => Ok(Some(OsString::from_vec(target.into_bytes()).into())),
            Err(Errno::NOENT | Errno::INVAL) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Creates a link under a name that does not exist yet.
    pub fn create_link(&self, name: &OsStr, target: &Path) -> io::Result<()> {
        Ok(rustix::fs::symlinkat(target, &self.0, name)?)
    }

    /// Opens a file for reading without waiting for anybody.
    pub fn open_file(&self, name: &OsStr) -> io::Result<File> {
        let flags =
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.0, name, flags, Mode::empty())?.into())
    }

    /// Opens a file to add to it, and creates it for the owner alone if it is
    /// missing.
    pub fn open_append(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::WRONLY
            | OFlags::APPEND
            | OFlags::NOFOLLOW
            | OFlags::NONBLOCK
            | OFlags::NOCTTY
            | OFlags::CLOEXEC;
        let open = || rustix::fs::openat(&self.0, name, flags, Mode::empty());
        match open() {
            Err(Errno::NOENT) => match self.create_file(name) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
                // Anew, to add: what another process writes stays.
                _ => Ok(open()?.into()),
            },
            opened => Ok(opened?.into()),
        }
    }

    /// Opens a lock file, and creates it for the owner alone if it is missing.
    pub fn open_lock(&self, name: &OsStr) -> io::Result<File> {
        let flags =
            OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let open = || rustix::fs::openat(&self.0, name, flags, Mode::empty());
        match open() {
            Err(Errno::NOENT) => match self.create_file(name) {
                // Another process was faster.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(open()?.into()),
                created => created,
            },
            opened => Ok(opened?.into()),
        }
    }

    /// Gives an entry another name, replacing what has it now.
    pub fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.0, from, &self.0, to)?)
    }

    /// Gives an entry another name, which nothing may have yet.
    pub fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_vendor = "apple"))]
        {
            use rustix::fs::{RenameFlags, renameat_with};
            match renameat_with(&self.0, from, &self.0, to, RenameFlags::NOREPLACE) {
                // Some file systems cannot.
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
                renamed => return Ok(renamed?),
            }
        }
        rustix::fs::linkat(&self.0, from, &self.0, to, AtFlags::empty())?;
        self.remove(from)
    }

    /// Removes an entry that is no directory.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Waits until the entries are as safe on the disk as they get.
    pub fn sync(&self) -> io::Result<()> {
        match rustix::fs::fsync(&self.0) {
            // Some file systems cannot sync a directory and say so.
            Ok(()) | Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Takes away what anybody but the owner may do with a file.
pub fn make_private(file: &File) -> io::Result<()> {
    let mode = rustix::fs::fstat(file)?.st_mode;
    Ok(rustix::fs::fchmod(
        file,
        Mode::from_raw_mode(mode) & Mode::RWXU,
    )?)
}

/// Whether this process may create entries in a directory.
pub fn may_create_in(directory: &Path) -> bool {
    let wanted = Access::WRITE_OK | Access::EXEC_OK;
    rustix::fs::accessat(rustix::fs::CWD, directory, wanted, AtFlags::EACCESS).is_ok()
}

/// Creates a directory that others may look into, and its parents, where they
/// are missing; the umask may take permissions away.
pub fn create_public(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o755).create(path)
}

fn create_private(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(PRIVATE_DIRECTORY).create(path) {
        // A umask may have taken away what the owner needs.
        Ok(()) => std::fs::set_permissions(path, Permissions::from_mode(PRIVATE_DIRECTORY)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Opens a file for reading through links, without waiting for anybody: a pipe
/// without a writer, or a device, opens at once or not at all.
pub fn open_without_waiting(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(path)
}

/// Opens a file for reading through links; a pipe waits for its writer.
pub fn open_waiting(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOCTTY)
        .open(path)
}

/// What an open file is.
pub fn facts(file: &File) -> io::Result<Facts> {
    Ok(facts_of(&rustix::fs::fstat(file)?))
}

/// Whether an error of opening means a symbolic link where none may be.
pub fn is_link_error(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ELOOP)
}

/// Whether an error of opening means a socket, or a device without a driver.
pub fn is_special_file_error(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::ENXIO | libc::ENODEV | libc::EOPNOTSUPP)
    )
}

#[allow(
    clippy::unnecessary_cast,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_lossless,
    reason = "the fields differ in width and sign between systems"
)]
fn facts_of(stat: &Stat) -> Facts {
    let owner = if stat.st_uid == rustix::process::geteuid().as_raw() {
        Owner::Me
    } else if stat.st_uid == 0 {
        Owner::Root
    } else {
        Owner::Other
    };
    Facts {
        kind: kind_of(FileType::from_raw_mode(stat.st_mode as _)),
        owner,
        mode: Some(stat.st_mode as u32 & 0o7777),
        names: stat.st_nlink as u64,
        identity: Identity {
            device: stat.st_dev as u64,
            file: stat.st_ino as u64,
            size: stat.st_size as u64,
            modified: (stat.st_mtime as i64, stat.st_mtime_nsec as i64),
        },
    }
}

fn kind_of(file_type: FileType) -> Kind {
    match file_type {
        FileType::RegularFile => Kind::Regular,
        FileType::Directory => Kind::Directory,
        FileType::Symlink => Kind::Link,
        _ => Kind::Special,
    }
}
