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

    /// Finds the key between base and tip, and none in the last commit; approves nothing if the
    /// service sets no variable or has not fetched the base.
    fn checks(&self, line: &str, base: &str, tip: &str) {
        let [main, last, topic] = ["main", "topic~1", "topic"].map(|revision| self.id(revision));
        let zero = "0".repeat(40);
        for (from, code) in [(&main, 1), (&last, 0), (&zero, 1), (&"1".repeat(40), 2)] {
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
    let line = format!("phguard {}", line_behind(&workflow, "run: phguard "));
    Service::new().checks(&line, "BASE", "HEAD");
}

#[test]
fn the_readme_shows_the_workflow_as_it_is_tested() {
    assert!(of_project("docs/ci.md").contains(&of_project("packaging/ci/github-actions.yml")));
}

#[test]
fn the_line_for_gitlab_finds_what_a_merge_request_adds() {
    let line = line_behind(&of_project("docs/ci.md"), "- phguard --range \"$CI_");
    let line = format!("phguard --range \"$CI_{line}");
    Service::new().checks(&line, "CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_COMMIT_SHA");
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
