//! `tfa login`, which holds the account's key, a backup code and the session's
//! key; and a session in the place of the account's key.

use super::{Case, LOGIN, Run, case, server_fails, user};
use crate::desk::Desk;
use crate::support::fake_api::{Fault, TFA_CODE};

pub(super) const NAME: &str = "`tfa login`";

/// With a backup code, which is as good as a password until it is used.
pub(super) fn run(desk: &Desk) -> Run {
    let code = desk.codes.first().cloned().unwrap_or_default();
    Run::of(&["tfa", "login", "--backup-code"]).reading(format!("{code}\n"))
}

/// With an app's code, which the account takes from now on.
fn by_app(desk: &Desk) -> Run {
    desk.api.enable_tfa(desk.primary.account);
    Run::of(&["tfa", "login", "-t", "totp", "-c", TFA_CODE])
}

pub(super) fn works() -> Vec<Case> {
    vec![
        case(NAME, "key in the keychain", 0, |desk| {
            let desk = desk.with_tfa().store();
            let run = run(&desk);
            (desk, run)
        }),
        case(user::NAME, "2FA session", 0, |desk| {
            (desk.logged_in(), user::run())
        }),
        case(user::NAME, "2FA session that is over", 7, |desk| {
            let desk = desk.logged_in();
            desk.api.advance(std::time::Duration::from_secs(25 * 3600));
            (desk, user::run())
        }),
    ]
}

pub(super) fn input() -> Vec<Case> {
    vec![case(NAME, "malformed input with the key", 2, |desk| {
        let run = Run::of(&["tfa", "login", "-t", "totp"]).reading(desk.primary.key.clone());
        (desk.with_tfa().store(), run)
    })]
}

pub(super) fn server() -> Vec<Case> {
    let mut cases = vec![
        case(NAME, "rejected by the server", 4, |desk| {
            let run = by_app(&desk);
            let other = desk.unknown.clone();
            (desk.store_key(&other), run)
        }),
        case(NAME, "server repeats the key", 1, |desk| {
            let run = by_app(&desk);
            (desk.store().spoil(LOGIN, Fault::EchoKey), run)
        }),
    ];
    cases.extend(server_fails(NAME, LOGIN, 6, Desk::store, by_app));
    cases
}
