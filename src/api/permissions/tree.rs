//! JSON as a tree that keeps duplicate members.
//!
//! Owns reading JSON text, and saying where a fault in it is. Knows nothing of
//! permissions.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

use super::PermissionsError;

/// A JSON value. Unlike in [`Value`], an object holds all its members, with
/// those that were given twice.
pub(super) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// Parses JSON text; an error says where.
pub(super) fn parse(text: &str) -> Result<Node, PermissionsError> {
    serde_json::from_str(text).map_err(|error| explain(text, &error))
}

/// serde counts columns in bytes; people count characters.
fn explain(text: &str, error: &serde_json::Error) -> PermissionsError {
    let line = error.line();
    let content = text.split('\n').nth(line.saturating_sub(1)).unwrap_or("");
    let at = error.column().saturating_sub(1);
    let (before, rest) = content.split_at_checked(at).unwrap_or((content, ""));
    let column = before.chars().count() + 1;
    // The message is the only sign; a test holds it.
    if error.to_string().starts_with("recursion limit") {
        return PermissionsError::TooDeep { line, column };
    }
    let placeholder = rest.strip_prefix('$').unwrap_or("");
    if placeholder.starts_with(|c: char| c.is_ascii_digit()) {
        return PermissionsError::BarePlaceholder { line, column };
    }
    PermissionsError::NotJson { line, column }
}

impl From<Node> for Value {
    fn from(node: Node) -> Self {
        match node {
            Node::Null => Self::Null,
            Node::Bool(value) => Self::Bool(value),
            Node::Number(value) => Self::Number(value),
            Node::String(value) => Self::String(value),
            Node::Array(items) => items.into_iter().map(Self::from).collect(),
            Node::Object(members) => members
                .into_iter()
                .map(|(name, node)| (name, Self::from(node)))
                .collect(),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Number::from_f64(value).map_or(Node::Null, Node::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = items.next_element()? {
            nodes.push(node);
        }
        Ok(Node::Array(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(member) = members.next_entry()? {
            nodes.push(member);
        }
        Ok(Node::Object(nodes))
    }
}
