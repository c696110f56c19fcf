//! The fake API as a program.

fn main() {}
