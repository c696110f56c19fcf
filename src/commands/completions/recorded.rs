//! What vastkey has recorded of accounts and servers. Nothing where the record
//! cannot be read: nobody wants to be told in the middle of a line.

use std::collections::BTreeSet;

use crate::config::Settings;
use crate::config::index::{Index, Record};
use crate::context::{Environment, Paths};
use crate::server::Server;

/// What a word can be out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recorded {
    /// The accounts of the server that the line names.
    Accounts,
    /// The servers that have accounts or are trusted.
    Servers,
    /// The servers that `account trust` named.
    TrustedServers,
}

impl Recorded {
    /// The words; `url` is what the line names with `--url`.
    pub(super) fn words(self, environment: &Environment, url: Option<&str>) -> Vec<String> {
        match self {
            Self::Accounts => accounts(environment, url),
            Self::Servers => servers(environment),
            Self::TrustedServers => trusted(environment),
        }
    }
}

/// Those of the server `url`, else of that which `VAST_URL` names.
fn accounts(environment: &Environment, url: Option<&str>) -> Vec<String> {
    let server = match (url, &environment.url) {
        (Some(url), _) => Server::parse(url).ok(),
        (None, Some(url)) => url.to_str().and_then(|url| Server::parse(url).ok()),
        (None, None) => Some(Server::default()),
    };
    let (Some(server), Some(index)) = (server, index(environment)) else {
        return Vec::new();
    };
    let records = index.of_server(&server).into_iter();
    let names = records.filter_map(|record| Some(record.name()?.as_str().to_owned()));
    names.collect()
}

fn servers(environment: &Environment) -> Vec<String> {
    let mut servers: BTreeSet<String> = trusted(environment).into_iter().collect();
    if let Some(index) = index(environment) {
        let named = index.records().iter().map(Record::server);
        let parsed = named.filter_map(|server| Server::parse(server).ok());
        servers.extend(parsed.map(|server| server.origin().to_owned()));
    }
    servers.into_iter().collect()
}

fn trusted(environment: &Environment) -> Vec<String> {
    let path = Paths::new(environment).settings();
    let settings = path.and_then(|path| Settings::load(&path).ok());
    let servers = settings.iter().flat_map(Settings::trusted_servers);
    servers.map(|server| server.origin().to_owned()).collect()
}

fn index(environment: &Environment) -> Option<Index> {
    let path = Paths::new(environment).index()?;
    Some(Index::load(&path))
}
