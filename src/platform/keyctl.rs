//! The Linux kernel's keys (`keyctl(2)`, `add_key(2)`), as far as they are
//! needed.
//!
//! Written here because the crate for it trusts the length that the kernel
//! reports over the length of its own buffers.

use std::ffi::CStr;
use std::io;

use libc::{c_long, c_ulong};
use zeroize::Zeroizing;

/// A key's or keyring's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Serial(i32);

/// The keyring that all processes of a user share.
pub const USER_KEYRING: Serial = Serial(libc::KEY_SPEC_USER_KEYRING);

/// The keyring of this process alone.
pub const PROCESS_KEYRING: Serial = Serial(libc::KEY_SPEC_PROCESS_KEYRING);

/// Everything, for those who possess the key and for the same user; nothing
/// for others.
pub const SAME_USER: u32 = 0x3f3f_0000;

/// The type of keys that hold whatever a user likes.
const USER_TYPE: &CStr = c"user";

impl Serial {
    fn argument(self) -> c_ulong {
        // Special numbers are negative; the kernel takes the lower half again.
        c_long::from(self.0).cast_unsigned()
    }
}

/// What the kernel says of a key.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyDescription {
    /// Its type, such as `user`.
    pub kind: Vec<u8>,
    /// The description that its creator chose.
    pub text: Vec<u8>,
}

/// Links a key or keyring to a keyring.
pub fn link(key: Serial, keyring: Serial) -> io::Result<()> {
    control(libc::KEYCTL_LINK, key, keyring.argument())
}

/// Adds a `user` key to a keyring, or gives the one with this description a new
/// payload.
#[expect(unsafe_code, reason = "a system call that std does not have")]
pub fn add(keyring: Serial, description: &CStr, payload: &[u8]) -> io::Result<Serial> {
    // SAFETY: two C strings and a slice with its length, all alive; the kernel
    // only reads them.
    let result = unsafe {
        libc::syscall(
            libc::SYS_add_key,
            USER_TYPE.as_ptr(),
            description.as_ptr(),
            payload.as_ptr(),
            payload.len(),
            keyring.argument(),
        )
    };
    serial(check(result)?)
}

/// Finds a `user` key by its description.
#[expect(unsafe_code, reason = "a system call that std does not have")]
pub fn search(keyring: Serial, description: &CStr) -> io::Result<Serial> {
    let no_destination: c_ulong = 0;
    // SAFETY: two C strings, both alive; the kernel only reads them.
    let result = unsafe {
        libc::syscall(
            libc::SYS_keyctl,
            libc::KEYCTL_SEARCH,
            keyring.argument(),
            USER_TYPE.as_ptr(),
            description.as_ptr(),
            no_destination,
        )
    };
    serial(check(result)?)
}

/// Reads a key's payload, at most `limit` bytes of it; a longer one is `None`.
pub fn read(key: Serial, limit: usize) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut buffer = Zeroizing::new(vec![0; limit]);
    let length = fill(libc::KEYCTL_READ, key, &mut buffer)?;
    if length > limit {
        return Ok(None);
    }
    buffer.truncate(length);
    Ok(Some(buffer))
}

/// The keys and keyrings that a keyring links to.
pub fn entries(keyring: Serial) -> io::Result<Vec<Serial>> {
    const WIDTH: usize = size_of::<i32>();
    let bytes = read_whole(libc::KEYCTL_READ, keyring)?;
    let (numbers, _) = bytes.as_chunks::<WIDTH>();
    Ok(numbers
        .iter()
        .map(|bytes| Serial(i32::from_ne_bytes(*bytes)))
        .collect())
}

/// A key's type and description.
pub fn describe(key: Serial) -> io::Result<KeyDescription> {
    let mut text = read_whole(libc::KEYCTL_DESCRIBE, key)?;
    // Ends with NUL: `type;uid;gid;permissions;description`.
    text.pop();
    let mut fields = text.splitn(5, |byte| *byte == b';');
    let kind = fields.next().unwrap_or_default().to_vec();
    let text = fields.nth(3).unwrap_or_default().to_vec();
    Ok(KeyDescription { kind, text })
}

/// Says who may do what with a key.
pub fn set_permissions(key: Serial, permissions: u32) -> io::Result<()> {
    control(libc::KEYCTL_SETPERM, key, c_ulong::from(permissions))
}

/// Makes a key vanish at once from every keyring.
pub fn invalidate(key: Serial) -> io::Result<()> {
    control(libc::KEYCTL_INVALIDATE, key, 0)
}

/// Reads something that may grow between asking for its length and reading it.
fn read_whole(operation: u32, key: Serial) -> io::Result<Vec<u8>> {
    let mut buffer = Vec::new();
    loop {
        let length = fill(operation, key, &mut buffer)?;
        let fits = length <= buffer.len();
        buffer.resize(length, 0);
        if fits {
            return Ok(buffer);
        }
    }
}

/// Lets the kernel fill `buffer`. Returns the length of the whole; when that is
/// more than the buffer has, nothing useful is in it.
#[expect(unsafe_code, reason = "a system call that std does not have")]
fn fill(operation: u32, key: Serial, buffer: &mut [u8]) -> io::Result<usize> {
    // SAFETY: the kernel writes at most the length given, into a buffer that is
    // ours alone during the call.
    let result = unsafe {
        libc::syscall(
            libc::SYS_keyctl,
            operation,
            key.argument(),
            buffer.as_mut_ptr(),
            buffer.len(),
        )
    };
    usize::try_from(check(result)?).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// An operation whose arguments are numbers.
#[expect(unsafe_code, reason = "a system call that std does not have")]
fn control(operation: u32, key: Serial, argument: c_ulong) -> io::Result<()> {
    // SAFETY: no argument of the operations used is an address.
    let result = unsafe { libc::syscall(libc::SYS_keyctl, operation, key.argument(), argument) };
    check(result).map(drop)
}

fn check(result: c_long) -> io::Result<c_long> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

fn serial(number: c_long) -> io::Result<Serial> {
    i32::try_from(number)
        .map(Serial)
        .map_err(|_| io::ErrorKind::InvalidData.into())
}
