//! Remote control for scripts: one line in, one line out.
//!
//! Owns the commands' text form. No answer holds a key's value.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::faults::Fault;
use super::profile::Profile;
use super::scopes::{self, Permissions};
use super::{FakeApi, FaultRule, KeySpec};

/// What `help` answers.
const HELP: &str = "profile NAME | fault METHOD PATH FAULT[-after-commit] [N|N-|N-M] | clear-faults \
| silent CONNECTIONS | keys | requests | violations | forget | advance SECONDS \
| add-key ACCOUNT NAME FILE [PERMISSIONS-JSON] | delete-key ID | enable-tfa ACCOUNT | names | help";

impl FakeApi {
    /// Does what a line says, and answers `ok`, a line of JSON, or a line that
    /// starts with `error:`.
    pub(crate) fn command(&self, line: &str) -> String {
        match self.try_command(line.trim()) {
            Ok(Value::Null) => "ok".to_owned(),
            Ok(answer) => answer.to_string(),
            Err(fault) => format!("error: {fault}"),
        }
    }

    fn try_command(&self, line: &str) -> Result<Value, &'static str> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb {
            "profile" => {
                let known = self.server.world().profile.choose(rest);
                return known.then_some(Value::Null).ok_or("no such profile");
            }
            "fault" => self.inject(FaultRule::parse(rest).ok_or("no such fault")?),
            "clear-faults" => self.clear_faults(),
            "silent" => self.silence_connections(number(rest)?),
            "keys" => return Ok(self.describe_keys()),
            "requests" => return Ok(lines(&self.requests())),
            "violations" => return Ok(self.describe_violations()),
            "forget" => self.forget_requests(),
            "advance" => self.advance(Duration::from_secs(number(rest)?)),
            "add-key" => return self.add_key_to_file(rest),
            "delete-key" => self.delete_existing_key(number(rest)?)?,
            "enable-tfa" => return self.enable_existing_tfa(number(rest)?),
            "names" => return Ok(names()),
            "help" => return Ok(json!(HELP)),
            _ => return Err("no such command; try 'help'"),
        }
        Ok(Value::Null)
    }

    fn describe_keys(&self) -> Value {
        let row = |key: super::KeyInfo| {
            json!({
                "id": key.id,
                "account": key.account,
                "kind": key.kind.name(),
                "name": key.name,
                "alive": key.alive,
            })
        };
        self.keys().into_iter().map(row).collect()
    }

    fn describe_violations(&self) -> Value {
        let row = |v: &super::Violation| format!("{:?} {} {}", v.offence, v.method, v.path);
        self.violations().iter().map(row).collect()
    }

    fn add_key_to_file(&self, rest: &str) -> Result<Value, &'static str> {
        let words: Vec<&str> = rest.splitn(4, ' ').collect();
        let (account, name, file, permissions) = match words[..] {
            [account, name, file] => (account, name, file, scopes::all_public()),
            [account, name, file, json] => {
                let json = serde_json::from_str(json).map_err(|_| "permissions are not JSON")?;
                (account, name, file, json)
            }
            _ => return Err("add-key ACCOUNT NAME FILE [PERMISSIONS-JSON]"),
        };
        let account = self.existing_account(number(account)?)?;
        if Permissions::parse(&permissions).is_err() {
            return Err("not a permissions object");
        }
        let new = self.add_key(&KeySpec {
            name: name.to_owned(),
            permissions,
            ..KeySpec::new(account)
        });
        write_secret(Path::new(file), &new.key).map_err(|_| "the file was not written")?;
        Ok(json!({"id": new.id}))
    }

    fn delete_existing_key(&self, id: u64) -> Result<(), &'static str> {
        if self.server.world().state.keys.contains_key(&id) {
            self.delete_key(id);
            Ok(())
        } else {
            Err("no such key")
        }
    }

    fn enable_existing_tfa(&self, account: u64) -> Result<Value, &'static str> {
        let codes = self.enable_tfa(self.existing_account(account)?);
        Ok(json!({"backup_codes": codes}))
    }

    fn existing_account(&self, id: u64) -> Result<u64, &'static str> {
        let exists = self.server.world().state.accounts.contains_key(&id);
        exists.then_some(id).ok_or("no such account")
    }
}

/// Creates a file that only its owner can read, and never replaces one.
pub(crate) fn write_secret(path: &Path, secret: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(secret.as_bytes())
}

fn names() -> Value {
    json!({
        "profiles": Profile::names().collect::<Vec<_>>(),
        "faults": Fault::names().collect::<Vec<_>>(),
    })
}

fn lines(items: &[impl ToString]) -> Value {
    items.iter().map(ToString::to_string).collect()
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, &'static str> {
    text.trim().parse().map_err(|_| "not a number")
}
