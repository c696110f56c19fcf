//! Prompts at a real terminal: nothing is shown, nothing is left behind, and
//! the terminal is always as it was before.

mod hidden;
mod questions;
mod signals;

use std::path::PathBuf;
use std::process::ExitStatus;

use tempfile::TempDir;

use crate::support::example;
use crate::support::pty::Pty;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A program that asks for a secret at a terminal, up to its prompt.
struct Asking {
    terminal: Pty,
    answer: PathBuf,
    _directory: TempDir,
}

impl Asking {
    fn start() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let answer = directory.path().join("answer");
        let mut terminal = Pty::spawn(&example("probe"), |command| {
            command.args(["hidden", "key: "]).arg(&answer);
        });
        terminal.expect("key: ");
        assert!(!terminal.echoes(), "what is typed would be shown");
        Self {
            terminal,
            answer,
            _directory: directory,
        }
    }

    /// Types, and waits for the end. Checks what must hold in every case.
    fn finish(&mut self, keys: &[u8]) -> ExitStatus {
        self.terminal.send(keys);
        let status = self.terminal.wait();
        self.check_terminal();
        status
    }

    fn check_terminal(&mut self) {
        self.terminal.assert_restored();
        assert_eq!(self.terminal.unread_input(), b"", "left for the shell");
        let seen = self.terminal.seen();
        assert!(!seen.contains("0123"), "shown: {seen:?}");
    }

    fn answer(&self) -> String {
        std::fs::read_to_string(&self.answer).expect("an answer")
    }

    fn has_answer(&self) -> bool {
        self.answer.exists()
    }
}

fn with_enter(text: &str) -> Vec<u8> {
    format!("{text}\r").into_bytes()
}
