//! Access lists of files: who may open them.

use std::fs::File;
use std::io;
use std::mem;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Foundation::ERROR_INSUFFICIENT_BUFFER;
use windows_sys::Win32::Security::{
    ACL, ACL_REVISION, AddAccessAllowedAce, DACL_SECURITY_INFORMATION, GetKernelObjectSecurity,
    GetTokenInformation, InitializeAcl, InitializeSecurityDescriptor, OBJECT_SECURITY_INFORMATION,
    PROTECTED_DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, SE_DACL_PROTECTED,
    SECURITY_DESCRIPTOR, SECURITY_MAX_SID_SIZE, SetKernelObjectSecurity,
    SetSecurityDescriptorControl, SetSecurityDescriptorDacl, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::FILE_ALL_ACCESS;
use windows_sys::Win32::System::SystemServices::SECURITY_DESCRIPTOR_REVISION;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};
use windows_sys::core::BOOL;

const IDENTIFIER_SIZE: usize = SECURITY_MAX_SID_SIZE as usize;

/// An access list with room for one entry.
#[repr(C)]
struct OneEntry {
    head: ACL,
    // Its header and its rights, then whom it is about.
    entry: [u32; 2 + IDENTIFIER_SIZE / size_of::<u32>()],
}

/// The user of a process, with room for the identifier that it points to.
#[repr(C)]
struct User {
    user: TOKEN_USER,
    identifier: [u8; IDENTIFIER_SIZE],
}

/// Lets the user of this process do everything with a file, and nobody else
/// anything: nothing is inherited from the directory. The file must have been
/// opened with the right to change its access list.
#[expect(unsafe_code, reason = "std knows no access lists")]
pub(super) fn allow_user_alone(file: &File) -> io::Result<()> {
    let user = current_user()?;
    // SAFETY: all zeros is a valid value of these structures of numbers and pointers.
    let (mut list, mut descriptor): (OneEntry, SECURITY_DESCRIPTOR) = unsafe { mem::zeroed() };
    let (list, descriptor) = (&raw mut list.head, (&raw mut descriptor).cast());
    // SAFETY: the list has this size, beyond which nothing is written; the
    // identifier lies in `user`, and the descriptor points to the list: all outlive
    // their use.
    check(BOOL::from(unsafe {
        InitializeAcl(list, size_in_bytes::<OneEntry>(), ACL_REVISION) != 0
            && AddAccessAllowedAce(list, ACL_REVISION, FILE_ALL_ACCESS, user.user.User.Sid) != 0
            && InitializeSecurityDescriptor(descriptor, SECURITY_DESCRIPTOR_REVISION) != 0
            && SetSecurityDescriptorDacl(descriptor, 1, list, 0) != 0
            && SetSecurityDescriptorControl(descriptor, SE_DACL_PROTECTED, SE_DACL_PROTECTED) != 0
    }))?;
    set(file, PROTECTED_DACL_SECURITY_INFORMATION, descriptor)
}

/// Gives a file the access list of another one.
#[expect(unsafe_code, reason = "std knows no access lists")]
pub(super) fn copy(from: &File, to: &File) -> io::Result<()> {
    let mut descriptor: Vec<u64> = Vec::new();
    loop {
        let room = mem::size_of_val(descriptor.as_slice());
        let mut needed = 0;
        // SAFETY: the handle is open, and no more is written than there is room for.
        let got = check(unsafe {
            GetKernelObjectSecurity(
                from.as_raw_handle(),
                DACL_SECURITY_INFORMATION,
                descriptor.as_mut_ptr().cast(),
                u32::try_from(room).unwrap_or(u32::MAX),
                &raw mut needed,
            )
        });
        match got {
            Ok(()) => return set(to, 0, descriptor.as_mut_ptr().cast()),
            Err(error) if is_lack_of_room(&error) && needed as usize > room => {
                descriptor.resize((needed as usize).div_ceil(size_of::<u64>()), 0);
            }
            Err(error) => return Err(error),
        }
    }
}

fn is_lack_of_room(error: &io::Error) -> bool {
    error.raw_os_error() == Some(ERROR_INSUFFICIENT_BUFFER.cast_signed())
}

/// `SetKernelObjectSecurity` takes the list as it is, while `SetSecurityInfo`
/// adds what the directory hands down.
#[expect(unsafe_code, reason = "std knows no access lists")]
fn set(
    file: &File,
    inheritance: OBJECT_SECURITY_INFORMATION,
    descriptor: PSECURITY_DESCRIPTOR,
) -> io::Result<()> {
    // SAFETY: the handle is open, and the descriptor is a valid one that the caller owns.
    check(unsafe {
        SetKernelObjectSecurity(
            file.as_raw_handle(),
            DACL_SECURITY_INFORMATION | inheritance,
            descriptor,
        )
    })
}

/// Boxed, so that its pointer into itself stays valid.
#[expect(unsafe_code, reason = "std knows no users")]
fn current_user() -> io::Result<Box<User>> {
    let mut token = ptr::null_mut();
    // SAFETY: the pseudo handle is always valid, and `token` outlives the call.
    check(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
    // SAFETY: the handle was just made, and nobody else owns it.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };
    // SAFETY: all zeros is a valid value of this structure of numbers and pointers.
    let mut user: Box<User> = Box::new(unsafe { mem::zeroed() });
    let mut needed = 0;
    // SAFETY: the handle is open, and no more is written than the size of `user`.
    check(unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            (&raw mut *user).cast(),
            size_in_bytes::<User>(),
            &raw mut needed,
        )
    })?;
    Ok(user)
}

fn size_in_bytes<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or(u32::MAX)
}

fn check(result: BOOL) -> io::Result<()> {
    if result == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
