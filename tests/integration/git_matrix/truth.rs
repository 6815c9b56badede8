//! What a commit really added, by git's plumbing alone: blob against blob.

use std::collections::{BTreeMap, BTreeSet};

use super::world::World;

/// Path and number of every line that a commit added.
pub(crate) type Lines = BTreeSet<(Vec<u8>, usize)>;

type Files = BTreeMap<Vec<u8>, String>;

/// The lines of HEAD that none of the bases has; `old_head` is what HEAD was before, `None` if there
/// was no commit.
pub(crate) fn added_lines(world: &World, old_head: Option<&str>) -> Lines {
    let parents = world.git(&["rev-list", "--parents", "-1", "HEAD"]);
    let parents: Vec<&str> = parents.split_whitespace().skip(1).collect();
    let bases: Vec<&str> = match old_head {
        None => Vec::new(),
        Some(old) if parents.contains(&old) => parents,
        Some(old) => vec![old],
    };
    let new = files(world, "HEAD");
    let old: Vec<Files> = bases.iter().map(|base| files(world, base)).collect();
    let mut lines = Lines::new();
    for (path, id) in &new {
        if old.iter().any(|files| files.get(path) == Some(id)) {
            continue;
        }
        let is_new = old.iter().all(|files| !files.contains_key(path));
        let sides: Vec<Option<String>> = if is_new {
            bases.iter().map(|base| origin(world, base, path)).collect()
        } else {
            old.iter().map(|files| files.get(path).cloned()).collect()
        };
        let content = world.git_bytes(&["cat-file", "blob", id]);
        let added = sides
            .iter()
            .map(|old| numbers(world, old.as_deref(), id, &content));
        let all: BTreeSet<usize> = (1..=content.split_inclusive(|b| *b == b'\n').count()).collect();
        let added = added.fold(all, |a, b| a.intersection(&b).copied().collect());
        let counting = content
            .split(|b| *b == b'\n')
            .enumerate()
            .filter(|(_, line)| line.contains(&b'|'));
        let counting = counting
            .map(|(index, _)| index + 1)
            .filter(|number| added.contains(number));
        lines.extend(counting.map(|number| (path.clone(), number)));
    }
    lines
}

/// The blobs of a commit.
fn files(world: &World, commit: &str) -> Files {
    let list = world.git_bytes(&["ls-tree", "-r", "-z", "--full-tree", commit]);
    let entries = list.split(|b| *b == 0).filter(|entry| !entry.is_empty());
    let files = entries.filter_map(|entry| {
        let tab = entry.iter().position(|b| *b == b'\t').unwrap();
        let head = String::from_utf8(entry[..tab].to_vec()).unwrap();
        let words: Vec<&str> = head.split(' ').collect();
        (words[1] == "blob").then(|| (entry[tab + 1..].to_vec(), words[2].to_owned()))
    });
    files.collect()
}

/// The blob that git says a file was renamed from, or copied from word for word.
fn origin(world: &World, base: &str, path: &[u8]) -> Option<String> {
    let paired = |options: &[&str]| {
        let raw = world.git_bytes(
            &[
                &["diff-tree", "-r", "-z", "--no-abbrev"],
                options,
                &[base, "HEAD"],
            ]
            .concat(),
        );
        let fields: Vec<&[u8]> = raw.split(|b| *b == 0).collect();
        let record = fields.windows(3).find(|window| {
            let status = window[0].rsplit(|b| *b == b' ').next().unwrap();
            window[0].starts_with(b":") && matches!(status[0], b'R' | b'C') && window[2] == path
        })?;
        let head = String::from_utf8(record[0].to_vec()).unwrap();
        head.split(' ').nth(2).map(str::to_owned)
    };
    paired(&["-M", "-l1000"]).or_else(|| paired(&["-C100%", "--find-copies-harder"]))
}

/// The lines that `git diff` of two blobs calls added.
fn numbers(world: &World, old: Option<&str>, new: &str, content: &[u8]) -> BTreeSet<usize> {
    let Some(old) = old else {
        return (1..=content.split_inclusive(|b| *b == b'\n').count()).collect();
    };
    if old == new {
        return BTreeSet::new();
    }
    let configuration = [
        "-c",
        "diff.orderFile=/dev/null",
        "-c",
        "diff.algorithm=default",
        "-c",
        "diff.external=",
    ];
    let options = [
        "diff",
        "--text",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "-U0",
        "--inter-hunk-context=0",
    ];
    let patch = world.git_bytes(&[&configuration[..], &options, &[old, new]].concat());
    let mut added = BTreeSet::new();
    let mut rest = 0;
    for line in patch.split(|b| *b == b'\n') {
        // The content of a hunk may look like the head of one.
        if rest > 0 {
            rest -= usize::from(!line.starts_with(b"\\"));
            continue;
        }
        if let Some(head) = line.strip_prefix(b"@@ -") {
            let head = String::from_utf8_lossy(head).into_owned();
            let (old, new) = head.split_once(" @@").unwrap().0.split_once(" +").unwrap();
            let (start, count) = range(new);
            added.extend(start..start + count);
            rest = range(old).1 + count;
        }
    }
    added
}

fn range(text: &str) -> (usize, usize) {
    let (start, count) = text.split_once(',').unwrap_or((text, "1"));
    (start.parse().unwrap(), count.parse().unwrap())
}
