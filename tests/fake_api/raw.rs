//! A client with no manners: it sends exactly what it is told, and reads
//! exactly what comes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::support::fake_api::FakeApi;

/// Longer than any test should take; a fake that hangs fails its test.
const PATIENCE: Duration = Duration::from_secs(20);

/// A response.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// The body, which must be JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    /// The body, which must be text.
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a text")
    }

    /// A header's value.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The `error` and `msg` of a JSON error; empty where there is none.
    pub(super) fn fault(&self) -> (String, String) {
        let json = self.json();
        let text = |name: &str| json[name].as_str().unwrap_or("").to_owned();
        (text("error"), text("msg"))
    }
}

/// Connects.
pub(super) fn connect(api: &FakeApi) -> TcpStream {
    let address = api.url().strip_prefix("http://").expect("plain HTTP");
    let stream = TcpStream::connect(address).expect("a connection");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a read timeout");
    stream
}

/// Sends bytes; gives all that comes back until the server closes. A reset in
/// place of a proper end counts as the end.
pub(super) fn exchange(api: &FakeApi, request: &[u8]) -> Vec<u8> {
    let mut stream = connect(api);
    stream.write_all(request).expect("the request is taken");
    read_to_end(&mut stream)
}

/// Reads until the server closes.
pub(super) fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        bytes.extend_from_slice(&buffer[..count]);
    }
    bytes
}

/// A well-formed request. `path` is the one after `/api/v0`.
pub(super) fn request(method: &str, path: &str, key: &str, body: Option<&Value>) -> Vec<u8> {
    let head = format!(
        "{method} /api/v0{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\
         Authorization: Bearer {key}\r\n"
    );
    let Some(body) = body.map(Value::to_string) else {
        return format!("{head}\r\n").into_bytes();
    };
    let length = body.len();
    format!("{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// Reads a response that is well-formed.
pub(super) fn parse(bytes: &[u8]) -> Answer {
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("a response with headers");
    let head = std::str::from_utf8(&bytes[..end]).expect("headers in ASCII");
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").expect("a header");
        (name.to_owned(), value.to_owned())
    };
    Answer {
        status: status.and_then(|s| s.parse().ok()).expect("a status"),
        headers: lines.map(header).collect(),
        body: bytes[end + 4..].to_vec(),
    }
}

/// Sends a raw request and reads a well-formed response.
pub(super) fn send(api: &FakeApi, request: &[u8]) -> Answer {
    parse(&exchange(api, request))
}

/// `GET`.
pub(super) fn get(api: &FakeApi, key: &str, path: &str) -> Answer {
    send(api, &request("GET", path, key, None))
}

/// `POST`.
pub(super) fn post(api: &FakeApi, key: &str, path: &str, body: &Value) -> Answer {
    send(api, &request("POST", path, key, Some(body)))
}

/// `PUT`.
pub(super) fn put(api: &FakeApi, key: &str, path: &str, body: &Value) -> Answer {
    send(api, &request("PUT", path, key, Some(body)))
}

/// `DELETE`, with the empty object that the official CLI sends.
pub(super) fn delete(api: &FakeApi, key: &str, path: &str) -> Answer {
    let body = serde_json::json!({});
    send(api, &request("DELETE", path, key, Some(&body)))
}
