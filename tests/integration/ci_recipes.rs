//! What the README tells to write into the files of CI services does what it says.

use std::fs;
use std::path::Path;

use crate::sandbox::keys::phx;
use crate::sandbox::{PHGUARD, Run, Sandbox, symlink};

fn of_project(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Behind `start` of the only line in which it stands.
fn line_behind(text: &str, start: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once(start))
        .map(|(_, rest)| rest)
        .collect();
    assert_eq!(lines.len(), 1, "{start}: {lines:?}");
    lines[0].to_owned()
}

/// The commands of the only block behind `start`, which ends with the text or with the next step.
fn block_behind(text: &str, start: &str) -> String {
    let (_, block) = text.split_once(start).unwrap();
    let indent = block.trim_start_matches('\n').len() - block.trim_start().len();
    let lines = block.trim_start_matches('\n').lines();
    let lines = lines.take_while(|line| line.len() - line.trim_start().len() >= indent);
    lines.map(str::trim).collect::<Vec<_>>().join("\n")
}

/// Runs a line as a CI service does, in a clone with a branch on which a key was added and taken out.
struct Service {
    sandbox: Sandbox,
}

impl Service {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        sandbox.stage("a", "one\n");
        sandbox.commit_unchecked("base");
        sandbox.git(["switch", "-q", "-c", "topic"]);
        sandbox.stage("gone", phx());
        sandbox.commit_unchecked("in");
        sandbox.git(["rm", "-q", "gone"]);
        sandbox.commit_unchecked("out");
        sandbox.git(["clone", "-q", ".", "../clone"]);
        fs::create_dir(sandbox.root().join("bin")).unwrap();
        symlink(PHGUARD, sandbox.root().join("bin/phguard"));
        Self { sandbox }
    }

    fn id(&self, revision: &str) -> String {
        self.sandbox
            .git(["rev-parse", revision])
            .stdout
            .trim()
            .to_owned()
    }

    fn run(&self, line: &str, variables: &[(&str, &str)]) -> Run {
        let path = format!(
            "{}:{}",
            self.sandbox.root().join("bin").display(),
            std::env::var("PATH").unwrap()
        );
        let mut command = self.sandbox.command("sh");
        command
            .args(["-e", "-c", line])
            .current_dir(self.sandbox.root().join("clone"));
        Run::of(command.env("PATH", path).envs(variables.iter().copied()))
    }

    /// Finds the key between base and tip, and none in the last commit. Without a base, or with one
    /// that is nowhere, the whole branch is checked; without variables nothing is approved.
    fn checks(&self, line: &str, base: &str, tip: &str) {
        let [main, last, topic] = ["main", "topic~1", "topic"].map(|revision| self.id(revision));
        let zero = "0".repeat(40);
        for (from, code) in [(&main, 1), (&last, 0), (&zero, 1), (&"1".repeat(40), 1)] {
            let run = self.run(line, &[(base, from), (tip, &topic)]);
            assert_eq!(
                run.code,
                Some(code),
                "{line} from {from}: {}{}",
                run.stdout,
                run.stderr
            );
        }
        self.run(line, &[]).exits(2);
        self.run(line, &[(tip, &topic)]).exits(2);
        self.run(line, &[(base, &main)]).exits(1);
    }
}

#[test]
fn the_workflow_for_github_finds_what_a_pull_request_adds() {
    let workflow = of_project("packaging/ci/github-actions.yml");
    let service = Service::new();
    service.checks(&block_behind(&workflow, "run: |\n"), "BASE", "HEAD");
    let scanning = of_project("packaging/ci/github-code-scanning.yml");
    service.checks(&block_behind(&scanning, "run: |\n"), "BASE", "HEAD");
    let report = fs::read(service.sandbox.root().join("clone/phguard.sarif")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["version"], "2.1.0");
    for part in [
        "cargo install --locked phguard",
        "sarif_file: phguard.sarif",
        "actions: read",
    ] {
        assert!(scanning.contains(part), "{part}");
    }
}

#[test]
fn after_a_forced_push_the_old_tip_is_fetched() {
    let lines = block_behind(&of_project("packaging/ci/github-actions.yml"), "run: |\n");
    let service = Service::new();
    let old = service.id("topic");
    service.sandbox.git(["reset", "-q", "--hard", "main"]);
    service.sandbox.stage("b", "two\n");
    service.sandbox.commit_unchecked("clean");
    let new = service.id("topic");
    let clone = service.sandbox.root().join("clone");
    fs::remove_dir_all(&clone).unwrap();
    let url = format!("file://{}", service.sandbox.repo().display());
    service.sandbox.git(["clone", "-q", &url, "../clone"]);
    let run = service
        .run(&lines, &[("BASE", &old), ("HEAD", &new)])
        .exits(0);
    assert!(run.stdout.contains("1 commit,"), "{}", run.stdout);
    // A clone that lacks the history approves nothing.
    fs::remove_dir_all(&clone).unwrap();
    service
        .sandbox
        .git(["clone", "-q", "--depth", "1", &url, "../clone"]);
    service
        .run(&lines, &[("BASE", &"0".repeat(40)), ("HEAD", &new)])
        .exits(2);
}

#[test]
fn the_documentation_shows_the_workflows_as_they_are_tested() {
    for file in ["github-actions.yml", "github-code-scanning.yml"] {
        assert!(of_project("docs/ci.md").contains(&of_project(&format!("packaging/ci/{file}"))));
    }
}

#[test]
fn the_lines_for_gitlab_find_what_a_merge_request_or_a_push_adds() {
    let docs = of_project("docs/ci.md");
    let base = line_behind(&docs, "- BASE=\"${CI_");
    let fetch = docs
        .lines()
        .find_map(|line| line.strip_prefix("    - git cat-file"))
        .unwrap();
    let check = line_behind(&docs, "- phguard --range \"$BASE..$CI_");
    let lines =
        format!("BASE=\"${{CI_{base}\ngit cat-file{fetch}\nphguard --range \"$BASE..$CI_{check}");
    for variable in ["CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_COMMIT_BEFORE_SHA"] {
        Service::new().checks(&lines, variable, "CI_COMMIT_SHA");
    }
}

#[test]
fn the_lines_for_bitbucket_find_what_a_pull_request_adds() {
    let readme = of_project("docs/ci.md");
    let fetch = line_behind(&readme, "- git fetch origin ");
    let check = line_behind(&readme, "- phguard --range FETCH_HEAD");
    let lines = format!("git fetch origin {fetch}\nphguard --range FETCH_HEAD{check}");
    let service = Service::new();
    let topic = service.id("topic");
    let variables = [
        ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
        ("BITBUCKET_COMMIT", &topic),
    ];
    service.run(&lines, &variables).exits(1);
    service.sandbox.git(["branch", "-f", "main", "topic~1"]);
    service.run(&lines, &variables).exits(0);
    service
        .run(&lines, &[("BITBUCKET_PR_DESTINATION_BRANCH", "gone")])
        .exits(128);
}
