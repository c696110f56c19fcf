//! Questions to the person at the terminal.
//!
//! Speaks to the terminal itself, never to standard input, output or error,
//! which may be files or other programs. Whether anybody may be asked at all
//! is decided elsewhere.

use std::io;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::line_editor::{End, LineEditor, remove_paste_markers};
use crate::key::MAX_KEY_LEN;
use crate::platform::{Hidden, Terminal, Typed};
use crate::system_error::words;

/// Most bytes looked at of what comes after a line; the rest is thrown away
/// all the same.
const REST_LIMIT: usize = 4096;

/// Longest answer to a question that is read at once.
const ANSWER_LIMIT: usize = 256;

/// Why there is no answer. Holds nothing of what was typed.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// The process has no terminal, or is in the background of it.
    #[error("there is no terminal to ask at")]
    NoTerminal,
    /// Ctrl-C, or another signal whose default is to end the process, in a
    /// process that does not end by it.
    #[error("the prompt was interrupted")]
    Interrupted,
    /// Ctrl-D, or the terminal was closed.
    #[error("the prompt was ended without an answer")]
    Ended,
    /// Enter, with nothing before it.
    #[error("nothing was entered")]
    Empty,
    /// Longer than a key can be.
    #[error("what was entered is longer than {MAX_KEY_LEN} bytes")]
    TooLong,
    /// More than one line was pasted at once.
    #[error("what was entered spans several lines")]
    SeveralLines,
    /// Bytes that are no UTF-8.
    #[error("what was entered is not text")]
    NotText,
    /// The answer is none of the numbers that were offered: 1 to this.
    #[error("the answer is not a number from 1 to {0}")]
    NoSuchOption(usize),
    /// The system's own error.
    #[error("the terminal failed ({})", words(.0))]
    System(io::Error),
}

impl From<io::Error> for PromptError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// Whether there is a terminal to ask at.
pub fn is_available() -> bool {
    Terminal::open().is_ok()
}

/// Asks for a secret, and shows nothing of it. What was typed before the
/// question is forgotten; so is what a paste holds beyond its first line,
/// which is an error: nothing is left for the shell to execute.
///
/// A signal that ends or stops the process does so, with the terminal as it was
/// before.
pub fn hidden(prompt: &str) -> Result<SecretString, PromptError> {
    let terminal = open()?;
    let mut hidden = terminal.hide().map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => PromptError::NoTerminal,
        _ => PromptError::System(error),
    })?;
    terminal.write(prompt.as_bytes())?;
    let answer = read_hidden(&terminal, &mut hidden, prompt);
    // Enter was not shown. A terminal that is gone is in the answer already.
    let _ = terminal.write(b"\n");
    drop(hidden);
    let line = answer?;
    match std::str::from_utf8(&line) {
        Ok(text) if text.trim().is_empty() => Err(PromptError::Empty),
        Ok(text) => Ok(SecretString::from(text)),
        Err(_) => Err(PromptError::NotText),
    }
}

/// Asks a question that is answered with yes or no; anything but yes is no.
pub fn confirm(question: &str) -> Result<bool, PromptError> {
    let answer = ask(&format!("{question} [y/N] "))?;
    Ok(answer == "y" || answer == "yes")
}

/// Asks for one of `options`, which are listed with numbers, and returns its
/// place in the list, counted from 0.
pub fn choose(question: &str, options: &[String]) -> Result<usize, PromptError> {
    let listed: Vec<String> = (1..)
        .zip(options)
        .map(|(number, option)| format!("  {number}) {option}\n"))
        .collect();
    let answer = ask(&format!("{question}\n{}Number: ", listed.concat()))?;
    match answer.parse::<usize>() {
        Ok(number) if (1..=options.len()).contains(&number) => Ok(number - 1),
        _ => Err(PromptError::NoSuchOption(options.len())),
    }
}

/// Asks for a line that may be seen; the answer comes in lower case and
/// without white space around it.
fn ask(question: &str) -> Result<String, PromptError> {
    let terminal = open()?;
    // An answer typed before the question was not an answer to it.
    terminal.discard_input()?;
    terminal.write(question.as_bytes())?;
    let mut answer = [0; ANSWER_LIMIT];
    let length = loop {
        match terminal.read(&mut answer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => break done?,
        }
    };
    if length == 0 {
        terminal.write(b"\n")?;
        return Err(PromptError::Ended);
    }
    terminal.discard_input()?;
    let answer = answer[..length].trim_ascii().to_ascii_lowercase();
    String::from_utf8(answer).map_err(|_| PromptError::NotText)
}

/// Writes a secret to the terminal and nowhere else, on a line of its own.
/// Callers make sure that it is plain text.
pub fn show_once(text: &str) -> Result<(), PromptError> {
    let mut line = Zeroizing::new(Vec::with_capacity(text.len() + 1));
    line.extend_from_slice(text.as_bytes());
    line.push(b'\n');
    Ok(open()?.write(&line)?)
}

fn open() -> Result<Terminal, PromptError> {
    Terminal::open().map_err(|_| PromptError::NoTerminal)
}

fn read_hidden(
    terminal: &Terminal,
    hidden: &mut Hidden<'_>,
    prompt: &str,
) -> Result<Zeroizing<Vec<u8>>, PromptError> {
    let mut editor = LineEditor::new(MAX_KEY_LEN);
    let mut buffer = Zeroizing::new([0; 256]);
    loop {
        match hidden.read(&mut buffer[..])? {
            Typed::Idle => {}
            Typed::Resumed => {
                // Nobody can see whether what was typed before still counts.
                editor = LineEditor::new(MAX_KEY_LEN);
                terminal.write(prompt.as_bytes())?;
            }
            Typed::Interrupted => return Err(PromptError::Interrupted),
            Typed::Closed => return Err(PromptError::Ended),
            Typed::Bytes(length) => {
                let Some((end, used)) = editor.feed(&buffer[..length]) else {
                    continue;
                };
                if end == End::Nothing {
                    return Err(PromptError::Ended);
                }
                if more_follows(hidden, &buffer[used..length])? {
                    return Err(PromptError::SeveralLines);
                }
                return editor.finish().ok_or(PromptError::TooLong);
            }
        }
    }
}

/// Takes in the rest of a paste, as long as it keeps coming, and says whether
/// it is more than white space.
fn more_follows(hidden: &mut Hidden<'_>, first: &[u8]) -> Result<bool, PromptError> {
    let mut rest = Zeroizing::new(Vec::with_capacity(REST_LIMIT));
    rest.extend_from_slice(first);
    let mut buffer = Zeroizing::new([0; 256]);
    while let Typed::Bytes(length) = hidden.read_more(&mut buffer[..])? {
        let room = length.min(REST_LIMIT - rest.len());
        rest.extend_from_slice(&buffer[..room]);
    }
    remove_paste_markers(&mut rest);
    Ok(!rest.trim_ascii().is_empty())
}
