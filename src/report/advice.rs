//! The advice of a report, by situation. Each printed command works in the reader's directory.

use std::cmp::Reverse;

use super::commits;
use super::keys::{Key, place_of};
use super::remedy::{self, Remedy};
use super::sanitize::sanitize;
use super::shell::{path_from, word};
use super::{Mode, RefusedWork, Report, WayOn};
use crate::finding::{AddedBy, Finding, FoundIn};
use crate::key::KeyKind;

/// Places that one command names at most.
const NAMED: usize = 3;

/// A sentence and the commands that carry it out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Advice {
    pub(super) text: String,
    pub(super) commands: Vec<String>,
}

impl Advice {
    pub(super) fn new(text: impl Into<String>, commands: &[&str]) -> Self {
        Self {
            text: text.into(),
            commands: commands.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Returns all of it, the remedy last.
pub(super) fn all_advice(report: &Report<'_>, keys: &[Key<'_>]) -> Vec<Advice> {
    let mut all = Vec::new();
    if !report.outcome.unscanned.is_empty() {
        all.push(unscanned_advice(report));
    }
    if keys.is_empty() {
        return all;
    }
    if report.may_allow {
        all.push(false_alarm(report, keys));
    }
    let rotation = rotation_advice(rotation_sentence(report.mode), keys);
    let remedy = remedy_advice(report, keys);
    if matches!(report.mode, Mode::Files | Mode::History) {
        all.extend(remedy);
        all.extend(rotation);
        return all;
    }
    all.extend(rotation);
    if report.mode == Mode::Transaction {
        all.extend(after_refusal(report, keys));
    }
    all.extend(remedy);
    all
}

/// The sentence before the commands that rotate a key.
fn rotation_sentence(mode: Mode) -> &'static str {
    match mode {
        Mode::Push | Mode::Receive => {
            "Is it out already? Rotate it first: rewriting history does not un-leak it."
        }
        Mode::Transaction | Mode::Staged | Mode::Message => {
            "Was it ever pushed, sent or logged? Rotate it:"
        }
        Mode::Tracked => "If it was ever committed, rotate it:",
        Mode::Range => "Is it pushed? Rotate it first: rewriting history does not un-leak it.",
        Mode::Files => "Was it ever committed, pushed, sent or logged? Rotate it:",
        Mode::History => "Rotate it first. Rewriting history does not un-leak it:",
    }
}

/// The way to go on after a ref was not moved.
fn after_refusal(report: &Report<'_>, keys: &[Key<'_>]) -> Vec<Advice> {
    let mut all = Vec::new();
    match report.here.refused_work {
        RefusedWork::InFiles(way) => return on_way(way),
        RefusedWork::Merged => return apart_from_merge(),
        RefusedWork::CheckedOut => {
            let text = "HEAD has not moved, but the files have changed. This goes back:";
            all.push(Advice::new(text, &["git reset --merge"]));
        }
        RefusedWork::InCommits => {}
    }
    let there_before = "The commit was there before, but no branch or tag led to it.";
    match keys[0].first_finding().commit.as_ref() {
        Some(commit) if commit.parents < 2 => {
            let id = commits::short_id(commit);
            let show = format!("git show {id}");
            let pick = format!("git cherry-pick -n {id}");
            let text = format!(
                "{there_before} Look at it, or take its changes into the index, mend them there and commit:"
            );
            all.push(Advice::new(text, &[&show, &pick]));
        }
        _ => all.push(Advice::new(there_before, &[])),
    }
    all
}

/// The way on where the work is in the files.
fn on_way(way: WayOn) -> Vec<Advice> {
    let there = "The work is still in the files.";
    if way.forward.is_empty() {
        let text = format!(
            "{there} Mend it and stage it, then commit again, or go on as `git status` says."
        );
        return vec![Advice::new(text, &[])];
    }
    let text = format!("{there} Once it is mended and staged, this goes on:");
    let mut all = vec![Advice::new(text, way.forward)];
    if let Some(back) = way.back {
        all.push(Advice::new("This goes back:", &[back]));
    }
    all
}

/// The way on where a merge brings a commit with a key: a change to the merge does not take it out.
fn apart_from_merge() -> Vec<Advice> {
    vec![
        Advice::new(
            "The key is in a commit that the merge brings. This goes back:",
            &["git merge --abort"],
        ),
        Advice::new(
            "Take it out of that commit and merge again. Or merge with `--squash`, which brings the \
             files without their commits, mend them and commit.",
            &[],
        ),
    ]
}

/// The kinds of the keys, each once, the worst first.
pub(super) fn kinds_of_keys(keys: &[Key<'_>]) -> Vec<&'static KeyKind> {
    let mut kinds: Vec<_> = keys.iter().map(|key| key.first_finding().kind).collect();
    kinds.sort_by_key(|kind| (Reverse(kind.severity), kind.id));
    kinds.dedup_by_key(|kind| kind.id);
    kinds
}

fn unscanned_advice(report: &Report<'_>) -> Advice {
    let is_explained = !report.outcome.advice.is_empty();
    match report.mode {
        Mode::Files => Advice::new("Nothing is approved until it can be read.", &[]),
        _ if is_explained => Advice::new("Nothing is approved until it can be read.", &[]),
        _ => Advice::new(
            "Nothing is approved until it can be read. This names what is damaged or missing:",
            &["git fsck"],
        ),
    }
}

fn rotation_advice(text: &str, keys: &[Key<'_>]) -> Option<Advice> {
    let kinds = kinds_of_keys(keys);
    let known: Vec<&str> = kinds.iter().map(|kind| kind.prefix).collect();
    match known[..] {
        // Only the project knows where its own kinds are issued.
        [""] => None,
        [prefix] => Some(Advice::new(text, &[&format!("phguard explain {prefix}")])),
        _ => Some(Advice::new(text, &["phguard explain"])),
    }
}

fn false_alarm(report: &Report<'_>, keys: &[Key<'_>]) -> Advice {
    let names: Vec<String> = keys.iter().map(|key| name_of(report, key)).collect();
    let (text, named) = if keys.len() <= NAMED {
        ("No real key? Allow it:", names.join(" "))
    } else {
        (
            "Not all are real keys? Allow one by its place:",
            names[0].clone(),
        )
    };
    let allow = format!("phguard allow {named}");
    match report.mode {
        Mode::Files if !report.here.in_repository => {
            let entry = format!(
                "fingerprints = [\"{}\"]",
                keys[0].first_finding().fingerprint
            );
            Advice::new(
                "No real key? List it in .phguard.toml, under [allow]:",
                &[&entry],
            )
        }
        Mode::Range | Mode::History | Mode::Push | Mode::Receive => Advice::new(
            text,
            &[&format!("{allow} && git commit -m 'Allow a false alarm'")],
        ),
        _ => Advice::new(text, &[&allow]),
    }
}

/// Names a key by its place, or by its fingerprint if the place is not staged.
fn name_of(report: &Report<'_>, key: &Key<'_>) -> String {
    let first = key.first_finding();
    let place = place_of(first);
    let is_staged = matches!(report.mode, Mode::Staged | Mode::Tracked);
    let is_printable = sanitize(&place).as_bytes() == place;
    if is_staged && is_printable && first.found_in != FoundIn::FileName {
        return word(&place);
    }
    first.fingerprint.to_string()
}

/// Groups the findings by their remedy.
fn remedy_advice(report: &Report<'_>, keys: &[Key<'_>]) -> Vec<Advice> {
    let findings: Vec<&Finding> = keys
        .iter()
        .flat_map(|key| key.findings.iter().copied())
        .collect();
    match report.mode {
        Mode::Message => vec![commit_again(report, findings[0])],
        Mode::Transaction if findings.iter().all(|finding| is_in_message(finding)) => {
            vec![Advice::new(
                "Commit again without the key in the message.",
                &[],
            )]
        }
        Mode::Range | Mode::Push | Mode::Receive => in_commit(report, &findings),
        Mode::Files | Mode::History => vec![by_hand_only(report, &findings)],
        Mode::Staged | Mode::Tracked | Mode::Transaction => {
            let mut all = Vec::new();
            for remedy in Remedy::IN_ORDER {
                let mended: Vec<&Finding> = findings
                    .iter()
                    .copied()
                    .filter(|finding| remedy::of(report, finding) == remedy)
                    .collect();
                if !mended.is_empty() {
                    all.push(remedy.advice(report, &mended));
                }
            }
            all
        }
    }
}

fn is_in_message(finding: &Finding) -> bool {
    finding.found_in == FoundIn::Message && finding.location.path == b"commit message"
}

/// Git keeps the message of a commit that a hook refused.
fn commit_again(report: &Report<'_>, finding: &Finding) -> Advice {
    let file = word(&path_from(&report.here.prefix, &finding.location.path));
    Advice::new(
        "Commit again without the key in the message. Git has kept the message:",
        &[&format!("git commit -e -F {file}")],
    )
}

/// A commit that adds a key is changed itself; a further commit does not take the key out.
fn in_commit(report: &Report<'_>, findings: &[&Finding]) -> Vec<Advice> {
    let Some((finding, commit)) = first_in_commit(findings) else {
        return in_refs(report, findings);
    };
    let not_again = "No further commit takes it out.";
    let (change, mend) = remedy::in_commit(report, finding, commit);
    if report.here.head == Some(commit.id) {
        return vec![Advice::new(format!("{not_again} {change}"), &[&mend])];
    }
    let onto = match commit.parents {
        0 => "--root".to_owned(),
        _ => format!("{}~", commits::short_id(commit)),
    };
    let open = format!("{not_again} Open the commit (mark it `edit`):");
    vec![
        Advice::new(open, &[&format!("git rebase -i {onto}")]),
        Advice::new(change, &[&format!("{mend} && git rebase --continue")]),
    ]
}

fn first_in_commit<'f>(findings: &[&'f Finding]) -> Option<(&'f Finding, &'f AddedBy)> {
    for finding in findings {
        if let Some(commit) = &finding.commit {
            return Some((finding, commit));
        }
    }
    None
}

/// Branches and tags with a key in their names get other names.
fn in_refs(report: &Report<'_>, findings: &[&Finding]) -> Vec<Advice> {
    let mut named = findings.to_vec();
    named.retain(|finding| {
        finding.found_in == FoundIn::FileName && finding.location.path.starts_with(b"refs/")
    });
    if named.is_empty() {
        return Vec::new();
    }
    vec![Remedy::Rename.advice(report, &named)]
}

fn by_hand_only(report: &Report<'_>, findings: &[&Finding]) -> Advice {
    let variables = remedy::variables_sentence(findings);
    if report.mode == Mode::History {
        let in_head = findings
            .iter()
            .any(|finding| finding.trace.is_some_and(|trace| trace.in_head));
        let text = if in_head {
            format!("Take it out of the files that HEAD still has. The program reads {variables}.")
        } else {
            "No file of HEAD holds it any more.".to_owned()
        };
        return Advice::new(text, &[]);
    }
    Advice::new(
        format!(
            "Take it out of the file, or keep the file out of git. The program reads {variables}."
        ),
        &[],
    )
}
