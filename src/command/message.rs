//! The check of a commit message.

use std::env;
use std::ffi::OsStr;
use std::path::Path;

use anyhow::{Result, anyhow};

use super::{Verdict, check, print};
use crate::cli::Output;
use crate::failure::{failed, hint};
use crate::git::{self, WorkTree};
use crate::report::Mode;
use crate::source::message::Cleanup;

/// The first version of git that knows `core.commentString`.
const COMMENT_STRING_SINCE: (u32, u32) = (2, 45);

/// `file` holds the message: git names it to the commit-msg hook.
pub(super) fn run(file: Option<&OsStr>, output: &Output) -> Result<Verdict> {
    let Some(file) = file.map(Path::new) else {
        let what = "the file with the commit message is not named";
        return Err(failed(
            what,
            hint::MESSAGE,
            anyhow!("git names it behind commit-msg"),
        ));
    };
    let message = std::fs::read(file).map_err(|e| {
        failed(
            format!("{} cannot be read", file.display()),
            hint::MESSAGE,
            e,
        )
    })?;
    let message = cleanup_mode()
        .map_err(|e| {
            failed(
                "git cannot be asked how it cleans messages up",
                hint::CONFIG,
                e,
            )
        })?
        .apply(&message);
    print::in_hook(
        Mode::Message,
        &check::message(file, &message, output)?,
        output,
    )
}

/// Git sets `GIT_EDITOR=:` for the hooks of a commit that shows no editor.
fn cleanup_mode() -> Result<Cleanup> {
    let here = WorkTree::of_hook();
    let edited = env::var_os("GIT_EDITOR").is_none_or(|editor| editor != ":");
    let mode = here.config("commit.cleanup")?;
    let mut comments = here.config_matching(r"^core\.comment(char|string)$")?;
    if comments.iter().any(|(key, _)| key == "core.commentstring")
        && git::version()? < COMMENT_STRING_SINCE
    {
        comments.retain(|(key, _)| key == "core.commentchar");
    }
    let comment = comments.pop().map(|(_, value)| value);
    Ok(Cleanup::new(mode.as_deref(), comment.as_deref(), edited))
}
