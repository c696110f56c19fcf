//! The way to the server: the proxy, TLS, and the two clocks.

use std::time::Duration;

use time::OffsetDateTime;

use super::finding::{Finding, Report, Severity};
use crate::api::Route;
use crate::context::Context;

/// How long the server may take, unless `--timeout` says otherwise.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// How far the clocks may differ, in seconds: one-time codes of 2FA count time
/// in halves of a minute.
const TOLERANCE: i64 = 30;

/// Returns whether the server answers as it should.
pub(super) fn check(ctx: &Context, report: &mut Report) -> bool {
    proxy(ctx, report);
    let contact = ctx.client_within(PATIENCE).and_then(|client| {
        let _progress = ctx.output.progress("asking the server");
        Ok(client.contact()?)
    });
    let now = OffsetDateTime::now_utc();
    let answer = contact.and_then(|contact| {
        report.add(match contact.date {
            Some(date) => clock(date, now),
            None => no_clock(),
        });
        Ok(contact.answer?)
    });
    if let Err(error) = &answer {
        report.add(Finding::of_error(
            "server.reachable",
            Severity::Error,
            error,
        ));
        return false;
    }
    let text = format!("{} answers{}", ctx.server, secured(ctx));
    report.ok("server.reachable", text);
    true
}

fn no_clock() -> Finding {
    let text = "the server does not tell the time";
    Finding::new("server.clock", Severity::Note, text)
}

fn secured(ctx: &Context) -> &'static str {
    if ctx.server.is_encrypted() {
        ", and its certificate is valid"
    } else {
        " (on this machine, without TLS)"
    }
}

fn proxy(ctx: &Context, report: &mut Report) {
    let variable = ctx.proxy_variable().unwrap_or_default();
    match ctx.proxy().route(&ctx.server) {
        Ok(Route::Direct) => report.ok("server.proxy", "no proxy is set"),
        Ok(Route::Exempt) => {
            let text = format!(
                "{variable} names a proxy, which is not used for {}",
                ctx.server
            );
            report.ok("server.proxy", text);
        }
        Ok(Route::Proxy(proxy)) => {
            let text = format!(
                "{variable} leads through the proxy {proxy}, which sees the server's name and not the key"
            );
            report.note("server.proxy", text);
        }
        Err(fault) => {
            let finding = Finding::of_error("server.proxy", Severity::Error, &fault.into());
            report.add(finding.hint(format!("unset {variable}")));
        }
    }
}

fn clock(server: OffsetDateTime, here: OffsetDateTime) -> Finding {
    let ahead = (here - server).whole_seconds();
    let finding = if ahead.abs() <= TOLERANCE {
        Finding::new(
            "server.clock",
            Severity::Ok,
            "this machine's clock agrees with the server's",
        )
    } else {
        let direction = if ahead > 0 { "ahead of" } else { "behind" };
        let text = format!(
            "this machine's clock is {} s {direction} the server's: 2FA codes and expiry times will be wrong",
            ahead.abs()
        );
        let finding = Finding::new("server.clock", Severity::Warning, text);
        if cfg!(target_os = "linux") {
            finding.hint("sudo timedatectl set-ntp true")
        } else {
            finding.hint("let the system set its clock by the network")
        }
    };
    finding.with("seconds_ahead", ahead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_may_differ_a_little() {
        let server = OffsetDateTime::UNIX_EPOCH;
        for (ahead, severity, text) in [
            (0, Severity::Ok, "agrees"),
            (TOLERANCE, Severity::Ok, "agrees"),
            (-TOLERANCE, Severity::Ok, "agrees"),
            (TOLERANCE + 1, Severity::Warning, "31 s ahead of"),
            (-3600, Severity::Warning, "3600 s behind"),
        ] {
            let found = clock(server, server + time::Duration::seconds(ahead));
            assert_eq!(found.severity, severity);
            assert!(found.summary.contains(text), "{}", found.summary);
        }
    }
}
