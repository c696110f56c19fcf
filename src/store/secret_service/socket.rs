//! The socket of the bus, read so that a deadline is noticed.
//!
//! zbus reads on for as long as there is something to read, and lets nothing else
//! happen meanwhile: a bus that never stops to talk would outlast every deadline.

use std::io;
use std::os::fd::OwnedFd;

use async_trait::async_trait;
use futures_lite::future;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use zbus::connection::socket::{ReadHalf, Socket, Split};
use zbus::fdo::ConnectionCredentials;

/// After how many reads others get their turn: more than a well-behaved bus makes
/// necessary.
const TURN: usize = 64;

/// A connected stream.
#[derive(Debug)]
pub(super) struct BusSocket(pub(super) UnixStream);

impl Socket for BusSocket {
    type ReadHalf = Reader;
    type WriteHalf = OwnedWriteHalf;

    fn split(self) -> Split<Self::ReadHalf, Self::WriteHalf> {
        let (inner, write) = self.0.into_split();
        Split::new(Reader { inner, reads: 0 }, write)
    }
}

/// The half that is read.
#[derive(Debug)]
pub(super) struct Reader {
    inner: OwnedReadHalf,
    reads: usize,
}

#[async_trait]
impl ReadHalf for Reader {
    async fn recvmsg(&mut self, buffer: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
        self.reads += 1;
        if self.reads.is_multiple_of(TURN) {
            future::yield_now().await;
        }
        self.inner.recvmsg(buffer).await
    }

    fn can_pass_unix_fd(&self) -> bool {
        self.inner.can_pass_unix_fd()
    }

    async fn peer_credentials(&mut self) -> io::Result<ConnectionCredentials> {
        ReadHalf::peer_credentials(&mut self.inner).await
    }
}
