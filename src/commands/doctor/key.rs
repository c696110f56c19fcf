//! The key in use: accepted, its number, what it may do, how old it is.

use serde_json::Value;
use time::OffsetDateTime;

use super::drift::Sources;
use super::finding::{Finding, Report, Severity};
use super::remedy::{self, CREATES_KEYS, Holder, Manner};
use super::server::PATIENCE;
use crate::api::{Client, KeyRecord, User};
use crate::commands::{described, refusal};
use crate::config::Settings;
use crate::context::Context;
use crate::error::Kind;
use crate::escape::escape;
use crate::lookup::Found;

/// `asks` is whether to ask the server. Returns how the key is replaced.
pub(super) fn check(ctx: &Context, sources: &Sources, asks: bool, report: &mut Report) -> Manner {
    let Some(found) = sources.in_use() else {
        return Manner::Unknown;
    };
    let limit = ctx.settings().ok().and_then(Settings::max_age_days);
    let asked = if asks {
        ask(ctx, found, report)
    } else {
        report.note("key.accepted", last_verified(ctx, found));
        None
    };
    let created = asked.as_ref().and_then(|record| record.created_at);
    if let Some(record) = &asked {
        permissions(record, report);
    }
    let manner = asked.as_ref().map_or(Manner::Unknown, Manner::of);
    let age = age(ctx, found, created.and_then(moment), limit);
    let advice = remedy::advice(ctx, &Holder::of(ctx, &found.source), manner);
    report.add(match advice {
        Some(advice) if age.severity == Severity::Warning => age.complete_hint(advice),
        _ => age,
    });
    manner
}

/// When the server last accepted the key, as text.
fn last_verified(ctx: &Context, found: &Found) -> String {
    match described::last_verified(ctx, found) {
        Some(moment) => format!("the server accepted the key on {}", moment.date()),
        None => "whether the server accepts the key is not known".to_owned(),
    }
}

/// What the server tells of the key.
fn ask(ctx: &Context, found: &Found, report: &mut Report) -> Option<KeyRecord> {
    // That there is none is said of the server already.
    let client = ctx.client_within(PATIENCE).ok()?;
    let _progress = ctx.output.progress("asking the server");
    match client.current_user(&found.key) {
        Ok(user) => {
            report.add(accepted(found, &user));
            record(&client, found, user.key_id, report)
        }
        Err(fault) => {
            let error = refusal::of_key_in_use(ctx, found, fault);
            let severity = match error.kind() {
                // Works for what it may do.
                Kind::MissingPermission => Severity::Note,
                _ => Severity::Error,
            };
            let finding = Finding::of_error("key.accepted", severity, &error);
            let text = error.summary();
            report.add(Finding {
                summary: text,
                ..finding
            });
            None
        }
    }
}

fn accepted(found: &Found, user: &User) -> Finding {
    let number = user
        .key_id
        .map_or_else(String::new, |id| format!(" as key {id}"));
    let email = user.email.as_deref().map(escape);
    let email = email.map_or_else(String::new, |email| format!(" of {email}"));
    let key = found.key.fingerprint();
    let text = format!("the server accepts {key}{number}{email}");
    Finding::new("key.accepted", Severity::Ok, text)
        .with("fingerprint", key.as_str())
        .with("key_id", user.key_id)
}

fn record(
    client: &Client,
    found: &Found,
    id: Option<u64>,
    report: &mut Report,
) -> Option<KeyRecord> {
    let Some(id) = id else {
        report.note(
            "key.permissions",
            "the server does not tell the key's number, nor what it may do",
        );
        return None;
    };
    match client.key(&found.key, id) {
        Ok(record) => Some(KeyRecord {
            key_type: record
                .key_type
                .clone()
                .or_else(|| listed_type(client, found, id)),
            ..record
        }),
        Err(fault) => {
            let text = format!("the server does not tell what the key may do: {fault}");
            report.note("key.permissions", text);
            None
        }
    }
}

/// What kind of key it is, as the list of keys says: of one key alone the server
/// does not tell it.
fn listed_type(client: &Client, found: &Found, id: u64) -> Option<String> {
    let list = client.list_keys(&found.key).ok()?;
    let record = list.keys.into_iter().find(|record| record.id == id)?;
    record.key_type
}

fn permissions(record: &KeyRecord, report: &mut Report) {
    let granted = record
        .permissions
        .as_ref()
        .and_then(|granted| granted.get("api"));
    let Some(granted) = granted.and_then(Value::as_object) else {
        return report.note(
            "key.permissions",
            "the server does not tell what the key may do",
        );
    };
    let names: Vec<String> = granted.keys().map(|name| escape(name)).collect();
    let more = if granted.contains_key(CREATES_KEYS) {
        "; so it can create keys"
    } else {
        ""
    };
    let text = format!("the key may do: {}{more}", names.join(", "));
    let finding = Finding::new("key.permissions", Severity::Ok, text);
    report.add(finding.with("categories", names));
}

/// How old the key is: as the server says, or else since it was stored.
fn age(
    ctx: &Context,
    found: &Found,
    created: Option<OffsetDateTime>,
    limit: Option<u32>,
) -> Finding {
    let record = found.source.account();
    let record = record.and_then(|name| ctx.index().get(&ctx.server, name));
    let stored = record.filter(|record| record.fingerprint() == Some(found.key.fingerprint()));
    let (since, what) = match (created, stored) {
        (Some(created), _) => (created, "created"),
        (None, Some(record)) => (record.stored_at, "stored"),
        (None, None) => {
            let text = "the key's age is not known: the server does not tell, and vastkey did not store it";
            return Finding::new("key.age", Severity::Note, text);
        }
    };
    let days = (ctx.now() - since).whole_days().max(0);
    judge(days, what, limit)
}

fn judge(days: i64, what: &str, limit: Option<u32>) -> Finding {
    let text = format!(
        "the key was {what} {days} day{} ago",
        if days == 1 { "" } else { "s" }
    );
    let finding = match limit {
        Some(limit) if days > i64::from(limit) => Finding::new(
            "key.age",
            Severity::Warning,
            format!("{text}, and max_age_days is {limit}"),
        ),
        Some(limit) => Finding::new(
            "key.age",
            Severity::Ok,
            format!("{text}; max_age_days is {limit}"),
        ),
        None => Finding::new("key.age", Severity::Ok, text),
    };
    finding.with("days", days).with("max_age_days", limit)
}

/// Seconds since 1970, as the server writes them.
#[expect(clippy::cast_possible_truncation, reason = "fractions do not matter")]
fn moment(seconds: f64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(seconds as i64).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_grows_too_old_the_day_after_its_limit() {
        for (days, limit, severity) in [
            (0, None, Severity::Ok),
            (9999, None, Severity::Ok),
            (90, Some(90), Severity::Ok),
            (91, Some(90), Severity::Warning),
        ] {
            assert_eq!(judge(days, "created", limit).severity, severity);
        }
        assert_eq!(
            judge(1, "stored", None).summary,
            "the key was stored 1 day ago"
        );
    }
}
