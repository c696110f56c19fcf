//! A socket whose reads and writes end when the server stops.
//!
//! Owns the waiting. Closing or shutting a socket down from another thread does
//! not end a read on every system, so each wait is short and repeated.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Most time for which a stopping server goes unnoticed.
const WAIT: Duration = Duration::from_millis(20);

/// A connection to a client. When the server stops, it reads as closed and
/// fails to be written to.
pub(crate) struct Connection {
    stream: TcpStream,
    stopping: Arc<AtomicBool>,
}

impl Connection {
    /// Takes over an accepted socket.
    pub(crate) fn new(stream: TcpStream, stopping: Arc<AtomicBool>) -> io::Result<Self> {
        stream.set_read_timeout(Some(WAIT))?;
        stream.set_write_timeout(Some(WAIT))?;
        Ok(Self { stream, stopping })
    }

    /// Reads and forgets until the client hangs up.
    pub(crate) fn wait_for_hang_up(&self) {
        let mut ignored = [0; 1024];
        let mut this = self;
        while matches!(this.read(&mut ignored), Ok(1..)) {}
    }

    fn retry(&self, mut attempt: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
        while !self.stopping.load(Ordering::SeqCst) {
            match attempt() {
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                result => return result,
            }
        }
        Err(ErrorKind::ConnectionAborted.into())
    }
}

impl Read for &Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.retry(|| (&self.stream).read(buffer))
    }
}

impl Write for &Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.retry(|| (&self.stream).write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        (&self.stream).flush()
    }
}
