//! The remotes that are configured.

use std::ffi::OsString;

use anyhow::{Context, Result, bail};

use crate::git::cli::{self, ask};
use crate::git::path_of;

/// A remote and where it is fetched from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// Its name.
    pub name: OsString,
    /// As git rewrites them by `url.<base>.insteadOf`.
    pub urls: Vec<Vec<u8>>,
}

/// Those with a URL in the configuration.
pub(crate) fn configured() -> Result<Vec<Remote>> {
    let list = match ask(&[
        "config",
        "-z",
        "--name-only",
        "--get-regexp",
        r"^remote\..*\.url$",
    ])? {
        (Some(0), list, _) => list,
        (Some(1), ..) => return Ok(Vec::new()),
        (_, _, message) => bail!(message),
    };
    let mut names: Vec<&[u8]> = list
        .split(|b| *b == 0)
        .filter(|key| !key.is_empty())
        .collect();
    names.dedup();
    names.into_iter().map(remote).collect()
}

fn remote(key: &[u8]) -> Result<Remote> {
    let name = key
        .strip_prefix(b"remote.")
        .and_then(|rest| rest.strip_suffix(b".url"));
    let name = path_of(name.context("git printed another setting")?)?.into_os_string();
    let output = cli::command(&["remote", "get-url", "--all", "--"])
        .arg(&name)
        .output();
    let output = output.context("git cannot be started")?;
    // A remote whose URL git does not tell is known nowhere.
    let told = if output.status.success() {
        output.stdout
    } else {
        Vec::new()
    };
    let urls = told
        .split(|b| *b == b'\n')
        .filter(|url| !url.is_empty())
        .map(<[u8]>::to_vec)
        .collect();
    Ok(Remote { name, urls })
}
