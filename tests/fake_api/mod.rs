//! Proves the fake API over raw sockets: that it refuses what it should, and
//! misbehaves as told. Whatever is tested against it can be no better than it.

mod faults;
mod keys;
mod profiles;
mod program;
mod raw;
mod scopes;
mod strictness;
mod tfa;
mod violations;
