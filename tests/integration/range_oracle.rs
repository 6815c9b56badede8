//! In random histories, with criss-cross and octopus merges, merges that add lines of their own and
//! several roots, the findings are what git's own differences say: the lines of each commit that are
//! new against every one of its parents, and those of its message.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::sandbox::{PHGUARD, Run, Sandbox};
use proptest::prelude::{ProptestConfig, Strategy, any};
use proptest::test_runner::{RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Commit, path, line.
type Places = BTreeSet<(String, String, usize)>;

const PATHS: [&str; 5] = ["a", "dir/a", "dir/b", "dir.b", "z"];

#[derive(Clone, Debug)]
struct Step {
    /// How far back each parent is; none is a root.
    parents: Vec<usize>,
    /// In a merge, by path: whose content is taken.
    taken: [usize; 5],
    edits: Vec<Edit>,
    has_key_in_message: bool,
}

/// Sets a line of a file, inserts one before it, or takes one out.
#[derive(Clone, Debug)]
struct Edit {
    path: usize,
    line: usize,
    what: u8,
    key: u64,
}

fn step() -> impl Strategy<Value = Step> {
    let edit = (0..PATHS.len(), 0..12usize, 0..6u8, 0..4u64);
    let edit = edit.prop_map(|(path, line, what, key)| Edit {
        path,
        line,
        what,
        key,
    });
    let parents = proptest::collection::vec(0..5usize, 0..4);
    let edits = proptest::collection::vec(edit, 0..4);
    let parts = (parents, any::<u8>(), any::<[u8; 5]>(), edits, 0..8u8);
    parts.prop_map(|(parents, is_root, taken, edits, message)| Step {
        // One in sixteen is a root.
        parents: if parents.is_empty() && is_root >= 16 {
            vec![0]
        } else {
            parents
        },
        taken: taken.map(usize::from),
        edits,
        has_key_in_message: message == 0,
    })
}

fn key(seed: u64) -> String {
    crate::sandbox::keys::key(seed + 1)
}

type Files = BTreeMap<&'static str, Vec<String>>;

/// Lines that no other file has, lest git pairs one that is gone with a new one.
fn fresh(path: &str) -> Vec<String> {
    (0..12)
        .map(|line| format!("line {line} of the file {path} and no other"))
        .collect()
}

fn apply(files: &mut Files, edit: &Edit, number: usize) {
    let path = PATHS[edit.path];
    if edit.what == 5 {
        files.remove(path);
        return;
    }
    let lines = files.entry(path).or_insert_with(|| fresh(path));
    let at = edit.line.min(lines.len());
    match edit.what {
        0..3 => lines.insert(at, format!("{path} {number}: {}", key(edit.key))),
        3 if at < lines.len() => drop(lines.remove(at)),
        _ => lines.insert(at, format!("{path} {number}: nothing")),
    }
}

/// What `git fast-import` makes the history of; each commit gets a branch of its number.
fn stream(steps: &[Step]) -> String {
    let mut text = String::new();
    let mut trees: Vec<Files> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let mut parents: Vec<usize> = if number == 0 {
            Vec::new()
        } else {
            step.parents
                .iter()
                .map(|back| number - 1 - back % number)
                .collect()
        };
        let mut seen = BTreeSet::new();
        parents.retain(|parent| seen.insert(*parent));
        let mut files = Files::new();
        for (path, taken) in PATHS.iter().zip(step.taken) {
            let from = parents.get(taken % parents.len().max(1));
            if let Some(lines) = from.and_then(|parent| trees[*parent].get(path)) {
                files.insert(path, lines.clone());
            }
        }
        for edit in &step.edits {
            apply(&mut files, edit, number);
        }
        let message = if step.has_key_in_message {
            format!("c{number}\n\nwith {}\n", key(9))
        } else {
            "c\n".into()
        };
        write!(
            text,
            "reset refs/heads/b{number}\ncommit refs/heads/b{number}\nmark :{}\n",
            number + 1
        )
        .unwrap();
        writeln!(
            text,
            "committer A <a@b> {} +0000",
            1_767_225_600 + number % 3
        )
        .unwrap();
        write!(text, "data {}\n{message}\n", message.len()).unwrap();
        for (place, parent) in parents.iter().enumerate() {
            writeln!(
                text,
                "{} :{}",
                if place == 0 { "from" } else { "merge" },
                parent + 1
            )
            .unwrap();
        }
        text.push_str("deleteall\n");
        for (path, lines) in &files {
            let content = lines.join("\n") + "\n";
            write!(
                text,
                "M 100644 inline {path}\ndata {}\n{content}\n",
                content.len()
            )
            .unwrap();
        }
        trees.push(files);
    }
    text
}

fn import(sandbox: &Sandbox, stream: &str) {
    let mut command = sandbox.command("git");
    Run::with_input(command.args(["fast-import", "--quiet"]), stream).exits(0);
}

/// The numbers of the lines that git's difference adds, by path.
fn added(sandbox: &Sandbox, parent: &str, commit: &str) -> BTreeSet<(String, usize)> {
    let options = [
        "diff-tree",
        "-r",
        "-p",
        "-U0",
        "--text",
        "--no-renames",
        "--no-prefix",
        parent,
        commit,
    ];
    let diff = sandbox.git(options).stdout;
    let (mut path, mut next, mut lines) = (String::new(), 0, BTreeSet::new());
    for line in diff.lines() {
        if let Some(name) = line.strip_prefix("+++ ") {
            name.clone_into(&mut path);
        } else if let Some(hunk) = line.strip_prefix("@@ ") {
            let start = hunk
                .split(" +")
                .nth(1)
                .unwrap()
                .split([',', ' '])
                .next()
                .unwrap();
            next = start.parse().unwrap();
        } else if line.starts_with('+') {
            lines.insert((path.clone(), next));
            next += 1;
        }
    }
    lines
}

/// Every place where a key is added, in all commits.
fn truth(sandbox: &Sandbox) -> Places {
    let empty = sandbox
        .git(["hash-object", "-t", "tree", "/dev/null"])
        .stdout;
    let mut places = Places::new();
    for line in sandbox
        .git(["rev-list", "--all", "--parents"])
        .stdout
        .lines()
    {
        let (commit, parents) = line.split_once(' ').unwrap_or((line, empty.trim()));
        let sets = parents
            .split(' ')
            .map(|parent| added(sandbox, parent, commit));
        let new = sets
            .reduce(|all, one| all.intersection(&one).cloned().collect())
            .unwrap();
        for (path, number) in new {
            let content = sandbox
                .git(["cat-file", "blob", &format!("{commit}:{path}")])
                .stdout;
            if content.lines().nth(number - 1).unwrap().contains("phx_") {
                places.insert((commit.into(), path, number));
            }
        }
        let message = sandbox.git(["log", "-1", "--format=%B", commit]).stdout;
        let keys = message
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains("phx_"));
        places.extend(keys.map(|(line, _)| (commit.into(), "commit message".into(), line + 1)));
    }
    places
}

/// What the binary finds; `None` if it could not scan everything.
fn found(sandbox: &Sandbox, directory: &Path, range: &str) -> Option<Places> {
    let mut command = sandbox.command(PHGUARD);
    let run = Run::of(
        command
            .args(["--range", range, "--format", "json"])
            .current_dir(directory),
    );
    if run.code == Some(2) {
        assert!(
            run.stderr.contains("git fetch --unshallow"),
            "{range}: {}",
            run.stderr
        );
        return None;
    }
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let place = |finding: &serde_json::Value| {
        let line = finding["line"].as_u64().unwrap();
        (
            text(&finding["commit"]),
            text(&finding["path"]),
            usize::try_from(line).unwrap(),
        )
    };
    let places: Places = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(place)
        .collect();
    assert_eq!(run.code, Some(i32::from(!places.is_empty())), "{range}");
    Some(places)
}

/// The ranges that are tried, and what is to be found in each.
fn expected(
    sandbox: &Sandbox,
    from: &str,
    to: &str,
    id_length: usize,
) -> Vec<(String, Option<Places>)> {
    let truth = truth(sandbox);
    let cases = [
        (format!("{from}..{to}"), vec![format!("{from}..{to}")]),
        (format!("{from}...{to}"), vec![format!("{from}...{to}")]),
        (to.into(), vec!["--no-walk".into(), to.into()]),
        (format!("{}..{to}", "0".repeat(id_length)), vec![to.into()]),
    ];
    let expect = |(range, for_git): (String, Vec<String>)| {
        let commits = sandbox
            .git(
                ["rev-list"]
                    .into_iter()
                    .chain(for_git.iter().map(String::as_str)),
            )
            .stdout;
        let commits: BTreeSet<&str> = commits.lines().collect();
        let places = truth
            .iter()
            .filter(|(commit, ..)| commits.contains(commit.as_str()))
            .cloned();
        (range, Some(places.collect()))
    };
    cases.into_iter().map(expect).collect()
}

fn agree(
    steps: &[Step],
    is_sha256: bool,
    from: usize,
    to: usize,
    hidden: usize,
) -> Result<(), TestCaseError> {
    let sandbox = Sandbox::without_repository();
    let format = if is_sha256 {
        "--object-format=sha256"
    } else {
        "--object-format=sha1"
    };
    sandbox.git(["init", "-q", "-b", "main", format, "."]);
    import(&sandbox, &stream(steps));
    let branch = |number: usize| format!("b{}", number % steps.len());
    let expected = expected(
        &sandbox,
        &branch(from),
        &branch(to),
        if is_sha256 { 64 } else { 40 },
    );
    for (range, places) in &expected {
        proptest::prop_assert_eq!(
            &found(&sandbox, &sandbox.repo(), range),
            places,
            "{}",
            range
        );
    }

    let url = format!("file://{}", sandbox.repo().display());
    let branches = "refs/heads/*:refs/heads/*";
    sandbox.git(["init", "-q", "-b", "none", format, "../shallow"]);
    sandbox.git([
        "-C",
        "../shallow",
        "fetch",
        "-q",
        "--depth=2",
        &url,
        branches,
    ]);
    for (range, places) in &expected {
        let found = found(&sandbox, &sandbox.root().join("shallow"), range);
        proptest::prop_assert!(
            found.is_none() || found == *places,
            "shallow {}: {:?}",
            range,
            found
        );
    }

    let [bad, good, cut] = [hidden, from, hidden + 1].map(|number| sandbox.id(&branch(number)));
    if bad != good {
        sandbox.git(["replace", &bad, &good]);
    }
    std::fs::create_dir_all(sandbox.repo().join(".git/info")).unwrap();
    std::fs::write(sandbox.repo().join(".git/info/grafts"), format!("{cut}\n")).unwrap();
    for (range, places) in &expected {
        proptest::prop_assert_eq!(
            &found(&sandbox, &sandbox.repo(), range),
            places,
            "grafted {}",
            range
        );
    }
    Ok(())
}

#[test]
fn the_findings_are_the_lines_that_are_new_against_every_parent() {
    let config = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 64,
        ..ProptestConfig::with_cases(cases())
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let steps = proptest::collection::vec(step(), 2..14);
    let number = || any::<usize>().prop_map(|number| number % 1000);
    let agreed = runner.run(
        &(steps, 0..5u8, number(), number(), number()),
        |(steps, format, from, to, hidden)| agree(&steps, format == 0, from, to, hidden),
    );
    agreed.unwrap_or_else(|error| panic!("{error}"));
}

/// Enough to see a defect of any size; `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(24)
}
