//! The examples of the README, typed at a terminal.
//!
//! The README is what is compared with: a block marked `console` in it shows
//! commands behind `$ `, and below each what the terminal shows then.

use super::pty::{PROMPT, Pty};

const README: &str = include_str!("../../README.md");

/// How such a block begins.
const BLOCK: &str = "```console\n";

/// How a command begins in it.
const COMMAND: &str = "$ ";

/// How each block begins: a test of the feature types it.
const TYPED: [&str; 10] = [
    "vastkey set api-key",
    r#"echo '{"api": {"user_read": {}, "instance_read": {}, "misc": {}}}' > perms.json"#,
    "vastkey tfa login",
    "vastkey rotate --dry-run",
    "vastkey exec --scoped list",
    "vastkey exec --scoped search -- sh -c 'kill -KILL $PPID'",
    r"printf 'protocol=https\nhost=example.com\n' | vastkey -v get",
    "vastkey token | wc -c",
    "vastkey doctor",
    "vastkey doctor --fix --offline --quiet",
];

/// One block.
pub(crate) struct Transcript {
    shown: &'static str,
    /// What is real, and what the README has for it.
    names: Vec<(String, &'static str)>,
    /// What is asked, and what is typed then.
    answers: Vec<(&'static str, String)>,
}

impl Transcript {
    /// The block whose first command this is.
    pub(crate) fn beginning_with(command: &str) -> Self {
        assert!(TYPED.contains(&command), "'{command}' is to be listed");
        let begins = |block: &&str| first_command(block) == command;
        let shown = blocks().find(begins);
        let shown = shown.unwrap_or_else(|| panic!("no '{command}'"));
        Self {
            shown,
            names: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// The README has `example` for what is `real` here.
    pub(crate) fn naming(mut self, real: &impl ToString, example: &'static str) -> Self {
        self.names.push((real.to_string(), example));
        self
    }

    /// Where the program asks this, `text` is typed.
    pub(crate) fn answering(mut self, question: &'static str, text: &str) -> Self {
        self.answers.push((question, text.to_owned()));
        self
    }

    /// Types the commands, and compares what the terminal shows with the README:
    /// to the letter, but for [`canonical`].
    pub(crate) fn check(&self, shell: &mut Pty) {
        let before = shell.seen().len();
        let mut expected = self.shown;
        while let Some(behind) = expected.strip_prefix(COMMAND) {
            let (command, rest) = behind.split_once('\n').expect("a line");
            let end = if rest.starts_with(COMMAND) {
                0
            } else {
                rest.find("\n$ ").map_or(rest.len(), |at| at + 1)
            };
            shell.send(format!("{command}\n").as_bytes());
            for (question, text) in &self.answers {
                if rest[..end].contains(question) {
                    shell.expect(question);
                    shell.send(format!("{text}\n").as_bytes());
                }
            }
            shell.expect(PROMPT);
            expected = &rest[end..];
        }
        assert_eq!(expected, "", "this is below no command");
        let said = format!("{PROMPT}{}", &shell.seen()[before..]);
        let said = said.strip_suffix(PROMPT).expect("the last prompt");
        let said = said.replace("\r\n", "\n").replace(PROMPT, COMMAND);
        let said = self.names.iter().fold(said, |said, (real, example)| {
            said.replace(real.as_str(), example)
        });
        assert_eq!(canonical(&said), canonical(self.shown));
    }
}

/// The blocks, in order.
fn blocks() -> impl Iterator<Item = &'static str> {
    let ends = |block: &'static str| block.split_once("```").expect("the block's end").0;
    README.split(BLOCK).skip(1).map(ends)
}

fn first_command(block: &str) -> &str {
    let line = block.lines().next().unwrap_or_default();
    line.strip_prefix(COMMAND).expect("a command")
}

/// The text without what differs from run to run. The end of a key, a moment
/// and a process each go by a name, so that the same one must be in the same
/// places; and columns are as wide as what is in them.
fn canonical(text: &str) -> String {
    let tidy = |line: &str| {
        let columns = line.trim_end().split("  ").map(str::trim);
        let columns: Vec<&str> = columns.filter(|column| !column.is_empty()).collect();
        columns.join("  ")
    };
    let tidy: Vec<String> = text.lines().map(tidy).collect();
    let text = tidy.join("\n");
    let text = renamed(&text, "KEY-", end_of_key);
    let text = renamed(&text, "MOMENT-", moment);
    renamed(&text, "PROCESS-", process)
}

/// Replaces what `length` finds at the beginning of a text by `name` and a
/// number, the same for the same.
fn renamed(text: &str, name: &str, length: fn(&str) -> Option<usize>) -> String {
    let mut known: Vec<&str> = Vec::new();
    let mut new = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let found = length(rest);
        let (token, behind) = rest.split_at(found.unwrap_or(next.len_utf8()));
        rest = behind;
        if found.is_none() {
            new += token;
            continue;
        }
        let number = known.iter().position(|one| *one == token);
        let number = number.unwrap_or_else(|| {
            known.push(token);
            known.len() - 1
        });
        new += name;
        new += &number.to_string();
    }
    new
}

/// `…a3f9`.
fn end_of_key(text: &str) -> Option<usize> {
    let end = text.strip_prefix('…')?;
    let letters = end.chars().take_while(char::is_ascii_alphanumeric).count();
    (letters == 4).then_some('…'.len_utf8() + letters)
}

/// `2026-11-25T13:40:07Z`, with any fraction.
fn moment(text: &str) -> Option<usize> {
    const FORM: &str = "0000-00-00T00:00:00";
    let is_form = |(form, byte): (u8, u8)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    };
    if text.len() < FORM.len() || !FORM.bytes().zip(text.bytes()).all(is_form) {
        return None;
    }
    let fraction = text[FORM.len()..].find('Z')?;
    Some(FORM.len() + fraction + 1)
}

/// `(12345)`.
fn process(text: &str) -> Option<usize> {
    let (digits, _) = text.strip_prefix('(')?.split_once(')')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(digits.len() + 2)
}

#[test]
fn all_blocks_are_typed() {
    let first: Vec<&str> = blocks().map(first_command).collect();
    assert_eq!(first, TYPED);
}

#[test]
fn what_differs_from_run_to_run_goes_by_a_name() {
    let text = "key …a3f9 till 2026-11-25T13:40:07Z\nsh  (12)  …0000   …a3f9,\n …abcde (x)";
    let canonical = canonical(text);
    let expected = "key KEY-0 till MOMENT-0\nsh  PROCESS-0  KEY-1  KEY-0,\n…abcde (x)";
    assert_eq!(canonical, expected);
}
