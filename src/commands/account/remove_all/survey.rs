//! What there is of vastkey's. Changes nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::items::Items;
use super::own_files::OwnFiles;
use crate::commands::configure::{self, Configured};
use crate::commands::work;
use crate::config::Settings;
use crate::config::index::Index;
use crate::context::{Context, Paths};
use crate::error::{Error, Kind, Result};
use crate::lifecycle::jobs::Seen;
use crate::store::{AccountName, Backend};

/// All of it.
pub(super) struct Survey {
    /// The accounts, by server, and where each is.
    pub(super) accounts: BTreeMap<(String, AccountName), Backend>,
    pub(super) items: Items,
    pub(super) helpers: Vec<Configured>,
    pub(super) own: OwnFiles,
    /// Names of a helper of vastkey's that lead to something else.
    pub(super) names_of_others: Vec<PathBuf>,
}

impl Survey {
    /// Looks for it. Fails when something of it cannot be looked at, or is still
    /// needed by work that was begun.
    pub(super) fn of(ctx: &Context) -> Result<Self> {
        refuse_unfinished(ctx)?;
        let own = OwnFiles::find(ctx);
        own.check_removable()?;
        let index = ctx.index_for_change()?;
        let settings = Settings::load(&Paths::required(ctx.paths.settings())?)?;
        let items = Items::find(ctx, &index, &settings)?;
        Ok(Self {
            accounts: accounts(&index, &items),
            items,
            helpers: configure::everything(ctx),
            names_of_others: configure::names_of_others(ctx),
            own,
        })
    }

    /// Whether there is nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        self.accounts.is_empty()
            && self.items.going.is_empty()
            && self.helpers.is_empty()
            && self.own.files.is_empty()
            && self.own.directories.is_empty()
    }

    /// The labels of what other programs stored for accounts that go.
    pub(super) fn foreign(&self) -> Vec<String> {
        let foreign = self.items.foreign.iter();
        foreign.map(|item| item.label.clone()).collect()
    }

    /// How many credentials go that were kept for trusted servers.
    pub(super) fn kept(&self) -> usize {
        let going = self.items.going.iter();
        going.filter(|item| item.id.tag().is_some()).count()
    }
}

/// Those in the index, and those whose items alone are left.
fn accounts(index: &Index, items: &Items) -> BTreeMap<(String, AccountName), Backend> {
    let recorded = index
        .records()
        .iter()
        .filter_map(|record| Some(((record.server().to_owned(), record.name()?), record.store)));
    let stored = items
        .going
        .iter()
        .filter_map(|item| Some(((item.id.service.clone(), item.id.owner()?), item.backend)));
    recorded.chain(stored).collect()
}

/// What is written down of such work is all that knows of a key on the server, or
/// of a file with a key in it.
pub(super) fn refuse_unfinished(ctx: &Context) -> Result<()> {
    let seen = work::seen(ctx)?;
    let Some(worst) = seen.iter().max_by_key(|seen| urgency(seen)) else {
        return Ok(());
    };
    let refused = |cause: String| {
        let what = "nothing was removed: some work is not finished, and would be lost sight of";
        Error::new(Kind::Busy, what).because(cause)
    };
    Err(match &worst.entry {
        Err(damage) => refused(format!("what one was about cannot be read: {damage}"))
            .hint("look at that file: it may name a key that is still alive on the server (vastkey show api-keys)")
            .hint("then remove the file, and run this again"),
        Ok(entry) if worst.is_running => refused(format!("at work: {}", work::described(entry)))
            .hint("wait until it is done, then run this again"),
        Ok(entry) => {
            let error = refused(format!("interrupted: {}", work::described(entry)));
            work::with_remedy(ctx, error, worst, entry)?
        }
    })
}

/// What is at work ends by itself, and what is interrupted is swept: a file that
/// cannot be read is told of when nothing else is left.
fn urgency(seen: &Seen) -> u8 {
    match &seen.entry {
        Ok(_) if seen.is_running => 2,
        Ok(_) => 1,
        Err(_) => 0,
    }
}
