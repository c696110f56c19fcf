//! The other end of a socket, when what it says matters and nothing else does.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};

#[cfg(not(any(windows, target_os = "macos")))]
use rustls::{ServerConnection, StreamOwned};

#[cfg(not(any(windows, target_os = "macos")))]
use super::tls::Identity;

/// What a peer does with one connection.
pub(crate) type Act = Box<dyn FnOnce(&mut TcpStream) -> Vec<u8> + Send>;

/// A listener that treats its connections in order, each with one act, and
/// refuses further ones. Keeps what it received.
pub(crate) struct Peer {
    address: SocketAddr,
    received: Receiver<Vec<u8>>,
    thread: Option<JoinHandle<()>>,
}

impl Peer {
    pub(crate) fn new(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, received) = mpsc::channel();
        let thread = thread::spawn(move || {
            for act in acts {
                let Ok((mut stream, _)) = listener.accept() else {
                    return;
                };
                // Nobody may be listening any more.
                let _ = sender.send(act(&mut stream));
                let _ = stream.shutdown(Shutdown::Write);
            }
        });
        Self {
            address,
            received,
            thread: Some(thread),
        }
    }

    /// One that answers one request.
    pub(crate) fn answering(status: u16, body: &str) -> Self {
        Self::new(vec![answer(status, body)])
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All that was received so far, a connection each.
    pub(crate) fn received(&self) -> Vec<Vec<u8>> {
        self.received.try_iter().collect()
    }

    /// Ends the peer and gives what was received.
    pub(crate) fn finish(mut self) -> Vec<Vec<u8>> {
        self.end();
        self.received()
    }

    fn end(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        // Whatever it still waits for: connections that say nothing, one at a
        // time, as more would fill its queue.
        while !thread.is_finished()
            && let Ok(mut stream) = TcpStream::connect(self.address)
        {
            let _ = stream.shutdown(Shutdown::Write);
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
        let _ = thread.join();
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.end();
    }
}

/// Reads one request and sends JSON.
pub(crate) fn answer(status: u16, body: &str) -> Act {
    say(json(status, body))
}

/// An answer of JSON, byte for byte.
pub(crate) fn json(status: u16, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
}

/// Reads one request and sends these bytes.
pub(crate) fn say(bytes: impl Into<Vec<u8>>) -> Act {
    let bytes = bytes.into();
    Box::new(move |stream| {
        let request = read_request(stream);
        // The client may have seen enough.
        let _ = stream.write_all(&bytes);
        request
    })
}

/// Reads one request over TLS, which it gives decrypted, and sends these bytes.
#[cfg(not(any(windows, target_os = "macos")))]
pub(crate) fn say_over_tls(identity: Identity, bytes: impl Into<Vec<u8>>) -> Act {
    let (config, bytes) = (identity.server_config(), bytes.into());
    Box::new(move |stream: &mut TcpStream| {
        let connection = ServerConnection::new(config).expect("a connection");
        let mut tls = StreamOwned::new(connection, stream);
        let request = read_request(&mut tls);
        if !request.is_empty() {
            // The client may have seen enough.
            let _ = tls.write_all(&bytes);
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
        request
    })
}

/// Answers a proxy's `CONNECT`, and then takes the server's part too. Gives the
/// head of the `CONNECT` and what the server received.
#[cfg(not(any(windows, target_os = "macos")))]
pub(crate) fn tunnel_to(server: Act) -> Act {
    Box::new(move |stream: &mut TcpStream| {
        let head = read_request(stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        [head, server(stream)].concat()
    })
}

/// One request, head and body; what there is of it if it is cut off.
pub(crate) fn read_request(stream: &mut impl Read) -> Vec<u8> {
    let mut reader = BufReader::new(stream);
    let mut request = Vec::new();
    let mut length = 0;
    loop {
        let start = request.len();
        if reader.read_until(b'\n', &mut request).unwrap_or(0) == 0 {
            return request;
        }
        let line = String::from_utf8_lossy(&request[start..]).to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let _ = reader.take(length).read_to_end(&mut request);
    request
}
