//! Asking a person: unlocking, and whatever else a service wants confirmed.
//!
//! Owns the decision whether anybody may be asked. Draws nothing itself: the
//! service's own prompter does.

use std::cell::Cell;
use std::time::Duration;

use futures_lite::{StreamExt, future};
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue};
use zbus::{MatchRule, MessageStream};

use super::collections;
use super::fault::Fault;
use super::link::{Link, PROMPT_INTERFACE, ROOT, SERVICE, SERVICE_INTERFACE, present};
use crate::store::{Interaction, OpenOptions, StoreError};

const BUS: &str = "org.freedesktop.DBus";

/// A prompt that ends within this time was answered by a program, and nobody
/// needs to be told: KWallet, for one, unlocks so what the login unlocked.
const UNNOTICED: Duration = Duration::from_millis(250);

const QUIT: StoreError = StoreError::Broken("it quit while it was asking");

/// Lets the service ask, if somebody can answer.
///
/// Who has said no once is not asked again: a command may well need the same
/// item several times.
pub(super) struct Asker {
    options: OpenOptions,
    announced: Cell<bool>,
    dismissed: Cell<bool>,
}

impl Asker {
    pub(super) fn new(options: OpenOptions) -> Self {
        Self {
            options,
            announced: Cell::new(false),
            dismissed: Cell::new(false),
        }
    }

    /// Makes sure that collections or items, as `interface` says, are unlocked,
    /// with one prompt at most.
    pub(super) async fn unlock(
        &self,
        link: &Link,
        interface: &str,
        objects: &[&OwnedObjectPath],
    ) -> Result<(), Fault> {
        let Some(first) = objects.first() else {
            return Ok(());
        };
        if self.options.interaction == Interaction::Never {
            return Err(StoreError::Locked(collections::name_of(link, first).await).into());
        }
        self.check_not_dismissed()?;
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = link
            .call(&ROOT, SERVICE_INTERFACE, "Unlock", &objects)
            .await?;
        if let Some(prompt) = present(prompt) {
            self.show(link, &prompt).await?;
        }
        for object in objects {
            if link.property(object, interface, "Locked").await? {
                return Err(StoreError::Locked(collections::name_of(link, object).await).into());
            }
        }
        Ok(())
    }

    /// Goes through with the prompt of a deletion, which is a question.
    pub(super) async fn confirm(&self, link: &Link, prompt: &ObjectPath<'_>) -> Result<(), Fault> {
        match self.options.interaction {
            Interaction::Never => {
                Err(StoreError::Denied("it wants a confirmation, and nobody can be asked").into())
            }
            Interaction::Allowed => {
                self.check_not_dismissed()?;
                self.show(link, prompt).await
            }
        }
    }

    /// Goes through with the prompt of a creation in an unlocked collection.
    /// KeePassXC returns one each time and answers it itself, so that this is
    /// no question, whoever is there.
    pub(super) async fn complete(&self, link: &Link, prompt: &ObjectPath<'_>) -> Result<(), Fault> {
        self.show(link, prompt).await
    }

    fn check_not_dismissed(&self) -> Result<(), Fault> {
        if self.dismissed.get() {
            return Err(StoreError::Dismissed.into());
        }
        Ok(())
    }

    /// Shows a prompt and waits for its end. No fault is worth a second prompt.
    async fn show(&self, link: &Link, prompt: &ObjectPath<'_>) -> Result<(), Fault> {
        let shown = self.outcome(link, prompt).await;
        shown.map_err(|fault| {
            let fault = StoreError::from(fault);
            self.dismissed.set(fault == StoreError::Dismissed);
            Fault::Final(fault)
        })
    }

    async fn outcome(&self, link: &Link, prompt: &ObjectPath<'_>) -> Result<(), Fault> {
        // Both before the prompt is shown: it may be answered at once.
        let mut completed = completions(link, prompt).await?;
        let mut departed = departures(link).await?;
        let answer = async {
            let no_window = "";
            link.call::<()>(prompt, PROMPT_INTERFACE, "Prompt", &no_window)
                .await?;
            Ok::<_, Fault>(completed.next().await.ok_or(QUIT)??)
        };
        let departure = async {
            departed.next().await;
            Err(QUIT.into())
        };
        let announcement = async {
            tokio::time::sleep(UNNOTICED).await;
            self.announce();
            future::pending().await
        };
        let signal = future::or(future::or(answer, departure), announcement).await?;
        let (dismissed, _): (bool, OwnedValue) = signal.body().deserialize()?;
        if dismissed {
            return Err(StoreError::Dismissed.into());
        }
        Ok(())
    }

    fn announce(&self) {
        if self.options.interaction == Interaction::Allowed && !self.announced.replace(true) {
            (self.options.on_wait)();
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
