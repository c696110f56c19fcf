//! Recording who was given a key, if the user wants that recorded.
//!
//! Comes after the answer, and never changes it: a log that cannot be written
//! is said to those who ask for explanations.

use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::config::access_log::{AccessLog, Entry};
use crate::context::Context;
use crate::key::ApiKey;
use crate::lookup::{Found, Source};
use crate::output::Output;
use crate::platform::{self, Caller};

pub(super) use crate::config::access_log::{Answer, Given};

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

    /// Records that the key in use was given to the caller.
    pub(super) fn given(&self, ctx: &Context, verb: &str, found: &Found) {
        let entry = self.entry(ctx, verb.to_owned(), Answer::Given);
        self.record(&entry.with(&in_use(found)));
    }

    /// Records that the program in `file` is given the key in use or, in its
    /// place, one that was `made` for it.
    pub(super) fn runs(&self, ctx: &Context, file: &Path, found: &Found, made: Option<Made>) {
        let given = match made {
            Some(made) => made.given(found),
            None => in_use(found),
        };
        let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let entry = self.entry(ctx, "exec".to_owned(), Answer::Given);
        self.record(&entry.with(&given).to_program(&file));
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

/// A key that was made for one command.
pub(super) struct Made<'a> {
    /// The key.
    pub(super) key: &'a ApiKey,
    /// Its number, if the server told it.
    pub(super) id: Option<u64>,
}

impl Made<'_> {
    /// `maker` is the key that it was made with.
    fn given(&self, maker: &Found) -> Given {
        let what = match self.id {
            Some(id) => format!("key {id}"),
            None => "a key".to_owned(),
        };
        let of = in_use(maker);
        Given {
            source: format!("{what} for one command, of {}", of.source),
            key_id: self.id,
            fingerprint: Some(self.key.fingerprint()),
            ..of
        }
    }
}

fn in_use(found: &Found) -> Given {
    let account = match &found.source {
        Source::Session(account) => Some(account),
        source => source.account(),
    };
    Given {
        source: found.source.described(),
        account: account.cloned(),
        key_id: None,
        fingerprint: Some(found.key.fingerprint()),
    }
}
