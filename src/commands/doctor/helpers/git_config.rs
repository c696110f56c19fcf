//! git's configuration, as git lists it, and what of it is about a server.

use crate::server::Server;

/// One setting.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Setting<'a> {
    /// The file that it is from, as git names it.
    pub(super) origin: &'a str,
    pub(super) key: &'a str,
    /// Empty where git has none.
    pub(super) value: &'a str,
}

/// Reads `git config --list --show-origin -z`. Leaves out what is no text.
pub(super) fn settings(list: &[u8]) -> Vec<Setting<'_>> {
    let mut parts = list.split(|byte| *byte == 0);
    let mut settings = Vec::new();
    while let (Some(origin), Some(entry)) = (parts.next(), parts.next()) {
        let (Ok(origin), Ok(entry)) = (std::str::from_utf8(origin), std::str::from_utf8(entry))
        else {
            continue;
        };
        let (key, value) = entry.split_once('\n').unwrap_or((entry, ""));
        settings.push(Setting { origin, key, value });
    }
    settings
}

/// The settings called `credential.NAME` that hold for some request to a server,
/// in git's order: those of no section, and those of sections for its URL or for
/// a path on it.
pub(super) fn credential<'a, 'b>(
    settings: &'b [Setting<'a>],
    server: &'b Server,
    name: &'b str,
) -> impl Iterator<Item = &'b Setting<'a>> {
    settings.iter().filter(move |setting| {
        let Some(rest) = strip_word(setting.key, "credential.") else {
            return false;
        };
        match rest.rsplit_once('.') {
            Some((pattern, last)) => last.eq_ignore_ascii_case(name) && fits(pattern, server),
            None => rest.eq_ignore_ascii_case(name),
        }
    })
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| &text[word.len()..])
}

/// Whether git takes a section's URL to be about the server: the scheme and the
/// port are the same, where they are given, and so are the labels of the host,
/// where `*` stands for any one.
fn fits(pattern: &str, server: &Server) -> bool {
    let (scheme, authority) = server.origin().split_once("://").unwrap_or_default();
    let (pattern_scheme, rest) = match pattern.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, pattern),
    };
    let wanted = rest.split('/').next().unwrap_or_default();
    let wanted = wanted.rsplit('@').next().unwrap_or_default();
    let default = if scheme == "https" { "443" } else { "80" };
    let (host, port) = host_and_port(authority, default);
    let (wanted_host, wanted_port) = host_and_port(wanted, default);
    pattern_scheme.is_none_or(|wanted| wanted.eq_ignore_ascii_case(scheme))
        && wanted_port == port
        && host_fits(&wanted_host.to_ascii_lowercase(), host)
}

fn host_and_port<'a>(authority: &'a str, default: &'a str) -> (&'a str, &'a str) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, default),
    }
}

fn host_fits(pattern: &str, host: &str) -> bool {
    let (wanted, labels): (Vec<&str>, Vec<&str>) =
        (pattern.split('.').collect(), host.split('.').collect());
    let mut pairs = wanted.iter().zip(&labels);
    wanted.len() == labels.len() && pairs.all(|(wanted, label)| *wanted == "*" || wanted == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_git_lists_them() {
        let list = b"file:a\0user.name\nTom\nB\0command line:\0core.bare\0";
        let expected = [
            ("file:a", "user.name", "Tom\nB"),
            ("command line:", "core.bare", ""),
        ];
        let expected = expected.map(|(origin, key, value)| Setting { origin, key, value });
        assert_eq!(settings(list), expected);
        assert_eq!(settings(b"\xff\0\xff\0"), []);
    }

    #[test]
    fn sections_about_the_server_are_known() {
        let server = Server::parse("https://console.vast.ai").expect("a server");
        for (key, expected) in [
            ("credential.helper", true),
            ("credential.https://console.vast.ai.helper", true),
            ("credential.https://Console.Vast.ai/.helper", true),
            ("credential.https://console.vast.ai:443.helper", true),
            ("credential.https://tom@console.vast.ai.helper", true),
            ("credential.https://*.vast.ai.helper", true),
            ("credential.https://console.vast.ai/path.helper", true),
            ("credential.console.vast.ai.helper", true),
            ("credential.http://console.vast.ai.helper", false),
            ("credential.https://console.vast.ai:8443.helper", false),
            ("credential.https://vast.ai.helper", false),
            ("credential.https://*.ai.helper", false),
            ("credential.https://github.com.helper", false),
            ("credential.username", false),
            ("credentials.helper", false),
        ] {
            let setting = Setting {
                origin: "",
                key,
                value: "",
            };
            let settings = [setting];
            let found = credential(&settings, &server, "helper").count() == 1;
            assert_eq!(found, expected, "{key}");
        }
    }
}
