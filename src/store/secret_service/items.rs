//! Items: finding the ones that are meant, and telling ours from others'.
//!
//! Owns the attributes. An item is meant when its `service` and `username`
//! are; it is ours when `application` is `vastkey` besides. `secret-tool` and
//! Python's `keyring` use the same two names. An item with a tag has it in
//! `protocol`.

use std::collections::HashMap;

use secrecy::SecretString;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

use super::fault::{Fault, not_understood};
use super::link::{COLLECTION_INTERFACE, ITEM_INTERFACE, Link, ROOT, SERVICE_INTERFACE, present};
use super::prompt::Asker;
use crate::store::{ItemId, Listed, Tag, labels};

const SERVICE_ATTRIBUTE: &str = "service";
const USER_ATTRIBUTE: &str = "username";
const APPLICATION_ATTRIBUTE: &str = "application";
const APPLICATION: &str = "vastkey";
const PROTOCOL_ATTRIBUTE: &str = "protocol";

/// An item that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) path: OwnedObjectPath,
    pub(super) locked: bool,
}

/// The items that are meant.
#[derive(Debug)]
pub(super) enum Selection {
    /// There is none.
    Nothing,
    /// There is one; whose it is does not matter.
    One(Item),
    /// Ours are among several: these, at least one, the one to read first.
    /// More than one is left behind when two processes create one at once.
    Ours(Vec<Item>),
    /// There are several, and none is ours.
    Foreign(Vec<Item>),
}

/// Finds every item that is meant.
pub(super) async fn search(link: &Link, id: &ItemId) -> Result<Vec<Item>, Fault> {
    find(link, &attributes(id)).await
}

/// Sorts out what [`search`] found.
pub(super) async fn select(
    link: &Link,
    id: &ItemId,
    mut found: Vec<Item>,
) -> Result<Selection, Fault> {
    if found.len() > 1 {
        let mut attributes = attributes(id);
        attributes.insert(APPLICATION_ATTRIBUTE, APPLICATION);
        let ours = find(link, &attributes).await?;
        return Ok(if ours.is_empty() {
            Selection::Foreign(found)
        } else {
            Selection::Ours(newest_first(link, ours).await?)
        });
    }
    Ok(found.pop().map_or(Selection::Nothing, Selection::One))
}

/// Unlocked before locked, then the newest, then by path: every process that
/// looks puts the same one first.
async fn newest_first(link: &Link, items: Vec<Item>) -> Result<Vec<Item>, Fault> {
    let mut dated = Vec::with_capacity(items.len());
    for item in items {
        let modified: u64 = link
            .property(&item.path, ITEM_INTERFACE, "Modified")
            .await?;
        dated.push((item.locked, std::cmp::Reverse(modified), item));
    }
    dated.sort_by(|a, b| (a.0, a.1, a.2.path.as_str()).cmp(&(b.0, b.1, b.2.path.as_str())));
    Ok(dated.into_iter().map(|(.., item)| item).collect())
}

/// Finds every item of a service.
pub(super) async fn of_service(link: &Link, service: &str) -> Result<Vec<Item>, Fault> {
    find(link, &HashMap::from([(SERVICE_ATTRIBUTE, service)])).await
}

/// Every item of a service that has a user name.
pub(super) async fn list(link: &Link, service: &str) -> Result<Vec<Listed>, Fault> {
    let found = of_service(link, service).await?;
    details(link, found).await
}

/// Finds every item that is ours.
pub(super) async fn made(link: &Link) -> Result<Vec<Item>, Fault> {
    find(link, &HashMap::from([(APPLICATION_ATTRIBUTE, APPLICATION)])).await
}

/// Every item that is ours.
pub(super) async fn list_made(link: &Link) -> Result<Vec<Listed>, Fault> {
    let found = made(link).await?;
    details(link, found).await
}

/// Every item with a tag.
pub(super) async fn list_tagged(link: &Link, tag: Tag) -> Result<Vec<Listed>, Fault> {
    let attributes = HashMap::from([
        (APPLICATION_ATTRIBUTE, APPLICATION),
        (PROTOCOL_ATTRIBUTE, tag.name()),
    ]);
    let found = find(link, &attributes).await?;
    let mut listed = details(link, found).await?;
    listed.retain(|item| item.id.tag() == Some(tag));
    Ok(listed)
}

/// What a listing says of those items that have a service and a user name.
async fn details(link: &Link, found: Vec<Item>) -> Result<Vec<Listed>, Fault> {
    let mut listed = Vec::with_capacity(found.len());
    for item in found {
        let mut properties = link.properties(&item.path, ITEM_INTERFACE).await?;
        let mut attributes: HashMap<String, String> = take(&mut properties, "Attributes")?;
        let named = (
            attributes.remove(SERVICE_ATTRIBUTE),
            attributes.remove(USER_ATTRIBUTE),
        );
        let (Some(service), Some(user)) = named else {
            continue;
        };
        let label: String = take(&mut properties, "Label")?;
        listed.push(Listed {
            id: ItemId { service, user },
            label: labels::printable(&label),
            ours: attributes
                .get(APPLICATION_ATTRIBUTE)
                .is_some_and(|application| application == APPLICATION),
            locked: item.locked,
        });
    }
    Ok(listed)
}

/// The label of an item, fit for a message.
pub(super) async fn label(link: &Link, item: &Item) -> Result<String, Fault> {
    let label: String = link.property(&item.path, ITEM_INTERFACE, "Label").await?;
    Ok(labels::printable(&label))
}

/// Creates an item of ours. Never replaces one.
pub(super) async fn create(
    link: &Link,
    asker: &Asker,
    collection: &ObjectPath<'_>,
    id: &ItemId,
    secret: &SecretString,
) -> Result<(), Fault> {
    const REPLACE: bool = false;
    let mut attributes = attributes(id);
    attributes.insert(APPLICATION_ATTRIBUTE, APPLICATION);
    if let Some(tag) = id.tag() {
        attributes.insert(PROTOCOL_ATTRIBUTE, tag.name());
    }
    let properties = HashMap::from([
        ("org.freedesktop.Secret.Item.Label", Value::from(id.label())),
        (
            "org.freedesktop.Secret.Item.Attributes",
            Value::from(attributes),
        ),
    ]);
    let arguments = (properties, link.seal(secret).await?, REPLACE);
    let (_, prompt): (OwnedObjectPath, OwnedObjectPath) = link
        .call(collection, COLLECTION_INTERFACE, "CreateItem", &arguments)
        .await?;
    if let Some(prompt) = present(prompt) {
        asker.complete(link, &prompt).await?;
    }
    Ok(())
}

/// Writes a secret into an item, which keeps its label and attributes.
pub(super) async fn update(link: &Link, item: &Item, secret: &SecretString) -> Result<(), Fault> {
    let secret = link.seal(secret).await?;
    link.call(&item.path, ITEM_INTERFACE, "SetSecret", &(secret,))
        .await
}

/// Deletes items.
pub(super) async fn delete(link: &Link, asker: &Asker, items: &[Item]) -> Result<(), Fault> {
    for item in items {
        let prompt: OwnedObjectPath = link.call(&item.path, ITEM_INTERFACE, "Delete", &()).await?;
        if let Some(prompt) = present(prompt) {
            asker.confirm(link, &prompt).await?;
        }
    }
    Ok(())
}

fn attributes(id: &ItemId) -> HashMap<&str, &str> {
    HashMap::from([
        (SERVICE_ATTRIBUTE, id.service.as_str()),
        (USER_ATTRIBUTE, id.user.as_str()),
    ])
}

async fn find(link: &Link, attributes: &HashMap<&str, &str>) -> Result<Vec<Item>, Fault> {
    type Found = (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>);
    const METHOD: &str = "SearchItems";
    let first: Option<Result<Found, Fault>> = link
        .introduce(&ROOT, SERVICE_INTERFACE, METHOD, attributes)
        .await;
    let (unlocked, locked): Found = match first {
        Some(Ok(found)) if !found.0.is_empty() || !found.1.is_empty() => found,
        _ => {
            link.call(&ROOT, SERVICE_INTERFACE, METHOD, attributes)
                .await?
        }
    };
    let items = |paths: Vec<OwnedObjectPath>, locked| {
        paths.into_iter().map(move |path| Item { path, locked })
    };
    Ok(items(unlocked, false).chain(items(locked, true)).collect())
}

fn take<T>(properties: &mut HashMap<String, OwnedValue>, name: &str) -> Result<T, Fault>
where
    T: TryFrom<OwnedValue>,
{
    let value = properties.remove(name).ok_or_else(not_understood)?;
    T::try_from(value).map_err(|_| not_understood())
}
