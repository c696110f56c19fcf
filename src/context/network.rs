//! The client for the server of this run.

use std::time::Duration;

use super::{Context, REQUEST};
use crate::api::{Client, ClientOptions, ProxyChoice, Trust};
use crate::error::Result;

impl Context {
    /// A client with the deadline and the proxy of this run.
    pub fn client(&self) -> Result<Client> {
        self.client_within(REQUEST)
    }

    /// The same with another deadline, unless `--timeout` says which.
    pub fn client_within(&self, timeout: Duration) -> Result<Client> {
        let environment = &self.environment;
        let options = ClientOptions {
            timeout: self.timeout.unwrap_or(timeout),
            proxy: ProxyChoice {
                url: environment.https_proxy.clone(),
                no_proxy: environment.no_proxy.clone(),
            },
            trust: Trust {
                file: environment.cert_file.clone(),
                dirs: environment.cert_dirs.clone(),
            },
        };
        Ok(Client::new(&self.server, &options)?)
    }
}
