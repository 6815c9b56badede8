//! Unix.

use std::ffi::OsStr;
use std::fs::{self, Metadata, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus};

pub fn symlink(target: impl AsRef<Path>, link: impl AsRef<Path>) {
    std::os::unix::fs::symlink(target, link).unwrap();
}

pub fn set_mode(path: impl AsRef<Path>, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// The permissions of a file, or of a link itself.
pub fn mode_of(path: impl AsRef<Path>) -> u32 {
    path.as_ref()
        .symlink_metadata()
        .unwrap()
        .permissions()
        .mode()
        & 0o777
}

/// Tells two files of the same name and content apart.
pub fn file_number(metadata: &Metadata) -> u64 {
    metadata.ino()
}

/// A file name of any bytes.
pub fn file_name(bytes: &[u8]) -> &OsStr {
    OsStr::from_bytes(bytes)
}

/// The signal that ended a process.
pub fn signal_of(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// Has a command run as a user whom modes bind. The superuser, whom they do not bind, hands the sandbox
/// over to another user.
pub fn run_as_plain_user(command: &mut Command, sandbox: &Path) {
    const NOBODY: u32 = 65534;
    if id_of_user() == 0 {
        let mut owner = Command::new("chown");
        owner
            .args(["-R", &format!("{NOBODY}:{NOBODY}")])
            .arg(sandbox);
        assert!(owner.status().unwrap().success());
        command.uid(NOBODY).gid(NOBODY);
    }
}

fn id_of_user() -> u32 {
    let output = Command::new("id").arg("-u").output().unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}
