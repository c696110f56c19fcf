//! All that is ambient: environment, options, paths, clock, which stores and
//! which client. Commands get everything from here, so that nothing below them
//! reads the environment or opens a store on its own.

use std::cell::{OnceCell, RefCell};
use std::rc::Weak;
use std::time::Duration;

use time::OffsetDateTime;

use crate::cli::{Global, StoreKind};
use crate::config::Settings;
use crate::config::index::Index;
use crate::error::Result;
use crate::files::{self, FileError, Lock};
use crate::key::{ApiKey, MalformedKey};
use crate::lookup::{Ambient, Found, PlaintextFile, StoreChoice};
use crate::output::Output;
use crate::platform::{Inherited, SearchPath};
use crate::server::Server;
use crate::store::{AccountName, Backend, Interaction, OpenOptions, Stores};

mod chosen;
mod environment;
mod locks;
mod network;
mod paths;
mod records;
mod stores;
mod tools;

pub use environment::Environment;
pub use paths::Paths;

/// Longest wait for the keychain when nobody can answer a prompt of its.
const ALONE: Duration = Duration::from_secs(3);

/// Longest wait for the keychain when a person may have to answer a prompt.
const ATTENDED: Duration = Duration::from_secs(60);

/// Longest wait of a helper verb for another vastkey, and for the request of
/// the program that called it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Longest time for a request to the server, retries included.
const REQUEST: Duration = Duration::from_secs(30);

/// What a run has at hand.
pub struct Context {
    /// How to talk.
    pub output: Output,
    /// JSON instead of text for people.
    pub raw: bool,
    /// The account asked for, by option or environment.
    pub account: Option<AccountName>,
    /// The server that this run is about.
    pub server: Server,
    /// The account and the server, as far as options name them.
    pub options: chosen::Options,
    /// The store asked for, if one was.
    pub store: Option<StoreKind>,
    /// The option or variable that narrows this run to an account, a server or a
    /// store.
    pub narrowed_by: Option<&'static str>,
    /// Where files are.
    pub paths: Paths,
    /// What a program gets that is run in this one's place.
    pub inherited: Inherited,
    environment: Environment,
    no_input: bool,
    timeout: Option<Duration>,
    plaintext: Vec<PlaintextFile>,
    interaction: Interaction,
    attended: Stores,
    alone: Stores,
    settings: OnceCell<Settings>,
    index: OnceCell<Index>,
    held: RefCell<Weak<Lock>>,
}

impl Context {
    /// Checks options and environment.
    pub fn new(
        output: Output,
        options: &Global,
        environment: Environment,
        inherited: Inherited,
    ) -> Result<Self> {
        let paths = Paths::new(&environment);
        let timeout = options
            .timeout
            .map(|seconds| Duration::from_secs(seconds.into()));
        let attended = !options.no_input
            && !environment.git_forbids_prompts
            && (environment.has_display || !cfg!(all(unix, not(target_os = "macos"))));
        let interaction = if attended {
            Interaction::Allowed
        } else {
            Interaction::Never
        };
        let open = |interaction| {
            let deadline = timeout.unwrap_or(match interaction {
                Interaction::Allowed => ATTENDED,
                Interaction::Never => ALONE,
            });
            stores::new(
                &environment,
                OpenOptions {
                    deadline,
                    interaction,
                    on_wait: waiting_for_keychain,
                },
            )
        };
        let account = chosen::account(options, &environment)?;
        let server = chosen::server(options, &environment)?;
        Ok(Self {
            output,
            raw: options.raw,
            options: chosen::Options {
                account: options.account.as_ref().and(account.clone()),
                server: options.url.as_ref().and(Some(server.clone())),
            },
            narrowed_by: options
                .narrowed_by()
                .or_else(|| account.is_some().then_some("VASTKEY_ACCOUNT")),
            account,
            server,
            store: options.store,
            plaintext: paths.plaintext(),
            paths,
            inherited,
            no_input: options.no_input,
            timeout,
            attended: open(interaction),
            interaction,
            alone: open(Interaction::Never),
            settings: OnceCell::new(),
            index: OnceCell::new(),
            held: RefCell::default(),
            environment,
        })
    }

    /// The stores, for work that may ask the user to unlock the keychain.
    pub fn stores(&self) -> &Stores {
        &self.attended
    }

    /// The stores, for listings: never a prompt, and a short wait.
    pub fn stores_unattended(&self) -> &Stores {
        &self.alone
    }

    /// Whether [`Context::stores`] may ask the user something.
    pub fn interaction(&self) -> Interaction {
        self.interaction
    }

    /// Longest wait for a request on standard input.
    pub fn input_deadline(&self) -> Duration {
        self.timeout.unwrap_or(PATIENCE)
    }

    /// Longest wait for a file that was named and is a pipe.
    pub fn file_deadline(&self) -> Duration {
        self.timeout.unwrap_or(ALONE)
    }

    /// `VAST_API_KEY`, unless unset or blank.
    pub fn variable(&self) -> Option<&std::result::Result<ApiKey, MalformedKey>> {
        self.environment.api_key.as_ref()
    }

    /// Where programs are searched.
    pub fn search_path(&self) -> &SearchPath {
        &self.environment.search_path
    }

    /// Whether questions may be asked on the terminal.
    pub fn may_ask(&self) -> bool {
        !self.no_input && crate::output::prompt::is_available()
    }

    /// The settings, read when first needed.
    pub fn settings(&self) -> Result<&Settings> {
        if let Some(settings) = self.settings.get() {
            return Ok(settings);
        }
        let settings = self.read_settings()?;
        Ok(self.settings.get_or_init(|| settings))
    }

    /// The index, read when first needed. Commands that change it hold the lock
    /// and use [`Context::index_for_change`].
    pub fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let index = self.read_index();
            if index.is_damaged() {
                let path = self.paths.index().unwrap_or_default();
                self.output.warn(&format!(
                    "the list of accounts, '{}', cannot be read or is damaged; no key is lost, and the next change makes it anew if it may",
                    files::shown(&path)
                ));
            }
            index
        })
    }

    /// A copy of the index as it is on disk now.
    pub fn index_for_change(&self) -> Result<Index> {
        Paths::required(self.paths.index())?;
        Ok(self.read_index())
    }

    /// Fails when the settings or the index could not be changed: for commands
    /// that must not fail half-way. The caller holds the lock.
    pub fn check_writable(&self) -> Result<()> {
        let settings = Paths::required(self.paths.settings())?;
        Settings::edit(&settings)?;
        files::check_writable(&settings)?;
        files::check_writable(&Paths::required(self.paths.index())?)?;
        Ok(())
    }

    /// Passes on why a file was not written or removed. What is done and may come
    /// undone with the next power failure is said, and is no reason to stop
    /// half-way.
    pub fn done(&self, outcome: std::result::Result<(), FileError>) -> Result<()> {
        match outcome {
            Err(fault) if fault.is_unconfirmed() => {
                self.output.warn(&fault.to_string());
                Ok(())
            }
            outcome => Ok(outcome?),
        }
    }

    /// The present moment, to the second.
    pub fn now(&self) -> OffsetDateTime {
        let now = OffsetDateTime::now_utc();
        now.replace_nanosecond(0).unwrap_or(now)
    }

    /// Finds the key in use.
    pub fn find_key(&self) -> Result<Found> {
        let found = crate::lookup::find(&self.ambient(&self.attended)?)
            .map_err(|nothing| self.no_key(nothing))?;
        self.output.explain(&format!(
            "using the key {} from {}",
            found.key.fingerprint(),
            found.source.described()
        ));
        Ok(found)
    }

    /// Finds the own key of an account, else of the one that was asked for, else
    /// of the default one: never its session.
    pub fn find_own_key(&self, account: Option<&AccountName>) -> Result<Found> {
        let mut ambient = self.ambient(&self.attended)?;
        ambient.account = account.or(ambient.account);
        crate::lookup::find_own_key(&ambient).map_err(|nothing| self.no_key(nothing))
    }

    /// What a lookup depends on, reading `stores`.
    pub fn ambient<'a>(&'a self, stores: &'a Stores) -> Result<Ambient<'a>> {
        Ok(Ambient {
            server: &self.server,
            account: self.account.as_ref(),
            store: match self.store {
                None => StoreChoice::Recorded,
                Some(StoreKind::Keychain) => StoreChoice::Only(Backend::Keychain),
                Some(StoreKind::Keyutils) => StoreChoice::Only(Backend::Keyutils),
                Some(StoreKind::File) => StoreChoice::Files,
            },
            variable: self.variable(),
            key_file: self.environment.api_key_file.clone(),
            credentials_directory: self.environment.credentials_directory.clone(),
            plaintext: &self.plaintext,
            file_deadline: self.file_deadline(),
            stores,
            index: self.index(),
            settings: self.settings().map_err(|error| error.cause_or_summary()),
            records: self,
            now: self.now(),
        })
    }

    /// The official CLI's files.
    pub fn plaintext(&self) -> &[PlaintextFile] {
        &self.plaintext
    }
}

/// Said by a store, once, before it waits for a person.
fn waiting_for_keychain() {
    use std::io::Write as _;
    // Nobody is left to tell when stderr is closed.
    let _ = writeln!(
        std::io::stderr(),
        "vastkey: waiting for the keychain to be unlocked (see its window)"
    );
}
