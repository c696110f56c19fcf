//! Does one thing of the library in a process of its own, for tests that need
//! one: to be killed, to have a terminal, or to be another user.
//!
//! Says on standard output what happened, and on standard error what failed;
//! then it exits with 1.

#[cfg(unix)]
fn main() {
    unix::main();
}

/// The tests that need this program need Unix.
#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::error::Error;
    use std::fs::{File, OpenOptions};
    use std::io::Read;
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::{Command, exit};
    use std::time::Duration;

    use rustix::fs::RawMode;
    use rustix::process::{Resource, getrlimit, ioctl_tiocsctty, setsid, umask};
    use secrecy::ExposeSecret;
    use vastkey::files::{self, Lock};
    use vastkey::output::prompt;
    use vastkey::platform::Startup;
    use vastkey::streams;

    type Outcome = Result<String, Box<dyn Error>>;

    #[expect(
        clippy::print_stdout,
        clippy::print_stderr,
        reason = "a program, not the library"
    )]
    pub(super) fn main() {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match run(&arguments) {
            Ok(said) => print!("{said}"),
            Err(error) => {
                eprintln!("error: {error}");
                exit(1);
            }
        }
    }

    fn run(arguments: &[&str]) -> Outcome {
        match arguments {
            ["session", terminal, program, rest @ ..] => session(terminal, program, rest),
            ["detached", program, rest @ ..] => detached(program, rest),
            ["hidden", question, path] => hidden(question, Path::new(path)),
            ["confirm", question] => Ok(format!("said {}\n", prompt::confirm(question)?)),
            ["show", text] => {
                prompt::show_once(text)?;
                Ok("shown\n".to_owned())
            }
            ["line", limit] => {
                let line = streams::read_stdin_line(limit.parse()?)?;
                Ok(format!("{:?}\n", String::from_utf8_lossy(&line)))
            }
            ["secret", text] => {
                streams::write_secret(text.as_bytes())?;
                Ok(String::new())
            }
            ["write", mask, path, text] => write(mask, Path::new(path), text),
            ["write-for-ever", path, length] => write_for_ever(Path::new(path), length.parse()?),
            ["read", path] => read(Path::new(path)),
            ["read-named", path] => read_named(Path::new(path)),
            ["hold-lock", path, program, rest @ ..] => hold_lock(Path::new(path), program, rest),
            ["startup", name] => startup(name),
            #[cfg(target_os = "linux")]
            ["keyutils", verb, service, user] => keyutils(verb, service, user),
            _ => Err("unknown arguments".into()),
        }
    }

    /// Becomes `program` in a new session with a controlling terminal.
    fn session(terminal: &str, program: &str, arguments: &[&str]) -> Outcome {
        setsid()?;
        let terminal = OpenOptions::new().read(true).write(true).open(terminal)?;
        ioctl_tiocsctty(&terminal)?;
        Err(Command::new(program).args(arguments).exec().into())
    }

    /// Becomes `program` in a new session without a terminal.
    fn detached(program: &str, arguments: &[&str]) -> Outcome {
        setsid()?;
        Err(Command::new(program).args(arguments).exec().into())
    }

    /// Asks for a secret and puts it where the test can see it.
    fn hidden(question: &str, path: &Path) -> Outcome {
        let secret = prompt::hidden(question)?;
        std::fs::write(path, secret.expose_secret())?;
        Ok("entered\n".to_owned())
    }

    fn write(mask: &str, path: &Path, text: &str) -> Outcome {
        umask(RawMode::from_str_radix(mask, 8)?.into());
        files::write_atomic(path, text.as_bytes())?;
        Ok("written\n".to_owned())
    }

    /// Writes `length` times `a`, then `b`, and so on.
    #[expect(clippy::print_stdout, reason = "a program, not the library")]
    fn write_for_ever(path: &Path, length: usize) -> Outcome {
        let contents = [vec![b'a'; length], vec![b'b'; length]];
        files::write_atomic(path, &contents[0])?;
        println!("ready");
        loop {
            for content in &contents {
                files::write_atomic(path, content)?;
            }
        }
    }

    fn read(path: &Path) -> Outcome {
        Ok(match files::read_private(path, 4096)? {
            Some(file) => format!("{} bytes\n", file.contents.len()),
            None => "nothing\n".to_owned(),
        })
    }

    /// Reads a file as the program does: when nothing can look into it any more.
    fn read_named(path: &Path) -> Outcome {
        let _ = Startup::harden();
        let contents = files::read_named(path, 4096, Duration::from_secs(20))?;
        Ok(format!("{} bytes\n", contents.len()))
    }

    /// Starts a program while holding a lock, and waits to be killed.
    #[expect(clippy::print_stdout, reason = "a program, not the library")]
    fn hold_lock(path: &Path, program: &str, arguments: &[&str]) -> Outcome {
        let lock = Lock::acquire_within(path, Duration::ZERO)?;
        let child = Command::new(program).args(arguments).spawn()?;
        println!("holding, started {}", child.id());
        std::io::stdin().read_to_end(&mut Vec::new())?;
        drop(lock);
        Ok("let go\n".to_owned())
    }

    /// What is left of a variable, and of a limit, after start-up.
    fn startup(name: &str) -> Outcome {
        // Afterwards only root may open it.
        let mut block_file = File::open("/proc/self/environ")?;
        let startup = Startup::harden();
        let value = startup.take_env(name).ok_or("there is no such variable")?;
        startup.finish();
        let core = getrlimit(Resource::Core);
        let value = value.to_string_lossy();
        let mut block = Vec::new();
        block_file.read_to_end(&mut block)?;
        let in_block = block
            .windows(value.len())
            .any(|window| window == value.as_bytes());
        let child = Command::new("env").output()?;
        let in_child = String::from_utf8_lossy(&child.stdout).contains(name);
        Ok(format!(
            "value {value:?}, in the block {in_block}, in a child {in_child}, \
             core {:?} of {:?}, dumpable {}\n",
            core.current,
            core.maximum,
            is_dumpable()?
        ))
    }

    #[cfg(target_os = "linux")]
    fn is_dumpable() -> Result<bool, Box<dyn Error>> {
        use rustix::process::{DumpableBehavior, dumpable_behavior};
        Ok(dumpable_behavior()? != DumpableBehavior::NotDumpable)
    }

    #[cfg(not(target_os = "linux"))]
    fn is_dumpable() -> Result<bool, Box<dyn Error>> {
        Ok(false)
    }

    /// The secret of `set` comes from standard input.
    #[cfg(target_os = "linux")]
    fn keyutils(verb: &str, service: &str, user: &str) -> Outcome {
        use vastkey::store::keyutils::KeyutilsStore;
        use vastkey::store::{ItemId, Store};

        let store = KeyutilsStore::open()?;
        let id = ItemId {
            service: service.to_owned(),
            user: user.to_owned(),
        };
        Ok(match verb {
            "get" => match store.get(&id)? {
                Some(secret) => secret.expose_secret().to_owned(),
                None => "nothing\n".to_owned(),
            },
            "set" => {
                let secret = std::io::read_to_string(std::io::stdin())?;
                store.set(&id, &secret.into())?;
                "kept\n".to_owned()
            }
            "delete" => format!("{:?}", store.delete(&id)?),
            "list" => {
                let users = store.list(service)?.into_iter().map(|item| item.id.user);
                users.collect::<Vec<_>>().join(",")
            }
            _ => return Err("unknown verb".into()),
        })
    }
}
