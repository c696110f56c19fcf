//! The prompt of the service, and what happens once it is answered.

use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedObjectPath, Value};
use zbus::{Connection, interface};

use super::objects::add;
use super::{OnPrompt, Pending, Shared, lock};

pub(super) struct Prompt(pub(super) Shared);

#[interface(name = "org.freedesktop.Secret.Prompt")]
impl Prompt {
    async fn prompt(
        &self,
        window: &str,
        #[zbus(connection)] connection: &Connection,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        if !window.is_empty() {
            return Err(zbus::fdo::Error::InvalidArgs(window.to_owned()));
        }
        let (fate, pending) = {
            let mut state = lock(&self.0);
            state.prompts += 1;
            let fate = state.on_prompt.unwrap_or(OnPrompt::Approve);
            (fate, state.own.pending.take())
        };
        match (fate, pending) {
            (OnPrompt::Ignore, _) => {}
            (OnPrompt::Quit, _) => connection.clone().close().await?,
            (OnPrompt::Dismiss, _) | (_, None) => {
                Self::completed(&emitter, true, Value::from("")).await?;
            }
            (OnPrompt::Approve, Some(pending)) => {
                let result = carry_out(&self.0, connection, pending).await?;
                Self::completed(&emitter, false, result).await?;
            }
            (OnPrompt::PretendToApprove, Some(_)) => {
                let unlocked: Vec<OwnedObjectPath> = vec![];
                Self::completed(&emitter, false, Value::from(unlocked)).await?;
            }
        }
        Ok(())
    }

    #[zbus(signal)]
    async fn completed(
        emitter: &SignalEmitter<'_>,
        dismissed: bool,
        result: Value<'_>,
    ) -> zbus::Result<()>;
}

async fn carry_out(
    state: &Shared,
    connection: &Connection,
    pending: Pending,
) -> zbus::Result<Value<'static>> {
    match pending {
        Pending::Unlock(objects) => {
            lock(state).locked = false;
            Ok(Value::from(objects))
        }
        Pending::Create(item) => Ok(Value::from(add(state, connection, item).await?)),
        Pending::Delete(number) => {
            lock(state).items[number] = None;
            Ok(Value::from(""))
        }
    }
}
