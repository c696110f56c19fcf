//! Asking a person: unlocking, and whatever else a service wants confirmed.
//!
//! Owns the decision whether anybody may be asked. Draws nothing itself: the
//! service's own prompter does.

use std::cell::Cell;

use futures_lite::{StreamExt, future};
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue};
use zbus::{MatchRule, MessageStream};

use super::collections;
use super::fault::{Fault, not_understood};
use super::link::{Link, PROMPT_INTERFACE, ROOT, SERVICE, SERVICE_INTERFACE, present};
use crate::store::{Interaction, OpenOptions, StoreError};

const BUS: &str = "org.freedesktop.DBus";

/// Lets the service ask, if somebody can answer.
pub(super) struct Asker {
    options: OpenOptions,
    announced: Cell<bool>,
}

impl Asker {
    pub(super) fn new(options: OpenOptions) -> Self {
        Self {
            options,
            announced: Cell::new(false),
        }
    }

    /// Makes sure that collections or items are unlocked, with one prompt at
    /// most.
    pub(super) async fn unlock(
        &self,
        link: &Link,
        objects: &[&OwnedObjectPath],
    ) -> Result<(), Fault> {
        let Some(first) = objects.first() else {
            return Ok(());
        };
        if self.options.interaction == Interaction::Never {
            return Err(StoreError::Locked(collections::name_of(link, first).await).into());
        }
        let (mut unlocked, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = link
            .call(&ROOT, SERVICE_INTERFACE, "Unlock", &objects)
            .await?;
        if let Some(prompt) = present(prompt) {
            let result = self.show(link, &prompt).await?;
            let more: Vec<OwnedObjectPath> = result.try_into().map_err(|_| not_understood())?;
            unlocked.extend(more);
        }
        match objects.iter().find(|object| !unlocked.contains(*object)) {
            None => Ok(()),
            Some(locked) => {
                Err(StoreError::Locked(collections::name_of(link, locked).await).into())
            }
        }
    }

    /// Goes through with a prompt that an operation other than unlocking asked
    /// for. Returns what the operation results in.
    pub(super) async fn confirm(
        &self,
        link: &Link,
        prompt: &ObjectPath<'_>,
    ) -> Result<OwnedValue, Fault> {
        match self.options.interaction {
            Interaction::Never => {
                Err(StoreError::Denied("it wants a confirmation, and nobody can be asked").into())
            }
            Interaction::Allowed => self.show(link, prompt).await,
        }
    }

    async fn show(&self, link: &Link, prompt: &ObjectPath<'_>) -> Result<OwnedValue, Fault> {
        // Both before the prompt is shown: it may be answered at once.
        let mut completed = completions(link, prompt).await?;
        let mut departed = departures(link).await?;
        if !self.announced.replace(true) {
            (self.options.on_wait)();
        }
        let no_window = "";
        link.call::<()>(prompt, PROMPT_INTERFACE, "Prompt", &no_window)
            .await?;
        let answer = async { completed.next().await };
        let departure = async {
            departed.next().await;
            None
        };
        let signal = future::or(answer, departure)
            .await
            .ok_or(StoreError::Broken("it quit while it was asking"))??;
        let (dismissed, result): (bool, OwnedValue) = signal.body().deserialize()?;
        if dismissed {
            Err(StoreError::Dismissed.into())
        } else {
            Ok(result)
        }
    }
}

async fn completions(link: &Link, prompt: &ObjectPath<'_>) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender(SERVICE)?
        .interface(PROMPT_INTERFACE)?
        .member("Completed")?
        .path(prompt)?
        .build();
    MessageStream::for_match_rule(rule, link.connection(), None).await
}

async fn departures(link: &Link) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender(BUS)?
        .interface(BUS)?
        .member("NameOwnerChanged")?
        .add_arg(SERVICE)?
        .build();
    MessageStream::for_match_rule(rule, link.connection(), None).await
}
