//! Calls that are not answered.

use zbus::Connection;

use super::{Shared, lock};

/// What happens to a call instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interruption {
    /// The service leaves the bus at the so manieth call, counted from 1.
    QuitAt(usize),
    /// No search is answered.
    HangInSearches,
    /// Nothing is answered from the first write on, which is not carried out.
    HangInWrites,
    /// Nothing is answered from the so manieth call on, counted from 1.
    HangAt(usize),
}

/// What is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Search,
    /// Of an item, or its deletion.
    Write,
    Other,
}

/// Counts a call, which includes each reading of a property. Never returns if it
/// is not to be answered.
pub(super) async fn arrive(state: &Shared, connection: &Connection, call: Call) {
    let (interruption, nth) = {
        let mut state = lock(state);
        state.calls += 1;
        if state.interruption == Some(Interruption::HangInWrites) && call == Call::Write {
            state.interruption = Some(Interruption::HangAt(state.calls));
        }
        (state.interruption, state.calls)
    };
    match interruption {
        Some(Interruption::QuitAt(number)) if number == nth => {
            // Fails when the connection is gone already, which is as good.
            let _ = connection.clone().close().await;
        }
        Some(Interruption::HangInSearches) if call == Call::Search => {}
        Some(Interruption::HangAt(number)) if number <= nth => {}
        _ => return,
    }
    std::future::pending::<()>().await;
}
