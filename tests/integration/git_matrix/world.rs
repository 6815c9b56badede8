//! One row of the matrix, made real.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::contents::Content;
use super::formats::Format;
use super::kinds::Kind;
use super::truth::{self, Lines};
use crate::sandbox::{PHGUARD, Run, Sandbox};

#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) format: &'static Format,
    pub(crate) kind: &'static Kind,
    pub(crate) content: &'static Content,
}

pub(crate) enum Verdict {
    /// So many lines were added and found.
    Right(usize),
    /// Git asks no hook here.
    Unasked,
    /// This git cannot make the situation.
    NotMade(String),
    Wrong(String),
}

pub(crate) struct World {
    sandbox: Sandbox,
    enter: &'static str,
}

/// Reports what it finds, and blocks only if something was not scanned.
const HOOK: &str = "#!/bin/sh
\"$PHGUARD\" hook pre-commit --format json --config \"$ROOT/every-line.toml\" > \"$ROOT/report\"
code=$?
[ $code -le 1 ] || exit $code
";

const EVERY_LINE: &str = r"
[[keys]]
id = 'every-line'
regex = '[^\n]*\|[^\n]*'
description = 'a line that counts'
severity = 'high'
";

impl Row {
    pub(crate) fn name(&self) -> String {
        format!(
            "{} / {} / {}",
            self.format.name, self.kind.name, self.content.name
        )
    }

    pub(crate) fn judge(&self) -> Verdict {
        let world = World::new(self.format.enter);
        let made = world.shell(&self.functions(), self.format.create);
        if made.code != Some(0) {
            return Verdict::NotMade(made.stderr);
        }
        let prepared = world.shell(
            &self.functions(),
            &format!("{}\n{}", self.format.enter, self.kind.prepare),
        );
        if prepared.code != Some(0) {
            return Verdict::Wrong(format!(
                "the set-up fails: {}{}",
                prepared.stdout, prepared.stderr
            ));
        }
        world.remove_report();
        let old_head = world.head();
        let run = world.shell(
            &self.functions(),
            &format!("{}\n{}", self.format.enter, self.kind.command),
        );
        if run.code != Some(0) {
            return Verdict::Wrong(format!("the commit fails: {}{}", run.stdout, run.stderr));
        }
        match (self.kind.asks, world.report()) {
            (false, None) => Verdict::Unasked,
            (false, Some(_)) => Verdict::Wrong("a hook was asked after all".into()),
            (true, None) => Verdict::Wrong(format!("no hook was asked: {}", run.stderr)),
            (true, Some(found)) => {
                compare(&found, &truth::added_lines(&world, old_head.as_deref()))
            }
        }
    }

    fn functions(&self) -> String {
        format!(
            "git() {{ if [ \"$1\" = add ]; then shift; set -- add --sparse \"$@\"; fi; command git \"$@\"; }}
             save() {{ git add -A; git commit -q --no-verify --allow-empty -m \"$1\"; }}
             sparse() {{ git ls-tree -d --name-only HEAD | grep -vx away | git sparse-checkout set --cone $1 --stdin; }}
             unset_git() {{ ( unset $(git rev-parse --local-env-vars); \"$@\" ); }}
             base() {{ echo 'always|' > always; {}\n}}
             edit() {{ {}\necho 'more|' >> always; }}
             settle() {{ {}\n}}
             first() {{ base; save base; settle; }}\n",
            self.content.base, self.content.edit, self.format.settle
        )
    }
}

fn compare(found: &Lines, truth: &Lines) -> Verdict {
    let show = |a: &Lines, b: &Lines| -> Vec<String> {
        let name = |path: &[u8]| String::from_utf8_lossy(path).into_owned();
        a.difference(b)
            .take(8)
            .map(|(path, line)| format!("{}:{line}", name(path)))
            .collect()
    };
    if found == truth {
        return Verdict::Right(truth.len());
    }
    Verdict::Wrong(format!(
        "missed {:?}, made up {:?}",
        show(truth, found),
        show(found, truth)
    ))
}

impl World {
    fn new(enter: &'static str) -> Self {
        let sandbox = Sandbox::without_repository();
        fs::remove_dir(sandbox.repo()).unwrap();
        fs::write(sandbox.root().join("every-line.toml"), EVERY_LINE).unwrap();
        for event in ["pre-commit", "pre-merge-commit"] {
            let hook = sandbox.root().join("hooks").join(event);
            fs::create_dir_all(hook.parent().unwrap()).unwrap();
            fs::write(&hook, HOOK).unwrap();
            crate::sandbox::make_executable(&hook);
        }
        let world = Self { sandbox, enter };
        let hooks = format!("{}/hooks", world.sandbox.root().display());
        for (name, value) in [
            ("core.hooksPath", hooks.as_str()),
            ("protocol.file.allow", "always"),
            ("advice.addEmbeddedRepo", "false"),
            ("init.defaultBranch", "main"),
        ] {
            let run = Run::of(
                world
                    .command("git")
                    .args(["config", "--global", name, value]),
            );
            assert_eq!(run.code, Some(0), "{}", run.stderr);
        }
        world
    }

    fn command(&self, program: &str) -> Command {
        let mut command = self.sandbox.command(program);
        command
            .current_dir(self.sandbox.root())
            .env("ROOT", self.sandbox.root())
            .env("PHGUARD", PHGUARD);
        command
    }

    fn shell(&self, functions: &str, script: &str) -> Run {
        Run::of(
            self.command("sh")
                .arg("-ec")
                .arg(format!("{functions}{script}")),
        )
    }

    /// What a git command prints, run where the row's commit was made.
    pub(crate) fn git_bytes(&self, arguments: &[&str]) -> Vec<u8> {
        let script = format!("{}\nexec git \"$@\"", self.enter);
        let mut command = self.command("sh");
        command
            .arg("-ec")
            .arg(script)
            .arg("sh")
            .args(arguments)
            .env("GIT_NO_REPLACE_OBJECTS", "1");
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.git_bytes(arguments))
            .unwrap()
            .trim()
            .to_owned()
    }

    fn head(&self) -> Option<String> {
        let script = format!("{}\ngit rev-parse --verify -q HEAD", self.enter);
        let run = Run::of(self.command("sh").arg("-ec").arg(script));
        (run.code == Some(0)).then(|| run.stdout.trim().to_owned())
    }

    fn report_path(&self) -> PathBuf {
        self.sandbox.root().join("report")
    }

    fn remove_report(&self) {
        if self.report_path().exists() {
            fs::remove_file(self.report_path()).unwrap();
        }
    }

    /// What the hook reported; `None` if it was not asked.
    fn report(&self) -> Option<Lines> {
        let report = fs::read(self.report_path()).ok()?;
        let report: Value = serde_json::from_slice(&report).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        let lines = findings.map(|finding| {
            let path = finding["path"].as_str().unwrap();
            let path = if finding["path_bytes"].is_null() {
                path.as_bytes().to_vec()
            } else {
                unescape(path)
            };
            (
                path,
                usize::try_from(finding["line"].as_u64().unwrap()).unwrap(),
            )
        });
        Some(lines.collect())
    }
}

/// `\xNN` in a path that is no UTF-8.
fn unescape(path: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}
