//! The tree against the format: the first fault, or all warnings.

use std::fmt;

use super::tree::Node;
use super::{
    INTERNAL_CATEGORIES, KEY_CREATION, PUBLIC_CATEGORIES, PermissionsError,
    UNDOCUMENTED_CATEGORIES, Warning,
};
use crate::escape::escape;
use crate::key::{LOOKALIKE, resembles_key};

/// Longest part of a path that is shown, in characters.
pub(super) const MAX_NAME: usize = 64;

/// Checks a whole file.
pub(super) fn check(root: &Node) -> Result<Vec<Warning>, PermissionsError> {
    let mut warnings = Vec::new();
    let top = Path::root();
    let members = object(root, &top)?;
    refuse_duplicates(root, &top)?;
    let api = members.iter().find(|(name, _)| name == "api");
    let (_, api) = api.ok_or(PermissionsError::NoApi)?;
    if let Some((name, _)) = members.iter().find(|(name, _)| name != "api") {
        return Err(unknown_member(&top.child(name), "\"api\" alone"));
    }
    let path = top.child("api");
    let categories = object(api, &path)?;
    if categories.is_empty() {
        warnings.push(Warning::Nothing);
    }
    for (name, node) in categories {
        let path = path.child(name);
        warnings.extend(category_warning(name, &path));
        check_endpoints(node, &path, &mut warnings)?;
    }
    Ok(warnings)
}

/// The path of a category, fit to be shown.
pub(super) fn category_path(name: &str) -> String {
    Path::root().child("api").child(name).to_string()
}

fn category_warning(name: &str, path: &Path<'_>) -> Option<Warning> {
    let path = || path.to_string();
    if name == KEY_CREATION {
        Some(Warning::KeyCreation)
    } else if PUBLIC_CATEGORIES.contains(&name) {
        None
    } else if UNDOCUMENTED_CATEGORIES.contains(&name) {
        Some(Warning::UndocumentedCategory { path: path() })
    } else if INTERNAL_CATEGORIES.contains(&name) {
        Some(Warning::InternalCategory { path: path() })
    } else {
        Some(Warning::UnknownCategory { path: path() })
    }
}

fn check_endpoints(
    category: &Node,
    path: &Path<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<(), PermissionsError> {
    for (name, node) in object(category, path)? {
        let path = path.child(name);
        if !is_endpoint_name(name) {
            warnings.push(Warning::OddEndpoint {
                path: path.to_string(),
            });
        }
        for (member, node) in object(node, &path)? {
            let path = path.child(member);
            if member != "constraints" {
                return Err(unknown_member(&path, "\"constraints\""));
            }
            check_constraints(node, &path, warnings)?;
        }
    }
    Ok(())
}

fn check_constraints(
    constraints: &Node,
    path: &Path<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<(), PermissionsError> {
    let parameters = object(constraints, path)?;
    warn_if_empty(parameters, path, warnings);
    for (name, node) in parameters {
        let path = path.child(name);
        let comparisons = object(node, &path)?;
        warn_if_empty(comparisons, &path, warnings);
        for (operator, value) in comparisons {
            let path = path.child(operator);
            if !matches!(operator.as_str(), "eq" | "lte" | "gte") {
                return Err(PermissionsError::UnknownOperator {
                    path: path.to_string(),
                });
            }
            check_value(value, &path, warnings)?;
        }
    }
    Ok(())
}

fn check_value(
    value: &Node,
    path: &Path<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<(), PermissionsError> {
    match value {
        Node::String(text) if is_placeholder(text) => warnings.push(Warning::Placeholder {
            path: path.to_string(),
        }),
        Node::Bool(_) | Node::Number(_) | Node::String(_) => {}
        Node::Null | Node::Array(_) | Node::Object(_) => {
            return Err(PermissionsError::NotAValue {
                path: path.to_string(),
            });
        }
    }
    Ok(())
}

fn warn_if_empty(members: &[(String, Node)], path: &Path<'_>, warnings: &mut Vec<Warning>) {
    if members.is_empty() {
        warnings.push(Warning::EmptyConstraint {
            path: path.to_string(),
        });
    }
}

fn refuse_duplicates(node: &Node, path: &Path<'_>) -> Result<(), PermissionsError> {
    let Node::Object(members) = node else {
        return Ok(());
    };
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(PermissionsError::Duplicate {
            path: path.child(twice[0]).to_string(),
        });
    }
    members
        .iter()
        .try_for_each(|(name, member)| refuse_duplicates(member, &path.child(name)))
}

fn object<'n>(node: &'n Node, path: &Path<'_>) -> Result<&'n [(String, Node)], PermissionsError> {
    match node {
        Node::Object(members) => Ok(members),
        _ => Err(PermissionsError::NotAnObject {
            path: path.to_string(),
        }),
    }
}

fn unknown_member(path: &Path<'_>, expected: &'static str) -> PermissionsError {
    let path = path.to_string();
    PermissionsError::UnknownMember { path, expected }
}

/// `api.instance.show`: `api` and two or more parts, as far as names are known.
fn is_endpoint_name(name: &str) -> bool {
    let mut parts = name.split('.');
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    parts.next() == Some("api") && parts.clone().count() >= 2 && parts.all(is_word)
}

fn is_placeholder(text: &str) -> bool {
    text.strip_prefix('$')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// A place in the file. Displays as a JSON path, with names in quotation marks
/// where they are more than a word, without characters that deceive.
struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    name: &'a str,
}

impl<'a> Path<'a> {
    fn root() -> Self {
        Self {
            parent: None,
            name: "$",
        }
    }

    fn child(&'a self, name: &'a str) -> Self {
        Self {
            parent: Some(self),
            name,
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(parent) = self.parent else {
            return f.write_str(self.name);
        };
        if resembles_key(self.name) {
            return write!(f, "{parent}.{LOOKALIKE}");
        }
        let is_word = !self.name.is_empty()
            && self
                .name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let short: String = self.name.chars().take(MAX_NAME).collect();
        let cut = if short.len() < self.name.len() {
            "…"
        } else {
            ""
        };
        if is_word {
            write!(f, "{parent}.{short}{cut}")
        } else {
            let quoted = short.replace('\\', "\\\\").replace('"', "\\\"");
            write!(f, "{parent}.\"{}{cut}\"", escape(&quoted))
        }
    }
}
