//! What a file is, in words that every platform has.

/// What the system says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// File, directory, link or something else.
    pub kind: Kind,
    /// Whose it is. Windows: not examined, always [`Owner::Me`].
    pub owner: Owner,
    /// Permission bits. Windows: `None`, it has access lists instead.
    pub mode: Option<u32>,
    /// How many names (hard links) the file has. Windows: not examined, 1.
    pub names: u64,
    /// Which file it is, and in which state.
    pub identity: Identity,
}

impl Facts {
    /// Whether permission bits let anybody but the owner read it. `false` on
    /// Windows, where this says nothing.
    pub fn others_can_read(&self) -> bool {
        self.mode.is_some_and(|mode| mode & 0o044 != 0)
    }

    /// The same of writing.
    pub fn others_can_write(&self) -> bool {
        self.mode.is_some_and(|mode| mode & 0o022 != 0)
    }
}

/// The kinds of file that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link, or another reparse point of Windows.
    Link,
    /// A pipe, socket or device.
    Special,
}

/// Whose a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The user that this process acts as.
    Me,
    /// The superuser, who is not this user.
    Root,
    /// Anybody else.
    Other,
}

/// Tells a file from every other, and from itself in another state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The file system.
    pub device: u64,
    /// The file's number in it.
    pub file: u64,
    /// Length in bytes.
    pub size: u64,
    /// When it was last written: seconds and nanoseconds.
    pub modified: (i64, i64),
}

impl Identity {
    /// Whether it is the same file, in whatever state.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.file) == (other.device, other.file)
    }
}
