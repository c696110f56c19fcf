//! `bare-client SOCKET SERVICE USER`: prints a secret that a Secret Service keeps,
//! over the bus at SOCKET, and does nothing else. What `vastkey token` takes beyond this is its own doing.

#[cfg(all(unix, not(target_os = "macos")))]
mod client;

#[cfg(all(unix, not(target_os = "macos")))]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    client::main()
}

/// There is no Secret Service to ask.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn main() {}
