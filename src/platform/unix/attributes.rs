//! What a file carries besides its content and mode: extended attributes, and
//! among them its access control list.
//!
//! Only Linux keeps lists in attributes; other systems' are not looked at.

use std::fs::File;
use std::io;

use rustix::fs::XattrFlags;
use rustix::io::Errno;

/// Where Linux keeps a file's POSIX access control list (acl(5)).
const ACCESS_LIST: &str = "system.posix_acl_access";

/// The longest attribute and the longest list of names that Linux has, in bytes
/// (`XATTR_SIZE_MAX`, `XATTR_LIST_MAX`).
const MAX_LEN: usize = 65536;

/// Takes away a list that a new file has got from its directory's default.
pub(super) fn remove_access_list(file: &File) -> io::Result<()> {
    match rustix::fs::fremovexattr(file, ACCESS_LIST) {
        Ok(()) | Err(Errno::NODATA | Errno::NOTSUP) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Gives a file the access control list of another, if that has one. The
/// group's permission bits are the list's mask from then on.
///
/// `may_pass_group` says whether the files have the same group. Where they have
/// not, the list would let another group in, so it is not copied.
pub(super) fn copy_access_list(from: &File, to: &File, may_pass_group: bool) -> io::Result<()> {
    let failed = |cause: &dyn std::fmt::Display| {
        io::Error::other(format!("its access control list cannot be kept: {cause}"))
    };
    match read(from, ACCESS_LIST) {
        Ok(None) => Ok(()),
        Ok(Some(_)) if !may_pass_group => Err(failed(&"its group cannot be given")),
        Ok(Some(list)) => rustix::fs::fsetxattr(to, ACCESS_LIST, &list, XattrFlags::empty())
            .map_err(|error| failed(&error)),
        Err(error) => Err(failed(&error)),
    }
}

/// Gives a file the attributes that users set on another, as far as the system
/// lets.
pub(super) fn copy_user_attributes(from: &File, to: &File) {
    let mut names = vec![0; MAX_LEN];
    let length = rustix::fs::flistxattr(from, &mut names[..]).unwrap_or(0);
    let names = names[..length].split(|byte| *byte == 0);
    for name in names.filter(|name| name.starts_with(b"user.")) {
        if let Ok(Some(value)) = read(from, name) {
            // They mean nothing to what the file is for.
            let _ = rustix::fs::fsetxattr(to, name, &value, XattrFlags::empty());
        }
    }
}

fn read(file: &File, name: impl rustix::path::Arg) -> rustix::io::Result<Option<Vec<u8>>> {
    let mut value = vec![0; MAX_LEN];
    match rustix::fs::fgetxattr(file, name, &mut value[..]) {
        Ok(length) => {
            value.truncate(length);
            Ok(Some(value))
        }
        // No such attribute, or a file system without any.
        Err(Errno::NODATA | Errno::NOTSUP) => Ok(None),
        Err(error) => Err(error),
    }
}
