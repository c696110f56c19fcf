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

    /// The proxy, as the environment names it.
    pub fn proxy(&self) -> ProxyChoice {
        let environment = &self.environment;
        ProxyChoice {
            url: environment.https_proxy.as_ref().map(|(_, url)| url.clone()),
            no_proxy: environment.no_proxy.clone(),
        }
    }

    /// The variable that names the proxy.
    pub fn proxy_variable(&self) -> Option<&'static str> {
        Some(self.environment.https_proxy.as_ref()?.0)
    }

    /// The same with another deadline, unless `--timeout` says which.
    pub fn client_within(&self, timeout: Duration) -> Result<Client> {
        let environment = &self.environment;
        let options = ClientOptions {
            timeout: self.timeout.unwrap_or(timeout),
            proxy: self.proxy(),
            trust: Trust {
                file: environment.cert_file.clone(),
                dirs: environment.cert_dirs.clone(),
            },
        };
        Ok(Client::new(&self.server, &options)?)
    }
}
