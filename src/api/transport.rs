//! One request and its answer, over HTTP/1.
//!
//! Owns the HTTP client, the headers, and the limits of size and time. Follows
//! no redirect, repeats nothing, keeps no connection and no key for a next
//! request; what an answer means is decided in [`classify`](super::classify).
//!
//! A request has a thread of its own, with the client in it. A client ends by
//! joining its runtime's thread, which some answers keep busy for ever; here
//! such a thread is left to itself, and the caller goes on at the deadline.

use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{Method, Proxy};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use zeroize::Zeroizing;

use super::deadline::Deadline;
use super::error::ApiError;
use super::faults::{self, Fault};
use super::options::ClientOptions;
use super::resolve::Resolver;
use super::tls::Tls;
use crate::key::ApiKey;
use crate::server::Server;

/// Largest body that is read, in bytes. Answers take a few kilobytes; a list of
/// thousands of keys still fits.
const MAX_BODY: usize = 1024 * 1024;

/// Most header lines that are accepted. hyper limits their bytes (about
/// 400 KiB).
const MAX_HEADERS: usize = 100;

/// Longest wait for a connection, so that a host that drops packets is told
/// from a server that does not answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long after the deadline the thread of a request may still report: what it
/// knows tells more than that time is up.
const GRACE: Duration = Duration::from_millis(250);

/// How long an answered call waits for what held the key to be freed.
const CLOSING: Duration = Duration::from_millis(500);

const USER_AGENT: &str = concat!("vastkey/", env!("CARGO_PKG_VERSION"));

/// What is to be sent.
pub(super) struct Request {
    pub(super) method: Method,
    /// The path on the server, from its slash on.
    pub(super) path: String,
    /// The JSON body; `None` sends none.
    pub(super) body: Option<String>,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) is_html: bool,
    /// `Retry-After` in seconds; dates and junk count as absent.
    pub(super) retry_after: Option<Duration>,
    pub(super) location: Option<String>,
    /// `Date`.
    pub(super) date: Option<OffsetDateTime>,
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// How to talk to one server.
#[derive(Clone)]
pub(super) struct Transport {
    origin: String,
    encrypted: bool,
    proxy: Option<Proxy>,
    tls: Tls,
    connect_timeout: Duration,
}

impl Transport {
    pub(super) fn new(server: &Server, options: &ClientOptions) -> Result<Self, ApiError> {
        Ok(Self {
            origin: server.origin().to_owned(),
            encrypted: server.is_encrypted(),
            proxy: options.proxy.proxy_for(server)?,
            tls: Tls::new(server.is_encrypted(), &options.trust, options.timeout)?,
            connect_timeout: CONNECT_TIMEOUT.min(options.timeout / 2),
        })
    }

    /// Sends the request, with the key if there is one, and reads the whole
    /// answer, by the deadline.
    pub(super) fn exchange(
        &self,
        key: Option<&ApiKey>,
        request: Request,
        deadline: Deadline,
    ) -> Result<Reply, Fault> {
        let Some(left) = deadline.left() else {
            return Err(Fault::not_sent(ApiError::TimedOut(deadline.total())));
        };
        let (transport, key) = (self.clone(), key.cloned());
        let (answer, answered) = mpsc::channel();
        thread::Builder::new()
            .name("request".to_owned())
            .spawn(move || transport.run(key, request, deadline, answer))
            .map_err(|_| Fault::not_sent(ApiError::NoClient))?;
        match answered.recv_timeout(left + GRACE) {
            Ok(result) => {
                // Ends as soon as the channel closes.
                let _ = answered.recv_timeout(CLOSING);
                result
            }
            Err(RecvTimeoutError::Timeout) => {
                Err(Fault::sent(ApiError::TimedOut(deadline.total())))
            }
            Err(RecvTimeoutError::Disconnected) => Err(Fault::sent(ApiError::NoClient)),
        }
    }

    /// The thread of a request: reports the outcome, then frees the client, and
    /// then closes the channel, which tells that all is freed.
    fn run(
        self,
        key: Option<ApiKey>,
        request: Request,
        deadline: Deadline,
        answer: Sender<Result<Reply, Fault>>,
    ) {
        let client = self.client();
        let outcome = match &client {
            Ok(client) => self.send(client, key.as_ref(), request, deadline),
            Err(_) => Err(Fault::not_sent(ApiError::NoClient)),
        };
        // The client may take for ever.
        drop(key);
        // Nobody may be waiting any more.
        let _ = answer.send(outcome);
        drop(client);
        drop(answer);
    }

    fn client(&self) -> reqwest::Result<Client> {
        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .http1_max_headers(MAX_HEADERS)
            // A connection that is kept holds the key in its buffers, and is a
            // second chance for a request to be sent twice.
            .pool_max_idle_per_host(0)
            .connect_timeout(self.connect_timeout)
            .https_only(self.encrypted)
            .dns_resolver(Arc::new(Resolver::system()))
            .no_proxy();
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy.clone());
        }
        self.tls.configure(builder).build()
    }

    fn send(
        &self,
        client: &Client,
        key: Option<&ApiKey>,
        request: Request,
        deadline: Deadline,
    ) -> Result<Reply, Fault> {
        let Some(left) = deadline.left() else {
            return Err(Fault::not_sent(ApiError::TimedOut(deadline.total())));
        };
        let proxied = self.proxy.is_some();
        let explain = |error: &reqwest::Error| faults::explain(error, proxied, deadline);
        // The timeout of the request runs on while the body is read; a
        // client's would start anew with every read.
        let response = self
            .build(client, key, request)
            .timeout(left)
            .send()
            .map_err(|error| explain(&error))?;
        let mut reply = Reply {
            status: response.status().as_u16(),
            is_html: header(&response, CONTENT_TYPE).is_some_and(|kind| kind.contains("html")),
            retry_after: header(&response, RETRY_AFTER).and_then(whole_seconds),
            location: header(&response, LOCATION).map(str::to_owned),
            date: header(&response, DATE).and_then(moment),
            body: Zeroizing::default(),
        };
        reply.body = read_body(response, explain)?;
        Ok(reply)
    }

    fn build(&self, client: &Client, key: Option<&ApiKey>, request: Request) -> RequestBuilder {
        let url = format!("{}{}", self.origin, request.path);
        let builder = client
            .request(request.method, url)
            .headers(key.map(authorization).unwrap_or_default());
        match request.body {
            Some(body) => builder.header(CONTENT_TYPE, "application/json").body(body),
            None => builder,
        }
    }
}

/// The header with the key, marked so that nothing prints it.
fn authorization(key: &ApiKey) -> HeaderMap {
    let bearer = Zeroizing::new(format!("Bearer {}", key.expose()));
    let mut headers = HeaderMap::new();
    // Never an error: an `ApiKey` is printable ASCII.
    if let Ok(mut value) = HeaderValue::from_str(&bearer) {
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    headers
}

fn header(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

fn whole_seconds(text: &str) -> Option<Duration> {
    text.trim().parse().ok().map(Duration::from_secs)
}

/// The date of an answer (RFC 9110, section 5.6.7); its older forms count as
/// absent.
fn moment(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text.trim(), &Rfc2822).ok()
}

fn read_body(
    response: Response,
    explain: impl Fn(&reqwest::Error) -> Fault,
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let too_large = || Fault::sent(ApiError::TooLarge);
    let told = response.content_length().unwrap_or(0);
    if told > MAX_BODY as u64 {
        return Err(too_large());
    }
    let capacity = usize::try_from(told).map_or(0, |told| told + 1);
    let mut body = Zeroizing::new(Vec::with_capacity(capacity));
    response
        .take(MAX_BODY as u64 + 1)
        .read_to_end(&mut body)
        .map_err(|error| faults::explain_read(&error, &explain))?;
    if body.len() > MAX_BODY {
        return Err(too_large());
    }
    Ok(body)
}
