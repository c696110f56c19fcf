//! Collections: the one where new items go, and whether locked ones may hide
//! items.
//!
//! Owns the choice of a collection. Never chooses the session collection,
//! whose items are gone after the login session.

use zbus::zvariant::{ObjectPath, OwnedObjectPath};

use super::fault::Fault;
use super::link::{COLLECTION_INTERFACE, Link, ROOT, SERVICE_INTERFACE, present};
use crate::store::labels;

/// Where new items go, if anywhere.
pub(super) async fn default(link: &Link) -> Result<Option<OwnedObjectPath>, Fault> {
    let Some(default) = by_alias(link, "default").await? else {
        return Ok(None);
    };
    let session = by_alias(link, "session").await?;
    Ok((session.as_ref() != Some(&default)).then_some(default))
}

async fn by_alias(link: &Link, alias: &str) -> Result<Option<OwnedObjectPath>, Fault> {
    link.call(&ROOT, SERVICE_INTERFACE, "ReadAlias", &alias)
        .await
        .map(present)
}

/// Whether a collection is locked.
pub(super) async fn is_locked(link: &Link, collection: &ObjectPath<'_>) -> Result<bool, Fault> {
    link.property(collection, COLLECTION_INTERFACE, "Locked")
        .await
}

/// Its label, `None` when it has none.
pub(super) async fn label(
    link: &Link,
    collection: &ObjectPath<'_>,
) -> Result<Option<String>, Fault> {
    let label: String = link
        .property(collection, COLLECTION_INTERFACE, "Label")
        .await?;
    Ok(Some(labels::printable(&label)).filter(|label| !label.is_empty()))
}

/// Locked collections that may hold an item although a search did not list
/// it: the default one, and any that lists no items at all, as those of
/// KeePassXC do while they are locked.
pub(super) async fn opaque(link: &Link) -> Result<Vec<OwnedObjectPath>, Fault> {
    let default = default(link).await?;
    let all: Vec<OwnedObjectPath> = link
        .property(&ROOT, SERVICE_INTERFACE, "Collections")
        .await?;
    let mut opaque = Vec::new();
    for collection in all.into_iter().chain(default.clone()) {
        let is_default = Some(&collection) == default.as_ref();
        if !opaque.contains(&collection)
            && is_locked(link, &collection).await?
            && (is_default || lists_nothing(link, &collection).await?)
        {
            opaque.push(collection);
        }
    }
    Ok(opaque)
}

async fn lists_nothing(link: &Link, collection: &ObjectPath<'_>) -> Result<bool, Fault> {
    let items: Vec<OwnedObjectPath> = link
        .property(collection, COLLECTION_INTERFACE, "Items")
        .await?;
    Ok(items.is_empty())
}

/// What to call the collection that `object` is or lies in, in an error. Falls
/// back to a general term rather than hide that error behind another one.
pub(super) async fn name_of(link: &Link, object: &ObjectPath<'_>) -> String {
    const DEPTH_OF_A_COLLECTION: usize = 6;
    let path: Vec<&str> = object.split('/').take(DEPTH_OF_A_COLLECTION).collect();
    let label = match ObjectPath::try_from(path.join("/")) {
        Ok(collection) => label(link, &collection).await.ok().flatten(),
        Err(_) => None,
    };
    label.map_or_else(
        || "the keychain".to_owned(),
        |label| format!("the keychain '{label}'"),
    )
}
