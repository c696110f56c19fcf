//! The files of the official CLI: the documented key file, the legacy one and
//! the 2FA session.
//!
//! Regular files owned by the user or root, read through links; trimmed UTF-8
//! of at most 4 KiB. Others may read it: used, with a remark.

use std::path::PathBuf;

use super::{Ambient, Remark, Source, Step};
use crate::files::{self, PrivateFile};
use crate::key::{ApiKey, MAX_KEY_LEN};

/// What a file of the official CLI is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `vastai/vast_tfa_key`: the key of a 2FA session.
    Session,
    /// `vastai/vast_api_key`: the documented place.
    Documented,
    /// `~/.vast_api_key`: where older versions kept the key.
    Legacy,
}

impl Role {
    /// A name for machines that stays the same from version to version.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Session => "session-file",
            Self::Documented => "documented-file",
            Self::Legacy => "legacy-file",
        }
    }
}

/// One file of the official CLI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaintextFile {
    /// What it is for.
    pub role: Role,
    /// Where it is.
    pub path: PathBuf,
}

impl PlaintextFile {
    pub(super) fn described(&self) -> String {
        if self.path.as_os_str().is_empty() {
            let file = match self.role {
                Role::Session => "2FA session file",
                Role::Documented => "plaintext file",
                Role::Legacy => "legacy plaintext file",
            };
            return format!("the official CLI's {file}");
        }
        let path = files::shown(&self.path);
        match self.role {
            Role::Session => format!("the official CLI's 2FA session file '{path}'"),
            Role::Documented => format!("the plaintext file '{path}'"),
            Role::Legacy => format!("the legacy plaintext file '{path}'"),
        }
    }
}

pub(super) fn probe_documented(ambient: &Ambient) -> Step {
    probe(ambient, Role::Documented)
}

pub(super) fn probe_legacy(ambient: &Ambient) -> Step {
    probe(ambient, Role::Legacy)
}

fn probe(ambient: &Ambient, role: Role) -> Step {
    let Some(file) = of_role(ambient, role) else {
        return Step::not_there(nowhere(role), "no home directory");
    };
    let source = Source::Plaintext(file.clone());
    match files::read_private(&file.path, MAX_KEY_LEN) {
        Ok(None) => Step::not_there(source, "no such file"),
        Ok(Some(read)) => Step::holding(source, ApiKey::parse_bytes(&read.contents), remark(&read)),
        Err(fault) => Step::unusable(source, fault),
    }
}

pub(super) fn remark(file: &PrivateFile) -> Option<Remark> {
    let mode = file.facts.mode?;
    file.facts
        .others_can_read()
        .then_some(Remark::OthersCanRead(mode))
}

pub(super) fn of_role<'a>(ambient: &Ambient<'a>, role: Role) -> Option<&'a PlaintextFile> {
    ambient.plaintext.iter().find(|file| file.role == role)
}

/// The source for a file whose path is not known.
pub(super) fn nowhere(role: Role) -> Source {
    Source::Plaintext(PlaintextFile {
        role,
        path: PathBuf::new(),
    })
}
