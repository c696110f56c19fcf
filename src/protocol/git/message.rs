//! One message: lines of `KEY=VALUE` up to an empty line or the end.
//!
//! Strict where git's own reader is lenient: what could be read in two ways is
//! malformed.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::protocol::Malformed;

/// What a message says, as far as vastkey has a use for it. Its `Debug` shows no
/// secret.
#[derive(Debug, Default)]
pub struct Message {
    /// `capability[]=authtype` was among the lines.
    pub takes_authtype: bool,
    /// The scheme of the URL.
    pub protocol: Option<String>,
    /// The host of the URL, with the port if there is one.
    pub host: Option<String>,
    /// The path of the URL.
    pub path: Option<String>,
    /// Whose credential; the empty name is one too.
    pub username: Option<String>,
    /// The password.
    pub password: Option<SecretString>,
    /// When the password ends, in seconds since 1970, as it was written.
    pub password_expiry_utc: Option<String>,
    /// What gets a new password.
    pub oauth_refresh_token: Option<SecretString>,
    /// The scheme of `credential`.
    pub authtype: Option<String>,
    /// What stands in an `Authorization` header behind the scheme.
    pub credential: Option<SecretString>,
    /// A boolean as git's settings are written: whether it is not to be kept.
    pub ephemeral: Option<String>,
    /// `WWW-Authenticate` headers of the server.
    pub challenges: Vec<String>,
}

impl Message {
    /// Reads a message. Lines may end in CR LF; a CR elsewhere, a NUL, and two
    /// values for one key are malformed, and so is `url`, which only git itself
    /// may take apart.
    pub fn parse(input: &[u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(input).map_err(|_| Malformed("it is not UTF-8"))?;
        let mut message = Self::default();
        for line in text.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() {
                break;
            }
            if line.contains(['\r', '\0']) {
                return Err(Malformed("a line holds a CR or a NUL"));
            }
            let (key, value) = line.split_once('=').ok_or(NOT_A_LINE)?;
            message.take(key, value)?;
        }
        Ok(message)
    }

    fn take(&mut self, key: &str, value: &str) -> Result<(), Malformed> {
        match key {
            "protocol" => set(&mut self.protocol, value),
            "host" => set(&mut self.host, value),
            "path" => set(&mut self.path, value),
            "username" => set(&mut self.username, value),
            "password_expiry_utc" => set(&mut self.password_expiry_utc, value),
            "authtype" => set(&mut self.authtype, value),
            "ephemeral" => set(&mut self.ephemeral, value),
            "password" => set_secret(&mut self.password, value),
            "credential" => set_secret(&mut self.credential, value),
            "oauth_refresh_token" => set_secret(&mut self.oauth_refresh_token, value),
            "url" => Err(Malformed("it has a url, where a helper gets its parts")),
            // An empty element clears the list.
            "capability[]" => {
                self.takes_authtype =
                    value == "authtype" || self.takes_authtype && !value.is_empty();
                Ok(())
            }
            "wwwauth[]" => {
                if value.is_empty() {
                    self.challenges.clear();
                } else {
                    self.challenges.push(value.to_owned());
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether it is not to be kept: in doubt it is not.
    pub(super) fn is_ephemeral(&self) -> bool {
        let no = ["", "0", "false", "no", "off"];
        self.ephemeral
            .as_ref()
            .is_some_and(|value| !no.iter().any(|no| value.eq_ignore_ascii_case(no)))
    }

    /// Whether it holds what goes into an `Authorization` header as it is.
    pub(super) fn is_pre_encoded(&self) -> bool {
        self.authtype.is_some() && self.credential.is_some()
    }

    /// What a Vast account could use as its key: a bearer token, else the
    /// password. A credential of another scheme has no key in it.
    pub(super) fn key(&self) -> Option<&SecretString> {
        match (&self.authtype, &self.credential) {
            (Some(scheme), Some(credential)) => scheme
                .eq_ignore_ascii_case(super::BEARER)
                .then_some(credential),
            _ => self.password.as_ref(),
        }
    }

    /// What is to be kept of a request besides who and where.
    pub(super) fn to_keep(&self) -> SecretString {
        let kept = Self {
            authtype: self.authtype.clone(),
            credential: self.credential.clone(),
            password: self.password.clone(),
            password_expiry_utc: self.password_expiry_utc.clone(),
            oauth_refresh_token: self.oauth_refresh_token.clone(),
            ..Self::default()
        };
        let lines = kept.lines();
        // Made of UTF-8 texts.
        SecretString::from(std::str::from_utf8(&lines).unwrap_or_default())
    }

    /// The lines that a helper answers with, and those that are kept. git must
    /// hear of a capability before it meets what it allows.
    pub fn lines(&self) -> Zeroizing<Vec<u8>> {
        let secret = |secret: &Option<SecretString>| {
            let text = secret.as_ref().map(ExposeSecret::expose_secret);
            text.map(|text| Zeroizing::new(text.to_owned()))
        };
        let plain = |text: &Option<String>| text.clone().map(Zeroizing::new);
        let authtype = self.takes_authtype.then(|| "authtype".to_owned());
        let lines = [
            ("capability[]", plain(&authtype)),
            ("authtype", plain(&self.authtype)),
            ("credential", secret(&self.credential)),
            ("ephemeral", plain(&self.ephemeral)),
            ("username", plain(&self.username)),
            ("password", secret(&self.password)),
            ("password_expiry_utc", plain(&self.password_expiry_utc)),
            ("oauth_refresh_token", secret(&self.oauth_refresh_token)),
        ];
        let given = || {
            lines
                .iter()
                .filter_map(|(key, value)| Some((key, value.as_ref()?)))
        };
        // In one piece: what grows is copied.
        let length = given()
            .map(|(key, value)| key.len() + value.len() + 2)
            .sum();
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        for (key, value) in given() {
            bytes.extend_from_slice(key.as_bytes());
            bytes.push(b'=');
            bytes.extend_from_slice(value.as_bytes());
            bytes.push(b'\n');
        }
        bytes
    }
}

const NOT_A_LINE: Malformed = Malformed("a line is not KEY=VALUE");

const TWO_VALUES: Malformed = Malformed("a key has two values");

fn set(slot: &mut Option<String>, value: &str) -> Result<(), Malformed> {
    match slot {
        Some(other) if other != value => Err(TWO_VALUES),
        _ => {
            *slot = Some(value.to_owned());
            Ok(())
        }
    }
}

fn set_secret(slot: &mut Option<SecretString>, value: &str) -> Result<(), Malformed> {
    match slot {
        Some(other) if other.expose_secret() != value => Err(TWO_VALUES),
        _ => {
            *slot = Some(SecretString::from(value));
            Ok(())
        }
    }
}
