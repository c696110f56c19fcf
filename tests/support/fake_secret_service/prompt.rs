//! The prompt of the service, and what happens once it is answered.

use zbus::object_server::SignalEmitter;
use zbus::zvariant::Value;
use zbus::{Connection, interface};

use super::item::add;
use super::{OnPrompt, PROMPT, Pending, Shared, lock};

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
        let fate = {
            let mut state = lock(&self.0);
            state.prompts += 1;
            state.on_prompt.unwrap_or(OnPrompt::Approve)
        };
        match fate {
            OnPrompt::Ignore => {}
            OnPrompt::Quit => connection.clone().close().await?,
            OnPrompt::Approve => approve(&self.0, connection).await?,
            OnPrompt::Dismiss => Self::completed(&emitter, true, Value::from("")).await?,
            OnPrompt::PretendToApprove => {
                Self::completed(&emitter, false, Value::from("")).await?;
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

/// Answers the prompt with yes.
pub(super) async fn approve(state: &Shared, connection: &Connection) -> zbus::Result<()> {
    let pending = lock(state).own.pending.take();
    let result = carry_out(state, connection, pending.expect("an open prompt")).await?;
    let emitter = SignalEmitter::new(connection, PROMPT)?;
    Prompt::completed(&emitter, false, result).await
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
