//! HTTP/1.1 as far as the fake needs it: one strict request reader, and
//! responses as values.
//!
//! Owns the message format. Knows no routes and never logs what it read.

use std::io::{self, BufRead, Read};

use serde_json::Value;

const MAX_LINE: u64 = 16 * 1024;
const MAX_HEADERS: usize = 100;
const MAX_BODY: usize = 1024 * 1024;

/// A request, complete and well-formed.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path as sent, undecoded, without the query.
    pub(crate) path: String,
    /// What follows the `?`, undecoded; empty without one.
    pub(crate) query: String,
    /// In the order sent, names as sent.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The values of all headers with this name, in whatever case.
    pub(crate) fn headers_named(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The first header with this name, in whatever case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers_named(name).next()
    }

    /// The key of `Authorization: Bearer KEY`; `None` for an empty one.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let key = self.header("authorization")?.strip_prefix("Bearer ")?;
        (!key.is_empty()).then_some(key)
    }

    /// The body as JSON, if it is JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The decoded value of a query parameter.
    pub(crate) fn query_param(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Whether the client will not send another request on this connection.
    pub(crate) fn wants_close(&self) -> bool {
        self.headers_named("connection")
            .any(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// Why no request was read.
pub(crate) enum NoRequest {
    /// The client closed the connection, or it broke.
    Closed,
    /// Bytes that are no request the fake takes, and why.
    Malformed(&'static str),
}

impl From<io::Error> for NoRequest {
    fn from(_: io::Error) -> Self {
        Self::Closed
    }
}

/// Reads one request.
pub(crate) fn read_request(reader: &mut impl BufRead) -> Result<Request, NoRequest> {
    let line = read_line(reader)?;
    let (method, target) = parse_request_line(&line)?;
    let headers = read_headers(reader)?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Vec::new(),
    };
    if request.headers_named("host").count() != 1 {
        return Err(NoRequest::Malformed("not exactly one Host header"));
    }
    request.body = vec![0; body_length(&request)?];
    reader.read_exact(&mut request.body)?;
    Ok(request)
}

fn read_line(reader: &mut impl BufRead) -> Result<String, NoRequest> {
    let mut line = Vec::new();
    reader.take(MAX_LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(NoRequest::Closed);
    }
    let line = line
        .strip_suffix(b"\r\n")
        .ok_or(NoRequest::Malformed("a line too long or not ended by CRLF"))?;
    let clean = |b: &u8| *b == b'\t' || (b' '..0x7f).contains(b);
    if !line.iter().all(clean) {
        return Err(NoRequest::Malformed("a byte that is not printable ASCII"));
    }
    Ok(String::from_utf8(line.to_vec()).expect("ASCII"))
}

fn parse_request_line(line: &str) -> Result<(&str, &str), NoRequest> {
    let parts: Vec<&str> = line.split(' ').collect();
    match parts[..] {
        [method, target, "HTTP/1.1"] if target.starts_with('/') && !target.contains('#') => {
            Ok((method, target))
        }
        _ => Err(NoRequest::Malformed("not 'METHOD /path HTTP/1.1'")),
    }
}

fn read_headers(reader: &mut impl BufRead) -> Result<Vec<(String, String)>, NoRequest> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(reader)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) = line
            .split_once(':')
            .filter(|(name, _)| !name.is_empty() && !name.contains([' ', '\t']))
            .ok_or(NoRequest::Malformed("not 'Name: value'"))?;
        headers.push((name.to_owned(), value.trim().to_owned()));
        if headers.len() > MAX_HEADERS {
            return Err(NoRequest::Malformed("too many headers"));
        }
    }
}

fn body_length(request: &Request) -> Result<usize, NoRequest> {
    if request.header("transfer-encoding").is_some() {
        return Err(NoRequest::Malformed("a body without Content-Length"));
    }
    let mut lengths = request.headers_named("content-length");
    let length = match (lengths.next(), lengths.next()) {
        (None, _) => 0,
        (Some(text), None) => text
            .parse()
            .map_err(|_| NoRequest::Malformed("a Content-Length that is no number"))?,
        _ => return Err(NoRequest::Malformed("several Content-Length headers")),
    };
    if length > MAX_BODY {
        return Err(NoRequest::Malformed("a body of more than 1 MiB"));
    }
    Ok(length)
}

/// A response that is yet to be sent.
#[derive(Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// Besides `Content-Length`, which the body tells.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// A JSON response.
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::with_type(status, "application/json", &value.to_string())
    }

    /// A response of plain text.
    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self::with_type(status, "text/plain; charset=utf-8", text)
    }

    /// A page as a gateway or a captive portal would send it.
    pub(crate) fn html(status: u16, title: &str) -> Self {
        let page = format!("<html><head><title>{title}</title></head><body>{title}</body></html>");
        Self::with_type(status, "text/html", &page)
    }

    /// The same response with one more header.
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn with_type(status: u16, content_type: &str, body: &str) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", content_type.to_owned())],
            body: body.as_bytes().to_vec(),
        }
    }

    /// Status line and headers, without the empty line that ends them.
    pub(crate) fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        }
        head
    }

    /// The whole response as it goes over the wire.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.to_bytes_with_length(&self.body.len().to_string())
    }

    /// The whole response with whatever is claimed to be its length.
    pub(crate) fn to_bytes_with_length(&self, length: &str) -> Vec<u8> {
        let mut bytes = format!("{}Content-Length: {length}\r\n\r\n", self.head()).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        302 => "Found",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unnamed",
    }
}
