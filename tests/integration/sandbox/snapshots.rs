//! Whole outputs, held against files. `SNAPSHOTS=overwrite cargo test` writes the files anew.

use std::path::{Path, PathBuf};

use snapbox::Data;
use snapbox::data::DataFormat;

use super::keys::phx;
use super::{PHGUARD, Run, Sandbox};

/// Compares a text with the file of that name in `tests/integration/snapshots`.
#[track_caller]
pub fn assert_snapshot(name: &str, actual: &str) {
    let path = from_top("tests/integration/snapshots").join(name);
    let actual = actual.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    compare(Data::text(actual), &path, DataFormat::Text);
}

/// Compares all that a command printed, and its exit code, with a file.
#[track_caller]
pub fn assert_run(name: &str, run: &Run) {
    assert_snapshot(name, &printed(run));
}

fn printed(run: &Run) -> String {
    let mut text = format!("exit code {}\n", run.code.unwrap());
    for (stream, printed) in [("output", &run.stdout), ("error", &run.stderr)] {
        if !printed.is_empty() {
            text += &format!("\nstandard {stream}\n{printed}");
        }
    }
    text
}

/// Everything that some commands printed in their sandboxes. Paths of the sandbox and of the
/// program become words, so that the text is the same on every machine.
#[derive(Default)]
pub struct Transcript {
    text: String,
}

impl Transcript {
    /// Adds a command that is described by a title.
    #[track_caller]
    pub fn add(&mut self, title: &str, sandbox: &Sandbox, run: &Run) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text += &format!("## {title}\n{}", without_paths(sandbox, run));
    }

    /// Compares the text with the file of that name.
    #[track_caller]
    pub fn assert(&self, name: &str) {
        assert_snapshot(name, &self.text);
    }
}

#[track_caller]
fn without_paths(sandbox: &Sandbox, run: &Run) -> String {
    let text = printed(run);
    assert!(!text.contains(&phx()), "a whole key is shown:\n{text}");
    let root = sandbox.root().display().to_string();
    text.replace(&root, "SANDBOX").replace(PHGUARD, "PHGUARD")
}

impl Sandbox {
    /// Compares all that a command printed with a file, without the paths of this machine.
    #[track_caller]
    pub fn assert_run(&self, name: &str, run: &Run) {
        assert_snapshot(name, &without_paths(self, run));
    }
}

/// Compares a coloured text with a picture of it; the path counts from the top of the project.
#[track_caller]
pub fn assert_picture(path: &str, actual: &str) {
    compare(Data::text(actual), &from_top(path), DataFormat::TermSvg);
}

fn from_top(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[track_caller]
fn compare(actual: Data, path: &Path, format: DataFormat) {
    let expected = Data::read_from(path, Some(format)).raw();
    snapbox::Assert::new()
        .action_env("SNAPSHOTS")
        .eq(actual, expected);
}
