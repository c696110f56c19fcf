//! Files that the environment names on purpose: `VAST_API_KEY_FILE`, and
//! systemd's `$CREDENTIALS_DIRECTORY/vast_api_key`.
//!
//! Links, other owners and pipes are fine. Missing or empty is an error, never
//! a reason to use another key.

use std::path::PathBuf;

use super::{Ambient, Source, Step};
use crate::files;
use crate::key::{ApiKey, MAX_KEY_LEN};

/// The name under which a systemd unit passes the key (`LoadCredential=`).
const CREDENTIAL: &str = "vast_api_key";

pub(super) fn probe_key_file(ambient: &Ambient) -> Step {
    probe(ambient, "VAST_API_KEY_FILE", ambient.key_file.clone())
}

pub(super) fn probe_credentials_directory(ambient: &Ambient) -> Step {
    let path = ambient
        .credentials_directory
        .as_ref()
        .map(|directory| directory.join(CREDENTIAL));
    probe(ambient, "CREDENTIALS_DIRECTORY", path)
}

fn probe(ambient: &Ambient, variable: &'static str, path: Option<PathBuf>) -> Step {
    let source = Source::NamedFile {
        variable,
        path: path.clone(),
    };
    let Some(path) = path else {
        return Step::not_there(source, "not set");
    };
    match files::read_named(&path, MAX_KEY_LEN, ambient.file_deadline) {
        Ok(contents) => Step::holding(source, ApiKey::parse_bytes(&contents), None),
        Err(fault) => Step::unusable(source, fault),
    }
}
