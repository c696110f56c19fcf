//! Allocator, process hardening, exit code; nothing else.

use std::alloc::System;

use vastkey::platform::Startup;
use zeroizing_alloc::ZeroAlloc;

/// Wipes every block of memory that is freed: libraries make copies of a key
/// that no type of ours can wipe.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() {
    // Nothing is left to be dropped by now.
    std::process::exit(vastkey::run(Startup::harden()))
}
