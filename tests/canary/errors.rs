//! Every type of error, as `Debug` and `Display` tell it: what a careless
//! `{error:?}` or an `expect` would print.

use std::any::type_name;
use std::collections::BTreeSet;
use std::fmt::{Debug, Display, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use vastkey::api::permissions::{Permissions, PermissionsError, Warning};
use vastkey::api::{ApiError, Client, ClientOptions, NotTheApi, TfaFault, TlsFault, Unreachable};
use vastkey::config::{ConfigError, Settings};
use vastkey::error::Error;
use vastkey::files::{self, FileError, Lock, LockError};
use vastkey::integration::block::{Block, Broken, Syntax};
use vastkey::integration::companion::{CompanionError, Companions};
use vastkey::integration::edit::{Edit, EditError, Encoding};
use vastkey::integration::program::NoPath;
use vastkey::key::{ApiKey, MalformedKey};
use vastkey::leaks::TooManyKeys;
use vastkey::lifecycle::NotKept;
use vastkey::lifecycle::jobs::{Damage, JobError, Jobs};
use vastkey::lifecycle::lend::NotLent;
use vastkey::lifecycle::migrate::{self, Stays, Unfit};
use vastkey::lookup::{self, NoKey, Source};
use vastkey::output::prompt::PromptError;
use vastkey::platform::NotRun;
use vastkey::protocol::{Malformed, Silence};
use vastkey::server::{BadServer, Server};
use vastkey::store::file::FileStore;
use vastkey::store::{AbsentReason, AccountName, BadAccountName, ItemId, Store, StoreError};
use vastkey::streams::{InputError, OutputError};

use super::HARMLESS;
use super::disguise::{DISGUISES, gives_away};
use crate::support::fake_api::random_hex;
use crate::support::peer::{Peer, say};

/// What errors say, and the types of those that said it.
struct Told {
    planted: String,
    directory: PathBuf,
    said: String,
    types: BTreeSet<&'static str>,
}

impl Told {
    fn note<E: Debug + Display>(&mut self, error: &E) {
        self.types.insert(type_name::<E>());
        let _ = writeln!(self.said, "{error} {error:?} {error:#?}");
    }

    /// A file whose path holds what is planted, as far as one can.
    fn file(&self, content: &str) -> PathBuf {
        let name = self.planted.replace('/', "");
        let path = self.directory.join(name);
        fs::write(&path, content).expect("a file");
        path
    }

    /// A directory of such a name, where a file should be.
    fn folder(&self) -> PathBuf {
        let path = self.directory.join("folder").join(&self.planted);
        fs::create_dir_all(&path).expect("a folder");
        path
    }

    fn settings(&mut self) {
        let planted = self.planted.clone();
        for text in [
            planted.clone(),
            format!("trusted_servers = ['''{planted}''']"),
            format!("[default_account]\n'https://a.example' = '''#{planted}'''"),
        ] {
            let path = self.file(&text);
            let fault = Settings::load(&path).expect_err("no settings");
            self.note::<ConfigError>(&fault);
            self.note::<Error>(&fault.into());
        }
    }

    fn files(&mut self) {
        let path = self.file(&format!("Bearer {}", self.planted)).join("x");
        let fault = files::read_named(&path, 9, Duration::from_secs(1)).expect_err("no file");
        self.note::<files::Fault>(&fault.fault);
        self.note::<FileError>(&fault);
        let variable = "VAST_API_KEY_FILE";
        let path = Some(path);
        let nothing = NoKey::Unusable(Source::NamedFile { variable, path }, fault.into());
        let _ = writeln!(self.said, "{nothing:?}");
        let NoKey::Unusable(_, fault) = &nothing else {
            unreachable!("it was made so");
        };
        self.note::<lookup::Fault>(fault);
        self.note::<Error>(&nothing.into());
    }

    fn locks(&mut self) {
        let path = self.file("").join("lock");
        let fault = Lock::try_acquire(&path).expect_err("no lock");
        self.note::<LockError>(&fault);
        self.note::<Error>(&fault.into());
    }

    fn jobs(&mut self) {
        let none = Jobs::new(self.file(""));
        let fault = none.left().expect_err("no directory");
        self.note::<JobError>(&fault);
        self.note::<Error>(&fault.into());
        let fault = none.left().expect_err("no directory");
        self.note::<NotLent>(&NotLent::Job(fault));
        let directory = self.folder();
        let file = directory.join("0123456789abcdef.json");
        fs::write(file, &self.planted).expect("a file");
        let mut left = Jobs::new(directory).left().expect("what is left");
        self.note::<Damage>(&left.damaged.pop().expect("a damaged job"));
    }

    fn migration(&mut self) {
        let path = self.file(&format!("Bearer {}", self.planted));
        for path in [path, self.folder()] {
            let unfit = migrate::candidate(&path, None).err();
            self.note::<Unfit>(&unfit.expect("no candidate"));
        }
    }

    fn stores(&mut self) {
        let path = self.folder();
        let id = ItemId::account(&Server::default(), &AccountName::default());
        let fault = FileStore::new(path).get(&id).expect_err("no store");
        self.note::<StoreError>(&fault);
        self.note::<NotKept>(&NotKept::Refused(fault.clone()));
        self.note::<Error>(&fault.into());
    }

    fn edits(&mut self) {
        let planted = &self.planted;
        let block = Block {
            name: "shell".to_owned(),
            removed_by: String::new(),
            lines: vec![planted.clone()],
            shape: Vec::new(),
            must_follow: |_| false,
            syntax: Syntax::Script(b'\\'),
        };
        let broken = self.file(&format!("# <<< vastkey shell <<<\n{planted}"));
        let fault = Edit::add(&broken, &block, Encoding::Utf8)
            .err()
            .expect("broken");
        self.note::<EditError>(&fault);
        fs::write(&broken, b"\xff").expect("a file");
        let fault = Edit::add(&broken, &block, Encoding::Utf8)
            .err()
            .expect("no text");
        self.note::<EditError>(&fault);
        let companions = Companions::new(PathBuf::new());
        let fault = companions
            .add(&broken, Path::new("/vastkey"))
            .expect_err("foreign");
        self.note::<CompanionError>(&fault);
    }

    fn permissions(&mut self) {
        let planted = self.planted.clone();
        let faulty = json!({ "api": { &planted: { &planted: 1 } } }).to_string();
        let odd = json!({ "api": { &planted: { &planted: {} } } }).to_string();
        for text in [planted, faulty] {
            let fault = Permissions::parse(text.as_bytes()).expect_err("faulty");
            self.note::<PermissionsError>(&fault);
        }
        let (_, warnings) = Permissions::parse(odd.as_bytes()).expect("permissions");
        for warning in warnings {
            self.note::<Warning>(&warning);
        }
    }

    fn answers(&mut self) {
        let planted = self.planted.clone();
        let key = ApiKey::parse(&random_hex(64)).expect("a key");
        for answer in [
            format!(
                "HTTP/1.1 401 {planted}\r\n\r\n{}",
                json!({ "msg": planted })
            ),
            format!("HTTP/1.1 302 X\r\nLocation: https://x/{planted}\r\n\r\n"),
            format!("HTTP/1.1 200 X\r\n\r\n{planted}"),
            planted,
        ] {
            let peer = Peer::new(vec![say(answer)]);
            let server = Server::parse(&peer.url()).expect("a server");
            let client = Client::new(&server, &ClientOptions::default()).expect("a client");
            let fault = client.current_user(&key).expect_err("no user");
            if let ApiError::NotTheApi { reason, .. } = &fault {
                self.note::<NotTheApi>(reason);
            }
            self.note::<ApiError>(&fault);
            self.note::<Error>(&fault.into());
        }
    }
}

#[test]
fn no_error_tells_a_key() {
    let harmless = tell(HARMLESS).said;
    let shown = harmless.lines().filter(|line| line.contains(HARMLESS));
    assert!(shown.count() > 10, "it does not get there: {harmless}");
    for (disguise, disguised) in DISGUISES {
        let key = random_hex(64);
        let said = tell(&disguised(&key)).said;
        assert!(!gives_away(&said, &key), "{disguise}:\n{said}");
    }
}

#[test]
fn every_type_of_error_is_looked_at() {
    let told = tell(HARMLESS).types.into_iter();
    let known: BTreeSet<String> = told.chain(fixed()).map(name).collect();
    let missing: Vec<_> = declared().difference(&known).cloned().collect();
    assert!(missing.is_empty(), "nobody looks at {missing:?}");
}

/// Plants a text wherever errors come from.
fn tell(planted: &str) -> Told {
    let directory = tempfile::tempdir().expect("a directory");
    let mut told = Told {
        planted: planted.to_owned(),
        directory: directory.path().to_owned(),
        said: String::new(),
        types: BTreeSet::new(),
    };
    told.settings();
    told.files();
    told.locks();
    told.jobs();
    told.migration();
    told.stores();
    told.edits();
    told.permissions();
    told.answers();
    told
}

/// Errors that cannot hold a text of others: they are `Copy`, or hold what the
/// system says of a call.
fn fixed() -> Vec<&'static str> {
    fn copied<E: Copy + 'static>() -> &'static str {
        type_name::<E>()
    }
    vec![
        copied::<MalformedKey>(),
        copied::<BadServer>(),
        copied::<BadAccountName>(),
        copied::<AbsentReason>(),
        copied::<Silence>(),
        copied::<Malformed>(),
        copied::<Unreachable>(),
        copied::<TlsFault>(),
        copied::<TfaFault>(),
        copied::<TooManyKeys>(),
        copied::<Broken>(),
        copied::<Stays>(),
        "vastkey::api::resolve::NameNotFound",
        type_name::<NotRun>(),
        type_name::<NoPath>(),
        type_name::<PromptError>(),
        type_name::<InputError>(),
        type_name::<OutputError>(),
    ]
}

/// A type as it is called where it is declared.
fn name(path: &str) -> String {
    path.rsplit("::").next().unwrap_or(path).to_owned()
}

/// The errors that the sources declare.
fn declared() -> BTreeSet<String> {
    let mut found = BTreeSet::from(["Error".to_owned()]);
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(path).expect("a directory").flatten();
            open.extend(entries.map(|entry| entry.path()));
            continue;
        }
        let text = fs::read_to_string(path).expect("a source");
        for behind in text.split("thiserror::Error)]").skip(1) {
            let mut words = behind.split(|c: char| !c.is_alphanumeric());
            words.find(|word| ["enum", "struct"].contains(word));
            found.extend(words.next().map(str::to_owned));
        }
    }
    assert!(found.len() > 20, "the sources were not read: {found:?}");
    found
}
