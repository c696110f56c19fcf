//! Streams and exit codes: what the callers of each protocol look at.
//!
//! git and Bazel show their users what is on standard error. Docker's clients
//! show, and compare, what is on standard output.

use super::{Error, Fault, Kind, Malformed, Output, Protocol, Reply, docker};
use crate::escape::escape;
use crate::key::resembles_key;
use crate::protocol::Silence;

/// The exit code of a protocol's own "no".
const NO: i32 = 1;

/// What Docker's helpers are called.
const DOCKER_NAME: &str = "docker-credential-vastkey";

/// Sends a reply, or says why there is none.
pub(super) fn finish(
    output: &Output,
    protocol: Protocol,
    operation: &str,
    reply: super::Answered,
) -> i32 {
    let reply = reply.and_then(|reply| match reply {
        Reply::Data(bytes) => output
            .data(&bytes)
            .map(|()| Reply::Done)
            .map_err(Fault::Keeper),
        other => Ok(other),
    });
    match reply {
        Ok(Reply::Nothing(why)) => nothing(output, protocol, operation, why),
        Ok(_) => crate::DONE,
        Err(Fault::Malformed(fault)) => malformed(output, protocol, fault),
        Err(Fault::Keeper(error)) => failed(output, protocol, &error),
    }
}

fn nothing(output: &Output, protocol: Protocol, operation: &str, why: Silence) -> i32 {
    output.explain(&format!("no answer: {why}"));
    match (protocol, operation, why) {
        (Protocol::Bazel, ..) => {
            output.error_alone(&format!("no credential: {why}"));
            NO
        }
        (Protocol::Docker, "get", _)
        // "Logged out" would be wrong: what was kept before stays.
        | (Protocol::Docker, "erase", Silence::NotOurs | Silence::BadServer(_)) => {
            say_to_docker(output, docker::NOT_FOUND)
        }
        // Its user was told that the credential is kept.
        (Protocol::Docker, "store", why) if why != Silence::Known => say_to_docker(
            output,
            &format!("vastkey did not store it: {why}{}", mend(why)),
        ),
        _ => crate::DONE,
    }
}

fn mend(why: Silence) -> &'static str {
    match why {
        Silence::NotOurs => " (to trust it: vastkey account trust https://HOST)",
        _ => "",
    }
}

fn malformed(output: &Output, protocol: Protocol, fault: Malformed) -> i32 {
    if protocol == Protocol::Docker && [docker::NO_SERVER, docker::NO_USERNAME].contains(&fault.0) {
        return say_to_docker(output, fault.0);
    }
    failed(
        output,
        protocol,
        &Error::new(Kind::Usage, fault.to_string()),
    )
}

/// One line without hints: the person who sees it called another program.
fn failed(output: &Output, protocol: Protocol, error: &Error) -> i32 {
    let text = error.summary();
    output.error_alone(&text);
    for hint in error.hints() {
        output.explain(&format!("hint: {hint}"));
    }
    if protocol == Protocol::Docker {
        // It was said above to whoever cannot hear this.
        let _ = output.line(&format!("vastkey: error: {text}"));
    }
    error.kind().exit_code().into()
}

/// No operation, or several.
pub(super) fn usage(output: &Output, protocol: Protocol) -> i32 {
    let operations = match protocol {
        Protocol::Git => "get|store|erase|capability",
        Protocol::Docker => {
            let usage = format!("Usage: {DOCKER_NAME} <store|get|erase|list|version>");
            return say_to_docker(output, &usage);
        }
        Protocol::Bazel => "get",
    };
    output.error_alone(&format!("one operation is needed: {operations}"));
    Kind::Usage.exit_code().into()
}

/// An operation that the protocol does not have.
pub(super) fn unknown(output: &Output, protocol: Protocol, operation: &str) -> i32 {
    if protocol == Protocol::Docker {
        let shown = if resembles_key(operation) {
            "…".to_owned()
        } else {
            escape(operation)
        };
        return say_to_docker(output, &format!("{DOCKER_NAME}: unknown action: {shown}"));
    }
    output.error_alone("there is no such operation");
    Kind::Usage.exit_code().into()
}

fn say_to_docker(output: &Output, text: &str) -> i32 {
    match output.line(text) {
        Ok(()) => NO,
        Err(error) => {
            output.error_alone(&error.summary());
            error.kind().exit_code().into()
        }
    }
}
