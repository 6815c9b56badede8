//! A stand-in for curl that parses its command line and answers as PostHog does.

use std::fs;
use std::path::{Path, PathBuf};

use super::hooks::write_program;
use super::{Run, Sandbox};

/// The host that stands for `HOST`.
pub const HOST: &str = "https://eu.posthog.com";

/// Programs in front of PATH: phguard, and the stand-in.
pub struct PostHog {
    path: String,
    answers: PathBuf,
}

impl PostHog {
    /// Writes the programs into a directory of the sandbox.
    pub fn beside(sandbox: &Sandbox) -> Self {
        let bin = sandbox.root().join("bin");
        let answers = sandbox.root().join("answers");
        fs::create_dir(&answers).unwrap();
        let path = sandbox.path_with_phguard();
        // An option that it does not know, no address, or two of them: it fails.
        let script = format!(
            r#"#!/bin/sh
method=GET body= address= header=
while [ $# -gt 0 ]; do
  case $1 in
    -sS) ;;
    -H) header=$2; shift ;;
    -X) method=$2; shift ;;
    --json) [ "$2" = @- ] || exit 2; body=$(cat); method=POST; shift ;;
    {HOST}/*) [ -z "$address" ] || exit 2; address=$1 ;;
    *) echo "curl: $1" >&2; exit 2 ;;
  esac
  shift
done
printf '%s %s\n%s\n%s\n' "$method" "$address" "$header" "$body" >>'{requests}'
name=$(printf %s "${{address#{HOST}/}}" | tr -c 'a-zA-Z0-9\n' _)
cat '{answers}'/"$name" || exit 22
"#,
            requests = answers.join("requests").display(),
            answers = answers.display(),
        );
        write_program(&bin.join("curl"), &script);
        Self { path, answers }
    }

    /// Lets a path of the API answer with this text.
    pub fn answer(&self, path: &str, text: &str) {
        let mut name = String::new();
        for character in path.trim_start_matches('/').chars() {
            name.push(if character.is_ascii_alphanumeric() {
                character
            } else {
                '_'
            });
        }
        fs::write(self.answers.join(name), text).unwrap();
    }

    /// The requests since the last call: a line with the method and the address, one with the header,
    /// one with the body.
    pub fn requests(&self) -> String {
        let file = self.answers.join("requests");
        let text = fs::read_to_string(&file).unwrap_or_default();
        drop(fs::remove_file(file));
        text
    }

    /// Runs a script with the programs in front of PATH.
    pub fn run(&self, sandbox: &Sandbox, directory: &Path, script: &str, input: &str) -> Run {
        let mut command = sandbox.command("bash");
        command
            .args(["-uc", script])
            .env("PATH", &self.path)
            .current_dir(directory);
        let file = self.answers.join("input");
        fs::write(&file, input).unwrap();
        command.stdin(fs::File::open(file).unwrap());
        Run::of(&mut command)
    }
}
