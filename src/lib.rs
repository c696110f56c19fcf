//! `vastkey` keeps a Vast.ai API key in the operating system's keychain and
//! hands it to the tools that need it.
//!
//! This library is the program without its `main`; it is not a public API.

pub mod api;
pub mod config;
pub mod fault;
pub mod files;
pub mod key;
pub mod lifecycle;
pub mod lookup;
pub mod output;
pub mod platform;
pub mod server;
pub mod store;
pub mod streams;
