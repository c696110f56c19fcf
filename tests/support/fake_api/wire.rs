//! What goes over the wire for one request: a response, or the mischief that
//! takes its place.
//!
//! Owns sending. Which mischief, and when, is up to `faults`.

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use super::connection::Connection;
use super::http::Response;

/// Endless bodies end after this many bytes, so that a client without a limit
/// fails its test and not the machine.
const ENDLESS: usize = 1 << 30;

/// One answer.
pub(crate) enum Wire {
    /// An honest response.
    Response(Response),
    /// These bytes, whatever they are (none at all is one way to drop a
    /// request), and then the end, or nothing more until the client hangs up.
    Bytes { bytes: Vec<u8>, then: Then },
    /// These bytes, one at a time.
    Drip { bytes: Vec<u8>, every: Duration },
    /// A JSON string that does not end, in chunks.
    Endless,
    /// The same, and each byte of it stands for more than a hundred.
    GzipBomb,
}

/// What follows the bytes.
pub(crate) enum Then {
    Close,
    Hang,
}

impl Wire {
    /// These bytes and the end.
    pub(crate) fn then_close(bytes: Vec<u8>) -> Self {
        let then = Then::Close;
        Self::Bytes { bytes, then }
    }

    /// These bytes, and nothing more until the client hangs up.
    pub(crate) fn then_hang(bytes: Vec<u8>) -> Self {
        let then = Then::Hang;
        Self::Bytes { bytes, then }
    }

    /// The status, if there is one to see.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Response(response) => Some(response.status),
            _ => None,
        }
    }

    /// Sends the answer. Whether the connection may be used again.
    pub(crate) fn send(self, mut stream: &Connection) -> io::Result<bool> {
        match self {
            Self::Response(response) => {
                stream.write_all(&response.to_bytes())?;
                return Ok(true);
            }
            Self::Bytes { bytes, then } => {
                stream.write_all(&bytes)?;
                if matches!(then, Then::Hang) {
                    stream.wait_for_hang_up();
                }
            }
            Self::Drip { bytes, every } => drip(stream, &bytes, every)?,
            Self::Endless => endless(stream)?,
            Self::GzipBomb => gzip_bomb(stream)?,
        }
        Ok(false)
    }
}

fn drip(mut stream: &Connection, bytes: &[u8], every: Duration) -> io::Result<()> {
    for byte in bytes {
        stream.write_all(std::slice::from_ref(byte))?;
        thread::sleep(every);
    }
    Ok(())
}

fn endless(mut stream: &Connection) -> io::Result<()> {
    let head = Response::json(200, &serde_json::Value::Null)
        .with_header("Transfer-Encoding", "chunked")
        .head();
    write!(stream, "{head}\r\n8\r\n{{\"msg\":\"\r\n")?;
    let chunk = "a".repeat(16 * 1024);
    for _ in 0..ENDLESS / chunk.len() {
        write!(stream, "{:x}\r\n{chunk}\r\n", chunk.len())?;
    }
    Ok(())
}

fn gzip_bomb(mut stream: &Connection) -> io::Result<()> {
    let head = Response::json(200, &serde_json::Value::Null)
        .with_header("Content-Encoding", "gzip")
        .with_header("Connection", "close")
        .head();
    write!(stream, "{head}\r\n")?;
    let bomb = Bomb::new();
    stream.write_all(&bomb.start)?;
    let block = bomb.repeated.repeat(1024);
    for _ in 0..ENDLESS / (Bomb::UNPACKED * 1024) {
        stream.write_all(&block)?;
    }
    Ok(())
}

/// The pieces of a gzip stream (RFC 1952) that holds one deflate block with
/// fixed codes (RFC 1951, 3.2.6), and never its end.
struct Bomb {
    start: Vec<u8>,
    /// Unpacks to [`Bomb::UNPACKED`] bytes, however often it is repeated.
    repeated: Vec<u8>,
}

impl Bomb {
    const MATCHES: usize = 8;
    const LONGEST_MATCH: usize = 258;
    const UNPACKED: usize = Self::MATCHES * Self::LONGEST_MATCH;

    fn new() -> Self {
        let mut bits = vec![false, true, false];
        for literal in b"{\"msg\":\"aaaaa" {
            push_code(&mut bits, 0x30 + u16::from(*literal), 8);
        }
        // Literals until a byte is full, so that the rest repeats bytewise.
        while bits.len() % 8 != 0 {
            push_match(&mut bits);
        }
        let mut repeated = Vec::new();
        for _ in 0..Self::MATCHES {
            push_match(&mut repeated);
        }
        let mut start = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
        start.extend(pack(&bits));
        Self {
            start,
            repeated: pack(&repeated),
        }
    }
}

/// Length 258 is code 285, distance 1 is code 0.
fn push_match(bits: &mut Vec<bool>) {
    push_code(bits, 0b1100_0101, 8);
    push_code(bits, 0, 5);
}

fn push_code(bits: &mut Vec<bool>, code: u16, length: u16) {
    bits.extend((0..length).rev().map(|bit| code >> bit & 1 == 1));
}

fn pack(bits: &[bool]) -> Vec<u8> {
    let byte = |bits: &[bool]| (0..8).fold(0, |byte, i| byte | u8::from(bits[i]) << i);
    bits.chunks_exact(8).map(byte).collect()
}
