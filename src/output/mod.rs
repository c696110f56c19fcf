//! What people see: everything that is neither data nor decided here.

pub mod line_editor;
pub mod prompt;
