//! Reading from an open descriptor, up to a deadline, without a thread.
//!
//! Another process that reads the same pipe can take what was there to be read;
//! that the wait is longer then is between the two.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::time::{Duration, Instant};

use crate::platform;

/// A reader that fails with [`ErrorKind::TimedOut`] once its time is over.
pub(super) struct Awaited {
    source: File,
    end: Instant,
}

impl Awaited {
    /// All reading must be done within `deadline`.
    pub(super) fn new(source: File, deadline: Duration) -> Self {
        let end = Instant::now() + deadline;
        Self { source, end }
    }
}

impl Read for Awaited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if platform::has_input_before(&self.source, self.end)? {
            self.source.read(buffer)
        } else {
            Err(ErrorKind::TimedOut.into())
        }
    }
}
