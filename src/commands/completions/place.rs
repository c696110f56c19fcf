//! Where a line that is being typed stands: in which command, behind which
//! option, at which argument. Takes what it does not understand for arguments;
//! an unfinished line is no mistake.

use clap::{Arg, Command};

/// The place of the word under the cursor.
#[derive(Debug)]
pub(super) struct Place<'c> {
    /// The command that it belongs to.
    pub(super) command: &'c Command,
    /// The option whose value it is.
    pub(super) option: Option<&'c Arg>,
    /// The options that stand before it.
    pub(super) given: Vec<&'c Arg>,
    /// The value of `--url`.
    pub(super) url: Option<&'c str>,
    /// Whether `--` stands before it, and so it is no option.
    pub(super) options_ended: bool,
    /// How many words stand before the program whose word it is.
    pub(super) program: Option<usize>,
    /// How many words stand before it.
    pub(super) words: usize,
    arguments: usize,
}

impl<'c> Place<'c> {
    /// The place behind `words`, without the program's name. `root` has been
    /// built, so that commands know global options.
    pub(super) fn after(root: &'c Command, words: &'c [String]) -> Self {
        let mut place = Self {
            command: root,
            option: None,
            given: Vec::new(),
            url: None,
            options_ended: false,
            program: None,
            words: 0,
            arguments: 0,
        };
        for word in words {
            place.pass(word);
            place.words += 1;
        }
        if place.option.is_none() {
            place.at_program();
        }
        place
    }

    fn pass(&mut self, word: &'c str) {
        if let Some(option) = self.option.take() {
            self.value(option, word);
        } else if self.program.is_some() {
            // The other program's.
        } else if self.options_ended || !word.starts_with('-') || word == "-" {
            self.argument(word);
        } else if word == "--" {
            self.options_ended = true;
        } else if let Some(name) = word.strip_prefix("--") {
            self.long(name);
        } else {
            self.short(&word[1..]);
        }
    }

    fn argument(&mut self, word: &str) {
        self.at_program();
        if self.program.is_some() {
            return;
        }
        match self.command.find_subcommand(word) {
            Some(command) if !self.options_ended => {
                self.command = command;
                self.arguments = 0;
            }
            _ => self.arguments += 1,
        }
    }

    /// Notes that another program's words begin here, if they do.
    fn at_program(&mut self) {
        let begins = self.positional().is_some_and(Arg::is_trailing_var_arg_set);
        if begins && self.program.is_none() {
            self.program = Some(self.words);
        }
    }

    fn long(&mut self, text: &'c str) {
        let (name, value) = text
            .split_once('=')
            .map_or((text, None), |(name, value)| (name, Some(value)));
        let Some(option) = self.find_long(name) else {
            return;
        };
        self.given.push(option);
        match value {
            Some(value) => self.value(option, value),
            None => self.expect(option),
        }
    }

    fn short(&mut self, letters: &str) {
        for (at, letter) in letters.char_indices() {
            let has = |argument: &&Arg| argument.get_short() == Some(letter);
            let Some(option) = self.command.get_arguments().find(has) else {
                return;
            };
            self.given.push(option);
            if option.get_action().takes_values() {
                if at + letter.len_utf8() == letters.len() {
                    self.expect(option);
                }
                return;
            }
        }
    }

    /// Notes that the next word is the option's value, if it needs one.
    fn expect(&mut self, option: &'c Arg) {
        let needs_value = option
            .get_num_args()
            .is_some_and(|count| count.min_values() > 0);
        self.option = Some(option).filter(|_| needs_value);
    }

    fn value(&mut self, option: &Arg, value: &'c str) {
        if option.get_id() == "url" {
            self.url = Some(value);
        }
    }

    /// An option by its name, hidden ones included.
    pub(super) fn find_long(&self, name: &str) -> Option<&'c Arg> {
        self.command.get_arguments().find(|argument| {
            argument.get_long() == Some(name)
                || argument
                    .get_all_aliases()
                    .is_some_and(|aliases| aliases.contains(&name))
        })
    }

    /// The argument that comes next.
    pub(super) fn positional(&self) -> Option<&'c Arg> {
        self.command.get_positionals().nth(self.arguments)
    }
}
