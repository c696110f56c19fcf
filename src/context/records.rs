//! Reads what is recorded of accounts, as it is on disk now.

use super::Context;
use crate::config::Settings;
use crate::config::index::Index;
use crate::error::Result;
use crate::lookup::Records;

impl Context {
    pub(super) fn read_index(&self) -> Index {
        match self.paths.index() {
            Some(path) => Index::load(&path),
            None => Index::nowhere(),
        }
    }

    pub(super) fn read_settings(&self) -> Result<Settings> {
        Ok(match self.paths.settings() {
            Some(path) => Settings::load(&path)?,
            None => Settings::default(),
        })
    }
}

impl Records for Context {
    fn index(&self) -> Index {
        self.read_index()
    }

    fn settings(&self) -> std::result::Result<Settings, String> {
        self.read_settings()
            .map_err(|error| error.cause_or_summary())
    }
}
