//! The program that a hook should name.

use std::env;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use anyhow::Result;

/// This program, by the names that a hook tries in turn.
#[derive(Clone, Debug)]
pub struct Program {
    /// The name that it was started by, or that PATH has for it. An update keeps this name.
    pub lasting: PathBuf,
    /// The file itself. A link to it may go while the file stays.
    pub real: PathBuf,
}

impl Program {
    /// Finds the running program.
    ///
    /// # Errors
    /// The system does not tell its path.
    pub fn running() -> Result<Self> {
        let real = dunce::canonicalize(env::current_exe()?)?;
        let mut names = Vec::from_iter(store_link(&real));
        if let Some(name) = env::args_os().next().map(PathBuf::from)
            && name.components().count() > 1
        {
            names.push(without_parents(&std::path::absolute(name)?)?);
        }
        names.extend(in_path("phguard"));
        for name in names {
            if dunce::canonicalize(&name).is_ok_and(|path| path == real) {
                return Ok(Self {
                    lasting: name,
                    real,
                });
            }
        }
        let lasting = real.clone();
        Ok(Self { lasting, real })
    }
}

/// Returns the link that pnpm keeps to a package of `node_modules/.pnpm/NAME@VERSION`, and bun to one of
/// `node_modules/.bun/NAME@VERSION`. An update removes that directory, or leaves it behind; the link then
/// leads to the new one.
fn store_link(real: &Path) -> Option<PathBuf> {
    let mut link = PathBuf::new();
    let mut parts = real.components();
    for part in parts.by_ref() {
        link.push(part);
        if link.ends_with(".pnpm") || link.ends_with("node_modules/.bun") {
            break;
        }
    }
    // The version.
    parts.next()?;
    link.extend(parts);
    Some(link)
}

/// Parts of the paths where npx, `pnpm dlx`, `yarn dlx`, bunx, uvx and `pipx run` keep a program.
const CACHES: [&str; 11] = [
    "/_npx/",
    "/pnpm/dlx/",
    "/pnpm-cache/dlx/",
    "/xfs-",
    "/.bunx-",
    "/bunx-",
    "/uv/archive-v0/",
    "/uv/cache/archive-v0/",
    "/.cache/pipx/",
    "/Caches/pipx/",
    "/pipx/.cache/",
];

impl Program {
    /// Tells whether a tool started the program from its cache, which may be cleared at any time.
    #[must_use]
    pub fn is_in_cache(&self) -> bool {
        [&self.lasting, &self.real].into_iter().any(|path| {
            let path = path.to_string_lossy().replace('\\', "/");
            CACHES.iter().any(|cache| path.contains(cache))
        })
    }
}

/// Resolves the directories of a path if it goes through `..`: those may go before the program does.
fn without_parents(path: &Path) -> Result<PathBuf> {
    let has_parents = path.components().any(|part| part == Component::ParentDir);
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if has_parents => Ok(dunce::canonicalize(parent)?.join(name)),
        _ => Ok(path.into()),
    }
}

/// Returns the program that the shell finds by this name, if its directory is absolute.
#[must_use]
pub fn in_path(name: &str) -> Option<PathBuf> {
    in_search_path(&env::var_os("PATH")?, name)
}

fn in_search_path(path: &OsStr, name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    for directory in env::split_paths(path) {
        let program = directory.join(&name);
        if is_program(&program) {
            return Some(program);
        }
    }
    None
}

/// Tells whether a hook would run this program. It must be absolute, as anything else could be a
/// file of the repository, and not empty.
#[must_use]
pub fn is_program(path: &Path) -> bool {
    let is_empty = path.metadata().is_ok_and(|metadata| metadata.len() == 0);
    path.is_absolute() && is_executable(path) && !is_empty
}

/// Tells whether git would run this file.
#[cfg(unix)]
#[must_use]
pub fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Tells whether git would run this file.
#[cfg(not(unix))]
#[must_use]
pub fn is_executable(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_a_tool_started_from_its_cache_is_known() {
        let is_in_cache = |lasting: &str, real: &str| {
            let (lasting, real) = (lasting.into(), real.into());
            Program { lasting, real }.is_in_cache()
        };
        let installed = "/home/a/.local/bin/phguard";
        for path in [
            "/home/a/.npm/_npx/e27fff00b71f91b5/node_modules/@team/phguard-linux-x64/bin/phguard",
            "/home/a/.cache/pnpm/dlx/52c44d/mwzhndgj-eec/node_modules/.pnpm/phguard",
            r"C:\Users\a\AppData\Local\pnpm-cache\dlx\52c44d\node_modules\phguard.exe",
            "/tmp/xfs-26f3de67/dlx-4711/node_modules/@team/phguard-linux-x64/bin/phguard",
            "/home/a/.bun/install/cache/.bunx-0/phguard@latest/bin/phguard",
            "/tmp/bunx-1000-phguard@latest/node_modules/@team/phguard-linux-x64/bin/phguard",
            "/home/a/.cache/uv/archive-v0/wKg9iN/bin/phguard",
            r"C:\Users\a\AppData\Local\uv\cache\archive-v0\wKg9iN\Scripts\phguard.exe",
            "/home/a/.cache/pipx/71b2/bin/phguard",
            "/home/a/.local/pipx/.cache/71b2/bin/phguard",
        ] {
            assert!(is_in_cache(path, installed), "{path}");
            assert!(is_in_cache(installed, path), "{path}");
        }
        for path in [
            installed,
            "/home/a/.local/share/pipx/venvs/phguard/bin/phguard",
            "/home/a/.local/share/uv/tools/phguard/bin/phguard",
            "/home/a/project/node_modules/.pnpm/@team+phguard-linux-x64@1.0.0/bin/phguard",
            "/home/a/dlx-tools/archive-v0/bin/phguard",
        ] {
            assert!(!is_in_cache(path, path), "{path}");
        }
    }
}
