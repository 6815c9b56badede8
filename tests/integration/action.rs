//! `action.yml`: the commits that it checks for each event on GitHub, with a release that it can
//! trust and with one that it cannot.

use std::fs;
use std::path::PathBuf;

use crate::sandbox::hooks::write_program;
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::{PHGUARD, Run, Sandbox, project_file};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const TARGET: &str = "x86_64-unknown-linux-musl";

/// A repository at a host, a checkout of it, and a host with a release.
///
/// The branch `main` has one commit. `topic` adds a key and takes it out again.
struct Job {
    sandbox: Sandbox,
}

impl Job {
    fn new() -> Self {
        let sandbox = Sandbox::with_key_taken_out();
        let job = Self { sandbox };
        job.release();
        job.checkout(&[]);
        job
    }

    fn id(&self, revision: &str) -> String {
        self.sandbox.id(revision)
    }

    fn release_directory(&self) -> PathBuf {
        let tag = format!("host/team/phguard/releases/download/v{VERSION}");
        self.sandbox.root().join(tag)
    }

    /// An archive whose program starts the binary under test, and its checksum.
    fn release(&self) {
        let directory = self.release_directory();
        let top = format!("phguard-{VERSION}-{TARGET}");
        let script = format!("#!/bin/sh\nexec '{PHGUARD}' \"$@\"\n");
        write_program(&directory.join(&top).join("phguard"), &script);
        self.shell(&format!(
            "cd '{}' && tar -czf {top}.tar.gz {top} && rm -r {top} && \
             sha256sum {top}.tar.gz >SHA256SUMS",
            directory.display()
        ));
    }

    /// Clones the branch as the service does.
    fn checkout(&self, options: &[&str]) {
        let clone = self.sandbox.root().join("clone");
        if clone.exists() {
            fs::remove_dir_all(&clone).unwrap();
        }
        let url = format!("file://{}", self.sandbox.repo().display());
        let mut git = self.sandbox.command("git");
        Run::of(git.args(["clone", "-q"]).args(options).arg(url).arg(clone)).exits(0);
    }

    fn shell(&self, script: &str) -> Run {
        Run::of(self.sandbox.command("sh").args(["-ec", script])).exits(0)
    }

    /// Runs the step with the variables of an event.
    fn run(&self, variables: &[(&str, &str)]) -> Run {
        let root = self.sandbox.root();
        let mut command = self.sandbox.command("bash");
        command
            .arg(project_file("packaging/action.sh"))
            .current_dir(root.join("clone"))
            .env("ACTION_PATH", env!("CARGO_MANIFEST_DIR"))
            .env("ACTION_REPOSITORY", "team/phguard")
            .env(
                "GITHUB_SERVER_URL",
                format!("file://{}/host", root.display()),
            )
            .env("GITHUB_OUTPUT", root.join("output"))
            .env("GITHUB_REF", "refs/heads/topic")
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64")
            .env("DEFAULT_BRANCH", "main");
        for (name, value) in [
            ("RANGE", ""),
            ("CONFIG", ""),
            ("FORMAT", "github"),
            ("FAIL", "true"),
        ] {
            command.env(format!("INPUT_{name}"), value);
        }
        Run::of(command.envs(variables.iter().copied()))
    }

    fn event(&self, name: &str, base: &str, tip: &str) -> Run {
        self.run(&[("GITHUB_EVENT_NAME", name), ("BASE", base), ("TIP", tip)])
    }

    fn output(&self, name: &str) -> String {
        let text = fs::read_to_string(self.sandbox.root().join("output")).unwrap();
        let line = text
            .lines()
            .rev()
            .find_map(|line| line.split_once('=').filter(|(key, _)| *key == name));
        line.unwrap().1.to_owned()
    }
}

#[test]
#[ignore = "needs curl"]
fn every_commit_of_a_pull_request_a_queue_and_a_push_is_checked() {
    let job = Job::new();
    let [main, last, topic] = ["main", "topic~1", "topic"].map(|revision| job.id(revision));
    for event in ["pull_request", "merge_group", "push"] {
        let run = job.event(event, &main, &topic).exits(1);
        assert!(run.stdout.contains("::error file=gone,"), "{}", run.stdout);
        assert!(run.stdout.contains(&masked(&phx())), "{}", run.stdout);
        assert_eq!(job.output("code"), "1");
        job.event(event, &last, &topic).exits(0);
        assert_eq!(job.output("code"), "0");
    }
}

#[test]
#[ignore = "needs curl"]
fn a_checkout_of_one_commit_gets_its_history() {
    let job = Job::new();
    let [main, topic] = ["main", "topic"].map(|revision| job.id(revision));
    for event in ["pull_request", "push"] {
        job.checkout(&["--depth", "1"]);
        job.event(event, &main, &topic).exits(1);
    }
    job.checkout(&["--depth", "1"]);
    let clone = job.sandbox.root().join("clone");
    job.sandbox
        .git_in(&clone, &["remote", "set-url", "origin", "/nowhere"]);
    let run = job.event("pull_request", &main, &topic).exits(2);
    assert!(run.stdout.contains("fetch-depth: 0"), "{}", run.stdout);
    assert_eq!(job.output("code"), "2");
}

#[test]
#[ignore = "needs curl"]
fn a_new_branch_is_checked_from_where_it_leaves_the_default_branch() {
    let job = Job::new();
    let [main, topic, zero] = [job.id("main"), job.id("topic"), "0".repeat(40)];
    job.event("push", &zero, &topic).exits(1);
    job.sandbox.git(["branch", "-f", "main", "topic"]);
    job.event("push", &zero, &topic).exits(0);
    // The default branch itself, and other events, are checked from the first commit on.
    let whole = [
        ("GITHUB_REF", "refs/heads/main"),
        ("GITHUB_EVENT_NAME", "push"),
    ];
    job.run(&[whole[0], whole[1], ("BASE", &zero), ("TIP", &topic)])
        .exits(1);
    job.event("schedule", "", &topic).exits(1);
    job.event("schedule", "", &main).exits(0);
}

#[test]
#[ignore = "needs curl"]
fn after_a_forced_push_the_old_tip_is_fetched() {
    let job = Job::new();
    let old = job.id("topic");
    job.sandbox.git(["reset", "-q", "--hard", "main"]);
    job.sandbox.stage("b", "two\n");
    job.sandbox.commit_unchecked("clean");
    job.checkout(&[]);
    job.event("push", &old, &job.id("topic")).exits(0);
    // An old tip that the host has forgotten.
    job.event("push", &"1".repeat(40), &job.id("topic"))
        .exits(0);
    job.sandbox.stage("b", phx());
    job.sandbox.commit_unchecked("a key");
    job.checkout(&[]);
    job.event("push", &"1".repeat(40), &job.id("topic"))
        .exits(1);
}

#[test]
#[ignore = "needs curl"]
fn the_message_of_a_tag_is_checked() {
    let job = Job::new();
    job.sandbox.git(["tag", "-m", "clean", "good", "main"]);
    job.sandbox.git(["tag", "-m", &phx(), "bad", "main"]);
    let zero = "0".repeat(40);
    for (tag, code) in [("good", 0), ("bad", 1), ("none", 2)] {
        let name = format!("refs/tags/{tag}");
        let push = [
            ("GITHUB_EVENT_NAME", "push"),
            ("BASE", &zero),
            ("TIP", &job.id("main")),
        ];
        job.run(&[push[0], push[1], push[2], ("GITHUB_REF", &name)])
            .exits(code);
    }
}

#[test]
#[ignore = "needs curl"]
fn a_deleted_branch_brings_nothing_and_no_commit_approves_nothing() {
    let job = Job::new();
    let zero = "0".repeat(40);
    job.event("push", &job.id("main"), &zero).exits(0);
    job.event("push", &job.id("main"), "").exits(2);
    job.event("push", &job.id("main"), &"2".repeat(40)).exits(2);
}

#[test]
#[ignore = "needs curl"]
fn the_inputs_are_heeded() {
    let job = Job::new();
    let [main, topic] = ["main", "topic"].map(|revision| job.id(revision));
    let event = [
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("BASE", main.as_str()),
        ("TIP", topic.as_str()),
    ];
    let with = |inputs: &[(&str, &str)]| job.run(&[&event[..], inputs].concat());

    with(&[("INPUT_RANGE", "origin/topic~1..origin/topic")]).exits(0);
    with(&[("INPUT_RANGE", "nowhere..HEAD")]).exits(2);
    with(&[("INPUT_FAIL", "false")]).exits(0);
    assert_eq!(job.output("code"), "1");
    with(&[("INPUT_FAIL", "false"), ("INPUT_RANGE", "nowhere..HEAD")]).exits(2);
    with(&[("INPUT_FAIL", "no")]).exits(2);
    with(&[("INPUT_FORMAT", "xml")]).exits(2);

    with(&[("INPUT_FORMAT", "sarif")]).exits(1);
    let report = fs::read(job.output("report")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["version"], "2.1.0");

    let config = job.sandbox.root().join("rules.toml");
    fs::write(&config, "[allow]\npaths = [\"gone\"]\n").unwrap();
    with(&[("INPUT_CONFIG", config.to_str().unwrap())]).exits(0);
}

#[test]
#[ignore = "needs curl"]
fn an_archive_that_is_not_the_release_is_not_started() {
    let job = Job::new();
    let [main, topic] = ["main", "topic"].map(|revision| job.id(revision));
    let sums = job.release_directory().join("SHA256SUMS");
    let archive = job
        .release_directory()
        .join(format!("phguard-{VERSION}-{TARGET}.tar.gz"));
    let whole = fs::read_to_string(&sums).unwrap();
    let refused = |why: &str| {
        let run = job.event("pull_request", &main, &topic).exits(2);
        assert!(run.stdout.contains(why), "{}", run.stdout);
        assert_eq!(job.output("code"), "2");
    };

    fs::write(&sums, whole.replace(TARGET, "another-target")).unwrap();
    refused("is not the file");
    fs::write(
        &sums,
        format!(
            "{}  {}\n",
            "0".repeat(64),
            whole.split_whitespace().last().unwrap()
        ),
    )
    .unwrap();
    refused("is not the file");
    fs::remove_file(&sums).unwrap();
    refused("SHA256SUMS cannot be fetched");
    fs::remove_file(&archive).unwrap();
    refused("cannot be fetched");
    let run = job
        .run(&[("RUNNER_ARCH", "RISCV64"), ("TIP", &topic)])
        .exits(2);
    assert!(
        run.stdout.contains("no release is for Linux on RISCV64"),
        "{}",
        run.stdout
    );
}

/// Everything that the script reads is set by action.yml, or by GitHub for every step.
#[test]
fn the_action_sets_what_its_script_reads() {
    let action = fs::read_to_string(project_file("action.yml")).unwrap();
    let script = fs::read_to_string(project_file("packaging/action.sh")).unwrap();
    let mut read = 0;
    for name in script.split('$').skip(1) {
        let name: String = name
            .trim_start_matches('{')
            .chars()
            .take_while(|c| *c == '_' || c.is_ascii_uppercase())
            .collect();
        let by_github = ["GITHUB_", "RUNNER_", "TMPDIR"]
            .iter()
            .any(|start| name.starts_with(start));
        if name.len() < 2 || by_github {
            continue;
        }
        assert!(action.contains(&format!("        {name}: ${{{{")), "{name}");
        read += 1;
    }
    assert!(read > 8);
}
