//! `VAST_API_KEY`: trimmed; blank counts as unset.

use super::{Ambient, Source, Step};

pub(super) fn probe(ambient: &Ambient) -> Step {
    match ambient.variable {
        None => Step::not_there(Source::Variable, "not set"),
        Some(key) => Step::holding(Source::Variable, key.clone(), None),
    }
}
