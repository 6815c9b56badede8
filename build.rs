//! Links the unwinder in, so that the binary needs no shared library but libc: each one costs a
//! tenth of a small commit's check.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    let is_native = std::env::var("HOST") == std::env::var("TARGET");
    // GCC's static unwinder; a system without it links the shared one, as Rust does by itself.
    if is_native && target("OS") == "linux" && target("ENV") == "gnu" && compiler_has("libgcc_eh.a")
    {
        println!("cargo::rustc-link-lib=static:+whole-archive,-bundle=gcc_eh");
    }
}

/// The compiler prints the path of a file that it has, and otherwise the bare name.
fn compiler_has(file: &str) -> bool {
    let asked = Command::new("cc")
        .arg(format!("-print-file-name={file}"))
        .output();
    asked
        .is_ok_and(|answer| Path::new(String::from_utf8_lossy(&answer.stdout).trim()).is_absolute())
}
