//! What an API key may do: the format of the vendor's permissions files.
//!
//! Owns parsing, checking and the list of categories. Reads no file and sends
//! nothing. The format, with `{}` for "all of it":
//!
//! ```json
//! {"api": {"instance_read": {},
//!          "misc": {"api.instance.show": {"constraints": {"id": {"eq": 42}}}}}}
//! ```

use serde_json::{Map, Value, json};

mod check;
mod names;
mod tree;

/// Longest file that is read, in bytes.
pub const MAX_LEN: usize = 64 * 1024;

/// The categories that any key may be given.
pub const PUBLIC_CATEGORIES: [&str; 11] = [
    "instance_read",
    "instance_write",
    "user_read",
    "user_write",
    "billing_read",
    "billing_write",
    "machine_read",
    "machine_write",
    "misc",
    "team_read",
    "team_write",
];

/// In the vendor's table of routes, and in none of its documents.
const UNDOCUMENTED_CATEGORIES: [&str; 2] = ["agents_read", "agents_write"];

/// In the vendor's table of routes, and never granted.
const INTERNAL_CATEGORIES: [&str; 5] = [
    "admin_read_new",
    "admin_write_new",
    "lower_admin",
    "legion_s3",
    "autoscaler_master",
];

/// The category with which a key can create and delete keys.
const KEY_CREATION: &str = "user_write";

/// The categories with which a key can create what outlives it: keys, and with
/// `team_write` keys, invitations and roles of a team.
const CREATION: [&str; 2] = [KEY_CREATION, "team_write"];

/// Permissions that passed [`Permissions::parse`].
#[derive(Debug, Clone, PartialEq)]
pub struct Permissions(Value);

impl Permissions {
    /// Reads a permissions file. What is wrong is an error; what is only odd,
    /// or worth knowing before such a key exists, is a warning.
    pub fn parse(text: &[u8]) -> Result<(Self, Vec<Warning>), PermissionsError> {
        if text.len() > MAX_LEN {
            return Err(PermissionsError::TooLong);
        }
        let marks: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
        if marks.iter().any(|mark| text.starts_with(mark)) {
            return Err(PermissionsError::ByteOrderMark);
        }
        let text = std::str::from_utf8(text).map_err(|error| {
            let before = String::from_utf8_lossy(&text[..error.valid_up_to()]);
            let last = before.rsplit('\n').next().unwrap_or("");
            PermissionsError::NotText {
                line: before.matches('\n').count() + 1,
                column: last.chars().count() + 1,
            }
        })?;
        if text.trim().is_empty() {
            return Err(PermissionsError::Empty);
        }
        let tree = tree::parse(text)?;
        let warnings = check::check(&tree)?;
        Ok((Self(tree.into()), warnings))
    }

    /// Every public category as a whole, each by its name, so that a category
    /// that the vendor adds later is not included.
    pub fn all_public() -> Self {
        let categories: Map<String, Value> = PUBLIC_CATEGORIES
            .into_iter()
            .map(|category| (category.to_owned(), json!({})))
            .collect();
        Self(json!({ "api": categories }))
    }

    /// Whether a key with these permissions can create and delete keys of its
    /// user. True as soon as the category is there, even for some of its
    /// endpoints: which of them create keys is not public.
    pub fn grants_key_creation(&self) -> bool {
        self.0["api"].get(KEY_CREATION).is_some()
    }

    /// Whether everything that other permissions grant is granted by these. Of
    /// what is not understood it is not known.
    pub fn cover(&self, other: &Value) -> bool {
        let granted = &self.0["api"];
        let Some(categories) = other.get("api").and_then(Value::as_object) else {
            return false;
        };
        categories.iter().all(|(name, part)| {
            granted
                .get(name)
                .is_some_and(|whole| is_all(whole) || is_within(part, whole))
        })
    }

    /// The names of the categories with which a key can, or for all that is
    /// documented could, create what outlives it: keys, or members of a team.
    pub fn lasting(&self) -> Vec<&str> {
        let creates =
            |name: &&str| CREATION.contains(name) || UNDOCUMENTED_CATEGORIES.contains(name);
        self.names().filter(creates).collect()
    }

    /// The paths, fit to be shown, of the categories that no key can be given as
    /// far as is known: misspelt ones, and those that the vendor keeps for itself.
    pub fn ungrantable(&self) -> Vec<String> {
        let is_grantable = |name: &&str| {
            PUBLIC_CATEGORIES.contains(name) || UNDOCUMENTED_CATEGORIES.contains(name)
        };
        let others = self.names().filter(|name| !is_grantable(name));
        others.map(check::category_path).collect()
    }

    /// The JSON that the API takes.
    pub fn as_json(&self) -> &Value {
        &self.0
    }
}

/// `{}` grants all of a category or an endpoint.
fn is_all(grant: &Value) -> bool {
    grant.as_object().is_some_and(Map::is_empty)
}

/// Whether the endpoints of a category, with their constraints, are among
/// others.
fn is_within(part: &Value, whole: &Value) -> bool {
    let Some(endpoints) = part.as_object().filter(|_| !is_all(part)) else {
        return false;
    };
    endpoints.iter().all(|(name, limits)| {
        whole
            .get(name)
            .is_some_and(|granted| is_all(granted) || granted == limits)
    })
}

/// Whether the API knows a category of this name, granted or not.
pub(super) fn is_known_category(name: &str) -> bool {
    PUBLIC_CATEGORIES.contains(&name)
        || UNDOCUMENTED_CATEGORIES.contains(&name)
        || INTERNAL_CATEGORIES.contains(&name)
}

/// Why a permissions file cannot be used. Lines and columns count from 1,
/// columns in characters; paths are JSON paths such as `$.api.misc`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PermissionsError {
    /// Longer than [`MAX_LEN`].
    #[error("the file is longer than {MAX_LEN} bytes")]
    TooLong,
    /// It starts with a byte-order mark, which JSON does not allow.
    #[error("the file starts with a byte-order mark")]
    ByteOrderMark,
    /// Bytes that are not UTF-8.
    #[error("line {line}, column {column}: not UTF-8 text")]
    NotText {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// Nothing, or nothing but white space.
    #[error("the file is empty")]
    Empty,
    /// Not JSON.
    #[error("line {line}, column {column}: not valid JSON")]
    NotJson {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// `$1` without quotation marks, as an old page of the vendor shows it.
    #[error("line {line}, column {column}: a placeholder needs quotation marks to be valid JSON")]
    BarePlaceholder {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// Nested far deeper than the format.
    #[error("line {line}, column {column}: nested too deeply")]
    TooDeep {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// A member is there twice: which one counts would be anyone's guess.
    #[error("{path}: given twice")]
    Duplicate {
        /// Where.
        path: String,
    },
    /// There is no `api` at the top.
    #[error("$: the member \"api\" is missing")]
    NoApi,
    /// Something that must be an object is not.
    #[error("{path}: must be an object, such as {{}}")]
    NotAnObject {
        /// Where.
        path: String,
    },
    /// A member where the format has none. Ignoring a misspelt `constraints`
    /// would grant more than was meant.
    #[error("{path}: unknown member; expected {expected}")]
    UnknownMember {
        /// Where.
        path: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// An operator that is not `eq`, `lte` or `gte`.
    #[error("{path}: unknown operator; expected eq, lte or gte")]
    UnknownOperator {
        /// Where.
        path: String,
    },
    /// What a parameter is compared with must be text, a number, `true` or
    /// `false`.
    #[error("{path}: must be text, a number, true or false")]
    NotAValue {
        /// Where.
        path: String,
    },
}

/// Something about permissions that the user should know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The key would be allowed nothing.
    #[error("these permissions allow nothing")]
    Nothing,
    /// The key could create keys.
    #[error("$.api.user_write: a key with this permission can create and delete API keys")]
    KeyCreation,
    /// A category that is not in any list of the vendor's.
    #[error("{path}: unknown category")]
    UnknownCategory {
        /// Where.
        path: String,
    },
    /// A category that the vendor does not document.
    #[error("{path}: undocumented category")]
    UndocumentedCategory {
        /// Where.
        path: String,
    },
    /// A category that the vendor keeps for itself.
    #[error("{path}: internal category, which the server does not grant")]
    InternalCategory {
        /// Where.
        path: String,
    },
    /// An endpoint name of another form than `api.instance.show`.
    #[error("{path}: not the name of an endpoint, such as api.instance.show")]
    OddEndpoint {
        /// Where.
        path: String,
    },
    /// Constraints that constrain nothing.
    #[error("{path}: empty, so it restricts nothing")]
    EmptyConstraint {
        /// Where.
        path: String,
    },
    /// A placeholder, which needs key parameters to become a value.
    #[error("{path}: a placeholder, to be filled from the key parameters")]
    Placeholder {
        /// Where.
        path: String,
    },
}

#[cfg(test)]
mod tests;
