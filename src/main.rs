//! Allocator, process hardening, exit code; nothing else.

fn main() {}
