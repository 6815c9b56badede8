//! Chooses the remedy for a key that is staged or in a commit.

use std::collections::BTreeSet;

use super::advice::Advice;
use super::shell::{path_from, pattern, word};
use super::{Report, named_thing};
use crate::config;
use crate::detect::Encoding;
use crate::finding::{AddedBy, Finding, FoundIn};
use crate::fix;

/// Files that one command names at most.
const NAMED: usize = 10;

/// The way to take a staged key out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Staging the file: on the disk the key is gone or allowed already.
    Stage,
    /// Staging `.phguard.toml`: on the disk it allows the key already.
    StageConfig,
    /// Another name for the author or the committer.
    Identity,
    /// Another name for the file.
    Rename,
    /// A new archive.
    Repack,
    /// An editor.
    ByHand,
    /// The project token in place of the key.
    ProjectToken,
    /// Untracking the file, which belongs on this machine only.
    Untrack,
    /// Moving the key to `.env`.
    Fix,
}

impl Remedy {
    /// The most convenient one last.
    pub(super) const IN_ORDER: [Self; 9] = [
        Self::Identity,
        Self::Rename,
        Self::Repack,
        Self::ByHand,
        Self::ProjectToken,
        Self::Untrack,
        Self::Stage,
        Self::StageConfig,
        Self::Fix,
    ];

    pub(super) fn advice(self, report: &Report<'_>, findings: &[&Finding]) -> Advice {
        let variables = variables_sentence(findings);
        let add = add_command(report, findings);
        match self {
            Self::Stage => one_advice(
                "On the disk it is already gone or allowed. Stage that:",
                add,
            ),
            Self::StageConfig => one_advice(
                "The .phguard.toml on the disk allows it, but is not staged:",
                Some(format!(
                    "git add {}",
                    word(&path_from(
                        &report.here.prefix,
                        config::FILE_NAME.as_bytes()
                    ))
                )),
            ),
            Self::Identity => one_advice(
                "It is in the name or the address that the commit gets. Edit user.name and user.email:",
                Some("git config --edit".into()),
            ),
            Self::Rename => Advice {
                text: format!("Give the {} another name:", named_thing(findings[0])),
                commands: rename_commands(report, findings),
            },
            Self::Repack => one_advice("Pack the archive again without the key, then stage it:", add),
            Self::ByHand => one_advice(
                &format!("Take it out of the file; let the program read {variables}. Then:"),
                add,
            ),
            Self::ProjectToken => one_advice(
                "In the browser belongs the project token (phc_…), which is public. Put it there, then:",
                add,
            ),
            Self::Untrack => Advice {
                text: "A file of secrets stays out of git. Untrack it (it is kept on the disk) and ignore it:"
                    .into(),
                commands: untrack_commands(report, findings),
            },
            Self::Fix => Advice::new(
                format!("Mend it: the key goes to .env, the program reads {}:", variable_names(findings)),
                &["phguard fix"],
            ),
        }
    }
}

fn one_advice(text: &str, command: Option<String>) -> Advice {
    Advice {
        text: text.into(),
        commands: command.into_iter().collect(),
    }
}

/// Returns the remedy for a staged key.
pub(super) fn of(report: &Report<'_>, finding: &Finding) -> Remedy {
    let here = &report.here;
    let path = &finding.location.path[..];
    if here.allowed_on_disk.contains(&finding.fingerprint) {
        return Remedy::StageConfig;
    }
    match finding.found_in {
        FoundIn::Message => return Remedy::Identity,
        FoundIn::FileName => return Remedy::Rename,
        FoundIn::Line => {}
    }
    if here.mended_on_disk.contains(path) {
        return Remedy::Stage;
    }
    if fix::is_untracked(path) {
        return Remedy::Untrack;
    }
    if finding.container.is_some() {
        return Remedy::Repack;
    }
    if finding.exposed_as.is_some() || finding.in_browser_code {
        return Remedy::ProjectToken;
    }
    if report.mode == super::Mode::Tracked || here.left_by_fix.contains(path) {
        return Remedy::ByHand;
    }
    if can_fix(finding) {
        return Remedy::Fix;
    }
    Remedy::ByHand
}

/// Returns the sentence and the command that take a key out of the commit that is checked out.
pub(super) fn in_commit(
    report: &Report<'_>,
    finding: &Finding,
    commit: &AddedBy,
) -> (String, String) {
    let prefix = &report.here.prefix;
    match finding.found_in {
        FoundIn::Message if is_in_identity(finding) => (
            "It is in the name or the address of the author. Give yours:".into(),
            "git commit --amend --no-edit --reset-author".into(),
        ),
        FoundIn::Message => (
            "Take it out of the message:".into(),
            "git commit --amend".into(),
        ),
        FoundIn::FileName => (
            "Give the file another name:".into(),
            format!(
                "{} && git commit --amend --no-edit",
                rename_command(prefix, &finding.location.path)
            ),
        ),
        FoundIn::Line if commit.parents == 1 && can_fix(finding) => (
            format!(
                "The key goes to .env, the program reads {}:",
                variable_names(&[finding])
            ),
            "git reset --soft HEAD~ && phguard fix && git commit -C ORIG_HEAD".into(),
        ),
        FoundIn::Line => {
            let file = word(&path_from(prefix, tracked_path(finding)));
            (
                format!("Edit {file}, then change the commit:"),
                format!("git add {file} && git commit --amend --no-edit"),
            )
        }
    }
}

/// Tells whether a line of a commit is the one that names its author or committer: it ends with a
/// time zone.
fn is_in_identity(finding: &Finding) -> bool {
    let excerpt = &finding.excerpt;
    let is_named =
        excerpt.before.starts_with(b"author ") || excerpt.before.starts_with(b"committer ");
    let Some((sign, digits)) = excerpt
        .after
        .last_chunk::<5>()
        .and_then(|zone| zone.split_first())
    else {
        return false;
    };
    is_named && b"+-".contains(sign) && digits.iter().all(u8::is_ascii_digit)
}

/// Names the variables that take the place of the keys, and where they are read from.
pub(super) fn variables_sentence(findings: &[&Finding]) -> String {
    match variable_names(findings).as_str() {
        "a variable" => "it from the environment".into(),
        names => format!("{names} from the environment"),
    }
}

fn variable_names(findings: &[&Finding]) -> String {
    let names: BTreeSet<&str> = findings
        .iter()
        .filter_map(|finding| finding.kind.variable)
        .collect();
    let names: Vec<&str> = names.into_iter().collect();
    match names[..] {
        [] => "a variable".into(),
        _ => names.join(", "),
    }
}

/// Tells whether `phguard fix` knows how the language of the file reads the environment.
fn can_fix(finding: &Finding) -> bool {
    let is_plain = finding.container.is_none()
        && !finding.in_lfs_object
        && matches!(finding.encoding, Encoding::Plain);
    is_plain && fix::is_rewritten(&finding.location.path)
}

/// The file that git tracks: of a member of an archive the archive.
fn tracked_path(finding: &Finding) -> &[u8] {
    match &finding.container {
        Some(container) => container,
        None => &finding.location.path,
    }
}

fn distinct_files<'f>(findings: &[&'f Finding]) -> Vec<&'f [u8]> {
    let mut files: Vec<&[u8]> = Vec::new();
    for finding in findings {
        let file = tracked_path(finding);
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

/// The command that stages the files again; none if they are too many for a line.
fn add_command(report: &Report<'_>, findings: &[&Finding]) -> Option<String> {
    let files = distinct_files(findings);
    if files.len() > NAMED {
        return None;
    }
    let mut command = "git add".to_owned();
    for file in files {
        command += " ";
        command += &word(&path_from(&report.here.prefix, file));
    }
    Some(command)
}

fn rename_commands(report: &Report<'_>, findings: &[&Finding]) -> Vec<String> {
    let mut commands = Vec::new();
    for file in distinct_files(findings).into_iter().take(NAMED) {
        commands.push(rename_command(&report.here.prefix, file));
    }
    commands
}

/// The old name stands in the command as a pattern: it holds the key.
fn rename_command(prefix: &[u8], path: &[u8]) -> String {
    if let Some(branch) = path.strip_prefix(b"refs/heads/") {
        let branch = pattern(branch);
        return format!(
            "git branch -m $(git branch --format='%(refname:short)' --list '{branch}') renamed"
        );
    }
    if let Some(tag) = path.strip_prefix(b"refs/tags/") {
        let tag = pattern(tag);
        return format!(
            "git tag renamed $(git tag --list '{tag}') && git tag -d $(git tag --list '{tag}')"
        );
    }
    let way = pattern(&path_from(prefix, path));
    let mut old: Vec<&str> = Vec::new();
    let mut new: Vec<String> = Vec::new();
    for part in way.split('/') {
        old.push(part);
        if !part.contains('*') {
            new.push(part.to_owned());
            continue;
        }
        let ending = part.rsplit('*').next().unwrap_or_default();
        match ending.rsplit_once('.') {
            Some((_, ending)) => new.push(format!("renamed.{ending}")),
            None => new.push("renamed".into()),
        }
        break;
    }
    format!("git mv {} {}", old.join("/"), new.join("/"))
}

fn untrack_commands(report: &Report<'_>, findings: &[&Finding]) -> Vec<String> {
    let mut commands = Vec::new();
    for file in distinct_files(findings).into_iter().take(NAMED) {
        let way = path_from(&report.here.prefix, file);
        let at = way.iter().rposition(|b| *b == b'/').map_or(0, |at| at + 1);
        let ignores = [&way[..at], b".gitignore"].concat();
        commands.push(format!(
            "git rm --cached -f {} && echo {} >>{}",
            word(&way),
            word(&way[at..]),
            word(&ignores)
        ));
    }
    commands
}
