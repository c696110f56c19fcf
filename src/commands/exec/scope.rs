//! What the key for one command may do: a permissions file, or one of the
//! templates that vastkey brings along.

use std::ffi::OsStr;
use std::path::Path;

use serde_json::{Value, json};

use crate::api::permissions::{PUBLIC_CATEGORIES, Permissions};
use crate::cli::ExecArgs;
use crate::commands::permission_file;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::files;

/// The word that asks for an explanation of the templates.
pub(super) const LIST: &str = "list";

/// Permissions under a name.
struct Template {
    name: &'static str,
    allows: &'static str,
    text: &'static str,
}

const TEMPLATES: [Template; 4] = [
    Template {
        name: "read-only",
        allows: "look at instances, invoices, machines, the team and all of the account; change nothing, search nothing",
        text: include_str!("templates/read-only.json"),
    },
    Template {
        name: "search",
        allows: "look at the account and search offers (the server counts endpoints and worker groups to that too)",
        text: include_str!("templates/search.json"),
    },
    Template {
        name: "instances",
        allows: "search offers, and rent, manage and destroy instances, which spends money; no keys, no invoices",
        text: include_str!("templates/instances.json"),
    },
    Template {
        name: "billing-read",
        allows: "look at invoices, charges and earnings, and at the account",
        text: include_str!("templates/billing-read.json"),
    },
];

impl Template {
    fn permissions(&self) -> Permissions {
        let (permissions, _) = Permissions::parse(self.text.as_bytes()).expect("a test parses it");
        permissions
    }
}

/// The permissions that were asked for.
pub(super) fn read(ctx: &Context, scope: &OsStr, args: &ExecArgs) -> Result<Permissions> {
    let permissions = if is_file(scope) {
        permission_file::read(ctx, Path::new(scope))?
    } else {
        let found = TEMPLATES.iter().find(|template| template.name == scope);
        found.ok_or_else(|| unknown(scope))?.permissions()
    };
    check(&permissions, args.allow_user_write)?;
    Ok(permissions)
}

/// Refuses what could outlive the key, unless that is allowed, and what nobody
/// knows to be harmless.
fn check(permissions: &Permissions, allow_lasting: bool) -> Result<()> {
    let ungrantable = permissions.ungrantable();
    if !ungrantable.is_empty() {
        return Err(Error::new(
            Kind::Permissions,
            "what the command's key could do is not known",
        )
        .because(format!(
            "no category that a key can be given: {}",
            ungrantable.join(", ")
        ))
        .hint(format!(
            "the categories are: {}",
            PUBLIC_CATEGORIES.join(", ")
        )));
    }
    let lasting = permissions.lasting();
    if lasting.is_empty() || allow_lasting {
        return Ok(());
    }
    Err(Error::new(
        Kind::Permissions,
        "the command's key could create other keys, which stay when it is deleted",
    )
    .because(match &*lasting {
        [one] => format!("the category {one} is in its permissions"),
        several => format!(
            "the categories {} are in its permissions",
            several.join(", ")
        ),
    })
    .hint("take it out, or allow it: --allow-user-write"))
}

/// A file has a directory in its name or ends with `.json`.
fn is_file(scope: &OsStr) -> bool {
    let name = scope.as_encoded_bytes();
    name.ends_with(b".json") || name.iter().any(|b| std::path::is_separator(char::from(*b)))
}

fn unknown(scope: &OsStr) -> Error {
    let path = Path::new(scope);
    let names = TEMPLATES.map(|template| template.name).join(", ");
    let error = Error::new(
        Kind::Usage,
        "--scoped needs a template, or a permissions file",
    )
    .because(format!("the templates are: {names}"))
    .hint("to see what they allow: vastkey exec --scoped list");
    if path.is_file() {
        let file = files::quoted(&Path::new(".").join(path));
        return error.hint(format!("to use the file: --scoped {file}"));
    }
    error
}

/// What `--scoped` takes besides files, and what it means.
pub(in crate::commands) fn templates() -> impl Iterator<Item = (&'static str, &'static str)> {
    let templates = TEMPLATES
        .iter()
        .map(|template| (template.name, template.allows));
    templates.chain([(LIST, "explain the templates")])
}

/// Explains the templates.
pub(super) fn list(ctx: &Context) -> Result<()> {
    if ctx.raw {
        let templates: Vec<Value> = TEMPLATES
            .iter()
            .map(|template| {
                json!({
                    "name": template.name,
                    "allows": template.allows,
                    "permissions": template.permissions().as_json(),
                })
            })
            .collect();
        return ctx.output.json(&json!({ "templates": templates }));
    }
    let rows: Vec<Vec<String>> = TEMPLATES
        .iter()
        .map(|template| vec![template.name.to_owned(), template.allows.to_owned()])
        .collect();
    ctx.output.table(&["template", "the command may"], &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_right_and_create_no_keys() {
        for template in &TEMPLATES {
            let (permissions, warnings) = Permissions::parse(template.text.as_bytes()).unwrap();
            assert!(warnings.is_empty(), "{}", template.name);
            assert!(check(&permissions, false).is_ok(), "{}", template.name);
            assert!(!is_file(template.name.as_ref()));
        }
    }

    #[test]
    fn what_could_outlive_the_key_must_be_allowed_and_what_is_unknown_cannot_be() {
        let refusal = |categories: &str, allow| {
            let text = format!(r#"{{"api": {{{categories}}}}}"#);
            let (permissions, _) = Permissions::parse(text.as_bytes()).unwrap();
            check(&permissions, allow)
                .err()
                .map(|fault| fault.summary())
        };
        for category in ["user_write", "team_write", "agents_write", "agents_read"] {
            for of_it in ["{}", r#"{"api.team.members": {}}"#] {
                let categories = format!(r#""user_read": {{}}, "{category}": {of_it}"#);
                let said = refusal(&categories, false).unwrap();
                assert!(
                    said.contains(&format!("the category {category} ")),
                    "{said}"
                );
                assert_eq!(refusal(&categories, true), None);
            }
        }
        for category in [
            "*",
            "User_Write",
            "admin_write_new",
            "user_write ",
            "",
            "mİsc",
        ] {
            for allow in [true, false] {
                let said = refusal(&format!(r#""misc": {{}}, "{category}": {{}}"#), allow).unwrap();
                assert!(said.contains("is not known"), "{said}");
                assert!(said.contains(category), "{said}");
            }
        }
        let harmless = r#""user_read": {}, "team_read": {}, "billing_write": {}, "misc": {}"#;
        assert_eq!(refusal(harmless, false), None);
    }

    #[test]
    fn a_file_is_told_from_a_template_by_its_name() {
        for name in ["./search", "search.json", "scopes/x", "/x", ".json"] {
            assert!(is_file(name.as_ref()), "{name}");
        }
        for name in ["search", "list", "", "json", "x.jsonl"] {
            assert!(!is_file(name.as_ref()), "{name}");
        }
    }
}
