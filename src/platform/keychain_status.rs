//! Whether the macOS keychain is locked: the one call of Security.framework
//! that is needed and has no safe binding.

use std::ffi::c_void;
use std::ptr;

/// `errSecSuccess`.
const SUCCESS: i32 = 0;

/// `kSecUnlockStateStatus`.
const UNLOCKED: u32 = 1;

#[link(name = "Security", kind = "framework")]
#[expect(unsafe_code, reason = "declares a function of the system")]
unsafe extern "C" {
    /// `SecKeychain.h`: a null `keychain` is the user's default keychain.
    fn SecKeychainGetStatus(keychain: *const c_void, status: *mut u32) -> i32;
}

/// Whether the user's default keychain must be unlocked before a secret in it
/// can be read; `None` when there is none, or the system does not say. Raises
/// no dialog.
pub fn is_locked() -> Option<bool> {
    let mut status = 0;
    // SAFETY: a null keychain is allowed, and `status` is valid for writes for
    // the length of the call.
    #[expect(unsafe_code, reason = "calls a function of the system")]
    let result = unsafe { SecKeychainGetStatus(ptr::null(), &raw mut status) };
    (result == SUCCESS).then_some(status & UNLOCKED == 0)
}
