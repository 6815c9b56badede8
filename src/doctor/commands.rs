//! Commands that mend something, to be typed as they stand, in any directory.

use super::typed_path;
use crate::git::WorkTree;
use crate::hook::program;

/// A git command for this repository.
pub(super) fn git(tree: &WorkTree, arguments: &str) -> String {
    format!("git -C {} {arguments}", typed_path(tree.top()))
}

/// A command that has to be run at the top of the work tree.
pub(super) fn at_top(tree: &WorkTree, command: &str) -> String {
    format!("cd {} && {command}", typed_path(tree.top()))
}

/// The installation of phguard into this repository.
pub(super) fn install(tree: &WorkTree) -> String {
    format!("{} install --repo {}", phguard(), typed_path(tree.top()))
}

/// This program, by its name if PATH has one.
pub(super) fn phguard() -> String {
    if program::in_path("phguard").is_some() {
        return "phguard".into();
    }
    match program::Program::running() {
        Ok(program) => typed_path(&program.lasting),
        Err(_) => "phguard".into(),
    }
}
