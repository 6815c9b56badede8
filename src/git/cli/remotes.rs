//! The remotes that are configured.

use std::ffi::OsString;

use anyhow::{Context, Result};

use crate::git::cli::{Git, fields, lines};
use crate::git::path_of;

/// A remote and the places it is fetched from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// Its name.
    pub name: OsString,
    /// Its URLs, as git rewrites them by `url.<base>.insteadOf`.
    pub urls: Vec<Vec<u8>>,
    /// The refs that it fetches, and where it keeps them: `+refs/heads/*:refs/remotes/origin/*`.
    pub refspecs: Vec<Vec<u8>>,
}

/// Lists the remotes that have a URL in the configuration.
pub(crate) fn configured() -> Result<Vec<Remote>> {
    let pattern = r"^remote\..*\.url$";
    let list = Git::new(&["config", "-z", "--name-only", "--get-regexp", pattern]).list()?;
    let mut keys: Vec<&[u8]> = fields(&list).collect();
    keys.dedup();
    let mut remotes = Vec::new();
    for key in keys {
        remotes.push(remote_of(key)?);
    }
    Ok(remotes)
}

/// `key` is `remote.NAME.url`.
fn remote_of(key: &[u8]) -> Result<Remote> {
    let name = key
        .strip_prefix(b"remote.")
        .and_then(|rest| rest.strip_suffix(b".url"));
    let name = path_of(name.context("git printed another setting")?)?.into_os_string();
    let answer = Git::new(&["remote", "get-url", "--all", "--"])
        .argument(&name)
        .answer()?;
    // Nothing is known to be at a remote whose URL git does not tell.
    if answer.code != Some(0) {
        return Ok(Remote {
            name,
            urls: Vec::new(),
            refspecs: Vec::new(),
        });
    }
    let urls = lines(&answer.output).map(<[u8]>::to_vec).collect();
    let mut key = OsString::from("remote.");
    key.push(&name);
    key.push(".fetch");
    let list = Git::new(&["config", "-z", "--get-all"])
        .argument(key)
        .list()?;
    let refspecs = fields(&list).map(<[u8]>::to_vec).collect();
    Ok(Remote {
        name,
        urls,
        refspecs,
    })
}
