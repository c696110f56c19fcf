//! All that a command leaves, without what differs from run to run.

use std::fs;

use serde_json::{Value, json};

use crate::crash::stage::Stage;

/// Files, items and accounts. Keys are compared with their records, not from
/// run to run.
#[derive(Debug, PartialEq)]
pub(super) struct Snapshot {
    files: Vec<String>,
    settings: Option<String>,
    items: Vec<String>,
    accounts: Vec<Value>,
}

impl Snapshot {
    pub(super) fn of(stage: &Stage) -> Self {
        let url = stage.api.url();
        let home = stage.sandbox.path("");
        let files = stage.sandbox.files();
        let below = |path: &std::path::PathBuf| {
            let below = path.strip_prefix(&home).expect("a file in the home");
            below.display().to_string()
        };
        let settings = fs::read_to_string(stage.settings()).ok();
        let items = stage.items();
        Self {
            files: files.iter().map(below).collect(),
            settings: settings.map(|text| text.replace(url, "SERVER")),
            items: items
                .iter()
                .map(|item| format!("{} {:?}", item.label, item.attributes.get("application")))
                .collect(),
            accounts: stage
                .accounts()
                .iter()
                .map(|account| of_account(stage, account))
                .collect(),
        }
    }
}

/// What is listed of an account, which must be true of the key that it has.
fn of_account(stage: &Stage, account: &Value) -> Value {
    let name = account["account"].as_str().expect("a name");
    let key = stage.stored_key(name).expect("the account's key");
    let end = &key[key.len() - 4..];
    assert_eq!(
        account["fingerprint"].as_str(),
        Some(format!("…{end}").as_str())
    );
    assert_eq!(account["server"], stage.api.url());
    json!({
        "account": name,
        "default": account["default"],
        "store": account["store"],
        "email": account["email"],
        "knows key id": account["key_id"].is_u64(),
        "verified": account["verified_at"].is_string(),
    })
}
