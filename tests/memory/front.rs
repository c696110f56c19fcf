//! TLS in front of a server on this machine, as the real API has it.
//!
//! Owns the certificate and the passing on of bytes.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::support::tls::{Authority, NOW};

/// How long one side is listened to before the other has its turn.
const TURN: Duration = Duration::from_millis(2);

/// Takes connections until it is dropped; then new ones are refused.
pub(crate) struct Front {
    authority: Authority,
    address: SocketAddr,
    ends: Arc<AtomicBool>,
    mute: Arc<AtomicBool>,
    acceptor: Option<thread::JoinHandle<()>>,
}

impl Front {
    /// Stands in front of `behind`.
    pub(crate) fn start(behind: SocketAddr) -> Self {
        let authority = Authority::new("the authority");
        let config = authority.identity("localhost", NOW).server_config();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let ends = Arc::new(AtomicBool::new(false));
        let mute = Arc::new(AtomicBool::new(false));
        let (ending, muted) = (Arc::clone(&ends), Arc::clone(&mute));
        let acceptor = thread::spawn(move || {
            let mut unanswered = Vec::new();
            for stream in listener.incoming().flatten() {
                if ending.load(Ordering::SeqCst) {
                    return;
                }
                if muted.load(Ordering::SeqCst) {
                    unanswered.push(stream);
                    continue;
                }
                let (config, ending) = (Arc::clone(&config), Arc::clone(&ending));
                // A client may go away at any time.
                thread::spawn(move || pass_on(stream, behind, config, &ending));
            }
        });
        Self {
            authority,
            address,
            ends,
            mute,
            acceptor: Some(acceptor),
        }
    }

    /// Its host and port.
    pub(crate) fn host(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    /// The certificate of the authority that vouches for it.
    pub(crate) fn authority_file(&self) -> PathBuf {
        self.authority.file()
    }

    /// Takes connections from now on and says nothing on them.
    pub(crate) fn mute(&self) {
        self.mute.store(true, Ordering::SeqCst);
    }

    /// Refuses connections from now on.
    pub(crate) fn close(&mut self) {
        let Some(acceptor) = self.acceptor.take() else {
            return;
        };
        self.ends.store(true, Ordering::SeqCst);
        // Wakes the acceptor; if it is gone already, so much the better.
        drop(TcpStream::connect(self.address));
        // It does not panic.
        let _ = acceptor.join();
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.close();
    }
}

/// Passes bytes on, in turns, until one side has nothing more to say.
fn pass_on(
    client: TcpStream,
    behind: SocketAddr,
    config: Arc<ServerConfig>,
    ends: &AtomicBool,
) -> io::Result<()> {
    let mut server = TcpStream::connect(behind)?;
    server.set_read_timeout(Some(TURN))?;
    client.set_read_timeout(Some(TURN))?;
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut client = StreamOwned::new(connection, client);
    while !ends.load(Ordering::SeqCst) {
        if take_turn(&mut client, &mut server)? == Some(0) {
            return Ok(());
        }
        if take_turn(&mut server, &mut client)? == Some(0) {
            client.conn.send_close_notify();
            return client.flush();
        }
    }
    Ok(())
}

/// How many bytes there were; `None` when none came in time.
fn take_turn(from: &mut impl Read, to: &mut impl Write) -> io::Result<Option<usize>> {
    let mut buffer = [0; 4096];
    match from.read(&mut buffer) {
        Ok(count) => {
            to.write_all(&buffer[..count])?;
            to.flush()?;
            Ok(Some(count))
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
