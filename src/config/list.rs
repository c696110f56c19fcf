//! Lists in a TOML document.
//!
//! Owns which spaces and comments go with an entry: those above it and, after
//! it, those on its own line.

use toml_edit::{Array, RawString};

/// Removes the entry at `index` and its comments. What stands before it on the
/// line above may be a comment on another entry, and stays.
///
/// # Panics
/// If there is no such entry.
pub(super) fn remove(list: &mut Array, index: usize) {
    let gone = list.remove(index);
    let before = text(gone.decor().prefix());
    let after = match list.get(index) {
        Some(next) => text(next.decor().prefix()),
        None => text(gone.decor().suffix()) + &text(Some(list.trailing())),
    };
    let between = match (before.split_once('\n'), after.split_once('\n')) {
        (Some((line, _)), Some((_, rest))) => format!("{line}\n{rest}"),
        (Some((line, _)), None) => format!("{line}\n{after}"),
        (None, Some((_, rest))) => format!("\n{rest}"),
        (None, None) if index == 0 => before,
        (None, None) => after,
    };
    if let Some(next) = list.get_mut(index) {
        next.decor_mut().set_prefix(between);
    } else {
        list.set_trailing(between);
        list.set_trailing_comma(false);
    }
}

fn text(raw: Option<&RawString>) -> String {
    raw.and_then(RawString::as_str)
        .unwrap_or_default()
        .to_owned()
}
