//! What the error codes of macOS's Security framework mean.
//!
//! Plain data, so that its tests run on every system.

use super::{AbsentReason, StoreError};

/// What people call the keychain.
pub(super) const NAME: &str = "macOS Keychain";

/// `errSecItemNotFound`.
#[cfg(target_os = "macos")]
pub(super) const ITEM_NOT_FOUND: i32 = -25300;

/// What a code of `SecBase.h` means here. `is_locked` says whether the default
/// keychain is; `None` when this login session has none.
pub(super) fn explain(code: i32, is_locked: impl FnOnce() -> Option<bool>) -> StoreError {
    match code {
        // errSecUserCanceled
        -128 => StoreError::Dismissed,
        // errSecAuthFailed
        -25293 => StoreError::Denied("the authorisation failed"),
        // errSecInteractionNotAllowed, errSecInteractionRequired, errSecInDarkWake
        -25308 | -25315 | -25320 => nobody_to_ask(is_locked()),
        // errSecDuplicateItem: there was none when it was looked for
        -25299 => StoreError::Broken("another program stored this item at the same moment"),
        // errSecNotAvailable, errSecNoSuchKeychain, errSecInvalidKeychain,
        // errSecNoDefaultKeychain
        -25291 | -25294 | -25295 | -25307 => StoreError::Absent(AbsentReason::NoSession),
        // wrPermErr, errSecReadOnly
        -61 | -25292 => StoreError::Denied("the keychain is read-only"),
        // errSecNoAccessForItem, errSecInvalidOwnerEdit, errSecMissingEntitlement
        -25243 | -25244 | -34018 => StoreError::Denied("macOS forbids it"),
        code => StoreError::System(code),
    }
}

/// A dialog was needed and none could be put up: for the keychain's password if
/// it is locked, else for the permission to use one item; or the session has no
/// keychain, as over SSH.
fn nobody_to_ask(is_locked: Option<bool>) -> StoreError {
    match is_locked {
        Some(true) => StoreError::Locked(format!("the {NAME}")),
        Some(false) => StoreError::Unpermitted,
        None => StoreError::Absent(AbsentReason::NoSession),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_macos_says_is_told_apart() {
        let unasked = || panic!("the lock says nothing about this");
        assert_eq!(explain(-128, unasked), StoreError::Dismissed);
        for code in [-25293, -61, -25292, -25243, -25244, -34018] {
            assert!(matches!(explain(code, unasked), StoreError::Denied(_)));
        }
        for code in [-25291, -25294, -25295, -25307] {
            let absent = StoreError::Absent(AbsentReason::NoSession);
            assert_eq!(explain(code, unasked), absent);
        }
        assert!(matches!(explain(-25299, unasked), StoreError::Broken(_)));
        assert_eq!(explain(-25303, unasked), StoreError::System(-25303));
    }

    #[test]
    fn why_no_dialog_could_be_put_up_is_told_apart() {
        for code in [-25308, -25315, -25320] {
            let locked = explain(code, || Some(true));
            assert_eq!(locked, StoreError::Locked("the macOS Keychain".to_owned()));
            assert_eq!(explain(code, || Some(false)), StoreError::Unpermitted);
            let absent = StoreError::Absent(AbsentReason::NoSession);
            assert_eq!(explain(code, || None), absent);
        }
    }
}
