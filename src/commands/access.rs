//! Recording who was given a key, if the user wants that recorded.
//!
//! Comes after the answer, and never changes it: a log that cannot be written
//! is said to those who ask for explanations.

use std::path::PathBuf;

use crate::config::Settings;
use crate::config::access_log::{AccessLog, Entry};
use crate::context::Context;
use crate::lookup::Found;
use crate::output::Output;
use crate::platform::{self, Caller};

pub(super) use crate::config::access_log::Answer;

/// Where to record, and who called.
pub(super) struct Recorder {
    path: PathBuf,
    caller: Option<Caller>,
    output: Output,
}

impl Recorder {
    /// `None` when nothing is to be recorded. Looks at the caller, which may be
    /// gone once it has its answer.
    pub(super) fn new(ctx: &Context) -> Option<Self> {
        // Settings that cannot be read are for the lookup to tell of.
        if !ctx.settings().is_ok_and(Settings::log) {
            return None;
        }
        Some(Self {
            path: ctx.paths.log()?,
            caller: platform::caller(),
            output: ctx.output.clone(),
        })
    }

    /// Records that the key in use was given.
    pub(super) fn given(&self, ctx: &Context, verb: &str, found: &Found) {
        let fingerprint = found.key.fingerprint();
        let entry = self.entry(ctx, verb.to_owned(), Answer::Given);
        self.record(&entry.of_key(found.source.described(), Some(&fingerprint)));
    }

    /// Begins an entry about the server of this run.
    pub(super) fn entry(&self, ctx: &Context, verb: String, answer: Answer) -> Entry {
        Entry::new(ctx.now(), verb, &ctx.server, self.caller.as_ref(), answer)
    }

    /// Records a request.
    pub(super) fn record(&self, entry: &Entry) {
        if let Err(fault) = AccessLog::at(self.path.clone()).append(entry) {
            self.output
                .explain(&format!("this was not recorded in the log: {fault}"));
        }
    }
}
