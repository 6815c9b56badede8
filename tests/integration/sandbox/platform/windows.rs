//! Windows, which has no modes and no signals: tests that need them fail there.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::path::Path;
use std::process::{Command, ExitStatus};

pub fn symlink(target: impl AsRef<Path>, link: impl AsRef<Path>) {
    std::os::windows::fs::symlink_file(target, link).unwrap();
}

/// A file can be read-only; nothing else of a mode is kept.
pub fn set_mode(path: impl AsRef<Path>, mode: u32) {
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(mode & 0o200 == 0);
    fs::set_permissions(path, permissions).unwrap();
}

/// The mode that git would give the file.
pub fn mode_of(path: impl AsRef<Path>) -> u32 {
    let permissions = path.as_ref().symlink_metadata().unwrap().permissions();
    if permissions.readonly() { 0o444 } else { 0o644 }
}

/// Tells two files of the same name and content apart, by the time of their creation.
pub fn file_number(metadata: &Metadata) -> u64 {
    std::os::windows::fs::MetadataExt::creation_time(metadata)
}

/// A file name in UTF-8.
pub fn file_name(bytes: &[u8]) -> &OsStr {
    std::str::from_utf8(bytes).unwrap().as_ref()
}

/// No signal ends a process.
pub fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}

pub fn run_as_plain_user(_command: &mut Command, _sandbox: &Path) {
    panic!("there are no modes that would bind a user");
}
