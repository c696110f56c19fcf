//! What holds when vastkey, its keychain or its disk fails at any instant: a
//! complete key is always in a file or in the keychain, nothing is ever torn,
//! and running the command again finishes it.
//!
//! `points` needs a `vastkey` that can be made to die at named steps, and is
//! there only in a build with the feature `fault-points`:
//!
//! ```text
//! cargo nextest run --features fault-points
//! ```
//!
//! The feature changes nothing unless `VASTKEY_FAULT_POINT` is set, so all
//! integration tests run on that one build. What is shipped is built without
//! it, and knows neither the variable nor the points; `killed` runs on that one
//! too, see `tests/soak/main.rs`.

mod disk;
#[path = "../soak/killed/mod.rs"]
mod killed;
mod kills;
#[cfg(feature = "fault-points")]
mod points;
mod rivals;
mod soak;
mod stage;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The permission bits of a file, or of the link itself.
fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).expect("a file").mode() & 0o7777
}
