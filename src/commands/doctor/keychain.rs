//! The keychain: there, unlocked, lasting, and which program provides it.

use super::finding::{Finding, Report, Severity};
use crate::commands::described;
use crate::context::Context;
use crate::error::Error;
use crate::store::{Backend, Description, LockState, Persistence, Store, StoreError};

pub(super) fn check(ctx: &Context, report: &mut Report) {
    let keychain = ctx.stores_unattended().get(Backend::Keychain);
    match keychain.and_then(Store::describe) {
        Ok(store) => describe(&store, report),
        Err(fault) => report.add(unusable(ctx, fault)),
    }
}

fn describe(store: &Description, report: &mut Report) {
    let named = Finding::new(
        "keychain.available",
        Severity::Ok,
        described::keychain(store),
    );
    report.add(
        named
            .with("name", store.name.as_str())
            .with("place", store.place.clone()),
    );
    let is_secret_service = cfg!(all(unix, not(target_os = "macos")));
    if is_secret_service && store.lock == LockState::NotApplicable {
        let fault = Error::from(StoreError::NoDefaultCollection);
        return report.add(Finding::of_error(
            "keychain.collection",
            Severity::Error,
            &fault,
        ));
    }
    match store.lock {
        LockState::Unlocked => report.ok("keychain.unlocked", "the keychain is unlocked"),
        LockState::NotApplicable => {}
        LockState::Locked => report.add(
            Finding::new(
                "keychain.unlocked",
                Severity::Warning,
                "the keychain is locked: a command that needs a key from it waits for somebody to unlock it, or fails",
            )
            .hint("unlock it in your keychain manager, or log in to the desktop"),
        ),
    }
    report.add(match store.persistence {
        Persistence::UntilDelete => Finding::new(
            "keychain.persistent",
            Severity::Ok,
            "the keychain keeps keys until they are deleted",
        ),
        Persistence::UntilReboot | Persistence::Process => Finding::new(
            "keychain.persistent",
            Severity::Warning,
            "the keychain forgets its keys at the next restart",
        ),
    });
}

/// No keychain is no fault where none was ever used.
fn unusable(ctx: &Context, fault: StoreError) -> Finding {
    let is_used = !ctx.index().records().is_empty();
    let severity = match &fault {
        StoreError::Absent(_) if !is_used => Severity::Note,
        _ => Severity::Error,
    };
    Finding::of_error("keychain.available", severity, &fault.into())
}
