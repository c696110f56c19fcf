//! What the user chose by option or environment: the account and the server.

use super::{Context, Environment};
use crate::cli::Global;
use crate::error::{Error, Kind, Result};
use crate::lookup::NoKey;
use crate::server::Server;
use crate::store::AccountName;

/// What was chosen by options, rather than by the environment.
#[derive(Default)]
pub struct Options {
    /// `--account`.
    pub account: Option<AccountName>,
    /// `--url`.
    pub server: Option<Server>,
}

impl Context {
    /// The server that `VAST_URL` names, for the programs that follow it.
    pub fn server_of_variable(&self) -> Result<Option<Server>> {
        let url = self.environment.url.as_deref();
        url.map(|url| parse("VAST_URL", url.to_str())).transpose()
    }

    /// The account that was asked for, if `VASTKEY_ACCOUNT` names it.
    pub fn account_of_variable(&self) -> Option<&AccountName> {
        self.account.as_ref().filter(|_| by_variable(self))
    }

    /// `VASTKEY_TRUSTED_SERVERS`.
    pub fn trusted_by_variable(&self) -> Option<String> {
        let listed = self.environment.trusted_servers.as_deref()?;
        Some(listed.to_string_lossy().into_owned())
    }

    /// Names what the user may have forgotten: a variable that chooses the
    /// account, and a server that is not Vast.ai's own.
    pub(super) fn no_key(&self, nothing: NoKey) -> Error {
        let was_looked_for = matches!(nothing, NoKey::Nowhere(_));
        let mut error = Error::from(nothing);
        if was_looked_for {
            error = error.hint("to see where was looked: vastkey status");
        }
        if error.kind() == Kind::NoKey && by_variable(self) {
            error = error.hint("VASTKEY_ACCOUNT names it; to do without: unset VASTKEY_ACCOUNT");
        }
        if error.kind() != Kind::NoKey || self.server.is_vast() {
            return error;
        }
        let message = format!("{} for {}", error.message(), self.server);
        error.reworded(message)
    }

    /// Whether `set api-key` stored an account for the server. Either record of it
    /// will do: the other may be lost.
    pub fn has_account(&self, server: &Server) -> Result<bool> {
        Ok(!self.index().of_server(server).is_empty()
            || self.settings()?.default_account(server).is_some())
    }

    /// Whether the credential helper may keep the server's own credentials: by
    /// the settings, or by `VASTKEY_TRUSTED_SERVERS`.
    pub fn trusts(&self, server: &Server) -> Result<bool> {
        let listed = self.environment.trusted_servers.as_deref();
        if let Some(listed) = listed
            // What is no text is no server either.
            && trusted_in(&listed.to_string_lossy(), server)?
        {
            return Ok(true);
        }
        Ok(self.settings()?.trusted_servers().contains(server))
    }
}

/// Whether `VASTKEY_ACCOUNT` names the account that was asked for.
pub(super) fn by_variable(ctx: &Context) -> bool {
    let named = ctx.environment.account.as_deref();
    let asked = ctx.account.as_ref().map(AccountName::as_str);
    asked.is_some() && named.and_then(std::ffi::OsStr::to_str) == asked
}

/// The account asked for, if one was.
pub(super) fn account(options: &Global, environment: &Environment) -> Result<Option<AccountName>> {
    let given = match (&options.account, &environment.account) {
        (Some(name), _) => Some(("--account", Some(name.as_str()))),
        (None, Some(name)) => Some(("VASTKEY_ACCOUNT", name.to_str())),
        (None, None) => None,
    };
    let Some((origin, text)) = given else {
        return Ok(None);
    };
    let hint = match origin {
        "--account" => "for example: --account work",
        _ => "to do without: unset VASTKEY_ACCOUNT",
    };
    let name = AccountName::parse(text.unwrap_or_default()).map_err(|fault| {
        Error::new(Kind::Usage, format!("{origin} is not an account name"))
            .because(fault.to_string())
            .hint(hint)
    })?;
    Ok(Some(name))
}

/// The server that this run is about.
pub(super) fn server(options: &Global, environment: &Environment) -> Result<Server> {
    match (&options.url, &environment.url) {
        (Some(url), _) => parse("--url", Some(url)),
        (None, Some(url)) => parse("VAST_URL", url.to_str()),
        (None, None) => Ok(Server::default()),
    }
}

/// `text` is `None` when it is no UTF-8.
fn parse(origin: &str, text: Option<&str>) -> Result<Server> {
    Server::parse(text.unwrap_or_default()).map_err(|fault| {
        Error::new(
            Kind::Usage,
            format!("{origin} is not a server that can get a key"),
        )
        .because(fault.to_string())
        .hint(format!(
            "for Vast.ai's own, https://console.vast.ai: {}",
            if origin == "VAST_URL" {
                "unset VAST_URL"
            } else {
                "leave it out"
            }
        ))
    })
}

fn trusted_in(list: &str, server: &Server) -> Result<bool> {
    server.is_in(list).map_err(|fault| {
        Error::new(
            Kind::Usage,
            "VASTKEY_TRUSTED_SERVERS has an entry that is no server",
        )
        .because(fault.to_string())
    })
}
