//! The sockets: a listener on loopback, a thread a connection, and an end to
//! all of it.
//!
//! Owns connections and threads. What is answered is up to `world`.

use std::collections::HashMap;
use std::io::BufReader;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};

use super::http::{self, NoRequest, Response};
use super::wire::wait_for_hang_up;
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
    stopping: AtomicBool,
    /// How many of the next connections are accepted and never answered.
    silent: AtomicU32,
    /// Closed when the server stops, so that no thread waits for a client.
    open: Mutex<HashMap<u64, TcpStream>>,
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
            stopping: AtomicBool::new(false),
            silent: AtomicU32::new(0),
            open: Mutex::default(),
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

    fn open(&self) -> MutexGuard<'_, HashMap<u64, TcpStream>> {
        self.open.lock().expect("nothing panics with this lock")
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
    for (id, stream) in (0..).zip(listener.incoming()) {
        if shared.stopping.load(Ordering::SeqCst) {
            break;
        }
        let Ok(stream) = stream else { continue };
        let registered = stream.try_clone().expect("a second handle of a socket");
        shared.open().insert(id, registered);
        let for_connection = Arc::clone(shared);
        threads.push(thread::spawn(move || {
            serve(stream, &for_connection);
            for_connection.open().remove(&id);
        }));
    }
    for stream in shared.open().values() {
        // It may be closed already.
        let _ = stream.shutdown(Shutdown::Both);
    }
    for thread in threads {
        thread.join().expect("no connection made the fake panic");
    }
}

fn serve(mut stream: TcpStream, shared: &Shared) {
    if shared.takes_silently() {
        return wait_for_hang_up(&mut stream);
    }
    let clone = stream.try_clone().expect("a second handle of a socket");
    let mut reader = BufReader::new(clone);
    while serve_one(&mut reader, &mut stream, shared) {}
    // Another handle of the socket is still open.
    let _ = stream.shutdown(Shutdown::Both);
}

/// Serves one request. Whether another may follow.
fn serve_one(reader: &mut BufReader<TcpStream>, stream: &mut TcpStream, shared: &Shared) -> bool {
    let request = match http::read_request(reader) {
        Ok(request) => request,
        Err(NoRequest::Closed) => return false,
        Err(NoRequest::Malformed(fault)) => {
            shared.world().watch.note_malformed(fault);
            let response = Response::text(400, "400 Bad Request");
            let _ = std::io::Write::write_all(stream, &response.to_bytes());
            return false;
        }
    };
    let (wire, logged) = shared.world().receive(&request);
    (shared.observer)(&logged);
    wire.send(stream).unwrap_or(false) && !request.wants_close()
}
