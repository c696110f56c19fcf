//! Extended attributes, and access control lists as Linux keeps them there.

use std::path::Path;

use rustix::fs::{XattrFlags, getxattr, setxattr};

/// A file's access control list.
pub(crate) const ACCESS: &str = "system.posix_acl_access";

/// Gives one more user the right to read, and a mask that lets it.
///
/// Version 2; then tag, permissions and user of each entry, in little-endian
/// order (`linux/posix_acl_xattr.h`).
pub(crate) fn access_list() -> Vec<u8> {
    const NOBODY: u32 = u32::MAX;
    let entries: [(u16, u16, u32); 5] = [
        (0x01, 6, NOBODY),
        (0x02, 4, 12345),
        (0x04, 0, NOBODY),
        (0x10, 4, NOBODY),
        (0x20, 0, NOBODY),
    ];
    let mut list = 2_u32.to_le_bytes().to_vec();
    for (tag, permissions, user) in entries {
        list.extend(tag.to_le_bytes());
        list.extend(permissions.to_le_bytes());
        list.extend(user.to_le_bytes());
    }
    list
}

/// Sets an attribute.
pub(crate) fn set(path: &Path, name: &str, value: &[u8]) {
    setxattr(path, name, value, XattrFlags::empty()).expect("a file system with attributes");
}

/// An attribute, if the file has it.
pub(crate) fn get(path: &Path, name: &str) -> Option<Vec<u8>> {
    let mut value = [0; 1024];
    let length = getxattr(path, name, &mut value[..]).ok()?;
    Some(value[..length].to_vec())
}
