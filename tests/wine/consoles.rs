//! vastkey at a console: what is typed there, what is seen, and Ctrl-C.

use crate::accounts;
use crate::suite::Case;
use crate::system::console::Console;
use crate::system::interrupt::{INTERRUPTED, runs};
use crate::user::User;

const PROMPT: &str = "Vast.ai API key (not shown):";

/// `STATUS_CONTROL_C_EXIT`: the system ended the process upon Ctrl-C.
const ENDED_BY_CTRL_C: u32 = 0xC000_013A;

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "console: a key typed at the prompt is stored and not shown",
        run: hidden_key,
    },
    Case {
        name: "console: what is typed at a question is shown",
        run: shown_answer,
    },
    Case {
        name: "console: Ctrl-C at the prompt stores nothing",
        run: interrupted_prompt,
    },
    Case {
        name: "console: account remove --all asks twice",
        run: asked_twice,
    },
    Case {
        name: "console: token does not show a key unless it must",
        run: token,
    },
    Case {
        name: "console: Ctrl-C is for the program of exec, whose code is kept",
        run: interrupted_exec,
    },
    Case {
        name: "console: Ctrl-C leaves nothing of exec --file",
        run: interrupted_file,
    },
];

impl User {
    fn at_console(&self, arguments: &[&str]) -> Result<Console, String> {
        let stage = &self.stage;
        Console::start(&stage.vastkey, arguments, &stage.environment, &stage.home)
    }

    fn store(&self, word: &str) -> Result<(), String> {
        let stored = self.vastkey(&["set", "api-key", "--no-verify"], self.word(word));
        stored.map(drop)
    }
}

fn hidden_key(user: &User) -> Result<(), String> {
    let mut console = user.at_console(&["set", "api-key", "--no-verify"])?;
    console.expect(PROMPT)?;
    let key = user.word("first");
    console.send(&format!("{key}\r"))?;
    exits(&mut console, 0)?;
    for part in key.as_bytes().windows(8) {
        let part = std::str::from_utf8(part).expect("ASCII");
        demand(
            !console.screen().shows(part),
            "a part of the key is shown",
            &console,
        )?;
    }
    holds_key(user, key)
}

fn shown_answer(user: &User) -> Result<(), String> {
    user.store("first")?;
    let mut console = user.at_console(&["account", "remove", "default"])?;
    console.expect("default")?;
    console.send("nonono\r")?;
    console.expect("nonono")?;
    console.wait()?;
    holds_key(user, user.word("first"))
}

fn interrupted_prompt(user: &User) -> Result<(), String> {
    user.store("first")?;
    let mut console = user.at_console(&["set", "api-key", "--no-verify"])?;
    console.expect(PROMPT)?;
    console.send(&user.word("second")[..20])?;
    console.interrupt()?;
    exits(&mut console, ENDED_BY_CTRL_C)?;
    demand(
        !console.screen().shows(&user.word("second")[..8]),
        "the key is shown",
        &console,
    )?;
    holds_key(user, user.word("first"))
}

fn asked_twice(user: &User) -> Result<(), String> {
    for (second, is_removed) in [("no", false), ("yes", true)] {
        user.store("first")?;
        let mut console = user.at_console(&["account", "remove", "--all"])?;
        console.expect("Jürgen Müller 山田")?;
        console.expect("Remove all of it?")?;
        console.send("yes\r")?;
        console.expect("all the same?")?;
        console.send(&format!("{second}\r"))?;
        exits(&mut console, u32::from(!is_removed))?;
        if accounts::none(user).is_ok() != is_removed {
            return Err(format!("after '{second}' to the second question: wrong"));
        }
    }
    Ok(())
}

fn token(user: &User) -> Result<(), String> {
    user.store("first")?;
    let mut console = user.at_console(&["token"])?;
    exits(&mut console, 2)?;
    demand(
        !console.screen().shows(user.word("first")),
        "the key is shown",
        &console,
    )?;
    let mut console = user.at_console(&["token", "--force"])?;
    exits(&mut console, 0)?;
    demand(
        console.screen().shows(user.word("first")),
        "the key is not shown",
        &console,
    )
}

fn interrupted_exec(user: &User) -> Result<(), String> {
    user.store("first")?;
    interrupt(user, &["exec", "--"])
}

fn interrupted_file(user: &User) -> Result<(), String> {
    user.store("first")?;
    interrupt(user, &["exec", "--file", "--"])?;
    let file = user.stage.home.join(r".config\vastai\vast_api_key");
    if file.exists() {
        return Err("the file is left behind".to_owned());
    }
    Ok(())
}

/// Runs the program that waits for Ctrl-C, and presses it.
fn interrupt(user: &User, arguments: &[&str]) -> Result<(), String> {
    let arguments = [arguments, &[user.word("child"), "await-interrupt"]].concat();
    let mut console = user.at_console(&arguments)?;
    console.expect("ready")?;
    console.expect(".")?;
    console.interrupt()?;
    exits(&mut console, INTERRUPTED.into())?;
    let text = console.screen().text();
    let number = text
        .split("ready")
        .nth(1)
        .and_then(|rest| rest.split('.').next());
    let process = number.and_then(|number| number.trim().parse().ok());
    match process {
        Some(process) if runs(process) => Err("the program still runs".to_owned()),
        Some(_) => Ok(()),
        None => Err(format!("no number of a process in:\n{text}")),
    }
}

fn holds_key(user: &User, key: &str) -> Result<(), String> {
    if user.vastkey(&["token"], "")?.trim_end() == key {
        Ok(())
    } else {
        Err("another key is stored".to_owned())
    }
}

fn exits(console: &mut Console, expected: u32) -> Result<(), String> {
    let code = console.wait()?;
    let fault = format!("the exit code is {code:#x}");
    demand(code == expected, &fault, console)
}

fn demand(holds: bool, fault: &str, console: &Console) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!(
            "{fault}; the console:\n{}",
            console.screen().text()
        ))
    }
}
