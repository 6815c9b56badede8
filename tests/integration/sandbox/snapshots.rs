//! Whole outputs, held against files. `SNAPSHOTS=overwrite cargo test` writes the files anew.

use std::path::{Path, PathBuf};

use snapbox::Data;
use snapbox::data::DataFormat;

use super::Run;

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
    let mut text = format!("exit code {}\n", run.code.unwrap());
    for (stream, printed) in [("output", &run.stdout), ("error", &run.stderr)] {
        if !printed.is_empty() {
            text += &format!("\nstandard {stream}\n{printed}");
        }
    }
    assert_snapshot(name, &text);
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
