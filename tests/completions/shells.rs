//! Shells at a terminal of their own, with the script loaded as their users
//! load it.

use std::fs;
use std::path::Path;

use crate::support::pty::Pty;
use crate::support::sandbox::Sandbox;

/// What the shells ask with.
const PROMPT: &str = "READY>";

/// A shell that is ready for a line.
pub(super) struct Shell {
    pty: Pty,
}

impl Shell {
    /// A bash that has nothing but the script.
    pub(super) fn bash(sandbox: &Sandbox) -> Self {
        Self::bash_that(sandbox, ":")
    }

    /// A bash that runs these commands first, and has nothing but the script.
    pub(super) fn bash_that(sandbox: &Sandbox, commands: &str) -> Self {
        install(sandbox, "vastkey", "script");
        let rc = format!("{commands}; PS1='{PROMPT}'; eval \"$(<~/script)\"");
        sandbox.write("rc", rc);
        Self::start(sandbox, "bash", &["--rcfile", "rc", "-i"])
    }

    /// A bash that has bash-completion, which loads the script when it is needed.
    pub(super) fn bash_with_completions(sandbox: &Sandbox) -> Self {
        install(
            sandbox,
            "vastkey",
            ".local/share/bash-completion/completions/vastkey",
        );
        let rc = format!("PS1='{PROMPT}'; . /usr/share/bash-completion/bash_completion");
        sandbox.write("rc", rc);
        Self::start(sandbox, "bash", &["--rcfile", "rc", "-i"])
    }

    /// A zsh that starts with these lines; the script is in `~/functions`.
    pub(super) fn zsh(sandbox: &Sandbox, lines: &str) -> Self {
        install(sandbox, "_vastkey", "functions/_vastkey");
        sandbox.write(".zshrc", format!("PROMPT='{PROMPT}'\n{lines}\n"));
        Self::start(sandbox, "zsh", &["-d", "-i"])
    }

    /// A fish that finds the script where it looks for it.
    pub(super) fn fish(sandbox: &Sandbox) -> Self {
        install(
            sandbox,
            "vastkey.fish",
            ".config/fish/completions/vastkey.fish",
        );
        let config = format!("function fish_prompt; echo -n '{PROMPT}'; end; set -U fish_greeting");
        sandbox.write(".config/fish/config.fish", config);
        Self::start(sandbox, "fish", &["-i"])
    }

    fn start(sandbox: &Sandbox, program: &str, arguments: &[&str]) -> Self {
        let pty = Pty::spawn(&found(sandbox, program), |command| {
            command
                .args(arguments)
                .envs(
                    sandbox
                        .environment()
                        .iter()
                        .map(|(name, value)| (name, value)),
                )
                .env("TERM", "xterm")
                .env("LC_ALL", "C.UTF-8")
                .current_dir(sandbox.path(""));
        });
        let mut shell = Self { pty };
        shell.pty.expect(PROMPT);
        shell
    }

    /// Types a line, with TAB in it or not, and enters it.
    pub(super) fn enter(&mut self, line: &str) {
        self.pty.send(line.as_bytes());
        self.pty.send(b"\r");
    }

    /// Waits until a command has printed this.
    pub(super) fn shows(&mut self, text: &str) {
        self.pty.expect(text);
        self.pty.expect(PROMPT);
    }

    /// All that was shown.
    pub(super) fn seen(&self) -> String {
        self.pty.seen()
    }
}

/// Puts a script of packaging/completions below the home.
fn install(sandbox: &Sandbox, file: &str, below: &str) {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/completions");
    let script = fs::read(scripts.join(file)).expect("a script");
    sandbox.write(below, script);
}

/// A program's path.
fn found(sandbox: &Sandbox, program: &str) -> std::path::PathBuf {
    let which = ["-c", "command -v \"$0\"", program];
    let outcome = sandbox.program("sh", which).go().ok();
    outcome.stdout().trim_end().into()
}
