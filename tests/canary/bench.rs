//! What a case has at hand: a home, a server that says one thing, a keychain.

use std::any::Any;
use std::ffi::OsString;
use std::io::{Read, Write};

use rustls::{ServerConnection, StreamOwned};
use serde_json::Value;

use crate::support::bus::PrivateBus;
use crate::support::fake_secret_service::{FakeSecretService, State};
use crate::support::peer::{Act, Peer, answer, read_request, say};
use crate::support::pty::Pty;
use crate::support::sandbox::{Sandbox, binary};
use crate::support::tls::{Authority, NOW};

/// Most requests of one command.
const REQUESTS: usize = 6;

/// A user who has talking switched on wherever a library may offer it.
pub(super) struct Bench {
    pub(super) sandbox: Sandbox,
    /// The key in use, where a case wants one.
    pub(super) key: String,
    /// Ends with the bench.
    running: Vec<Box<dyn Any>>,
}

/// A command line, what it reads on standard input, and what is run afterwards.
pub(super) struct Invocation {
    arguments: Vec<OsString>,
    input: Vec<u8>,
    next: Option<Box<Invocation>>,
}

/// `vastkey` with these words.
pub(super) fn vastkey(words: &str) -> Invocation {
    Invocation {
        arguments: words.split_whitespace().map(OsString::from).collect(),
        input: Vec::new(),
        next: None,
    }
}

impl Invocation {
    /// With one more argument.
    pub(super) fn with(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// With this on standard input.
    pub(super) fn reading(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// And then this.
    pub(super) fn then(mut self, next: Invocation) -> Self {
        self.next = Some(Box::new(next));
        self
    }
}

impl Bench {
    pub(super) fn new(key: &str) -> Self {
        let mut sandbox = Sandbox::new();
        for variable in ["RUST_LOG", "ZBUS_LOG", "REQWEST_LOG", "VASTKEY_LOG"] {
            sandbox.set(variable, "trace");
        }
        sandbox.set("RUST_BACKTRACE", "full");
        Self {
            sandbox,
            key: key.to_owned(),
            running: Vec::new(),
        }
    }

    /// The key in use comes from the environment.
    pub(super) fn key_in_variable(&mut self) {
        self.sandbox.set("VAST_API_KEY", &self.key);
    }

    /// A server that gets the key in use and answers with these bytes.
    pub(super) fn server_says(&mut self, bytes: &str) {
        self.server((0..REQUESTS).map(|_| say(bytes)).collect());
    }

    /// The same with this JSON; its port.
    pub(super) fn server_answers(&mut self, status: u16, body: &Value) -> u16 {
        let body = body.to_string();
        self.server((0..REQUESTS).map(|_| answer(status, &body)).collect())
    }

    fn server(&mut self, acts: Vec<Act>) -> u16 {
        let port = self.peer(acts);
        let url = format!("http://127.0.0.1:{port}");
        self.sandbox.set("VAST_URL", url);
        self.key_in_variable();
        port
    }

    /// Something that listens, and says these bytes to whoever speaks; its port.
    pub(super) fn listener(&mut self, bytes: &str) -> u16 {
        self.peer((0..REQUESTS).map(|_| say(bytes)).collect())
    }

    /// The same, that does not wait for a request's end.
    pub(super) fn interrupting(&mut self, text: &str) -> u16 {
        let text = text.to_owned();
        let act: Act = Box::new(move |stream| {
            let mut first = vec![0; 1024];
            let _ = stream.read(&mut first);
            // The client may have seen enough.
            let _ = stream.write_all(text.as_bytes());
            first
        });
        self.peer(vec![act])
    }

    /// Something that shows a certificate for this host, by an issuer that is
    /// called so and trusted; its port.
    pub(super) fn certified(&mut self, name: &str) -> u16 {
        let authority = Authority::new(name);
        let config = authority.identity(name, NOW).server_config();
        self.sandbox.set("SSL_CERT_FILE", authority.file());
        self.running.push(Box::new(authority));
        let act: Act = Box::new(move |stream| {
            let connection = ServerConnection::new(config).expect("a connection");
            read_request(&mut StreamOwned::new(connection, stream))
        });
        self.peer(vec![act])
    }

    fn peer(&mut self, acts: Vec<Act>) -> u16 {
        let peer = Peer::new(acts);
        let port = peer.port();
        self.running.push(Box::new(peer));
        port
    }

    /// A keychain that holds and does this.
    pub(super) fn keychain(&mut self, state: State) {
        let bus = PrivateBus::start();
        let service = FakeSecretService::start(&bus, state);
        self.sandbox.set_all(bus.envs());
        self.running.push(Box::new((service, bus)));
    }

    /// The same at a terminal, where it asks `question` and gets `answer`.
    pub(super) fn ask(&self, invocation: &Invocation, question: &str, answer: &str) -> String {
        let variables = self.sandbox.environment().iter().map(|(k, v)| (k, v));
        let mut terminal = Pty::spawn(binary(), |command| {
            command.args(&invocation.arguments).envs(variables);
        });
        terminal.expect(question);
        terminal.send(answer.as_bytes());
        terminal.wait();
        terminal.seen()
    }

    /// Everything that it says.
    pub(super) fn run(&self, invocation: &Invocation, options: &[&str]) -> String {
        // Behind the command's name: farther on they may belong to another program.
        let names = |word: &&OsString| !word.to_string_lossy().starts_with('-');
        let count = invocation.arguments.iter().take(1).filter(names).count();
        let (command, words) = invocation.arguments.split_at(count);
        let added = options.iter().map(OsString::from);
        let arguments = command.iter().cloned().chain(added).chain(words.to_vec());
        let run = self.sandbox.vastkey(arguments).input(&invocation.input);
        let output = run.into_output();
        assert!(output.status.code().is_some(), "it was killed");
        let bytes = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&bytes).into_owned();
        match &invocation.next {
            Some(next) => said + &self.run(next, options),
            None => said,
        }
    }
}
