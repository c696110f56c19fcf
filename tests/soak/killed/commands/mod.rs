//! Commands that change what is stored, killed at random moments, again and
//! again: whenever one dies, a usable key is found, nothing is torn, no other
//! account is touched, and repeating the command finishes it.
//!
//! What a killed command may leave is the draft of `config.toml` or of
//! `index.json`, which holds no key and which nobody else can read. It is gone
//! after the next command that changes something; that is the repeated one,
//! unless all that was missing was a record that it does not need.

mod counts;
mod home;
mod kinds;

use std::path::Path;
use std::time::Duration;

use crate::support::fake_api::{FakeApi, KeySpec, NewKey};
use crate::support::items;
use crate::support::moments;

use super::world::World;
use super::{Ended, kill_at, typical};
use counts::{Counts, Reached};
use home::Home;
use kinds::{KINDS, Kind};

/// A server that is no Vast.ai server, and trusted.
const TRUSTED: &str = "https://a.example";

/// A keychain and a server, which all commands share.
pub(crate) struct Soak {
    world: World,
    keys: Keys,
}

/// Keys of one user of the server's.
struct Keys {
    /// Of the account 'default' before each command.
    default: NewKey,
    /// Of the account 'work' before each command but `erase`.
    work: NewKey,
    /// Stored by a command.
    new: NewKey,
    /// Deleted on the server; of the account 'work' before an `erase`.
    deleted: NewKey,
}

impl Soak {
    /// Drives the program at `binary`.
    pub(crate) fn new(binary: &Path) -> Self {
        let (api, default) = FakeApi::with_account();
        let add = || api.add_key(&KeySpec::new(default.account));
        let (work, new, deleted) = (add(), add(), add());
        api.delete_key(deleted.id);
        Self {
            world: World::new(binary, api),
            keys: Keys {
                default,
                work,
                new,
                deleted,
            },
        }
    }

    /// Kills so many commands, of each kind about as many. Those that were faster
    /// than the kill come on top.
    ///
    /// # Panics
    /// When a key is lost or torn, another account is touched, a repeated
    /// command does not finish, or a draft stays.
    pub(crate) fn kill_commands(&self, runs: u32) -> Counts {
        let kinds = u32::try_from(KINDS.len()).expect("a few");
        let mut counts = Counts::default();
        for (index, kind) in (0..).zip(KINDS) {
            let share = runs / kinds + u32::from(index < runs % kinds);
            let span = typical(|| self.home(kind).run_undisturbed());
            for nth in 0..share {
                let mut moment = moments::within_part(span, nth, share);
                while self.kill_one(kind, moment, &mut counts) == Ended::Before {
                    moment = moments::within_part(span, 0, 1);
                }
            }
        }
        counts
    }

    fn kill_one(&self, kind: &'static Kind, moment: Duration, counts: &mut Counts) -> Ended {
        let home = self.home(kind);
        let ended = kill_at(home.command(), moment);
        let reached = match ended {
            Ended::Killed => home.reached(),
            Ended::Before => Reached::End,
        };
        counts.add(kind.name, reached, home.drafts().len());
        home.assert_kept();
        home.finish();
        ended
    }

    fn home(&self, kind: &'static Kind) -> Home<'_> {
        for service in self.services() {
            items::delete_of_service(&self.world.keyring, &service);
        }
        Home::new(self, kind)
    }

    /// Under which services there are items: the server's own, and what is kept
    /// of the trusted one for git and for Docker.
    fn services(&self) -> [String; 3] {
        [
            self.world.api.url().to_owned(),
            format!("vastkey-git:{TRUSTED}"),
            format!("vastkey-docker:{TRUSTED}"),
        ]
    }
}
