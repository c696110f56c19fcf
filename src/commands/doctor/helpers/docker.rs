//! Docker, Podman and Skopeo: what their configuration says of helpers.

use serde_json::Value;

use super::super::finding::{Finding, Report, Severity};
use super::program::in_search_path;
use crate::context::Context;
use crate::files::{self, shown};
use crate::server::Server;

/// Largest configuration that is read, in bytes.
const MAX_LEN: usize = 1 << 20;

const NAME: &str = "vastkey";

pub(super) fn check(ctx: &Context, report: &mut Report) {
    let Some(path) = ctx.paths.docker_config() else {
        return;
    };
    let file = match files::read_private(&path, MAX_LEN) {
        Ok(Some(file)) => file,
        Ok(None) => return,
        Err(fault) => {
            let text = format!("Docker's configuration was not looked at: {fault}");
            return report.note("helper.docker", text);
        }
    };
    let Ok(config) = serde_json::from_slice::<Value>(&file.contents) else {
        let text = format!("'{}' is no JSON", shown(&path));
        return report.note("helper.docker", text);
    };
    let for_all = config["credsStore"] == NAME;
    let registries: Vec<&str> = config["credHelpers"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, helper)| *helper == NAME)
        .map(|(registry, _)| registry.as_str())
        .collect();
    if !for_all && registries.is_empty() {
        return;
    }
    if in_search_path(ctx, "docker-credential-vastkey").is_none() {
        let text = "Docker is to call docker-credential-vastkey, which is not in PATH";
        report.add(
            Finding::new("helper.docker", Severity::Error, text).hint("vastkey configure docker"),
        );
    }
    for registry in registries {
        report.add(of_registry(ctx, registry));
    }
    if for_all {
        report.note(
            "helper.docker",
            "Docker asks vastkey about every registry: it has answers for those that are trusted",
        );
    }
}

fn of_registry(ctx: &Context, registry: &str) -> Finding {
    let server = Server::of_url(&format!("https://{registry}"));
    let Ok(server) = server else {
        let text = "Docker is to ask vastkey about a registry whose name is no server's";
        return Finding::new("helper.docker", Severity::Warning, text);
    };
    let is_answered = server.is_vast()
        || ctx.has_account(&server).unwrap_or(false)
        || ctx.trusts(&server).unwrap_or(false);
    if is_answered {
        let text = format!("Docker asks vastkey about {server}");
        return Finding::new("helper.docker", Severity::Ok, text);
    }
    let text = format!(
        "Docker asks vastkey about {server}, which keeps nothing for a server that is not trusted"
    );
    Finding::new("helper.docker", Severity::Warning, text)
        .hint(format!("vastkey account trust {server}"))
}
