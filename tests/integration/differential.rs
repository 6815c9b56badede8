//! The staged tree, git's plumbing and a comparison of git's own lists find the same changes, in
//! random repositories.

use std::collections::{BTreeMap, BTreeSet};

use crate::sandbox::{Run, Sandbox};
use phguard::git::{EntryKind, MergeVariables, Repo};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::test_runner::{RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Path, new id, old id or nothing.
type Changes = BTreeSet<(String, String, String)>;

/// Names that sort before and after `/`, so that files and directories trade places.
const PATHS: [&str; 12] = [
    "a", "a/b", "a/b/c", "a-b", "a.b", "a0", "ab", "b", "b/\u{e9}", "b/a b", "b/\n", "c",
];

#[derive(Clone, Debug)]
enum Edit {
    File {
        path: usize,
        mode: &'static str,
        content: u8,
    },
    Remove {
        path: usize,
    },
    Rename {
        from: usize,
        to: usize,
    },
    Submodule {
        path: usize,
    },
    Conflict {
        path: usize,
        stages: u8,
    },
    Flag {
        path: usize,
        flag: &'static str,
    },
    IntendToAdd {
        path: usize,
    },
}

fn edit() -> impl Strategy<Value = Edit> {
    let path = || 0..PATHS.len();
    let mode = prop_oneof![Just("100644"), Just("100755"), Just("120000")];
    let flag = prop_oneof![Just("--assume-unchanged"), Just("--skip-worktree")];
    prop_oneof![
        6 => (path(), mode, 0..4u8).prop_map(|(path, mode, content)| Edit::File { path, mode, content }),
        2 => path().prop_map(|path| Edit::Remove { path }),
        2 => (path(), path()).prop_map(|(from, to)| Edit::Rename { from, to }),
        1 => path().prop_map(|path| Edit::Submodule { path }),
        1 => (path(), 1..8u8).prop_map(|(path, stages)| Edit::Conflict { path, stages }),
        2 => (path(), flag).prop_map(|(path, flag)| Edit::Flag { path, flag }),
        1 => path().prop_map(|path| Edit::IntendToAdd { path }),
    ]
}

/// What an index holds: by path and stage, mode and content.
type Entries = BTreeMap<(&'static str, u8), (&'static str, u8)>;

/// A file takes the place of whatever is above or below it.
fn put(entries: &mut Entries, path: &'static str, stage: u8, entry: (&'static str, u8)) {
    let below = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'));
    entries.retain(|(other, at), _| {
        let same = *other == path && (stage == 0 || *at == 0);
        !below(other, path) && !below(path, other) && !same
    });
    entries.insert((path, stage), entry);
}

fn apply(entries: &mut Entries, edit: &Edit) {
    match *edit {
        Edit::File {
            path,
            mode,
            content,
        } => put(entries, PATHS[path], 0, (mode, content)),
        Edit::Submodule { path } => put(entries, PATHS[path], 0, ("160000", 0)),
        Edit::Remove { path } => entries.retain(|(other, _), _| *other != PATHS[path]),
        Edit::Rename { from, to } => {
            if let Some(entry) = entries.remove(&(PATHS[from], 0)) {
                put(entries, PATHS[to], 0, entry);
            }
        }
        Edit::Conflict { path, stages } => {
            for stage in (1..=3).filter(|stage| stages & 1 << (stage - 1) != 0) {
                put(entries, PATHS[path], stage, ("100644", stage));
            }
        }
        Edit::Flag { .. } | Edit::IntendToAdd { .. } => {}
    }
}

fn feed(sandbox: &Sandbox, arguments: &[&str], input: &[u8]) -> Run {
    Run::with_input(sandbox.command("git").args(arguments), input).exits(0)
}

/// Makes the index hold exactly these entries.
fn stage(sandbox: &Sandbox, blobs: &[String], entries: &Entries) {
    sandbox.git(["read-tree", "--empty"]);
    let lines = entries.iter().map(|((path, stage), (mode, content))| {
        format!("{mode} {} {stage}\t{path}\0", blobs[usize::from(*content)])
    });
    feed(
        sandbox,
        &["update-index", "-z", "--index-info"],
        lines.collect::<String>().as_bytes(),
    );
}

/// Mode and id by path; in an index for every stage. Of `git ls-tree` or `git ls-files --stage`.
fn listed(list: &str) -> Vec<(String, String, String)> {
    let entry = |entry: &str| {
        let (head, path) = entry.split_once('\t').unwrap();
        let words: Vec<&str> = head.split(' ').collect();
        let id = if words[1].len() >= 40 {
            words[1]
        } else {
            words[2]
        };
        (path.to_owned(), words[0].to_owned(), id.to_owned())
    };
    list.split('\0')
        .filter(|line| !line.is_empty())
        .map(entry)
        .collect()
}

/// What git's lists say: every file of the index whose content HEAD does not have at its path.
fn by_lists(sandbox: &Sandbox, intended: &BTreeSet<&str>) -> Changes {
    let committed = listed(&sandbox.git(["ls-tree", "-r", "-z", "HEAD"]).stdout);
    let staged = listed(&sandbox.git(["ls-files", "--stage", "-z"]).stdout);
    let contents = staged
        .iter()
        .filter(|(path, mode, _)| mode != "160000" && !intended.contains(path.as_str()));
    let changes = contents.filter_map(|(path, _, new)| {
        let old = committed
            .iter()
            .find(|(other, mode, _)| other == path && mode != "160000");
        let old = old.map(|(.., id)| id.clone()).unwrap_or_default();
        (old != *new).then(|| (path.clone(), new.clone(), old))
    });
    changes.collect()
}

/// What the library says, in a process of its own: it opens the repository around it.
fn by_library(sandbox: &Sandbox) -> Changes {
    let mut command = sandbox.command(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "differential::the_changes_of_this_directory",
        "--ignored",
        "--nocapture",
    ]);
    let run = Run::of(&mut command).exits(0);
    let changes = run.stdout.lines().filter_map(|line| {
        let mut words = line.strip_prefix("change ")?.split(' ');
        let (new, old) = (words.next()?.to_owned(), words.next()?.to_owned());
        let path = words.collect::<Vec<_>>().join(" ").replace("\\n", "\n");
        Some((path, new, old))
    });
    changes.collect()
}

#[test]
#[ignore = "started by the test below"]
fn the_changes_of_this_directory() {
    let repo = Repo::open().unwrap();
    let head = repo.parents(MergeVariables::Ignored).unwrap().remove(0);
    println!();
    for delta in repo.staged_against(head.as_ref()).unwrap() {
        // A submodule has a name, but no content to compare.
        if delta.kind == EntryKind::Submodule {
            continue;
        }
        let old = delta
            .old
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        println!(
            "change {} {old} {}",
            delta.new,
            String::from_utf8(delta.path).unwrap().replace('\n', "\\n")
        );
    }
}

/// Whether nothing else is above, below or at a path.
fn is_free(path: &str, entries: &Entries, intended: &BTreeSet<&str>) -> bool {
    let top = |path: &str| path.split('/').next().map(str::to_owned);
    let mut taken = entries
        .keys()
        .map(|(other, _)| *other)
        .chain(intended.iter().copied());
    taken.all(|other| top(other) != top(path))
}

fn agree(base: &[Edit], edits: &[Edit], version: u8, is_valid: bool) -> Result<(), TestCaseError> {
    let sandbox = Sandbox::new();
    let write = |n: u8| {
        feed(&sandbox, &["hash-object", "-w", "--stdin"], &[n; 9])
            .stdout
            .trim()
            .to_owned()
    };
    let blobs: Vec<String> = (0..4).map(write).collect();
    let mut entries = Entries::new();
    base.iter().for_each(|edit| apply(&mut entries, edit));
    entries.retain(|(_, stage), _| *stage == 0);
    stage(&sandbox, &blobs, &entries);
    sandbox.git(["commit", "-q", "--allow-empty", "--no-verify", "-m", "base"]);
    edits.iter().for_each(|edit| apply(&mut entries, edit));
    stage(&sandbox, &blobs, &entries);
    sandbox.git(["update-index", "--index-version", &version.to_string()]);
    let has_conflict = entries.keys().any(|(_, stage)| *stage > 0);
    if is_valid && !has_conflict {
        sandbox.git(["write-tree"]);
    }
    let mut intended = BTreeSet::new();
    for edit in edits {
        match *edit {
            Edit::Flag { path, flag } if entries.contains_key(&(PATHS[path], 0)) => {
                sandbox.git(["update-index", flag, PATHS[path]]);
            }
            Edit::IntendToAdd { path } if is_free(PATHS[path], &entries, &intended) => {
                sandbox.write(PATHS[path], "later\n");
                sandbox.git(["add", "-N", PATHS[path]]);
                intended.insert(PATHS[path]);
            }
            _ => {}
        }
    }
    let lists = by_lists(&sandbox, &intended);
    proptest::prop_assert_eq!(&by_library(&sandbox), &lists, "libgit2");
    for (name, value) in [
        ("core.repositoryFormatVersion", "1"),
        ("extensions.noop-v1", "true"),
    ] {
        sandbox.git(["config", name, value]);
    }
    proptest::prop_assert_eq!(&by_library(&sandbox), &lists, "plumbing");
    Ok(())
}

#[test]
fn every_way_to_find_the_changes_finds_the_same() {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases())
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let edits = || proptest::collection::vec(edit(), 0..12);
    let version = prop_oneof![Just(2), Just(4)];
    let agreed = runner.run(
        &(edits(), edits(), version, any::<bool>()),
        |(base, edits, version, is_valid)| agree(&base, &edits, version, is_valid),
    );
    agreed.unwrap_or_else(|error| panic!("{error}"));
}

/// Enough to see a defect of any size; `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(60)
}
