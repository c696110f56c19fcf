//! The helper verbs: a request of another program on standard input, the reply
//! on standard output.
//!
//! Owns which stream and exit code each protocol's callers look at. What the
//! requests mean is the protocols' own; who has the credentials is the keeper's.

use std::io::IsTerminal;

use crate::cli::{Helper, Protocol};
use crate::context::{Context, Environment};
use crate::defect;
use crate::error::{Error, Kind, Result};
use crate::output::Output;
use crate::platform::Inherited;
use crate::protocol::{Fault, MAX_REQUEST, Malformed, Reply, bazel, docker, git};
use crate::streams::{self, End, InputError};

mod keeper;
mod kept;
mod replies;
mod vast;

use keeper::Keychain;

/// Carries out one request, and returns the exit code.
pub(crate) fn serve(
    request: &Helper,
    protocol: Protocol,
    environment: Environment,
    inherited: Inherited,
) -> i32 {
    let output = Output::new(&request.global, environment.no_color);
    let (operation, known) = match (protocol, request.operation.as_slice()) {
        (Protocol::Docker, [operation]) => {
            (operation, docker::OPERATIONS.contains(&operation.as_str()))
        }
        (Protocol::Bazel, [operation]) => (operation, operation == bazel::OPERATION),
        (Protocol::Git, [operation]) => (operation, true),
        _ => return replies::usage(&output, protocol),
    };
    if !known {
        return replies::unknown(&output, protocol, operation);
    }
    // What is recorded after the reply, if that is wanted.
    let mut record = None;
    let reply = defect::guarded(|| {
        let mut keeper = match context(request, protocol, output.clone(), environment, inherited) {
            Ok(ctx) => Keychain::new(ctx),
            Err(error) => return Ok(Err(Fault::Keeper(error))),
        };
        let reply = answer(&mut keeper, protocol, operation);
        record = keeper.to_record(protocol, operation, &reply);
        Ok(reply)
    });
    let reply = reply.unwrap_or_else(|error| Err(Fault::Keeper(error)));
    let code = replies::finish(&output, protocol, operation, reply);
    if let Some((recorder, entry)) = record {
        recorder.record(&entry);
    }
    code
}

/// The server comes from the request, whatever `VAST_URL` says, and no build
/// waits for a person.
fn context(
    request: &Helper,
    protocol: Protocol,
    output: Output,
    mut environment: Environment,
    inherited: Inherited,
) -> Result<Context> {
    let mut options = request.global.clone();
    if options.url.is_some() {
        return Err(Error::new(
            Kind::Usage,
            "--url does not go with a request, which names its server itself",
        ));
    }
    environment.url = None;
    options.no_input |= protocol == Protocol::Bazel;
    Context::new(output, &options, environment, inherited)
}

type Answered = std::result::Result<Reply, Fault<Error>>;

fn answer(keeper: &mut Keychain, protocol: Protocol, operation: &str) -> Answered {
    let ctx = keeper.context();
    let input = if reads_input(protocol, operation) {
        if std::io::stdin().is_terminal() {
            ctx.output.note(
                "waiting for a request, as other programs send it; to print the key: vastkey token",
            );
        }
        let end = match protocol {
            Protocol::Git => End::EmptyLine,
            Protocol::Docker | Protocol::Bazel => End::OfStream,
        };
        streams::read_stdin(MAX_REQUEST, ctx.input_deadline(), end).map_err(not_read)?
    } else {
        zeroize::Zeroizing::default()
    };
    match (protocol, operation) {
        (Protocol::Git, _) => git::answer(operation, &input, keeper),
        (Protocol::Bazel, _) => bazel::get(&input, keeper),
        (Protocol::Docker, "get") => docker::get(&input, keeper),
        (Protocol::Docker, "store") => docker::store(&input, keeper),
        (Protocol::Docker, "erase") => docker::erase(&input, keeper),
        (Protocol::Docker, "list") => docker::list(keeper),
        (Protocol::Docker, _) => Ok(Reply::Data(docker::version())),
    }
}

fn reads_input(protocol: Protocol, operation: &str) -> bool {
    match protocol {
        Protocol::Git => git::reads_input(operation),
        Protocol::Docker => docker::reads_input(operation),
        Protocol::Bazel => true,
    }
}

fn not_read(fault: InputError) -> Fault<Error> {
    match fault {
        InputError::TooLong(_) => Fault::Malformed(Malformed("it is too long")),
        InputError::Silent(_) => Fault::Malformed(Malformed("it does not end")),
        fault => Fault::Keeper(fault.into()),
    }
}
