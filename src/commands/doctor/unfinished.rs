//! What interrupted work left behind: jobs, items of the keychain, drafts.

use std::path::{Path, PathBuf};

use super::finding::{Finding, Report, Severity};
use super::known;
use super::remedy;
use crate::commands::{configure, sweep, work};
use crate::context::Context;
use crate::error::Error;
use crate::files::{self, draft_path, quoted, shown};
use crate::lifecycle::jobs::{Damage, Seen, Work};
use crate::platform::facts::Facts;
use crate::store::{AccountName, Backend, ItemId, Store};

/// How old a draft is that nobody is writing any more, in seconds.
const ABANDONED: i64 = 60;

/// What the name of an item ends with that proves a keychain writable.
pub(super) const PROBE: &str = "#probe";

/// What the name of an item ends with that holds the new key of a rotation.
const NEXT: &str = "#next";

/// What was done about interrupted work.
const SWEPT: &str = "finished or undid it";

/// What was done about a remainder.
const REMOVED: &str = "removed it";

/// `answers` is whether the server can be asked, which decides what became of
/// interrupted work.
pub(super) fn check(ctx: &Context, answers: bool, report: &mut Report) {
    if ctx.paths.jobs().is_none() {
        return report.note("unfinished", "interrupted work was not looked for");
    }
    let seen = jobs(ctx, answers, report);
    items(ctx, &seen, report);
    drafts(ctx, report);
    report.ok_unless_found("unfinished", "no interrupted work is left behind");
}

/// Returns what work there is, and was before it was mended.
fn jobs(ctx: &Context, answers: bool, report: &mut Report) -> Vec<Seen> {
    let seen = match ctx.jobs().and_then(|jobs| jobs.seen().map_err(Error::from)) {
        Ok(seen) => seen,
        Err(error) => {
            report.add(Finding::of_error(
                "unfinished.job",
                Severity::Warning,
                &error,
            ));
            return Vec::new();
        }
    };
    for job in &seen {
        let finding = of_job(job);
        if answers && job.entry.is_ok() && !job.is_running {
            report.add_mendable(finding, || sweep::one(ctx, &job.id).map(|()| SWEPT));
        } else {
            report.add(finding);
        }
    }
    seen
}

fn of_job(job: &Seen) -> Finding {
    let finding = |severity, text| {
        Finding::new("unfinished.job", severity, text).with("job", job.id.to_string())
    };
    match &job.entry {
        Ok(entry) if job.is_running => {
            let text = format!("{}, is under way", work::described(entry));
            finding(Severity::Note, text)
        }
        Ok(entry) => {
            let text = format!("{}, was interrupted", work::described(entry));
            finding(Severity::Warning, text).hint("to finish or undo it: vastkey sweep")
        }
        Err(damage) => {
            let text = format!("what was written down of some work cannot be read: {damage}");
            let finding = finding(Severity::Error, text);
            match damage {
                Damage::Contents { path, .. } => finding.at(Path::new(path)),
                Damage::File(fault) => finding.at(&fault.path),
            }
        }
    }
}

fn items(ctx: &Context, seen: &[Seen], report: &mut Report) {
    let Ok(store) = ctx.stores_unattended().get(Backend::Keychain) else {
        return;
    };
    let services = known::services(ctx);
    let lists = services
        .iter()
        .filter_map(|service| store.list(service).ok());
    let is_running = seen.iter().any(|job| job.is_running);
    for item in lists.flatten().filter(|item| item.ours) {
        let (id, name) = (&item.id, known::name(&item.id));
        let finding = |severity, text| Finding::new("unfinished.item", severity, text);
        if id.user.ends_with(NEXT) && !is_running {
            let text = format!("the keychain holds {name}, the new key of an unfinished rotation");
            let finding = finding(Severity::Warning, text);
            report.add(match stray(seen, id) {
                Some(account) => {
                    let words = format!("rotate --account {account}");
                    let command = remedy::command(ctx, &id.service, &words);
                    finding.complete_hint(format!(
                        "to delete it, and replace the account's key: {command}"
                    ))
                }
                None => finding.hint("to finish or undo it: vastkey sweep"),
            });
        }
        if id.user.ends_with(PROBE) {
            let text = format!("the keychain holds {name}, which proved that it can be written");
            let finding = finding(Severity::Note, text).hint("vastkey doctor --fix");
            report.add_mendable(finding, || remove(ctx, store, id));
        }
    }
}

/// The account whose rotation left an item, when nothing is written down of that
/// rotation any more: another one of the account's discards what is in it.
fn stray(seen: &[Seen], id: &ItemId) -> Option<AccountName> {
    let account = AccountName::parse(id.user.strip_suffix(NEXT)?).ok()?;
    let is_its = |work: &Work| matches!(work, Work::Rotation(of) if of.server.origin() == id.service && of.account == account);
    let mut entries = seen.iter().filter_map(|job| job.entry.as_ref().ok());
    (!entries.any(|entry| is_its(&entry.work))).then_some(account)
}

/// With the lock: a command may just be proving the keychain.
fn remove(ctx: &Context, store: &dyn Store, id: &ItemId) -> Result<&'static str, Error> {
    let _lock = ctx.lock()?;
    store.delete(id)?;
    Ok(REMOVED)
}

fn drafts(ctx: &Context, report: &mut Report) {
    for path in written(ctx) {
        let draft = draft_path(&path);
        let Some(facts) = files::facts_of(&draft) else {
            continue;
        };
        if !is_abandoned(ctx, &facts) {
            continue;
        }
        let text = format!("'{}' is left of an interrupted write", shown(&draft));
        report.add_mendable(
            Finding::new("unfinished.draft", Severity::Warning, text)
                .at(&draft)
                .hint(format!("rm {}", quoted(&draft))),
            || discard(ctx, &path),
        );
    }
}

/// Every file that vastkey writes.
pub(in crate::commands) fn written(ctx: &Context) -> Vec<PathBuf> {
    let own = [
        ctx.paths.settings(),
        ctx.paths.index(),
        ctx.paths.copies(),
        ctx.paths.configured(),
    ];
    let mut paths: Vec<PathBuf> = own.into_iter().flatten().collect();
    paths.extend(ctx.plaintext().iter().map(|file| file.path.clone()));
    paths.extend(configure::files(ctx));
    paths
}

/// Windows counts time otherwise, and there a draft is taken for abandoned.
fn is_abandoned(ctx: &Context, facts: &Facts) -> bool {
    let (written, _) = facts.identity.modified;
    cfg!(windows) || written < ctx.now().unix_timestamp() - ABANDONED
}

fn discard(ctx: &Context, path: &Path) -> Result<&'static str, Error> {
    // Which discards those of the settings and the index on its own.
    let _lock = ctx.lock()?;
    files::discard_draft(path)?;
    Ok(REMOVED)
}
