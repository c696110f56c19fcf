//! The combinations: every way to set each source of a key that both programs
//! know.
//!
//! Owns what a combination means in files and variables.

use crate::support::fake_api::{FakeApi, KeySpec};
use crate::support::sandbox::Sandbox;

/// A combination.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) variable: Variable,
    pub(crate) key_file: KeyFile,
    /// Whether `~/.vast_api_key` holds a key.
    pub(crate) legacy_file: bool,
    pub(crate) config_home: ConfigHome,
}

/// What `VAST_API_KEY` is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Variable {
    Unset,
    Empty,
    Key,
    KeyWithSpacesAround,
    KeyAndNewline,
}

/// What the documented file holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum KeyFile {
    None,
    Key,
    KeyAndNewline,
}

/// What `XDG_CONFIG_HOME` is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ConfigHome {
    Unset,
    Absolute,
    Relative,
}

/// A place that holds a key of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Place {
    Variable,
    KeyFile,
    LegacyFile,
    /// A key file in the folder that `XDG_CONFIG_HOME` makes the wrong one.
    Decoy,
}

const DIRECTORY_SET: &str = "elsewhere";
const DIRECTORY_DEFAULT: &str = ".config";
pub(crate) const LEGACY_FILE: &str = ".vast_api_key";

impl Case {
    /// All of them.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for variable in [
            Variable::Unset,
            Variable::Empty,
            Variable::Key,
            Variable::KeyWithSpacesAround,
            Variable::KeyAndNewline,
        ] {
            for key_file in [KeyFile::None, KeyFile::Key, KeyFile::KeyAndNewline] {
                for legacy_file in [false, true] {
                    for config_home in [
                        ConfigHome::Unset,
                        ConfigHome::Absolute,
                        ConfigHome::Relative,
                    ] {
                        all.push(Self {
                            variable,
                            key_file,
                            legacy_file,
                            config_home,
                        });
                    }
                }
            }
        }
        all
    }

    /// The place in a file whose key is used when the variable gives none.
    pub(crate) fn place_in_files(&self) -> Option<Place> {
        match (self.key_file, self.legacy_file) {
            (KeyFile::None, false) => None,
            (KeyFile::None, true) => Some(Place::LegacyFile),
            _ => Some(Place::KeyFile),
        }
    }

    /// The documented file, below the home.
    pub(crate) fn key_file_path(&self) -> String {
        key_file_in(match self.config_home {
            ConfigHome::Absolute => DIRECTORY_SET,
            ConfigHome::Unset | ConfigHome::Relative => DIRECTORY_DEFAULT,
        })
    }

    /// Where the decoy is, below the home.
    fn decoy_path(&self) -> Option<String> {
        match self.config_home {
            ConfigHome::Unset => None,
            ConfigHome::Absolute => Some(key_file_in(DIRECTORY_DEFAULT)),
            ConfigHome::Relative => Some(key_file_in(DIRECTORY_SET)),
        }
    }

    /// A new home as this combination has it, and the fake for a server.
    pub(crate) fn home(&self, api: &FakeApi, keys: &Keys) -> Sandbox {
        let mut home = Sandbox::new();
        home.set("VAST_URL", api.url());
        let key = &keys.variable;
        match self.variable {
            Variable::Unset => {}
            Variable::Empty => home.set("VAST_API_KEY", ""),
            Variable::Key => home.set("VAST_API_KEY", key),
            Variable::KeyWithSpacesAround => home.set("VAST_API_KEY", format!(" {key} ")),
            Variable::KeyAndNewline => home.set("VAST_API_KEY", format!("{key}\n")),
        }
        match self.key_file {
            KeyFile::None => {}
            KeyFile::Key => drop(home.write(&self.key_file_path(), &keys.key_file)),
            KeyFile::KeyAndNewline => {
                home.write(&self.key_file_path(), format!("{}\n", keys.key_file));
            }
        }
        if self.legacy_file {
            home.write(LEGACY_FILE, &keys.legacy_file);
        }
        match self.config_home {
            ConfigHome::Unset => {}
            ConfigHome::Absolute => home.set("XDG_CONFIG_HOME", home.path(DIRECTORY_SET)),
            ConfigHome::Relative => home.set("XDG_CONFIG_HOME", DIRECTORY_SET),
        }
        if let Some(path) = self.decoy_path() {
            home.write(&path, &keys.decoy);
        }
        home
    }
}

fn key_file_in(config_home: &str) -> String {
    format!("{config_home}/vastai/vast_api_key")
}

/// A key for each place; all of them work.
pub(crate) struct Keys {
    variable: String,
    key_file: String,
    legacy_file: String,
    decoy: String,
}

impl Keys {
    /// Makes them.
    pub(crate) fn of_account(api: &FakeApi, account: u64) -> Self {
        let new = || api.add_key(&KeySpec::new(account)).key;
        Self {
            variable: new(),
            key_file: new(),
            legacy_file: new(),
            decoy: new(),
        }
    }

    /// Each with the place that it is for.
    pub(crate) fn by_place(&self) -> [(Place, &str); 4] {
        [
            (Place::Variable, &self.variable),
            (Place::KeyFile, &self.key_file),
            (Place::LegacyFile, &self.legacy_file),
            (Place::Decoy, &self.decoy),
        ]
    }

    /// The place of a key.
    pub(crate) fn place_of(&self, key: &str) -> Option<Place> {
        let mut all = self.by_place().into_iter();
        all.find(|(_, value)| *value == key).map(|(place, _)| place)
    }

    /// The text, with a name in place of each key.
    pub(crate) fn hidden_in(&self, text: &str) -> String {
        self.by_place()
            .iter()
            .fold(text.to_owned(), |text, (place, key)| {
                text.replace(key, &format!("<the key of {place:?}>"))
            })
    }
}
