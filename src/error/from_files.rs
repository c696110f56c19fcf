//! What a file, a stream or a prompt that failed means to the user.

use super::{Error, Kind};
use crate::config::ConfigError;
use crate::files::{Action, Fault, FileError, LockError};
use crate::key::MalformedKey;
use crate::lifecycle::jobs::JobError;
use crate::lookup::{self, NoKey, Source};
use crate::output::prompt::PromptError;
use crate::streams::{InputError, OutputError};

impl From<FileError> for Error {
    fn from(fault: FileError) -> Self {
        let error = Error::new(Kind::File, fault.to_string());
        match &fault.fault {
            Fault::Link => error.hint(
                "vastkey does not write or remove through links; put a regular file in its place",
            ),
            Fault::DanglingLink => error
                .hint("bring back what it points to (is a disk not mounted?), or remove the link"),
            Fault::ForeignOwner | Fault::ForeignDirectory => {
                error.hint("only files that are yours are used: see who owns it with ls -l")
            }
            Fault::NotRegular => error.hint("move it away"),
            Fault::Changed => {
                error.hint("another program wrote to it: look at it, then run this again")
            }
            Fault::Unconfirmed(..) => {
                error.hint("the change is made; look at it again after a power failure")
            }
            Fault::HardLink => error.hint("put a copy in its place, which has no other name"),
            Fault::System(_, _) => match fault.fault.system_kind() {
                Some(std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded) => {
                    error.hint("make room on the disk; the file is as it was before")
                }
                Some(std::io::ErrorKind::IsADirectory) => {
                    error.hint("it is a directory: give the path of a file")
                }
                Some(std::io::ErrorKind::PermissionDenied)
                    if matches!(fault.fault, Fault::System(Action::Open | Action::Read, _)) =>
                {
                    error.hint("see whether you may read it, and enter its directory: ls -l")
                }
                Some(
                    std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied,
                ) => error.hint("see whether you may write there; the file is as it was before"),
                _ if matches!(fault.fault, Fault::System(Action::Write, _)) => {
                    error.hint("the file is as it was before")
                }
                _ => error,
            },
            Fault::NotThere | Fault::TooLong(_) | Fault::TimedOut(_) => error,
        }
    }
}

impl From<LockError> for Error {
    fn from(fault: LockError) -> Self {
        match fault {
            LockError::Held => Error::new(Kind::Busy, "another vastkey is changing something")
                .hint("wait until it is done, then run this again"),
            LockError::File(fault) => Error::from(fault),
        }
    }
}

impl From<JobError> for Error {
    fn from(fault: JobError) -> Self {
        match fault {
            JobError::File(fault) => Error::from(fault),
            JobError::Lock(fault) => Error::from(fault),
            JobError::Unlisted { .. } => Error::new(Kind::File, fault.to_string()),
            JobError::NoRandomness => Error::new(Kind::Other, fault.to_string()),
        }
    }
}

impl From<ConfigError> for Error {
    fn from(fault: ConfigError) -> Self {
        match fault {
            ConfigError::File(fault) => Error::from(fault),
            other => Error::new(Kind::Other, "the configuration cannot be used")
                .because(other.to_string())
                .hint("mend that line, or move the file away"),
        }
    }
}

impl From<MalformedKey> for Error {
    fn from(fault: MalformedKey) -> Self {
        let error = Error::new(Kind::MalformedKey, fault.to_string());
        error.hint(match fault {
            MalformedKey::Empty => "copy a key from https://cloud.vast.ai/manage-keys/",
            MalformedKey::AuthorizationHeader => "give what follows 'Bearer', and nothing else",
            MalformedKey::Assignment => "give what follows the '=', without quotation marks",
            MalformedKey::Quoted => "give the key without the quotation marks",
            _ => "give the key alone, as https://cloud.vast.ai/manage-keys/ showed it",
        })
    }
}

impl From<InputError> for Error {
    fn from(fault: InputError) -> Self {
        let kind = match fault {
            InputError::TooLong(_) | InputError::Nul => Kind::MalformedKey,
            InputError::Silent(_) | InputError::System(_) => Kind::Other,
        };
        Error::new(kind, fault.to_string())
    }
}

impl From<OutputError> for Error {
    fn from(fault: OutputError) -> Self {
        Error::new(Kind::Other, fault.to_string())
    }
}

impl From<PromptError> for Error {
    fn from(fault: PromptError) -> Self {
        let kind = match fault {
            PromptError::TooLong
            | PromptError::SeveralLines
            | PromptError::NotText
            | PromptError::Empty => Kind::MalformedKey,
            PromptError::NoSuchOption(_) => Kind::Usage,
            PromptError::NoTerminal
            | PromptError::Interrupted
            | PromptError::Ended
            | PromptError::System(_) => Kind::Other,
        };
        Error::new(kind, fault.to_string())
    }
}

impl From<NoKey> for Error {
    fn from(nothing: NoKey) -> Self {
        match nothing {
            NoKey::Nowhere(absent) => nowhere(&absent),
            NoKey::Unusable(source, fault) => unusable(&source, fault),
        }
    }
}

fn nowhere(absent: &[(Source, String)]) -> Error {
    let keychain = absent.iter().find_map(|(source, reason)| match source {
        Source::DefaultAccount(..) if reason.starts_with("no keychain") => Some(reason.as_str()),
        _ => None,
    });
    let error = Error::new(Kind::NoKey, "no key was found");
    match keychain {
        Some(reason) => error
            .because(reason)
            .hint("without a keychain, give the key to each command: VAST_API_KEY, or VAST_API_KEY_FILE=PATH")
            .hint("or keep it in the documented plaintext file, readable by you alone: vastkey set api-key --store file"),
        None => error.hint("to store one: vastkey set api-key"),
    }
}

fn unusable(source: &Source, fault: lookup::Fault) -> Error {
    let described = source.described();
    match fault {
        lookup::Fault::Store(fault) => {
            Error::from(fault).while_doing(format!("cannot read {described}"))
        }
        lookup::Fault::StoreGone(fault) => Error::from(fault).while_doing(format!(
            "cannot read {described}, and no other key is used in its place"
        )),
        lookup::Fault::Malformed(fault) => {
            Error::new(Kind::Corrupt, format!("{described} does not hold a key"))
                .because(fault.to_string())
                .hint(mend(source))
        }
        lookup::Fault::File(fault) => {
            let cause = format!("it {}", fault.fault);
            Error::from(fault)
                .of_kind(Kind::NamedSource)
                .reworded(format!("cannot use {described}"))
                .because(cause)
                .hint(mend(source))
        }
        lookup::Fault::Settings(cause) => {
            Error::new(Kind::Other, "the configuration cannot be used")
                .because(cause)
                .hint("mend it, or move the file away")
        }
        lookup::Fault::NoDefault(_) => Error::new(Kind::Ambiguous, fault.to_string())
            .hint("choose the default: vastkey account use NAME")
            .hint("or name one for this command: --account NAME"),
        lookup::Fault::Vanished(ref name) => Error::new(
            Kind::KeychainAbsent,
            format!("there is no longer a key in {described}"),
        )
        .because("it was stored there, and no other key is used in its place")
        .hint(format!(
            "to store it again: vastkey set api-key --account {name}"
        ))
        .hint(format!("to forget it: vastkey account remove {name}")),
        lookup::Fault::Elsewhere(store) => {
            let account = source.account().cloned().unwrap_or_default();
            Error::new(Kind::Usage, format!("there is no {described}"))
                .because(format!("account '{account}' is in {store}"))
                .hint("leave out --store, or choose another account: --account NAME")
        }
        lookup::Fault::NoSuchAccount => Error::new(Kind::NoKey, format!("there is no {described}"))
            .hint("to see the stored accounts: vastkey account list"),
    }
}

fn mend(source: &Source) -> String {
    match source {
        Source::Variable => "set VAST_API_KEY to a key alone, or: unset VAST_API_KEY".to_owned(),
        Source::NamedFile { variable, .. } => {
            format!("put a key alone into that file, or: unset {variable}")
        }
        Source::ChosenAccount(name, _) | Source::DefaultAccount(name, _) => {
            format!("store a key: vastkey set api-key --account {name}")
        }
        Source::Session(name) => format!("log in again: vastkey tfa login --account {name}"),
        Source::Plaintext(_) => "put a key alone into that file, or remove it".to_owned(),
    }
}
