//! The files for CI services find what a change adds. `action.rs` has the tests of the action.

use std::fs;

use crate::sandbox::keys::phx;
use crate::sandbox::{Run, Sandbox, project_file};

fn of_project(path: &str) -> String {
    fs::read_to_string(project_file(path)).unwrap()
}

/// The commands of the only `script:` of a file, one a line.
fn script_of(file: &str) -> String {
    let text = of_project(&format!("packaging/ci/{file}"));
    let (_, script) = text.split_once("script:\n").unwrap();
    let mut commands = String::new();
    for line in script.lines() {
        commands += line.trim_start().strip_prefix("- ").unwrap();
        commands += "\n";
    }
    commands
}

/// Runs a line as a CI service does, in a clone with a branch on which a key was added and taken out.
struct Service {
    sandbox: Sandbox,
}

impl Service {
    fn new() -> Self {
        let sandbox = Sandbox::with_key_taken_out();
        sandbox.git(["clone", "-q", ".", "../clone"]);
        Self { sandbox }
    }

    fn id(&self, revision: &str) -> String {
        self.sandbox.id(revision)
    }

    fn run(&self, line: &str, variables: &[(&str, &str)]) -> Run {
        let path = self.sandbox.path_with_phguard();
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
fn the_documentation_shows_the_files_as_they_are_tested() {
    let docs = of_project("docs/ci.md");
    for file in FILES {
        assert!(
            docs.contains(&of_project(&format!("packaging/ci/{file}"))),
            "{file}"
        );
    }
}

const FILES: [&str; 4] = [
    "github-actions.yml",
    "github-code-scanning.yml",
    "gitlab-ci.yml",
    "bitbucket-pipelines.yml",
];

/// The action, or the image, of this version.
#[test]
fn every_file_brings_phguard_along() {
    let version = env!("CARGO_PKG_VERSION");
    for file in FILES {
        let text = of_project(&format!("packaging/ci/{file}"));
        let action = format!("uses: OWNER/phguard@v{version}\n");
        let image = format!("image: ghcr.io/OWNER/phguard:{version}\n");
        assert!(text.contains(&action) || text.contains(&image), "{file}");
    }
}

#[test]
fn the_lines_for_gitlab_find_what_a_merge_request_or_a_push_adds() {
    let lines = script_of("gitlab-ci.yml");
    for variable in ["CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_COMMIT_BEFORE_SHA"] {
        Service::new().checks(&lines, variable, "CI_COMMIT_SHA");
    }
}

#[test]
fn after_a_forced_push_the_old_tip_is_fetched() {
    let lines = script_of("gitlab-ci.yml");
    let service = Service::new();
    let old = service.id("topic");
    service.sandbox.git(["reset", "-q", "--hard", "main"]);
    service.sandbox.stage("b", "two\n");
    service.sandbox.commit_unchecked("clean");
    let new = service.id("topic");
    let clone = service.sandbox.root().join("clone");
    let url = format!("file://{}", service.sandbox.repo().display());
    let names = ["CI_COMMIT_BEFORE_SHA", "CI_COMMIT_SHA"];
    fs::remove_dir_all(&clone).unwrap();
    service.sandbox.git(["clone", "-q", &url, "../clone"]);
    let run = service.run(&lines, &[(names[0], &old), (names[1], &new)]);
    let run = run.exits(0);
    assert!(run.stdout.contains("1 commit,"), "{}", run.stdout);
    // A clone that lacks the history approves nothing.
    fs::remove_dir_all(&clone).unwrap();
    let shallow = ["clone", "-q", "--depth", "1", &url, "../clone"];
    service.sandbox.git(shallow);
    let zero = "0".repeat(40);
    service
        .run(&lines, &[(names[0], &zero), (names[1], &new)])
        .exits(2);
}

#[test]
fn gitlab_checks_a_new_branch_from_where_it_leaves_the_default_branch() {
    let lines = script_of("gitlab-ci.yml");
    let service = Service::new();
    let [old, topic] = ["topic~1", "topic"].map(|revision| service.id(revision));
    // It is not the branch.
    service.sandbox.git(["tag", "main", "topic"]);
    let run = |branch: &str, base: &str| {
        let variables = [
            ("CI_COMMIT_BEFORE_SHA", base),
            ("CI_COMMIT_SHA", &topic),
            ("CI_COMMIT_BRANCH", branch),
            ("CI_DEFAULT_BRANCH", "main"),
        ];
        service.run(&lines, &variables)
    };
    for gone in ["0", "1"] {
        let base = gone.repeat(40);
        run("topic", &base).exits(1);
        // The key is published already.
        service.sandbox.git(["branch", "-f", "main", &old]);
        run("topic", &base).exits(0);
        run("main", &base).exits(1);
        service.sandbox.git(["branch", "-f", "main", "topic~2"]);
    }
}

#[test]
fn gitlab_reads_the_message_of_a_tag() {
    let lines = script_of("gitlab-ci.yml");
    let service = Service::new();
    let main = service.id("main");
    service.sandbox.git(["tag", "light", "main"]);
    service
        .sandbox
        .git(["tag", "-m", "clean", "annotated", "main"]);
    service.sandbox.git(["tag", "-m", &phx(), "bad", "main"]);
    let clone = service.sandbox.root().join("clone");
    let fetch = ["fetch", "-q", "--tags"];
    service.sandbox.git_in(&clone, &fetch).exits(0);
    let zero = "0".repeat(40);
    for (tag, code) in [("light", 0), ("annotated", 0), ("bad", 1), ("none", 2)] {
        let variables = [
            ("CI_COMMIT_BEFORE_SHA", zero.as_str()),
            ("CI_COMMIT_SHA", &main),
            ("CI_COMMIT_TAG", tag),
            ("CI_DEFAULT_BRANCH", "main"),
        ];
        service.run(&lines, &variables).exits(code);
    }
}

#[test]
fn the_lines_for_bitbucket_find_what_a_pull_request_adds() {
    let lines = script_of("bitbucket-pipelines.yml");
    let service = Service::new();
    let topic = service.id("topic");
    // It is not the branch.
    service.sandbox.git(["tag", "main", "topic"]);
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
