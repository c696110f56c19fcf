//! An https server on this machine that serves repositories by git's own
//! `http-backend`, to those who show the right `Authorization`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::tls::{Authority, NOW};

/// Most time that a client may be silent.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most time, in seconds, that `http-backend` may take.
const BACKEND_WITHIN: &str = "20";

/// The server, until it is dropped.
pub(crate) struct GitServer {
    authority: Authority,
    port: u16,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    config: Arc<ServerConfig>,
    /// The directory with git's programs.
    git: PathBuf,
    repositories: PathBuf,
    /// What the server offers in `WWW-Authenticate`.
    challenge: String,
    /// The one `Authorization` that it accepts.
    accepted: String,
    /// Every `Authorization` that it got, and `None` for a request without one.
    seen: Mutex<Vec<Option<String>>>,
    ends: AtomicBool,
}

impl GitServer {
    /// Serves the repositories in a directory with the `git` of another.
    pub(crate) fn start(git: &Path, repositories: &Path, challenge: &str, accepted: &str) -> Self {
        let authority = Authority::new("the authority");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            config: authority.identity("localhost", NOW).server_config(),
            git: git.to_owned(),
            repositories: repositories.to_owned(),
            challenge: challenge.to_owned(),
            accepted: accepted.to_owned(),
            seen: Mutex::default(),
            ends: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.ends.load(Ordering::SeqCst) {
                    return;
                }
                serving.serve(stream);
            }
        });
        Self {
            authority,
            port,
            shared,
            thread: Some(thread),
        }
    }

    /// The server's origin.
    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// The certificate of the authority that vouches for it.
    pub(crate) fn authority_file(&self) -> PathBuf {
        self.authority.file()
    }

    /// Every `Authorization` that it got, and `None` for a request without one.
    pub(crate) fn seen(&self) -> Vec<Option<String>> {
        self.shared.seen.lock().expect("no panic").clone()
    }
}

impl Drop for GitServer {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::SeqCst);
        // Wakes the thread; fails when it ended by itself, which is as good.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// Answers one request and closes the connection.
    fn serve(&self, stream: TcpStream) {
        for set in [TcpStream::set_read_timeout, TcpStream::set_write_timeout] {
            set(&stream, Some(PATIENCE)).expect("a deadline");
        }
        let connection = ServerConnection::new(Arc::clone(&self.config)).expect("a connection");
        let mut tls = StreamOwned::new(connection, stream);
        let Some(request) = Request::read(&mut tls) else {
            return;
        };
        // The client may have seen enough.
        let _ = tls.write_all(&self.answer(&request));
        tls.conn.send_close_notify();
        let _ = tls.flush();
    }

    fn answer(&self, request: &Request) -> Vec<u8> {
        let authorization = request.header("authorization");
        let mut seen = self.seen.lock().expect("no panic");
        seen.push(authorization.map(str::to_owned));
        if authorization == Some(&self.accepted) {
            return http_answer(&self.run_backend(request));
        }
        let challenge = &self.challenge;
        format!(
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {challenge}\r\n\
             Content-Length: 0\r\nConnection: close\r\n\r\n"
        )
        .into_bytes()
    }

    /// `git http-backend`, by the rules of CGI.
    fn run_backend(&self, request: &Request) -> Output {
        let (path, query) = request
            .target
            .split_once('?')
            .unwrap_or((&request.target, ""));
        let header = |name| request.header(name).unwrap_or_default();
        let mut backend = Command::new("timeout")
            .arg(BACKEND_WITHIN)
            .arg(self.git.join("git"))
            .arg("http-backend")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("GIT_PROJECT_ROOT", &self.repositories)
            .env("GIT_PROTOCOL", header("git-protocol"))
            .env("REQUEST_METHOD", &request.method)
            .env("PATH_INFO", path)
            .env("QUERY_STRING", query)
            .env("CONTENT_TYPE", header("content-type"))
            .env("CONTENT_LENGTH", request.body.len().to_string())
            .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("git http-backend runs");
        let mut stdin = backend.stdin.take().expect("a pipe");
        // What it does not want to read it need not.
        let _ = stdin.write_all(&request.body);
        drop(stdin);
        backend.wait_with_output().expect("git http-backend ends")
    }
}

/// What a CGI program printed, as an answer.
fn http_answer(output: &Output) -> Vec<u8> {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git http-backend: {errors}");
    let end = output
        .stdout
        .windows(4)
        .position(|four| four == b"\r\n\r\n");
    let (head, body) = output.stdout.split_at(end.expect("headers") + 4);
    let head = String::from_utf8_lossy(head);
    let status = head.lines().find_map(|line| line.strip_prefix("Status: "));
    let status = status.unwrap_or("200 OK");
    let length = body.len();
    let start =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{head}");
    [start.as_bytes(), body].concat()
}

/// A request with its whole body.
struct Request {
    method: String,
    target: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// `None` for a client that goes away, or says nothing that makes sense.
    fn read(stream: &mut impl Read) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let mut request = Self {
            method: words.next()?,
            target: words.next()?,
            headers: Vec::new(),
            body: Vec::new(),
        };
        loop {
            line.clear();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
            request.headers.push((name, value));
        }
        let length = request.header("content-length").unwrap_or("0");
        let length = length.parse().ok()?;
        reader.take(length).read_to_end(&mut request.body).ok()?;
        Some(request)
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }
}
