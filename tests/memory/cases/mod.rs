//! What is run: each command, and the ways in which it succeeds and fails.

mod create;
mod doctor;
mod exec;
mod helper;
mod rotate;
mod set;
mod tfa;
mod user;

use super::desk::{Desk, Run};
use super::support::fake_api::Fault;
use super::trace::Input;

/// How long a keychain, a server or a caller that is silent is waited for.
const SHORT: &str = "--timeout=1";

/// Requests by method and path.
const USER: (&str, &str) = ("GET", "/users/current/");
const NEW_KEY: (&str, &str) = ("POST", "/auth/apikeys/");
const LOGIN: (&str, &str) = ("POST", "/tfa/");

/// A command, and how it goes.
pub(crate) struct Case {
    /// The command, as people write it.
    pub(crate) command: &'static str,
    /// What is the matter.
    pub(crate) path: &'static str,
    /// The exit code that it must end with.
    pub(crate) code: i32,
    /// How many copies the kernel has made for it.
    pub(crate) from_the_system: usize,
    /// Prepares an empty desk, and says what to run at it.
    pub(crate) prepare: Box<dyn Fn(Desk) -> (Desk, Run)>,
}

/// In the order of the table's rows.
pub(crate) fn all() -> Vec<Case> {
    let works = [
        user::works(),
        helper::get_works(),
        set::works(),
        helper::store_works(),
        create::works(),
        rotate::works(),
        exec::works(),
        doctor::works(),
        tfa::works(),
    ];
    let input = [
        user::input(),
        helper::input(),
        set::input(),
        create::input(),
        rotate::input(),
        exec::input(),
        tfa::input(),
    ];
    let server = [
        user::server(),
        set::server(),
        create::server(),
        rotate::server(),
        exec::server(),
        doctor::server(),
        tfa::server(),
    ];
    let keychain = [
        keychain_fails(user::NAME, 5, |_| user::run()),
        keychain_fails(helper::GET, 5, helper::get),
        keychain_fails(set::NAME, 5, set::run),
        keychain_fails(helper::STORE, 5, helper::store),
        keychain_fails(create::NAME, 5, |_| create::run()),
        keychain_fails(rotate::NAME, 5, |_| rotate::run()),
        keychain_fails(exec::SCOPED, 125, |_| exec::scoped()),
        keychain_fails(exec::FILE, 125, |_| exec::file()),
        keychain_fails(doctor::NAME, 1, |_| doctor::run()),
        keychain_fails(tfa::NAME, 5, tfa::run),
    ];
    let groups = works.into_iter().chain(input).chain(server).chain(keychain);
    groups.flatten().collect()
}

/// A run that holds a key for a while: it waits for a server.
pub(crate) fn holding(desk: Desk) -> (Desk, Run) {
    (desk.store().spoil(USER, Fault::Hang), user::run().short())
}

fn case(
    command: &'static str,
    path: &'static str,
    code: i32,
    prepare: impl Fn(Desk) -> (Desk, Run) + 'static,
) -> Case {
    Case {
        command,
        path,
        code,
        from_the_system: 0,
        prepare: Box::new(prepare),
    }
}

/// What every command meets that sends a key to a server. `code` is its exit
/// code then, `store` gives it a key.
fn server_fails(
    command: &'static str,
    request: (&'static str, &'static str),
    code: i32,
    store: fn(Desk) -> Desk,
    run: fn(&Desk) -> Run,
) -> Vec<Case> {
    let spoiled = |path, fault: Fault| {
        case(command, path, code, move |desk| {
            let run = run(&desk).short();
            (store(desk).spoil(request, fault.clone()), run)
        })
    };
    vec![
        case(command, "server unreachable", code, move |desk| {
            let run = run(&desk);
            (store(desk).closed(), run)
        }),
        case(
            command,
            "server silent before TLS, deadline",
            code,
            move |desk| {
                let run = run(&desk).short();
                (store(desk).mute(), run)
            },
        ),
        spoiled("server silent, deadline", Fault::Hang),
        spoiled("server silent in its answer, deadline", Fault::HangInBody),
        spoiled("server error (500)", Fault::Status(500)),
        spoiled("answer cut off", Fault::Truncated),
        spoiled("endless answer", Fault::Endless),
    ]
}

/// What every command meets that uses the keychain. `code` is its exit code then.
fn keychain_fails(command: &'static str, code: i32, run: fn(&Desk) -> Run) -> Vec<Case> {
    vec![
        case(command, "keychain locked", code, move |desk| {
            let run = run(&desk);
            (desk.locked(), run)
        }),
        case(command, "keychain silent, deadline", code, move |desk| {
            let run = run(&desk).short();
            (desk.silent(), run)
        }),
    ]
}

impl Run {
    fn of(arguments: &[&str]) -> Self {
        Self {
            arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
            variables: Vec::new(),
            input: Input::Text(String::new()),
        }
    }

    fn reading(mut self, text: impl Into<String>) -> Self {
        self.input = Input::Text(text.into());
        self
    }

    /// Reading what does not end, up to a deadline.
    fn reading_without_end(mut self, text: impl Into<String>) -> Self {
        self.input = Input::TextAndNoEnd(text.into());
        self.short()
    }

    fn typing(mut self, line: impl Into<String>) -> Self {
        self.input = Input::Typed(line.into());
        self
    }

    /// Gives up soon.
    fn short(mut self) -> Self {
        // What comes last may be another program's.
        self.arguments.insert(0, SHORT.to_owned());
        self
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }
}
