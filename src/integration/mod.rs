//! What makes other programs use vastkey: marked blocks in their files, and
//! the names under which they call it.
//!
//! Owns how such a change is planned, shown, made and taken back exactly. Must
//! not know which program it is for, print, or read the environment.

pub mod block;
pub mod companion;
pub mod edit;
pub mod program;
pub mod quote;

pub use block::Block;
pub use edit::Edit;
pub use program::Program;

/// What a plan does to one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing: it is as it should be.
    Nothing,
    /// It gets what it did not have.
    Add,
    /// What an earlier run put there is replaced.
    Replace,
    /// What an earlier run put there goes.
    Remove,
}

impl Change {
    /// A name that stays the same from version to version.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Add => "add",
            Self::Replace => "replace",
            Self::Remove => "remove",
        }
    }
}
