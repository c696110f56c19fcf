//! Permissions of a key: what the documented JSON grants, and whether one set
//! of permissions may hand out another.
//!
//! Owns the format `{"api": {CATEGORY: {} | {ENDPOINT: {} | {"constraints":
//! {PARAMETER: {OPERATOR: VALUE}}}}}}`. Knows no keys and no routes.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The categories that the documentation lists.
pub(crate) const PUBLIC_CATEGORIES: [&str; 11] = [
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

/// In the vendor's route table, but not documented.
const UNDOCUMENTED_CATEGORIES: [&str; 2] = ["agents_read", "agents_write"];

/// In the vendor's route table, and for nobody outside.
const INTERNAL_CATEGORIES: [&str; 5] = [
    "admin_read_new",
    "admin_write_new",
    "lower_admin",
    "legion_s3",
    "autoscaler_master",
];

/// What a key may do.
#[derive(Clone, PartialEq)]
pub(crate) enum Permissions {
    /// Whatever the account may do: primary keys and the sessions made of them.
    Everything,
    /// What a permissions file lists, by category.
    Listed(BTreeMap<String, Category>),
}

/// What is granted of a category.
#[derive(Clone, PartialEq)]
pub(crate) enum Category {
    /// `{}`.
    Whole,
    /// Only these endpoints, under these constraints.
    Endpoints(BTreeMap<String, Vec<Constraint>>),
}

/// A bound on one parameter of an endpoint.
#[derive(Clone, PartialEq)]
pub(crate) struct Constraint {
    parameter: String,
    operator: Operator,
    value: Value,
}

#[derive(Clone, Copy, PartialEq)]
enum Operator {
    Eq,
    Lte,
    Gte,
}

/// Why a value is no permissions object, as the API's `error` names it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum BadPermissions {
    Missing,
    Invalid,
}

impl BadPermissions {
    /// The value of `error`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing_permissions",
            Self::Invalid => "invalid_permissions",
        }
    }
}

/// The permissions object that grants every public category.
pub(crate) fn all_public() -> Value {
    let categories: Map<String, Value> = PUBLIC_CATEGORIES
        .iter()
        .map(|name| ((*name).to_owned(), json!({})))
        .collect();
    json!({ "api": categories })
}

impl Permissions {
    /// Reads a permissions object. Unknown endpoint names are taken, because no
    /// full list of them is public; unknown categories are not.
    pub(crate) fn parse(value: &Value) -> Result<Self, BadPermissions> {
        if value.is_null() {
            return Err(BadPermissions::Missing);
        }
        let top = object(value)?;
        let categories = object(top.get("api").ok_or(BadPermissions::Invalid)?)?;
        if top.len() != 1 {
            return Err(BadPermissions::Invalid);
        }
        categories
            .iter()
            .map(|(name, node)| Ok((name.clone(), parse_category(name, node)?)))
            .collect::<Result<_, _>>()
            .map(Self::Listed)
    }

    /// Whether a call is granted. `parameter` looks up the call's parameters.
    pub(crate) fn allow(
        &self,
        category: &str,
        endpoint: &str,
        parameter: impl Fn(&str) -> Option<Value>,
    ) -> bool {
        let Self::Listed(categories) = self else {
            return true;
        };
        match categories.get(category) {
            None => false,
            Some(Category::Whole) => true,
            Some(Category::Endpoints(endpoints)) => {
                endpoints.get(endpoint).is_some_and(|constraints| {
                    constraints
                        .iter()
                        .all(|c| parameter(&c.parameter).is_some_and(|value| c.holds(&value)))
                })
            }
        }
    }

    /// Whether a key with these permissions may hand out `wanted`. Nobody may
    /// hand out the internal categories.
    pub(crate) fn cover(&self, wanted: &Self) -> bool {
        let Self::Listed(wanted) = wanted else {
            return matches!(self, Self::Everything);
        };
        let internal = |name: &String| INTERNAL_CATEGORIES.contains(&name.as_str());
        if wanted.keys().any(internal) {
            return false;
        }
        match self {
            Self::Everything => true,
            Self::Listed(held) => wanted
                .iter()
                .all(|(name, category)| held.get(name).is_some_and(|held| held.covers(category))),
        }
    }

    /// As a permissions object.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Everything => all_public(),
            Self::Listed(categories) => {
                let categories: Map<String, Value> = categories
                    .iter()
                    .map(|(name, category)| (name.clone(), category.to_json()))
                    .collect();
                json!({ "api": categories })
            }
        }
    }
}

impl Category {
    fn covers(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (Self::Whole, _) => true,
            (Self::Endpoints(_), Self::Whole) => false,
            (Self::Endpoints(held), Self::Endpoints(wanted)) => {
                wanted.iter().all(|(name, constraints)| {
                    held.get(name)
                        .is_some_and(|held| held.iter().all(|c| constraints.contains(c)))
                })
            }
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Whole => json!({}),
            Self::Endpoints(endpoints) => endpoints
                .iter()
                .map(|(name, constraints)| (name.clone(), constraints_to_json(constraints)))
                .collect::<Map<_, _>>()
                .into(),
        }
    }
}

impl Constraint {
    fn holds(&self, value: &Value) -> bool {
        match (self.operator, number(value), number(&self.value)) {
            (Operator::Eq, Some(value), Some(bound)) => value.total_cmp(&bound).is_eq(),
            (Operator::Eq, _, _) => *value == self.value,
            (Operator::Lte, Some(value), Some(bound)) => value <= bound,
            (Operator::Gte, Some(value), Some(bound)) => value >= bound,
            _ => false,
        }
    }
}

impl Operator {
    const ALL: [(&'static str, Self); 3] =
        [("eq", Self::Eq), ("lte", Self::Lte), ("gte", Self::Gte)];

    fn parse(name: &str) -> Result<Self, BadPermissions> {
        let found = Self::ALL.iter().find(|(given, _)| *given == name);
        found.map(|(_, op)| *op).ok_or(BadPermissions::Invalid)
    }

    fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, op)| *op == self);
        found.expect("every operator has a name").0
    }
}

fn parse_category(name: &str, node: &Value) -> Result<Category, BadPermissions> {
    let known = PUBLIC_CATEGORIES.contains(&name)
        || UNDOCUMENTED_CATEGORIES.contains(&name)
        || INTERNAL_CATEGORIES.contains(&name);
    let endpoints = object(node)?;
    if !known {
        return Err(BadPermissions::Invalid);
    }
    if endpoints.is_empty() {
        return Ok(Category::Whole);
    }
    endpoints
        .iter()
        .map(|(name, node)| Ok((name.clone(), parse_endpoint(node)?)))
        .collect::<Result<_, _>>()
        .map(Category::Endpoints)
}

fn parse_endpoint(node: &Value) -> Result<Vec<Constraint>, BadPermissions> {
    let node = object(node)?;
    let Some(constraints) = node.get("constraints") else {
        return if node.is_empty() {
            Ok(Vec::new())
        } else {
            Err(BadPermissions::Invalid)
        };
    };
    if node.len() != 1 {
        return Err(BadPermissions::Invalid);
    }
    let mut parsed = Vec::new();
    for (parameter, bounds) in object(constraints)? {
        for (operator, value) in object(bounds)? {
            parsed.push(Constraint {
                parameter: parameter.clone(),
                operator: Operator::parse(operator)?,
                value: value.clone(),
            });
        }
    }
    Ok(parsed)
}

fn constraints_to_json(constraints: &[Constraint]) -> Value {
    if constraints.is_empty() {
        return json!({});
    }
    let mut by_parameter = json!({});
    for c in constraints {
        by_parameter[&c.parameter][c.operator.name()] = c.value.clone();
    }
    json!({ "constraints": by_parameter })
}

fn object(value: &Value) -> Result<&Map<String, Value>, BadPermissions> {
    value.as_object().ok_or(BadPermissions::Invalid)
}

/// Parameters from a path or a query are text.
fn number(value: &Value) -> Option<f64> {
    value
        .as_f64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}
