//! The sockets: a listener on loopback, a thread a connection, and an end to
//! all of it.
//!
//! Owns the threads. What is answered is up to `world`.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::connection::Connection;
use super::http::{self, NoRequest, Response};
use super::world::{Logged, World};

/// Called for each request, once it is known how it will be answered.
pub(crate) type Observer = Box<dyn Fn(&Logged) + Send + Sync>;

/// A running server; it stops when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    world: Mutex<World>,
    observer: Observer,
    stopping: Arc<AtomicBool>,
    /// How many of the next connections are accepted and never answered.
    silent: AtomicU32,
    /// How long a request waits before it is carried out, in milliseconds.
    delay: AtomicU64,
}

impl Server {
    /// Listens on a free port of 127.0.0.1.
    pub(crate) fn start(observer: Observer) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free loopback port");
        let address = listener.local_addr().expect("the port of the listener");
        let world = World {
            origin: format!("http://{address}"),
            ..World::default()
        };
        let shared = Arc::new(Shared {
            world: Mutex::new(world),
            observer,
            stopping: Arc::default(),
            silent: AtomicU32::new(0),
            delay: AtomicU64::new(0),
        });
        let for_acceptor = Arc::clone(&shared);
        let acceptor = thread::spawn(move || accept(&listener, &for_acceptor));
        Self {
            address,
            shared,
            acceptor: Some(acceptor),
        }
    }

    /// What it remembers and how it answers.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.shared.world()
    }

    /// Accepts the next `count` connections and says nothing on them.
    pub(crate) fn stay_silent(&self, count: u32) {
        self.shared.silent.store(count, Ordering::SeqCst);
    }

    /// Carries requests out so much later, whether the client still waits or not.
    pub(crate) fn be_late(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).expect("less than centuries");
        self.shared.delay.store(by, Ordering::SeqCst);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes the acceptor; if it is gone already, so much the better.
        drop(TcpStream::connect(self.address));
        let acceptor = self.acceptor.take().expect("dropped once");
        let worked = acceptor.join().is_ok();
        assert!(worked || thread::panicking(), "the fake API panicked");
    }
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("no request made the fake panic")
    }

    fn takes_silently(&self) -> bool {
        let one_less = |n: u32| n.checked_sub(1);
        self.silent
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less)
            .is_ok()
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            break;
        }
        let connection = stream.and_then(|s| Connection::new(s, Arc::clone(&shared.stopping)));
        // A client that is gone again already is none.
        let Ok(connection) = connection else { continue };
        let shared = Arc::clone(shared);
        threads.push(thread::spawn(move || serve(&connection, &shared)));
    }
    for thread in threads {
        thread.join().expect("no connection made the fake panic");
    }
}

fn serve(connection: &Connection, shared: &Shared) {
    if shared.takes_silently() {
        return connection.wait_for_hang_up();
    }
    let mut reader = BufReader::new(connection);
    while serve_one(&mut reader, connection, shared) {}
}

/// Serves one request. Whether another may follow.
fn serve_one(reader: &mut impl BufRead, mut connection: &Connection, shared: &Shared) -> bool {
    let request = match http::read_request(reader) {
        Ok(request) => request,
        Err(NoRequest::Closed) => return false,
        Err(NoRequest::Malformed(fault)) => {
            shared.world().watch.note_malformed(fault);
            let response = Response::text(400, "400 Bad Request");
            // The client may be gone.
            let _ = connection.write_all(&response.to_bytes());
            return false;
        }
    };
    let delay = shared.delay.load(Ordering::SeqCst);
    thread::sleep(Duration::from_millis(delay));
    let (wire, logged) = shared.world().receive(&request);
    (shared.observer)(&logged);
    wire.send(connection).unwrap_or(false) && !request.wants_close()
}
