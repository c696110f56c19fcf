//! Trusted servers: their own credentials, kept for the protocol that stored
//! them. These are never Vast accounts.

use secrecy::SecretString;

use crate::cli::StoreKind;
use crate::commands::storing::not_kept;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::lifecycle;
use crate::protocol::{Answer, Meant, Silence, Stored};
use crate::store::{Backend, ItemId, Store, Subject, Tag, same_secret};

/// How often a reader looks anew because a writer was faster.
const LOOKS: usize = 5;

/// The first credential that fits and is usable.
pub(super) fn get(ctx: &Context, tag: Tag, subject: &Subject, usable: Meant) -> Result<Answer> {
    let store = ctx.stores().get(backend(ctx)?)?;
    for _ in 0..LOOKS {
        let mut overtaken = false;
        for id in fitting(ctx, store, tag, subject)? {
            match store.get(&id)? {
                Some(secret) if usable(&secret) => {
                    return Ok(Answer::Kept {
                        username: id.subject().and_then(|subject| subject.username),
                        secret,
                    });
                }
                Some(_) => {}
                // Listed and gone: another one may have taken its place.
                None => overtaken = true,
            }
        }
        if !overtaken {
            break;
        }
    }
    Ok(Answer::Nothing(Silence::NotFound))
}

/// Keeps a credential in the place of one for the same.
pub(super) fn store(
    ctx: &Context,
    tag: Tag,
    subject: &Subject,
    secret: &SecretString,
) -> Result<Stored> {
    let backend = backend(ctx)?;
    let store = ctx.stores().get(backend)?;
    let id = ItemId::kept(tag, &ctx.server, subject);
    // Before the lock: nobody has to wait for a keychain that does not answer.
    let kept = store.get(&id)?;
    if tag == Tag::Git && kept.is_some_and(|kept| same_secret(&kept, secret)) {
        // git stores what it was given each time that it worked.
        return Ok(Stored::Done);
    }
    let _lock = ctx.lock_patiently()?;
    let reopen = |patience| ctx.stores().reopen(backend, patience);
    lifecycle::keep_secret(store, &reopen, &id, secret).map_err(not_kept)?;
    if tag == Tag::Docker {
        // One server name has one user.
        let others = Subject {
            username: None,
            ..subject.clone()
        };
        for other in fitting(ctx, store, tag, &others)? {
            if other != id {
                store.delete(&other)?;
            }
        }
    }
    Ok(Stored::Done)
}

/// Forgets every credential that fits and is rejected.
pub(super) fn erase(ctx: &Context, tag: Tag, subject: &Subject, rejected: Meant) -> Result<Stored> {
    let backend = backend(ctx)?;
    let store = ctx.stores().get(backend)?;
    let found = fitting(ctx, store, tag, subject)?;
    if found.is_empty() {
        return Ok(Stored::Nothing(Silence::NotFound));
    }
    let _lock = ctx.lock_patiently()?;
    let mut outcome = Stored::Nothing(Silence::Different);
    for id in found {
        if let Some(secret) = store.get(&id)?
            && rejected(&secret)
        {
            store.delete(&id)?;
            outcome = Stored::Done;
        }
    }
    Ok(outcome)
}

/// What is kept of a protocol, as far as it can be seen without a prompt.
pub(super) fn list(ctx: &Context, tag: Tag) -> Result<Vec<Subject>> {
    let store = ctx.stores_unattended().get(backend(ctx)?)?;
    let listed = store.list_tagged(tag)?;
    Ok(listed
        .iter()
        .filter(|item| item.ours)
        .filter_map(|item| item.id.subject())
        .collect())
}

/// The items whose every part is the asked one where one is asked for, in the
/// same order each time.
fn fitting(ctx: &Context, store: &dyn Store, tag: Tag, asked: &Subject) -> Result<Vec<ItemId>> {
    let fits = |asked: &Option<String>, kept: Option<String>| asked.is_none() || *asked == kept;
    let mut ids: Vec<ItemId> = store
        .list_unlocked(&tag.service(&ctx.server))?
        .into_iter()
        .map(|item| item.id)
        .filter(|id| {
            id.subject().is_some_and(|kept| {
                fits(&asked.username, kept.username) && fits(&asked.resource, kept.resource)
            })
        })
        .collect();
    ids.sort();
    ids.dedup();
    Ok(ids)
}

fn backend(ctx: &Context) -> Result<Backend> {
    match ctx.store {
        None | Some(StoreKind::Keychain) => Ok(Backend::Keychain),
        Some(StoreKind::Keyutils) => Ok(Backend::Keyutils),
        Some(StoreKind::File) => Err(Error::new(
            Kind::Usage,
            "the plaintext file holds a bare key and no server's own credentials",
        )),
    }
}
