//! The fake as a program: its files, its commands, its end.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::{Value, json};

use super::raw::get;
use crate::support::example;
use crate::support::fake_api::FakeApi;

/// A running `fake-api`, killed when dropped.
struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<std::process::ChildStdout>,
}

impl Program {
    fn start(arguments: &[&str], directory: &Path) -> Self {
        let mut child = Command::new(example("fake-api"))
            .args(arguments)
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("fake-api runs");
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self {
            child,
            stdin,
            stdout,
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    fn command(&mut self, text: &str) -> String {
        let stdin = self.stdin.as_mut().expect("stdin is open");
        writeln!(stdin, "{text}").expect("the command is taken");
        self.line()
    }

    /// Closes stdin; gives what was logged and whether it ended well.
    fn finish(mut self) -> (String, bool) {
        drop(self.stdin.take());
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut log).expect("the log");
        (log, self.child.wait().expect("it ends").success())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("the file").permissions().mode() & 0o777
}

#[test]
fn it_announces_itself_and_hides_its_key() {
    let directory = tempfile::tempdir().unwrap();
    let key_file = directory.path().join("key");
    let arguments = [
        "--key-file",
        "key",
        "--port-file",
        "port",
        "--exit-with-stdin",
    ];
    let mut program = Program::start(&arguments, directory.path());
    let url = program.line();
    assert!(url.starts_with("http://127.0.0.1:"));
    let port_file = fs::read_to_string(directory.path().join("port")).unwrap();
    assert_eq!(port_file, format!("{url}\n"));
    let key = fs::read_to_string(&key_file).unwrap();
    assert_eq!(key.len(), 64);
    #[cfg(unix)]
    assert_eq!(mode(&key_file), 0o600);

    let answer = request_by(&url, &key);
    assert!(answer.contains("you@example.com"));
    let keys = program.command("keys");
    let (log, ended_well) = program.finish();
    assert!(ended_well);
    let expected = format!("GET /api/v0/users/current/ 200 …{}\n", &key[60..]);
    assert_eq!(log, expected);
    assert!(!keys.contains(&key));

    let mut again = Program::start(&arguments, directory.path());
    let url = again.line();
    assert!(request_by(&url, &key).contains("you@example.com"));
}

/// `GET /users/current/` on a program's URL.
fn request_by(url: &str, key: &str) -> String {
    let address = url.strip_prefix("http://").expect("plain HTTP");
    let mut stream = std::net::TcpStream::connect(address).expect("a connection");
    let request = super::raw::request("GET", "/users/current/", key, None);
    stream.write_all(&request).expect("the request is taken");
    String::from_utf8(super::raw::read_to_end(&mut stream)).expect("a text")
}

#[test]
fn it_takes_profiles_and_refuses_unknown_ones() {
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["--key-file", "key", "--profile", "404-auth_error"];
    let mut program = Program::start(&arguments, directory.path());
    let url = program.line();
    let answer = request_by(&url, "wrong");
    assert!(answer.starts_with("HTTP/1.1 404 ") && answer.contains("auth_error"));
    // Without --exit-with-stdin it outlives its stdin.
    drop(program.stdin.take());
    assert!(request_by(&url, "wrong").starts_with("HTTP/1.1 404 "));

    let wrong = ["--key-file", "key", "--profile", "none"];
    let (_, ended_well) = Program::start(&wrong, directory.path()).finish();
    assert!(!ended_well);
}

#[test]
fn commands_do_what_they_say_and_answer_in_one_line() {
    let (api, primary) = FakeApi::with_account();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("scoped");
    let add = format!(
        "add-key 123456 ci {} {{\"api\":{{\"misc\":{{}}}}}}",
        file.display()
    );
    let new: Value = serde_json::from_str(&api.command(&add)).expect("JSON");
    let key = fs::read_to_string(&file).unwrap();
    assert_eq!(get(&api, &key, "/audit_logs/").status, 200);
    assert_eq!(get(&api, &key, "/users/current/").status, 401);
    #[cfg(unix)]
    assert_eq!(mode(&file), 0o600);

    assert_eq!(api.command(&format!("delete-key {}", new["id"])), "ok");
    let keys: Value = serde_json::from_str(&api.command("keys")).expect("JSON");
    assert_eq!(keys[1]["name"], "ci");
    assert_eq!(keys[1]["alive"], false);
    assert_eq!(api.command("profile 403-auth_error"), "ok");
    assert_eq!(get(&api, &key, "/audit_logs/").status, 403);
    assert_eq!(api.command("fault GET /audit_logs/ 503 1"), "ok");
    assert_eq!(get(&api, &primary.key, "/audit_logs/").status, 503);
    assert_eq!(api.command("clear-faults"), "ok");
    let requests: Value = serde_json::from_str(&api.command("requests")).expect("JSON");
    let last = format!("GET /api/v0/audit_logs/ 503 …{}", &primary.key[60..]);
    assert_eq!(requests[3], last);
    assert_eq!(api.command("forget"), "ok");
    assert_eq!(api.command("requests"), "[]");
    get(&api, &primary.key, "/audit_logs");
    let violations: Value = serde_json::from_str(&api.command("violations")).expect("JSON");
    assert_eq!(violations, json!(["NoFinalSlash GET /api/v0/audit_logs"]));
    assert!(api.command("enable-tfa 123456").contains("backup_codes"));
    assert_eq!(api.command("advance 60"), "ok");
    assert!(api.command("names").contains("gzip-bomb"));
    assert!(api.command("help").contains("add-key"));
}

#[test]
fn commands_that_make_no_sense_are_refused() {
    let (api, _) = FakeApi::with_account();
    let directory = tempfile::tempdir().unwrap();
    let taken = directory.path().join("taken");
    fs::write(&taken, "mine").unwrap();
    for line in [
        "",
        "nonsense",
        "profile",
        "profile none",
        "fault GET /",
        "delete-key 9",
        "delete-key x",
        "enable-tfa 9",
        "advance soon",
        "add-key 123456",
        "add-key 9 n f",
        "add-key 123456 n f {",
        "add-key 123456 n f {}",
        &format!("add-key 123456 n {}", taken.display()),
    ] {
        assert!(api.command(line).starts_with("error: "), "{line}");
    }
    assert_eq!(fs::read_to_string(&taken).unwrap(), "mine");
}
