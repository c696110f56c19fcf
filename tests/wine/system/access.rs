//! Reading access lists.

use std::mem;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::Path;
use std::ptr;

use windows_sys::Win32::Security::{
    ACCESS_ALLOWED_ACE, ACE_HEADER, ACL, DACL_SECURITY_INFORMATION, GetAce, GetFileSecurityW,
    GetLengthSid, GetSecurityDescriptorDacl, GetTokenInformation, PSID, TOKEN_QUERY, TOKEN_USER,
    TokenUser,
};
use windows_sys::Win32::System::SystemServices::ACCESS_ALLOWED_ACE_TYPE;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

use super::check;

/// Room for a descriptor or a user, aligned for both.
type Room = [u64; 128];
const ROOM: u32 = 1024;

/// An entry of a list.
#[derive(Debug, PartialEq)]
pub(crate) struct Entry {
    /// The identifier, in bytes.
    pub(crate) who: Vec<u8>,
    pub(crate) rights: u32,
    /// Otherwise it denies.
    pub(crate) allows: bool,
}

/// The entries of a file's access list. A file without a list is an error: it lets
/// everybody in.
#[expect(unsafe_code, reason = "std knows no access lists")]
pub(crate) fn access_list(file: &Path) -> Result<Vec<Entry>, String> {
    let name: Vec<u16> = file.as_os_str().encode_wide().chain([0]).collect();
    let mut room: Room = [0; 128];
    let (mut needed, mut present, mut defaulted) = (0, 0, 0);
    let mut list: *mut ACL = ptr::null_mut();
    let descriptor = room.as_mut_ptr().cast();
    // SAFETY: the name ends with zero, and no more is written than there is room for.
    check("GetFileSecurityW", unsafe {
        let wanted = DACL_SECURITY_INFORMATION;
        GetFileSecurityW(name.as_ptr(), wanted, descriptor, ROOM, &raw mut needed)
    })?;
    // SAFETY: the descriptor was just filled in.
    check("GetSecurityDescriptorDacl", unsafe {
        let (present, defaulted) = (&raw mut present, &raw mut defaulted);
        GetSecurityDescriptorDacl(descriptor, present, &raw mut list, defaulted)
    })?;
    if present == 0 || list.is_null() {
        return Err(format!("{} has no access list", file.display()));
    }
    // SAFETY: the list lies in the descriptor.
    let count = unsafe { (*list).AceCount };
    (0..count).map(|index| entry(list, index.into())).collect()
}

#[expect(unsafe_code, reason = "std knows no access lists")]
fn entry(list: *const ACL, index: u32) -> Result<Entry, String> {
    let mut found = ptr::null_mut();
    // SAFETY: the list is valid.
    check("GetAce", unsafe { GetAce(list, index, &raw mut found) })?;
    // SAFETY: every entry begins with this header; those that allow and those that
    // deny have the same form.
    unsafe {
        let kind = (*found.cast::<ACE_HEADER>()).AceType;
        let entry = found.cast::<ACCESS_ALLOWED_ACE>();
        Ok(Entry {
            who: identifier((&raw mut (*entry).SidStart).cast()),
            rights: (*entry).Mask,
            allows: u32::from(kind) == ACCESS_ALLOWED_ACE_TYPE,
        })
    }
}

/// The identifier of the user of this process, in bytes.
#[expect(unsafe_code, reason = "std knows no users")]
pub(crate) fn current_user() -> Result<Vec<u8>, String> {
    let mut token = ptr::null_mut();
    // SAFETY: the pseudo handle is always valid.
    check("OpenProcessToken", unsafe {
        OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token)
    })?;
    // SAFETY: the handle was just made, and nobody else owns it.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };
    let mut room: Room = [0; 128];
    let mut needed = 0;
    // SAFETY: no more is written than there is room for.
    check("GetTokenInformation", unsafe {
        let room = room.as_mut_ptr().cast();
        GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            room,
            ROOM,
            &raw mut needed,
        )
    })?;
    const { assert!(mem::align_of::<TOKEN_USER>() <= mem::align_of::<Room>()) };
    // SAFETY: the structure was just filled in, and points into the room behind it.
    Ok(unsafe { identifier((*room.as_ptr().cast::<TOKEN_USER>()).User.Sid) })
}

/// The bytes of a valid identifier.
#[expect(unsafe_code, reason = "std knows no users")]
unsafe fn identifier(of: PSID) -> Vec<u8> {
    // SAFETY: the caller has one that is valid, which has this length.
    unsafe { std::slice::from_raw_parts(of.cast::<u8>(), GetLengthSid(of) as usize).to_vec() }
}
