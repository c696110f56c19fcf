//! `status`: every place a key can come from, which one is used and why.

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::caller::Caller;
use super::storing::default_account;
use super::{described, user, work};
use crate::cli::StatusArgs;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::files;
use crate::key::ApiKey;
use crate::lifecycle::jobs::Seen;
use crate::lookup::{self, Fault, Found, Outcome, Remark, Source, Step};
use crate::output::table;
use crate::store::{Backend, Description, Store, StoreError};

mod keychain;

pub(super) fn run(ctx: &Context, args: &StatusArgs) -> Result<()> {
    let ambient = ctx.ambient(ctx.stores_unattended())?;
    let mut steps = lookup::trace(&ambient);
    let verification = match winner(&steps) {
        Some(found) if args.verify => {
            let mut caller = Caller::with(ctx, found.clone())?;
            let answer = user::ask(ctx, &mut caller);
            if caller.found.source != found.source {
                // A session that had ended was dropped.
                steps = lookup::trace(&ambient);
            }
            Some(answer)
        }
        _ => None,
    };
    let winner = winner(&steps);
    let keychain = ctx
        .stores_unattended()
        .get(Backend::Keychain)
        .and_then(Store::describe);
    let work = work::seen(ctx).unwrap_or_else(|fault| {
        ctx.output
            .warn(&format!("interrupted work cannot be looked for: {fault}"));
        Vec::new()
    });
    let report = Report {
        work: &work,
        ctx,
        steps: &steps,
        decided: decided(&steps),
        winner,
        keychain: &keychain,
        verification: verification.as_ref().map(|answer| match answer {
            Ok(_) => "the server accepts it".to_owned(),
            Err(fault) => fault.summary(),
        }),
    };
    if ctx.raw {
        ctx.output.json(&report.for_machines())?;
    } else {
        ctx.output.line(&report.for_people())?;
    }
    if let Some(Err(fault)) = verification {
        return Err(fault);
    }
    match winner {
        Some(_) => Ok(()),
        // The same words and exit code as a command that needs the key.
        None => Err(lookup::find(&ambient).err().map_or_else(
            || Error::new(crate::error::Kind::NoKey, "no key was found"),
            Error::from,
        )),
    }
}

/// Where the search ends.
fn decided(steps: &[Step]) -> Option<usize> {
    let decides = |step: &Step| !matches!(step.outcome, Outcome::NotThere(_));
    steps.iter().position(decides)
}

/// The key that it ends with.
fn winner(steps: &[Step]) -> Option<&Found> {
    match &steps[decided(steps)?].outcome {
        Outcome::Found(found) => Some(found),
        _ => None,
    }
}

struct Report<'a> {
    ctx: &'a Context,
    steps: &'a [Step],
    decided: Option<usize>,
    winner: Option<&'a Found>,
    keychain: &'a std::result::Result<Description, StoreError>,
    verification: Option<String>,
    work: &'a [Seen],
}

impl Report<'_> {
    fn for_people(&self) -> String {
        let mut lines = vec![
            format!("server    {}", self.ctx.server),
            format!("keychain  {}", keychain::for_people(self.keychain)),
        ];
        if let Some(found) = self.winner {
            lines.push(format!(
                "key       {} from {}",
                found.key.fingerprint(),
                found.source.described()
            ));
            lines.push(format!("verified  {}", self.verified(found)));
        } else {
            lines.push("key       none".to_owned());
        }
        let rows: Vec<Vec<String>> = self
            .steps
            .iter()
            .enumerate()
            .map(|(index, step)| {
                vec![
                    self.mark(index, step).to_owned(),
                    self.place(step),
                    self.found(index, step),
                ]
            })
            .collect();
        lines.push(String::new());
        lines.push(table(&["", "looked in this order", "found"], &rows));
        if self.decided.is_some() && self.winner.is_none() {
            lines.push("! ends the search: going on would silently use another key".to_owned());
        }
        if !self.work.is_empty() {
            lines.push(String::new());
            lines.extend(work::for_people(self.work));
        }
        lines.join("\n")
    }

    /// A source in the first column of the table.
    fn place(&self, step: &Step) -> String {
        match &step.source {
            Source::DefaultAccount(_, store) if !self.is_decided(step) => {
                format!("the default account in {store}")
            }
            Source::Session(_) if !self.is_decided(step) => {
                "the 2FA session of the default account".to_owned()
            }
            Source::Variable => "VAST_API_KEY".to_owned(),
            Source::NamedFile {
                variable,
                path: Some(path),
            } => format!("{variable} ({})", files::shown(path)),
            Source::NamedFile { variable, .. } => (*variable).to_owned(),
            Source::Plaintext(file) if !file.path.as_os_str().is_empty() => {
                files::shown(&file.path)
            }
            other => other.described(),
        }
    }

    /// Whether it is known which account the step is about: not where it is the
    /// default one and none of several is that.
    fn is_decided(&self, step: &Step) -> bool {
        let of_default = match &step.source {
            Source::DefaultAccount(..) => true,
            Source::Session(name) => self.ctx.account.as_ref() != Some(name),
            _ => false,
        };
        let undecided =
            |step: &Step| matches!(step.outcome, Outcome::Unusable(Fault::NoDefault(_)));
        !(of_default && self.steps.iter().any(undecided))
    }

    /// The source that decides: the one that is used, or that ends the search.
    fn mark(&self, index: usize, step: &Step) -> &'static str {
        match step.outcome {
            _ if self.decided != Some(index) => "",
            Outcome::Unusable(_) => "!",
            _ => "*",
        }
    }

    fn verified(&self, found: &Found) -> String {
        if let Some(answer) = &self.verification {
            return answer.clone();
        }
        match self.last_verified(found) {
            Some(moment) => format!("{moment} (to ask the server now: vastkey status --verify)"),
            None => "not known (to ask the server now: vastkey status --verify)".to_owned(),
        }
    }

    fn last_verified(&self, found: &Found) -> Option<String> {
        described::last_verified(self.ctx, found)?
            .format(&Rfc3339)
            .ok()
    }

    fn found(&self, index: usize, step: &Step) -> String {
        let text = match &step.outcome {
            Outcome::NotThere(reason) => return reason.clone(),
            Outcome::Unusable(fault) => format!("unusable: {fault}"),
            Outcome::Found(found) => {
                let mode = match found.remark {
                    Some(Remark::OthersCanRead(mode)) => {
                        format!(" (mode {mode:04o}: others can read it)")
                    }
                    None => String::new(),
                };
                let fingerprint = found.key.fingerprint();
                format!("{fingerprint}{mode}{}", self.compared(&found.key))
            }
        };
        if self.decided.is_some_and(|decided| decided < index) {
            format!("{text}, not used")
        } else {
            text
        }
    }

    fn compared(&self, key: &ApiKey) -> &'static str {
        match self.winner {
            Some(winner) if !winner.key.same_as(key) => ", a different key",
            _ => "",
        }
    }

    fn for_machines(&self) -> Value {
        let sources: Vec<Value> = self
            .steps
            .iter()
            .enumerate()
            .map(|(index, step)| self.source(index, step))
            .collect();
        json!({
            "server": self.ctx.server.origin(),
            "keychain": keychain::for_machines(self.keychain),
            "default_account": default_account(self.ctx).ok().map(|name| name.to_string()),
            "key": self.winner.map(|found| json!({
                "fingerprint": found.key.fingerprint().as_str(),
                "source": found.source.kind(),
                "account": found.source.account().map(ToString::to_string),
                "last_verified": self.last_verified(found),
                "verification": self.verification,
            })),
            "sources": sources,
            "work": work::for_machines(self.work),
        })
    }

    fn source(&self, index: usize, step: &Step) -> Value {
        let mut row = json!({
            "source": step.source.kind(),
            "account": step.source.account().filter(|_| self.is_decided(step)).map(ToString::to_string),
            "variable": step.source.variable(),
            "path": step.source.path().filter(|path| !path.as_os_str().is_empty()).map(files::shown),
            "used": self.decided == Some(index) && matches!(step.outcome, Outcome::Found(_)),
        });
        let (state, detail) = match &step.outcome {
            Outcome::Found(found) => {
                row["fingerprint"] = json!(found.key.fingerprint().as_str());
                row["differs"] = json!(!self.compared(&found.key).is_empty());
                if let Some(Remark::OthersCanRead(mode)) = found.remark {
                    row["mode"] = json!(format!("{mode:04o}"));
                }
                ("found", None)
            }
            Outcome::NotThere(reason) => ("not-there", Some(reason.clone())),
            Outcome::Unusable(fault) => ("unusable", Some(fault.to_string())),
        };
        row["state"] = json!(state);
        row["detail"] = json!(detail);
        row
    }
}
