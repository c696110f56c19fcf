//! The code of a login: from the command line, the terminal or standard input.

use std::io::IsTerminal;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::key::resembles_key;
use crate::output::prompt;
use crate::streams;

/// Longest code that is read, in bytes, with the space around it.
const MAX_LEN: usize = 256;

/// How many digits a code has: six, with some room.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// Longest backup code, in characters.
const MAX_BACKUP: usize = 64;

/// A code that a method shows or sends.
pub(super) fn of_method(ctx: &Context, given: Option<&str>, origin: &str) -> Result<SecretString> {
    let text = read(ctx, given, &format!("Code from {origin} (not shown): "))?;
    let digits: Zeroizing<String> = Zeroizing::new(without_spaces(text.expose_secret()));
    if DIGITS.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(SecretString::from(digits.as_str()));
    }
    Err(
        Error::new(Kind::Usage, "that is no code: a code is six digits")
            .hint("a backup code is given with --backup-code"),
    )
}

/// A backup code, which is as good as a password until it is used.
pub(super) fn backup(ctx: &Context, given: Option<&str>) -> Result<SecretString> {
    if given.is_some_and(|text| text != "-") {
        ctx.output.warn(
            "the backup code was given on the command line, where the shell's history and the process list see it",
        );
        ctx.output
            .hint("next time: vastkey tfa login --backup-code (it asks, and shows nothing)");
    }
    let text = read(ctx, given, "Backup code (not shown): ")?;
    let code: Zeroizing<String> = Zeroizing::new(without_spaces(text.expose_secret()));
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if !code.is_empty()
        && code.len() <= MAX_BACKUP
        && code.bytes().all(fits)
        && !resembles_key(&code)
    {
        return Ok(SecretString::from(code.as_str()));
    }
    Err(Error::new(
        Kind::Usage,
        "that is no backup code: one is letters and digits such as ABCD-EFGH-IJKL",
    ))
}

fn without_spaces(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    kept.extend(text.chars().filter(|c| !c.is_whitespace()));
    kept
}

fn read(ctx: &Context, given: Option<&str>, question: &str) -> Result<SecretString> {
    let at_terminal = std::io::stdin().is_terminal();
    match given {
        Some("-") => from_stdin(),
        Some(text) => Ok(SecretString::from(text)),
        None if at_terminal && ctx.may_ask() => Ok(prompt::hidden(question)?),
        None if at_terminal => Err(
            Error::new(Kind::Usage, "no code was given, and asking is off")
                .hint("give it: vastkey tfa login --code CODE"),
        ),
        None => from_stdin(),
    }
}

fn from_stdin() -> Result<SecretString> {
    let line = streams::read_stdin_line(MAX_LEN).map_err(|fault| {
        let error = Error::from(fault);
        match error.kind() {
            Kind::MalformedKey => error.of_kind(Kind::Usage),
            _ => error,
        }
    })?;
    let text = std::str::from_utf8(&line);
    let text = text.map_err(|_| Error::new(Kind::Usage, "standard input is not text"))?;
    Ok(SecretString::from(text))
}
