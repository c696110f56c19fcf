//! What a store's failure means to the user.

use super::{Error, Kind};
use crate::store::{AbsentReason, StoreError};

/// What works whatever the keychain does.
const WITHOUT_KEYCHAIN: &str = "for one command without it: VAST_API_KEY_FILE=PATH vastkey …";

/// The systems whose keychains differ in what a user does about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum System {
    MacOs,
    Windows,
    Linux,
    Other,
}

impl System {
    const fn current() -> Self {
        if cfg!(target_os = "macos") {
            Self::MacOs
        } else if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "linux") {
            Self::Linux
        } else {
            Self::Other
        }
    }

    /// How a locked keychain is unlocked.
    fn unlock(self) -> &'static str {
        match self {
            Self::MacOs => {
                "unlock it, then run this again: security unlock-keychain (it asks for the password, over SSH too)"
            }
            _ => "unlock it in your keychain manager or log in to the desktop, then run this again",
        }
    }
}

impl From<StoreError> for Error {
    fn from(fault: StoreError) -> Self {
        with_substitutes(System::current(), &fault)
    }
}

impl Error {
    /// For commands that need what is in this very keychain: no other source of a
    /// key would help.
    pub fn of_needed_store(fault: &StoreError) -> Self {
        error_on(System::current(), fault)
    }
}

fn with_substitutes(system: System, fault: &StoreError) -> Error {
    substitutes(system, fault)
        .iter()
        .fold(error_on(system, fault), |error, hint| error.hint(*hint))
}

fn error_on(system: System, fault: &StoreError) -> Error {
    let error = Error::new(kind_of(fault), subject(fault)).because(fault.to_string());
    match fault {
            StoreError::Absent(reason) => brought_back(system, error, *reason),
            StoreError::Locked(_) => error.hint(system.unlock()),
            StoreError::Unpermitted => error
                .hint("run it once on the Mac's own desktop, and answer the dialog with 'Always Allow'"),
            StoreError::Dismissed => error
                .hint("run it again and confirm the keychain's question")
                .hint("if no window appeared, DISPLAY may name one that is gone: vastkey --no-input …"),
            StoreError::Denied(_) => {
                error.hint("allow vastkey in the keychain's own settings, then run this again")
            }
            StoreError::NoDefaultCollection => error.hint(
                "create a keyring named 'Login' and make it the default (GNOME: seahorse, KDE: kwalletmanager)",
            ),
            StoreError::Ambiguous(_) => {
                error.hint("to put one key of vastkey's own in their place: vastkey set api-key")
            }
            StoreError::TimedOut(_) => error
                .hint("see whether the keychain is busy or asks something in a window; else restart it")
                .hint("to wait longer: vastkey --timeout SECONDS …"),
            StoreError::Empty | StoreError::Corrupt(_) => {
                error.hint("store the key again: vastkey set api-key")
            }
            StoreError::TooLong { .. } => {
                error.hint("give the key alone; Vast.ai's keys are 64 characters")
            }
            StoreError::Full(_) => error.hint("make room in it, or use another: --store"),
            StoreError::Broken(_) | StoreError::System(_) => error.hint("run it again; if it stays, restart the keychain"),
            StoreError::NoResources => {
                error.hint("allow it more open files (ulimit -n 64 is plenty), then run this again")
            }
            StoreError::Unconfirmed { .. } => {
                error.hint("the change is made; look at it again after a power failure")
            }
            StoreError::BadFile { .. }
            | StoreError::NoSuchPlace(_)
            | StoreError::Unsupported(_) => error,
        }
}

fn subject(fault: &StoreError) -> &'static str {
    match fault {
        StoreError::BadFile { .. } | StoreError::Unconfirmed { .. } => "cannot use the key file",
        _ => "cannot use the keychain",
    }
}

fn kind_of(fault: &StoreError) -> Kind {
    match fault {
        StoreError::Absent(_) => Kind::KeychainAbsent,
        StoreError::Locked(_) => Kind::KeychainLocked,
        StoreError::Dismissed => Kind::KeychainDismissed,
        StoreError::Denied(_) | StoreError::Unpermitted => Kind::KeychainDenied,
        StoreError::NoDefaultCollection => Kind::KeychainNoDefaultCollection,
        StoreError::Ambiguous(_) => Kind::Ambiguous,
        StoreError::TimedOut(_) => Kind::KeychainSilent,
        StoreError::Empty | StoreError::Corrupt(_) => Kind::Corrupt,
        StoreError::TooLong { .. } => Kind::MalformedKey,
        StoreError::BadFile { .. } | StoreError::Unconfirmed { .. } => Kind::NamedSource,
        StoreError::Broken(_)
        | StoreError::System(_)
        | StoreError::NoResources
        | StoreError::Full(_) => Kind::KeychainBroken,
        StoreError::NoSuchPlace(_) | StoreError::Unsupported(_) => Kind::Usage,
    }
}

fn brought_back(system: System, error: Error, reason: AbsentReason) -> Error {
    match reason {
        AbsentReason::NoBus => error.hint(
            "on a desktop, run it inside your session: see whether DBUS_SESSION_BUS_ADDRESS names a bus that is there",
        ),
        AbsentReason::NoService => {
            error.hint("install and start one, such as the package gnome-keyring")
        }
        AbsentReason::NoSession => match system {
            System::MacOs => error.hint(
                "over SSH, open the keychain for this session, then run this again: security unlock-keychain",
            ),
            System::Windows => error.hint(
                "a network logon (SSH, a scheduled task) has no credentials: run it in a session that was opened with the password",
            ),
            System::Linux | System::Other => error,
        },
        AbsentReason::Unsupported => error,
    }
}

/// What else a key can come from.
fn substitutes(system: System, fault: &StoreError) -> &'static [&'static str] {
    const ALL: [&str; 3] = [
        "without a keychain, give the key to each command: VAST_API_KEY, or VAST_API_KEY_FILE=PATH",
        "or keep it in the documented plaintext file, readable by you alone: vastkey set api-key --store file",
        "or in the kernel, until the next restart: vastkey set api-key --store keyutils",
    ];
    match fault {
        StoreError::Absent(_) if system == System::Linux => &ALL,
        StoreError::Absent(_) => &ALL[..2],
        StoreError::Locked(_) | StoreError::Unpermitted | StoreError::TimedOut(_) => {
            &[WITHOUT_KEYCHAIN]
        }
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(system: System, fault: &StoreError) -> (String, String) {
        let error = with_substitutes(system, fault);
        assert_eq!(error.kind().exit_code(), 5);
        (error.summary(), error.hints()[0].clone())
    }

    #[test]
    fn on_macos_each_reason_for_no_dialog_has_its_own_way_out() {
        let locked = StoreError::Locked("the macOS Keychain".to_owned());
        let absent = StoreError::Absent(AbsentReason::NoSession);
        for (fault, cause, hint) in [
            (&locked, "is locked", "security unlock-keychain"),
            (&StoreError::Unpermitted, "dialog", "'Always Allow'"),
            (&absent, "this login session", "over SSH"),
        ] {
            let (summary, first) = said(System::MacOs, fault);
            assert!(summary.contains(cause) && first.contains(hint), "{first}");
        }
    }

    #[test]
    fn no_system_is_told_of_anothers_command() {
        let locked = StoreError::Locked("it".to_owned());
        let absent = StoreError::Absent(AbsentReason::NoSession);
        for system in [System::Windows, System::Linux, System::Other] {
            for fault in [&locked, &absent] {
                let (_, first) = said(system, fault);
                assert!(!first.contains("security "), "{first}");
            }
        }
        assert!(said(System::Windows, &absent).1.contains("network logon"));
    }
}
