//! git's own commands, for what libgit2 refuses: SHA-256, reftable, sparse and split indexes,
//! unknown extensions, another user's repository that git itself trusts, and more.

pub(crate) mod raw_diff;
pub(crate) mod refs;
pub(crate) mod remotes;
pub(crate) mod rename_sources;
pub(crate) mod rev_list;
pub(crate) mod tracked;
pub(crate) mod work_tree;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::git::cli::raw_diff::Record;
use crate::git::{Delta, ObjectId, path_of};

/// What libgit2 calls by functions, git by commands. Costs nothing until asked.
pub(crate) struct Plumbing;

/// A git command that sees the objects as they are and changes nothing.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args(["--no-pager", "-c", "core.fsmonitor=false"])
        .args(arguments)
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .env_remove("GIT_LITERAL_PATHSPECS")
        .env_remove("GIT_GLOB_PATHSPECS")
        .env_remove("GIT_NOGLOB_PATHSPECS")
        .env_remove("GIT_ICASE_PATHSPECS")
        .stdin(Stdio::null());
    command
}

/// What git says on its standard error, on one line.
pub(crate) fn message(stderr: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    (!lines.is_empty()).then(|| format!("git: {}", lines.join("; ")))
}

/// The exit code, standard output and message of a git command.
pub(crate) type Answer = (Option<i32>, Vec<u8>, String);

pub(crate) fn ask(arguments: &[&str]) -> Result<Answer> {
    output_of(&mut command(arguments))
}

/// Runs a git command.
pub(crate) fn output_of(command: &mut Command) -> Result<Answer> {
    let output = command.output().context("git cannot be started")?;
    let message =
        message(&output.stderr).unwrap_or_else(|| "git failed and did not say why".into());
    Ok((output.status.code(), output.stdout, message))
}

/// The output of a git command that must succeed.
pub(crate) fn succeeded(answer: Answer) -> Result<Vec<u8>> {
    match answer {
        (Some(0), output, _) => Ok(output),
        (_, _, message) => bail!(message),
    }
}

fn run(arguments: &[&str]) -> Result<Vec<u8>> {
    succeeded(ask(arguments)?)
}

/// The output of a command that prints one line.
fn line(arguments: &[&str]) -> Result<Vec<u8>> {
    let mut output = run(arguments)?;
    ensure!(
        output.pop() == Some(b'\n'),
        "git {} printed no line",
        arguments[0]
    );
    Ok(output)
}

fn path(arguments: &[&str]) -> Result<PathBuf> {
    path_of(&line(
        &[&["rev-parse", "--path-format=absolute"], arguments].concat(),
    )?)
}

fn id(hexadecimal: &[u8]) -> Result<ObjectId> {
    ObjectId::from_hex(hexadecimal).context("git printed no object id")
}

impl Plumbing {
    /// The top of the work tree.
    pub(crate) fn top() -> Result<PathBuf> {
        path(&["--show-toplevel"])
    }

    /// The repository's own directory.
    pub(crate) fn git_dir() -> Result<PathBuf> {
        path(&["--git-dir"])
    }

    /// Whether the repository has no work tree.
    pub(crate) fn is_bare() -> Result<bool> {
        Ok(line(&["rev-parse", "--is-bare-repository"])? == b"true")
    }

    /// Whether history was cut off when the repository was cloned.
    pub(crate) fn is_shallow() -> Result<bool> {
        Ok(line(&["rev-parse", "--is-shallow-repository"])? == b"true")
    }

    /// Where git keeps a file of the repository, its index among them.
    pub(crate) fn git_path(name: &str) -> Result<PathBuf> {
        path(&["--git-path", name])
    }

    /// How many bytes an object id has.
    pub(crate) fn id_length() -> Result<usize> {
        match &line(&["rev-parse", "--show-object-format"])?[..] {
            b"sha1" => Ok(20),
            b"sha256" => Ok(32),
            other => bail!(
                "the object format {} is unknown",
                String::from_utf8_lossy(other)
            ),
        }
    }

    /// The commit of HEAD; `None` before the first.
    pub(crate) fn head() -> Result<Option<ObjectId>> {
        let refused = match ask(&["rev-parse", "--verify", "HEAD^{commit}"])? {
            (Some(0), output, _) => return id(output.trim_ascii_end()).map(Some),
            (_, _, message) => message,
        };
        let branch = line(&["symbolic-ref", "HEAD"])?;
        let branch = str::from_utf8(&branch)?;
        match ask(&["show-ref", "--exists", branch])? {
            (Some(2), ..) => Ok(None),
            _ => bail!(refused),
        }
    }

    /// Every staged file whose content the tree does not have at its path.
    pub(crate) fn deltas(tree: Option<&ObjectId>) -> Result<Vec<Delta>> {
        let tree = match tree {
            Some(tree) => tree.to_string(),
            None => String::from_utf8(line(&["hash-object", "-t", "tree", "--stdin"])?)?,
        };
        let raw = diff_index(&["--no-renames"], &tree)?;
        let records = raw_diff::records(&raw)?;
        let mut deltas: Vec<Delta> = records.iter().filter_map(Record::delta).collect();
        if records.iter().any(|record| record.status == b'U') {
            deltas.extend(unmerged(&tree)?);
        }
        Ok(deltas)
    }

    /// The files of a commit, or the staged ones, that are renamed from a file of the tree, as git's
    /// diff pairs them by default, or copied from one word for word, each with that file's content. A
    /// copy with edits is a new file: one of a key and little else resembles any other.
    pub(crate) fn origins(
        tree: &ObjectId,
        commit: Option<&ObjectId>,
    ) -> Result<HashMap<Vec<u8>, ObjectId>> {
        let mut origins = HashMap::new();
        for options in [&["-C100%", "--find-copies-harder"][..], &["-M", "-l1000"]] {
            let raw = match commit {
                Some(commit) => diff_tree(options, &tree.to_string(), &commit.to_string())?,
                None => diff_index(options, &tree.to_string())?,
            };
            origins.extend(raw_diff::records(&raw)?.iter().filter_map(Record::origin));
        }
        Ok(origins)
    }

    /// The staged content of a file that has no conflict.
    pub(crate) fn staged_at(path: &str) -> Result<Option<ObjectId>> {
        let list = run(&[
            "ls-files",
            "--stage",
            "-z",
            "--full-name",
            "--",
            &format!(":(top,literal){path}"),
        ])?;
        let entries = raw_diff::listed(&list)?;
        Ok(entries
            .iter()
            .find(|entry| entry.path == path.as_bytes() && entry.stage == 0)
            .map(|entry| entry.id))
    }

    /// The paths of all files in the index.
    pub(crate) fn index_paths() -> Result<Vec<Vec<u8>>> {
        let list = run(&["ls-files", "-z", "--full-name", "--", ":/"])?;
        Ok(list
            .split(|b| *b == 0)
            .filter(|path| !path.is_empty())
            .map(<[u8]>::to_vec)
            .collect())
    }
}

/// What every comparison is to print.
const RAW: [&str; 6] = [
    "--raw",
    "-r",
    "-z",
    "--no-abbrev",
    "--ignore-submodules=none",
    "--no-relative",
];

fn diff_index(options: &[&str], tree: &str) -> Result<Vec<u8>> {
    run(&[
        &["diff-index", "--cached", "--ita-invisible-in-index"],
        &RAW[..],
        options,
        &[tree, "--"],
    ]
    .concat())
}

fn diff_tree(options: &[&str], old: &str, new: &str) -> Result<Vec<u8>> {
    run(&[&["diff-tree"], &RAW[..], options, &[old, new, "--"]].concat())
}

/// The contents that a conflict left in the index, of which `diff-index` tells only the path.
fn unmerged(tree: &str) -> Result<Vec<Delta>> {
    let staged = run(&["ls-files", "--unmerged", "-z", "--full-name", "--", ":/"])?;
    let committed = run(&["ls-tree", "-r", "-z", "--full-tree", tree])?;
    let committed = raw_diff::listed(&committed)?;
    let mut deltas = Vec::new();
    for entry in raw_diff::listed(&staged)? {
        let old = committed
            .iter()
            .find(|file| file.path == entry.path && file.has_content());
        if entry.has_content() && old.is_none_or(|old| old.id != entry.id) {
            deltas.push(Delta {
                path: entry.path.to_vec(),
                new: entry.id,
                old: old.map(|file| file.id),
            });
        }
    }
    Ok(deltas)
}
