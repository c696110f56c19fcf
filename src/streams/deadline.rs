//! Reading from what may block for ever, up to a deadline.
//!
//! A read cannot be given a deadline everywhere, but a thread can be left
//! behind: it ends with the process. So that nothing of a secret is left behind
//! with it, the thread reads only when it is asked to, and hands over what it
//! has read at once: while it waits it holds nothing.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

type Piece = io::Result<Zeroizing<Vec<u8>>>;

/// A reader that fails with [`ErrorKind::TimedOut`] once its time is over, and
/// is of no use afterwards.
pub struct WithDeadline {
    lengths: Sender<usize>,
    pieces: Receiver<Piece>,
    end: Instant,
}

impl WithDeadline {
    /// Opens a source on a thread called `name`, which also reads it. Opening
    /// and all reading must be done within `deadline`.
    pub fn open<R: Read>(
        name: &str,
        deadline: Duration,
        open: impl FnOnce() -> io::Result<R> + Send + 'static,
    ) -> io::Result<Self> {
        let (lengths, asked) = mpsc::channel();
        let (answer, pieces) = mpsc::channel();
        let reader = Self {
            lengths,
            pieces,
            end: Instant::now() + deadline,
        };
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || serve(open, &asked, &answer))?;
        reader.next_piece()?;
        Ok(reader)
    }

    fn next_piece(&self) -> Piece {
        let left = self.end.saturating_duration_since(Instant::now());
        self.pieces.recv_timeout(left).unwrap_or_else(|why| {
            Err(match why {
                RecvTimeoutError::Timeout => ErrorKind::TimedOut.into(),
                RecvTimeoutError::Disconnected => ended(),
            })
        })
    }
}

impl Read for WithDeadline {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.lengths.send(buffer.len()).map_err(|_| ended())?;
        let piece = self.next_piece()?;
        buffer[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

/// An empty piece tells that the source is open. Ends when nobody asks or waits
/// any more.
fn serve<R: Read>(
    open: impl FnOnce() -> io::Result<R>,
    asked: &Receiver<usize>,
    answer: &Sender<Piece>,
) {
    let mut source = match open() {
        Ok(source) => source,
        Err(error) => {
            let _ = answer.send(Err(error));
            return;
        }
    };
    let mut piece = Ok(Zeroizing::default());
    while answer.send(piece).is_ok() {
        let Ok(length) = asked.recv() else { return };
        piece = read(&mut source, length);
    }
}

fn read(source: &mut impl Read, length: usize) -> Piece {
    let mut piece = Zeroizing::new(vec![0; length]);
    let count = source.read(&mut piece)?;
    piece.truncate(count);
    Ok(piece)
}

/// The thread is gone: the source has panicked.
fn ended() -> io::Error {
    io::Error::other("reading ended early")
}
