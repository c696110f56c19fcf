//! Files, as Windows has them: new ones are for their user alone, but no owners
//! and no access lists are looked at here, and links are any reparse points.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::mem;
use std::os::windows::fs::{MetadataExt, OpenOptionsExt};
use std::os::windows::io::AsRawHandle;
use std::path::{Path, PathBuf};

use windows_sys::Win32::Foundation::GENERIC_WRITE;
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, DELETE, FILE_ATTRIBUTE_REPARSE_POINT, FILE_FLAG_BACKUP_SEMANTICS,
    FILE_FLAG_DELETE_ON_CLOSE, FILE_FLAG_OPEN_REPARSE_POINT, GetFileInformationByHandle, WRITE_DAC,
};

use super::access;
use crate::platform::facts::{Facts, Identity, Kind, Owner};

/// A directory. Names are single components, and links among them are never
/// followed.
pub struct Directory(PathBuf);

impl Directory {
    /// Finds an existing directory, through links.
    pub fn open(path: &Path) -> io::Result<Self> {
        if fs::metadata(path)?.is_dir() {
            Ok(Self(path.to_owned()))
        } else {
            Err(ErrorKind::NotADirectory.into())
        }
    }

    /// Creates the directory and its parents where they are missing. In a user's
    /// profile they inherit an access list that lets nobody else in.
    pub fn create(path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    /// What the directory itself is.
    pub fn facts(&self) -> io::Result<Facts> {
        let directory = OpenOptions::new()
            .access_mode(0)
            .custom_flags(FILE_FLAG_BACKUP_SEMANTICS)
            .open(&self.0)?;
        facts(&directory)
    }

    /// Does nothing: no mode is examined here.
    #[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub fn make_private(&self) -> io::Result<()> {
        Ok(())
    }

    /// What an entry is, if there is one.
    pub fn entry(&self, name: &OsStr) -> io::Result<Option<Facts>> {
        let opened = OpenOptions::new()
            .access_mode(0)
            .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)
            .open(self.0.join(name));
        match opened {
            Ok(file) => facts(&file).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates a file that does not exist yet, for the user alone. Nobody else
    /// can open it before it is closed.
    pub fn create_file(&self, name: &OsStr) -> io::Result<File> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .access_mode(GENERIC_WRITE | WRITE_DAC)
            // An access list does not take away what was opened before it was set.
            .share_mode(0)
            .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
            .open(self.0.join(name))?;
        access::allow_user_alone(&file)?;
        Ok(file)
    }

    /// Gives a file the access list of an entry.
    pub fn copy_permissions(&self, name: &OsStr, file: &File) -> io::Result<()> {
        access::copy(&self.open_file(name)?, file)
    }

    /// Opens a file for reading.
    pub fn open_file(&self, name: &OsStr) -> io::Result<File> {
        OpenOptions::new()
            .read(true)
            .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
            .open(self.0.join(name))
    }

    /// Opens a file to add to it, and creates it for the user alone if it is
    /// missing.
    pub fn open_append(&self, name: &OsStr) -> io::Result<File> {
        self.open_or_create(name, OpenOptions::new().append(true))
    }

    /// Opens a lock file, and creates it for the user alone if it is missing.
    pub fn open_lock(&self, name: &OsStr) -> io::Result<File> {
        self.open_or_create(name, OpenOptions::new().read(true).write(true))
    }

    /// Opens an entry in this way. One that is missing is created, and can be
    /// opened by others from then on: they may be doing the same.
    fn open_or_create(&self, name: &OsStr, options: &mut OpenOptions) -> io::Result<File> {
        let path = self.0.join(name);
        let created = OpenOptions::new()
            .write(true)
            .create_new(true)
            .access_mode(GENERIC_WRITE | WRITE_DAC)
            .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
            .open(&path);
        match created {
            Ok(file) => access::allow_user_alone(&file)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        options
            .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
            .open(path)
    }

    /// Gives an entry another name, replacing what has it now.
    pub fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))
    }

    /// Gives an entry another name, which nothing may have yet.
    pub fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        fs::hard_link(self.0.join(from), self.0.join(to))?;
        self.remove(from)
    }

    /// Removes an entry that is no directory.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    /// Does nothing: NTFS keeps a journal of its directories.
    #[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Does nothing: no mode is examined here.
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
pub fn make_private(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Whether this process may create entries in a directory. Tries it: access
/// lists are not evaluated here.
pub fn may_create_in(directory: &Path) -> bool {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .custom_flags(FILE_FLAG_DELETE_ON_CLOSE)
        .access_mode(GENERIC_WRITE | DELETE)
        .open(directory.join(".vastkey-trial"))
        .is_ok()
}

/// Opens a file for reading through links.
pub fn open_without_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Opens a file for reading through links.
pub fn open_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// What an open file is.
pub fn facts(file: &File) -> io::Result<Facts> {
    let metadata = file.metadata()?;
    let (device, number) = number_of(file)?;
    Ok(Facts {
        kind: kind_of(&metadata),
        owner: Owner::Me,
        mode: None,
        names: 1,
        identity: Identity {
            device,
            file: number,
            size: metadata.file_size(),
            // Counted in 100 ns since 1601; only ever compared.
            modified: (
                i64::try_from(metadata.last_write_time()).unwrap_or(i64::MAX),
                0,
            ),
        },
    })
}

/// Whether an error of opening means a symbolic link where none may be. Here
/// links are opened themselves and seen in their [`Facts`].
pub fn is_link_error(_error: &io::Error) -> bool {
    false
}

/// Whether an error of opening means something that is no file.
pub fn is_special_file_error(_error: &io::Error) -> bool {
    false
}

fn kind_of(metadata: &Metadata) -> Kind {
    if metadata.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT != 0 {
        Kind::Link
    } else if metadata.is_dir() {
        Kind::Directory
    } else {
        Kind::Regular
    }
}

/// The volume's serial number and the file's number in it.
#[expect(unsafe_code, reason = "std does not offer these numbers")]
fn number_of(file: &File) -> io::Result<(u64, u64)> {
    // SAFETY: all zeros is a valid value of this structure of numbers.
    let mut known: BY_HANDLE_FILE_INFORMATION = unsafe { mem::zeroed() };
    // SAFETY: the handle is open, `known` outlives the call.
    if unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut known) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let number = u64::from(known.nFileIndexHigh) << 32 | u64::from(known.nFileIndexLow);
    Ok((u64::from(known.dwVolumeSerialNumber), number))
}
