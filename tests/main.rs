//! Integration tests: one binary, one module a topic.

mod fake_api;
mod support;
