//! Cargo's build script: puts the C compiler's unwinder into the program, where
//! it would otherwise be the only shared library that does not belong to glibc.
//! To load it costs each start a tenth of a millisecond. Changes nothing where
//! the compiler has no such archive.
#![expect(clippy::disallowed_methods, reason = "cargo tells by the environment")]

use std::env::var;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=packaging/build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    let target = |what| var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    if target("OS") != "linux" || target("ENV") != "gnu" {
        return;
    }
    if let Some(folder) = folder_of_unwinder() {
        println!("cargo::rustc-link-search=native={}", folder.display());
        // Whole, so that it stands before the shared library that the standard
        // library names, which the linker then finds no use for.
        println!("cargo::rustc-link-lib=static:+whole-archive,-bundle=gcc_eh");
    }
}

/// Where the compiler that links has its unwinder.
fn folder_of_unwinder() -> Option<PathBuf> {
    let linker = var("RUSTC_LINKER").unwrap_or_else(|_| "cc".to_owned());
    let answer = Command::new(linker)
        .arg("-print-file-name=libgcc_eh.a")
        .output()
        .ok()?;
    let archive = PathBuf::from(String::from_utf8(answer.stdout).ok()?.trim());
    // A compiler that does not have it repeats the bare name.
    let folder = archive.parent()?;
    (folder.is_absolute() && archive.is_file()).then(|| folder.to_owned())
}
