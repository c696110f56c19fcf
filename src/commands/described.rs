//! What `status` and `doctor` both say of the keychain and of the key in use.

use time::OffsetDateTime;

use crate::context::Context;
use crate::escape::escape;
use crate::lookup::Found;
use crate::store::Description;

/// The keychain's name, and where in it new items go.
pub(super) fn keychain(store: &Description) -> String {
    let place = store.place.as_ref();
    let place = place.map_or_else(String::new, |place| format!(", {}", escape(place)));
    format!("{}{place}", escape(&store.name))
}

/// When the server last accepted the key, as far as it is recorded.
pub(super) fn last_verified(ctx: &Context, found: &Found) -> Option<OffsetDateTime> {
    let index = ctx.index();
    let record = index.get(&ctx.server, found.source.account()?)?;
    let is_same = record.fingerprint() == Some(found.key.fingerprint());
    record.verified_at.filter(|_| is_same)
}
