//! Hints that fit the command line that they follow.
//!
//! A hint names a command to paste. When this run was about another account,
//! server or store than the default, so must be what is pasted.

use crate::cli::Global;

/// The commands of vastkey, as they stand in hints.
const COMMANDS: [&str; 16] = [
    "set",
    "show",
    "create",
    "delete",
    "reset",
    "token",
    "rotate",
    "doctor",
    "status",
    "migrate",
    "account",
    "tfa",
    "configure",
    "unconfigure",
    "--url",
    "--timeout",
];

/// The options that hints are given.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    account: Option<String>,
    others: String,
}

impl Options {
    /// What was given on the command line. What came from the environment holds
    /// for the next command too.
    pub(super) fn of(global: &Global) -> Self {
        let mut others = String::new();
        if let Some(url) = &global.url
            && crate::server::Server::parse(url).is_ok()
        {
            others.push_str(" --url ");
            others.push_str(url);
        }
        let account = global
            .account
            .clone()
            .filter(|name| crate::store::AccountName::parse(name).is_ok());
        Self { account, others }
    }

    /// The hint with these options behind each `vastkey` that begins a command.
    pub(super) fn apply(&self, hint: &str) -> String {
        let mut parts = hint.split("vastkey ");
        let mut fitted = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            fitted.push_str("vastkey");
            let command = part.split([' ', ')']).next().unwrap_or_default();
            if COMMANDS.contains(&command) {
                fitted.push_str(&self.others);
                self.push_account(&mut fitted, command, part);
            }
            fitted.push(' ');
            fitted.push_str(part);
        }
        fitted
    }

    /// Commands that name an account already are left as they are.
    fn push_account(&self, fitted: &mut String, command: &str, part: &str) {
        if let Some(account) = &self.account
            && command != "account"
            && !part.contains("--account")
        {
            fitted.push_str(" --account ");
            fitted.push_str(account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_in_hints_keep_account_and_server() {
        let global = Global {
            account: Some("work".to_owned()),
            url: Some("http://127.0.0.1:8080".to_owned()),
            ..Global::default()
        };
        let options = Options::of(&global);
        for (hint, fitted) in [
            (
                "store it: vastkey set api-key",
                "store it: vastkey --url http://127.0.0.1:8080 --account work set api-key",
            ),
            (
                "vastkey account use NAME",
                "vastkey --url http://127.0.0.1:8080 account use NAME",
            ),
            (
                "vastkey migrate --account NAME",
                "vastkey --url http://127.0.0.1:8080 migrate --account NAME",
            ),
            ("vastkey does not write", "vastkey does not write"),
        ] {
            assert_eq!(options.apply(hint), fitted);
            assert_eq!(Options::default().apply(hint), hint);
        }
    }
}
