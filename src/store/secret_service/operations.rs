//! What the methods of the store do, step by step.
//!
//! Owns the order of calls, which decides what a read costs, and which item
//! is touched. The deadline and further attempts lie with the caller.

use futures_lite::future;
use secrecy::SecretString;
use zbus::zvariant::OwnedObjectPath;

use super::fault::Fault;
use super::items::{self, Item, Selection};
use super::link::{COLLECTION_INTERFACE, ITEM_INTERFACE, Link};
use super::prompt::Asker;
use super::{collections, provider};
use crate::store::{Deleted, Description, ItemId, LockState, Persistence, StoreError, same_secret};

/// Reads a secret: search, key agreement, then the secret. The search comes
/// first, as it can be the call by which the service gets to know this client.
pub(super) async fn get(
    link: &Link,
    asker: &Asker,
    id: &ItemId,
) -> Result<Option<SecretString>, Fault> {
    let (selection, ()) = future::try_zip(find(link, asker, id), link.open_session()).await?;
    let items = match selection {
        Selection::Nothing => return Ok(None),
        Selection::One(item) => vec![item],
        Selection::Ours(items) => items.into_iter().take(1).collect(),
        Selection::Foreign(items) => items,
    };
    unlock(link, asker, &items).await?;
    let mut secret: Option<SecretString> = None;
    for item in &items {
        let read = link.secret(&item.path).await?;
        if secret
            .as_ref()
            .is_some_and(|known| !same_secret(known, &read))
        {
            return Err(ambiguous(link, &items).await);
        }
        secret = Some(read);
    }
    Ok(secret)
}

/// Writes a secret: into the item that [`get`] would read, or into a new one.
/// Several items of others are left alone beside a new one, which is how an
/// ambiguity is mended.
pub(super) async fn set(
    link: &Link,
    asker: &Asker,
    id: &ItemId,
    secret: &SecretString,
) -> Result<(), Fault> {
    let (found, ()) = future::try_zip(items::search(link, id), link.open_session()).await?;
    let mut items = writable(items::select(link, id, found).await?);
    if items.is_empty() {
        let collection = collections::default(link)
            .await?
            .ok_or(StoreError::NoDefaultCollection)?;
        if collections::is_locked(link, &collection).await? {
            asker
                .unlock(link, COLLECTION_INTERFACE, &[&collection])
                .await?;
            // Some services show what is there only now.
            let found = items::search(link, id).await?;
            items = writable(items::select(link, id, found).await?);
        }
        if items.is_empty() {
            return items::create(link, asker, &collection, id, secret).await;
        }
    }
    unlock(link, asker, &items).await?;
    let Some((first, rest)) = items.split_first() else {
        return Ok(());
    };
    items::update(link, first, secret).await?;
    items::delete(link, asker, rest).await
}

/// Deletes every item that is meant, whoever made it.
pub(super) async fn delete_all(link: &Link, asker: &Asker, id: &ItemId) -> Result<Deleted, Fault> {
    let items = search(link, asker, id).await?;
    if items.is_empty() {
        return Ok(Deleted::NotThere);
    }
    unlock(link, asker, &items).await?;
    items::delete(link, asker, &items).await?;
    Ok(Deleted::Yes)
}

/// Deletes our items, or the single one of another program.
pub(super) async fn delete(link: &Link, asker: &Asker, id: &ItemId) -> Result<Deleted, Fault> {
    let items = match find(link, asker, id).await? {
        Selection::Nothing => return Ok(Deleted::NotThere),
        Selection::One(item) => vec![item],
        Selection::Ours(items) => items,
        Selection::Foreign(items) => return Err(ambiguous(link, &items).await),
    };
    unlock(link, asker, &items).await?;
    items::delete(link, asker, &items).await?;
    Ok(Deleted::Yes)
}

/// Names the provider and its default collection, without unlocking it.
pub(super) async fn describe(link: &Link) -> Result<Description, Fault> {
    let (place, lock) = match collections::default(link).await? {
        None => (None, LockState::NotApplicable),
        Some(collection) => {
            let lock = if collections::is_locked(link, &collection).await? {
                LockState::Locked
            } else {
                LockState::Unlocked
            };
            (collections::label(link, &collection).await?, lock)
        }
    };
    Ok(Description {
        name: provider::name(link).await?.to_owned(),
        place,
        persistence: Persistence::UntilDelete,
        lock,
    })
}

/// Finds the items that are meant and sorts them out.
async fn find(link: &Link, asker: &Asker, id: &ItemId) -> Result<Selection, Fault> {
    let found = search(link, asker, id).await?;
    items::select(link, id, found).await
}

/// Unlocks every item of a service, and what may hide one.
pub(super) async fn unlock_service(link: &Link, asker: &Asker, service: &str) -> Result<(), Fault> {
    let found = items::of_service(link, service).await?;
    if found.is_empty() {
        return reveal(link, asker).await.map(drop);
    }
    unlock(link, asker, &found).await
}

/// Unlocks every item that is ours, and what may hide one.
pub(super) async fn unlock_made(link: &Link, asker: &Asker) -> Result<(), Fault> {
    reveal(link, asker).await?;
    unlock(link, asker, &items::made(link).await?).await
}

/// Finds the items that are meant, in what may hide them too.
async fn search(link: &Link, asker: &Asker, id: &ItemId) -> Result<Vec<Item>, Fault> {
    let found = items::search(link, id).await?;
    if found.is_empty() && reveal(link, asker).await? {
        return items::search(link, id).await;
    }
    Ok(found)
}

/// Unlocks what may hide items; `false` when there is nothing of the kind.
async fn reveal(link: &Link, asker: &Asker) -> Result<bool, Fault> {
    let opaque = collections::opaque(link).await?;
    if opaque.is_empty() {
        return Ok(false);
    }
    let opaque: Vec<_> = opaque.iter().collect();
    asker.unlock(link, COLLECTION_INTERFACE, &opaque).await?;
    Ok(true)
}

/// The items that are to be written to, the one to keep first.
fn writable(selection: Selection) -> Vec<Item> {
    match selection {
        Selection::One(item) => vec![item],
        Selection::Ours(items) => items,
        Selection::Nothing | Selection::Foreign(_) => Vec::new(),
    }
}

async fn unlock(link: &Link, asker: &Asker, items: &[Item]) -> Result<(), Fault> {
    let locked: Vec<&OwnedObjectPath> = items
        .iter()
        .filter(|item| item.locked)
        .map(|item| &item.path)
        .collect();
    asker.unlock(link, ITEM_INTERFACE, &locked).await
}

async fn ambiguous(link: &Link, items: &[Item]) -> Fault {
    let mut labels = Vec::with_capacity(items.len());
    for item in items {
        match items::label(link, item).await {
            Ok(label) => labels.push(label),
            Err(fault) => return fault,
        }
    }
    StoreError::Ambiguous(labels).into()
}
