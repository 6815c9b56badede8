//! Everything in the tests that differs between platforms: links, modes, names and signals.

use std::path::Path;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::*;
#[cfg(windows)]
pub use windows::*;

/// Git makes its objects read-only.
pub fn make_writable(path: impl AsRef<Path>) {
    set_mode(path, 0o644);
}

pub fn make_executable(path: impl AsRef<Path>) {
    set_mode(path, 0o755);
}
