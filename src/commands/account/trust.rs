//! `account trust` and `untrust`: servers whose own credentials the credential
//! helper may keep. Never widens where a Vast.ai key goes.

use crate::config::Settings;
use crate::context::{Context, Paths};
use crate::error::{Error, Kind, Result};
use crate::server::Server;
use crate::store::{Backend, Tag};

pub(in crate::commands) fn trust(ctx: &Context, url: &str) -> Result<()> {
    let server = parse(url)?;
    if server.is_vast() {
        return Err(
            Error::new(Kind::Usage, "Vast.ai's own server needs no trust").because(
                "its keys are accounts; only other servers are trusted with their own credentials",
            ),
        );
    }
    let _lock = ctx.lock()?;
    let mut editor = Settings::edit(&Paths::required(ctx.paths.settings())?)?;
    if editor.trust(&server) {
        ctx.done(editor.save())?;
        ctx.output.note(&format!("{server} is trusted"));
    } else {
        ctx.output.note(&format!("{server} was trusted already"));
    }
    Ok(())
}

pub(in crate::commands) fn untrust(ctx: &Context, url: &str) -> Result<()> {
    let server = parse(url)?;
    let _lock = ctx.lock()?;
    let mut editor = Settings::edit(&Paths::required(ctx.paths.settings())?)?;
    if editor.untrust(&server) {
        ctx.done(editor.save())?;
        ctx.output.note(&format!("{server} is no longer trusted"));
        point_out_kept(ctx, &server);
        Ok(())
    } else {
        Err(Error::new(
            Kind::Usage,
            format!("{server} is not among the trusted servers"),
        ))
    }
}

/// Says that credentials of a server that is no longer trusted are left, as far
/// as that can be seen without a prompt.
fn point_out_kept(ctx: &Context, server: &Server) {
    let Ok(store) = ctx.stores_unattended().get(Backend::Keychain) else {
        return;
    };
    let left = Tag::ALL
        .into_iter()
        .filter_map(|tag| store.list(&tag.service(server)).ok())
        .flatten()
        .filter(|item| item.ours)
        .count();
    if left > 0 {
        ctx.output.warn(&format!(
            "what was kept for it stays in the keychain, unused (credentials: {left})"
        ));
        ctx.output.hint(&format!(
            "to remove it: vastkey account trust {server}, then git credential reject or docker logout, then untrust again"
        ));
    }
}

fn parse(url: &str) -> Result<Server> {
    Server::parse(url).map_err(|fault| {
        Error::new(Kind::Usage, "that is not a server that can be trusted")
            .because(fault.to_string())
            .hint("give it as https://HOST or https://HOST:PORT")
    })
}
