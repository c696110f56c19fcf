//! What a refusal of the server means for the key in use: where that key came
//! from, what other sources hold, and what to do.

use std::path::Path;

use crate::api::{ApiError, KEYS_PAGE};
use crate::context::Context;
use crate::error::Error;
use crate::files;
use crate::key::ApiKey;
use crate::lookup::{self, Found, Outcome, PlaintextRole, Source};

/// A key that was about to be stored, and is not.
pub(super) fn new_key(key: &ApiKey, reason: &ApiError) -> Error {
    Error::from(reason.clone())
        .reworded(format!(
            "the server rejected the key {}, and it was not stored",
            key.fingerprint()
        ))
        .hint(format!(
            "look for a typo, or a key that was deleted or has expired: {KEYS_PAGE}"
        ))
        .hint("to store it all the same: vastkey set api-key --no-verify")
}

/// A key in a plaintext file that was about to be moved, and is not.
pub(super) fn plaintext_key(path: &Path, key: &ApiKey, reason: &ApiError) -> Error {
    Error::from(reason.clone())
        .reworded(format!(
            "the server rejected the key {} in '{}', and nothing was migrated",
            key.fingerprint(),
            files::shown(path)
        ))
        .hint(format!("if that key is dead: rm {}", files::quoted(path)))
        .hint("to move it all the same: vastkey migrate --no-verify")
}

/// A refusal of a request about one key, by its number.
pub(super) fn of_key(ctx: &Context, found: &Found, id: u64, reason: ApiError) -> Error {
    if matches!(reason, ApiError::NotFound { .. }) {
        return Error::from(reason).reworded(format!("the server has no key {id} of yours"));
    }
    of_key_in_use(ctx, found, reason)
}

/// The key in use, refused in the course of a command.
pub(super) fn of_key_in_use(ctx: &Context, found: &Found, reason: ApiError) -> Error {
    let about_key = matches!(
        reason,
        ApiError::RejectedKey { .. }
            | ApiError::SessionExpired { .. }
            | ApiError::TfaRequired { .. }
            | ApiError::MissingPermission { .. }
    );
    let rejected = matches!(reason, ApiError::RejectedKey { .. });
    let error = Error::from(reason);
    if !about_key {
        return error;
    }
    let which = format!(
        "the key {} from {}",
        found.key.fingerprint(),
        found.source.described()
    );
    let error = if rejected {
        error.reworded(format!("the server rejected {which}"))
    } else {
        error.while_doing(format!("the server did not accept {which}"))
    };
    let error = others(ctx, found, error);
    match &found.source {
        Source::Session(_) => error.hint("to log in again: vastkey tfa login"),
        Source::Plaintext(file) if file.role == PlaintextRole::Session => error.hint(format!(
            "if that session has ended: rm {}, then vastkey tfa login",
            files::quoted(&file.path)
        )),
        source if rejected => mend(error, source),
        _ => error,
    }
}

/// Names the sources that hold another key than the one in use.
fn others(ctx: &Context, found: &Found, mut error: Error) -> Error {
    let Ok(ambient) = ctx.ambient(ctx.stores_unattended()) else {
        return error;
    };
    for step in lookup::trace(&ambient) {
        if step.source == found.source {
            continue;
        }
        if let Outcome::Found(other) = &step.outcome
            && !other.key.same_as(&found.key)
        {
            let hint = format!(
                "{} holds a different key, {}",
                step.source.described(),
                other.key.fingerprint()
            );
            // An account that was asked for may be the default one too.
            if !error.hints().contains(&hint) {
                error = error.hint(hint);
            }
        }
    }
    error
}

fn mend(error: Error, source: &Source) -> Error {
    let error = error.hint(format!(
        "a typo, a deleted key and an expired key look the same to the server; your keys: {KEYS_PAGE}"
    ));
    match source {
        Source::Variable => {
            error.hint("set VAST_API_KEY to a valid key, or use the stored one: unset VAST_API_KEY")
        }
        Source::NamedFile { variable, .. } => error.hint(format!(
            "put a valid key into that file, or: unset {variable}"
        )),
        Source::ChosenAccount(name, _) | Source::DefaultAccount(name, _) => error.hint(format!(
            "store a valid key: vastkey set api-key --account {name}"
        )),
        Source::Session(_) | Source::Plaintext(_) => {
            error.hint("store a valid key: vastkey set api-key")
        }
    }
}
