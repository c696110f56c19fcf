//! The credential helper's `get` and `store`.

use serde_json::json;

use super::{Case, Run, case};
use crate::desk::Desk;

pub(super) const GET: &str = "`get`";
pub(super) const STORE: &str = "`store`";

const PASSWORD: &str = "asked by git, password";
const DOCKER: &str = "asked by Docker";
const MALFORMED: &str = "malformed input with the key";
const ENDLESS: &str = "input without end, deadline";

/// git asks for the key.
pub(super) fn get(desk: &Desk) -> Run {
    Run::of(&["get"]).reading(desk.request("\n"))
}

/// git offers a new key.
pub(super) fn store(desk: &Desk) -> Run {
    Run::of(&["store"]).reading(offer(desk, "\n"))
}

fn offer(desk: &Desk, rest: &str) -> String {
    desk.request(&format!("username=work\npassword={}\n{rest}", desk.unknown))
}

pub(super) fn get_works() -> Vec<Case> {
    vec![
        case(GET, "asked by git, bearer token", 0, |desk| {
            let request = desk.request("capability[]=authtype\n\n");
            (desk.store(), Run::of(&["get"]).reading(request))
        }),
        case(GET, PASSWORD, 0, |desk| {
            let run = get(&desk);
            (desk.store(), run)
        }),
        case(GET, DOCKER, 0, |desk| {
            let run = Run::of(&["--protocol", "docker", "get"]).reading(desk.url());
            (desk.store(), run)
        }),
        case(GET, "asked by Bazel", 0, |desk| {
            let request = json!({ "uri": desk.url() }).to_string();
            let run = Run::of(&["--protocol", "bazel", "get"]).reading(request);
            (desk.store(), run)
        }),
    ]
}

pub(super) fn store_works() -> Vec<Case> {
    vec![
        case(STORE, PASSWORD, 0, |desk| {
            let run = store(&desk);
            (desk.store(), run)
        }),
        case(STORE, "key is there already", 0, |desk| {
            let known = format!("username=default\npassword={}\n\n", desk.primary.key);
            let run = Run::of(&["store"]).reading(desk.request(&known));
            (desk.store(), run)
        }),
        case(STORE, DOCKER, 0, |desk| {
            let request = json!({
                "ServerURL": desk.url(), "Username": "work", "Secret": desk.unknown,
            });
            let run = Run::of(&["--protocol", "docker", "store"]).reading(request.to_string());
            (desk.store(), run)
        }),
    ]
}

pub(super) fn input() -> Vec<Case> {
    let with_key = |desk: &Desk| format!("password={}\n", desk.primary.key);
    vec![
        case(GET, MALFORMED, 2, move |desk| {
            let request = desk.request(&format!("{}nonsense\n\n", with_key(&desk)));
            (desk.store(), Run::of(&["get"]).reading(request))
        }),
        case(GET, ENDLESS, 2, move |desk| {
            let request = desk.request(&with_key(&desk));
            (desk.store(), Run::of(&["get"]).reading_without_end(request))
        }),
        case(STORE, MALFORMED, 2, |desk| {
            let request = offer(&desk, "nonsense\n\n");
            (desk.store(), Run::of(&["store"]).reading(request))
        }),
        case(STORE, ENDLESS, 2, |desk| {
            let request = offer(&desk, "");
            let run = Run::of(&["store"]).reading_without_end(request);
            (desk.store(), run)
        }),
    ]
}
