//! Misbehaviour on purpose: the ways, their names, and what each makes of an
//! answer.
//!
//! Which request is befallen is up to `rules`, sending is up to `wire`.

use std::time::Duration;

use serde_json::{Value, json};

use super::auth;
use super::clock::Timestamp;
use super::http::{Request, Response};
use super::profile::RateBody;
use super::rate;
use super::wire::Wire;

/// One way to misbehave.
#[derive(Clone)]
pub(crate) enum Fault {
    /// A status of a server or gateway in trouble, with its HTML page.
    Status(u16),
    /// A 429, though the client did nothing wrong.
    TooFrequent(RateBody, Option<&'static str>),
    /// A 429 for a quota.
    Quota,
    /// The request is read and nothing is ever sent.
    Hang,
    /// Headers and half the body, and then nothing.
    HangInBody,
    /// The connection is closed without an answer.
    Drop,
    /// Half the JSON, in a body of the right length.
    Truncated,
    /// 200 with a page: a captive portal.
    Html,
    /// 200 with a JSON list.
    List,
    /// 200 with nothing.
    Empty,
    /// A body that does not end.
    Endless,
    /// A body that unpacks to a gigabyte.
    GzipBomb,
    /// The right answer, a byte at a time.
    Drip(Duration),
    /// The right answer under 500 headers.
    ManyHeaders,
    /// A `Content-Length` that is no number.
    LengthJunk,
    /// A `Content-Length` of more than is sent.
    LengthTooLong,
    /// A `Content-Length` of less than is sent.
    LengthTooShort,
    /// A redirect with this status to this place.
    Redirect(u16, String),
    /// The right answer with terminal escapes in every string.
    Escapes,
    /// An error message that repeats the key.
    EchoKey,
}

impl Fault {
    /// The fault called `name`; `redirect:PLACE` and `redirect-307:PLACE` take
    /// an argument.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if let Some((redirect, place)) = name.split_once(':') {
            let status = match redirect {
                "redirect" => 302,
                "redirect-307" => 307,
                _ => return None,
            };
            return Some(Self::Redirect(status, place.to_owned()));
        }
        let found = NAMED.iter().find(|(given, _)| *given == name);
        found.map(|(_, fault)| fault.clone())
    }

    /// The names that [`Fault::named`] knows, but for redirects.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, _)| *name)
    }

    /// Whether the right answer is needed first, and so the request handled.
    pub(crate) fn spoils_the_answer(&self) -> bool {
        matches!(
            self,
            Self::HangInBody
                | Self::Truncated
                | Self::Drip(_)
                | Self::ManyHeaders
                | Self::LengthJunk
                | Self::LengthTooLong
                | Self::LengthTooShort
                | Self::Escapes
        )
    }

    /// What is sent in place of `answer`, which is empty unless the request was
    /// carried out.
    pub(crate) fn apply(&self, request: &Request, answer: Response, now: Timestamp) -> Wire {
        let half = answer.body.len() / 2;
        match self {
            Self::Hang => Wire::then_hang(Vec::new()),
            Self::HangInBody => {
                let mut bytes = answer.to_bytes();
                bytes.truncate(bytes.len() - half);
                Wire::then_hang(bytes)
            }
            Self::Drop => Wire::then_close(Vec::new()),
            Self::LengthJunk => Wire::then_close(answer.to_bytes_with_length("plenty")),
            Self::LengthTooLong => {
                let length = (answer.body.len() + 10).to_string();
                Wire::then_close(answer.to_bytes_with_length(&length))
            }
            Self::LengthTooShort => {
                Wire::then_close(answer.to_bytes_with_length(&half.to_string()))
            }
            Self::Endless => Wire::Endless,
            Self::GzipBomb => Wire::GzipBomb,
            Self::Drip(every) => Wire::Drip {
                bytes: answer.to_bytes(),
                every: *every,
            },
            _ => Wire::Response(self.response(request, answer, now)),
        }
    }

    /// For the faults that are well-formed HTTP.
    fn response(&self, request: &Request, answer: Response, now: Timestamp) -> Response {
        match self {
            Self::Status(status) => Response::html(*status, "Something went wrong"),
            Self::TooFrequent(body, retry) => rate::too_frequent(*body, 2.0, *retry),
            Self::Quota => rate::quota_exceeded(now + 3600.0),
            Self::Html => Response::html(200, "Welcome to the hotel's network"),
            Self::List => Response::json(200, &json!([1, "two", null])),
            Self::Empty => Response::text(200, ""),
            Self::Redirect(status, place) => {
                Response::text(*status, "").with_header("Location", place)
            }
            Self::Truncated => cut(answer),
            Self::ManyHeaders => with_many_headers(answer),
            Self::Escapes => with_escapes(answer),
            Self::EchoKey => echo(request),
            _ => unreachable!("not HTTP: apply() has dealt with it"),
        }
    }
}

const NAMED: &[(&str, Fault)] = &[
    ("500", Fault::Status(500)),
    ("502", Fault::Status(502)),
    ("503", Fault::Status(503)),
    ("504", Fault::Status(504)),
    ("429", Fault::TooFrequent(RateBody::Text, None)),
    ("429-detail", Fault::TooFrequent(RateBody::Detail, None)),
    (
        "429-retry-after-1",
        Fault::TooFrequent(RateBody::Text, Some("1")),
    ),
    (
        "429-retry-after-99",
        Fault::TooFrequent(RateBody::Text, Some("99")),
    ),
    (
        "429-retry-after-junk",
        Fault::TooFrequent(RateBody::Text, Some("soon")),
    ),
    ("429-quota", Fault::Quota),
    ("hang", Fault::Hang),
    ("hang-in-body", Fault::HangInBody),
    ("drop", Fault::Drop),
    ("truncated", Fault::Truncated),
    ("html", Fault::Html),
    ("list", Fault::List),
    ("empty", Fault::Empty),
    ("endless", Fault::Endless),
    ("gzip-bomb", Fault::GzipBomb),
    ("drip", Fault::Drip(Duration::from_millis(200))),
    ("many-headers", Fault::ManyHeaders),
    ("length-junk", Fault::LengthJunk),
    ("length-too-long", Fault::LengthTooLong),
    ("length-too-short", Fault::LengthTooShort),
    ("escapes", Fault::Escapes),
    ("echo-key", Fault::EchoKey),
];

fn cut(mut answer: Response) -> Response {
    answer.body.truncate(answer.body.len() / 2);
    answer
}

fn with_many_headers(answer: Response) -> Response {
    (0..500).fold(answer, |answer, n| {
        answer.with_header("X-Filler", format!("{n}"))
    })
}

fn echo(request: &Request) -> Response {
    let key = request.bearer().unwrap_or("");
    let message = format!("Bad request: Authorization: Bearer {key}");
    auth::failure(400, "invalid_args", &message)
}

/// Keys stay what they are: a client must be able to go on.
fn with_escapes(mut answer: Response) -> Response {
    if let Ok(mut json) = serde_json::from_slice(&answer.body) {
        add_escapes(&mut json);
        answer.body = json.to_string().into_bytes();
    }
    answer
}

fn add_escapes(value: &mut Value) {
    match value {
        Value::String(text) => *text = format!("\u{1b}[31m{text}\u{9b}2J\u{202e}\u{7}"),
        Value::Array(items) => items.iter_mut().for_each(add_escapes),
        Value::Object(fields) => fields
            .iter_mut()
            .filter(|(name, _)| !["key", "new_api_key", "session_key"].contains(&name.as_str()))
            .for_each(|(_, value)| add_escapes(value)),
        _ => {}
    }
}
