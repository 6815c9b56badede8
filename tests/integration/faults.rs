//! Whatever is damaged of what the check reads, a key is never approved.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::sandbox::keys::{key, phx};
use crate::sandbox::{PHGUARD, Run, Sandbox, files_below, make_writable};

/// One way to damage a file.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Removed,
    Truncated { eighths: usize },
    Flipped { at: usize, bit: u8 },
    Replaced(&'static [u8]),
    Directory,
}

/// Only to end the test: a check takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bits flipped in each file; `FAULT_FLIPS` asks for more.
fn flips() -> usize {
    std::env::var("FAULT_FLIPS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10)
}

impl Fault {
    /// Many for a small file, spread over a large one.
    fn all(length: usize) -> Vec<Self> {
        let mut faults = vec![
            Self::Removed,
            Self::Directory,
            Self::Replaced(b""),
            Self::Replaced(b"nonsense\n"),
        ];
        faults.extend((1..8).map(|eighths| Self::Truncated { eighths }));
        let step = (length / flips()).max(1);
        faults.extend((0..length).step_by(step).map(|at| Self::Flipped {
            at,
            bit: 1 << (at / step % 8),
        }));
        faults
    }

    fn apply(self, path: &Path, whole: &[u8]) {
        make_writable(path);
        match self {
            Self::Removed => fs::remove_file(path).unwrap(),
            Self::Truncated { eighths } => {
                fs::write(path, &whole[..whole.len() * eighths / 8]).unwrap();
            }
            Self::Flipped { at, bit } => {
                let mut flipped = whole.to_vec();
                flipped[at] ^= bit;
                fs::write(path, flipped).unwrap();
            }
            Self::Replaced(content) => fs::write(path, content).unwrap(),
            Self::Directory => {
                fs::remove_file(path).unwrap();
                fs::create_dir(path).unwrap();
            }
        }
    }

    fn undo(self, path: &Path, whole: &[u8]) {
        match self {
            Self::Directory => fs::remove_dir(path).unwrap(),
            Self::Removed => {}
            _ => fs::remove_file(path).unwrap(),
        }
        fs::write(path, whole).unwrap();
    }
}

/// A key on an old line, another on a new one, and a file without any.
fn repository(format: &[&str]) -> Sandbox {
    let sandbox = Sandbox::without_repository();
    sandbox.git([&["init", "-q", "-b", "main", "."], format].concat());
    sandbox.stage("dir/f", format!("one\n{}\nthree\n", phx()));
    sandbox.stage("other", "a\nb\nc\n");
    sandbox.commit_unchecked("the key is in");
    let other = key(2);
    sandbox.stage("dir/f", format!("one\n{}\nthree\n{other}\n", phx()));
    sandbox.stage("other", "a\nb\nc\nd\n");
    sandbox
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Code(i32),
    /// By a signal, which git takes for a refusal too: libgit2 reads beyond a damaged pack index.
    Killed,
    Never,
}

fn check(sandbox: &Sandbox) -> End {
    let mut command: Command = sandbox.command(PHGUARD);
    let mut child = command
        .arg("--staged")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().map_or(End::Killed, End::Code);
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            return End::Never;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// Damages one file after the other, in every way, and asserts that the key is found or that the
/// check could not be made.
#[track_caller]
fn survives(sandbox: &Sandbox) {
    assert_eq!(check(sandbox), End::Code(1), "without a fault");
    let git = sandbox.repo().join(".git");
    let is_read = |path: &PathBuf| {
        let path = path.strip_prefix(&git).unwrap();
        !["hooks", "logs"]
            .iter()
            .any(|unread| path.starts_with(unread))
    };
    let (mut tried, mut killed, mut wrong) = (0, 0, Vec::new());
    for path in files_below(&git).into_iter().filter(is_read) {
        let whole = fs::read(&path).unwrap();
        for fault in Fault::all(whole.len()) {
            fault.apply(&path, &whole);
            let end = check(sandbox);
            match end {
                End::Code(1 | 2) => {}
                End::Killed => killed += 1,
                _ => wrong.push(format!(
                    "{}: {fault:?}: {end:?}",
                    path.strip_prefix(&git).unwrap().display()
                )),
            }
            fault.undo(&path, &whole);
            tried += 1;
        }
    }
    println!("{tried} faults, {killed} ended by a signal");
    assert_eq!(check(sandbox), End::Code(1), "after all faults were undone");
    assert!(
        wrong.is_empty(),
        "{tried} faults, of which {} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn loose_objects() {
    survives(&repository(&[]));
}

#[test]
fn packed_objects() {
    let sandbox = repository(&[]);
    sandbox.git(["repack", "-adq"]);
    sandbox.git(["pack-refs", "--all"]);
    pack_staged(&sandbox);
    survives(&sandbox);
}

/// Packs the objects of the index, which no commit holds.
fn pack_staged(sandbox: &Sandbox) {
    let staged = sandbox.git(["ls-files", "-s"]).stdout;
    let script = "cut -d' ' -f2 | git pack-objects -q .git/objects/pack/pack; git prune-packed";
    Run::with_input(sandbox.command("sh").args(["-ec", script]), staged).exits(0);
}

#[test]
fn objects_that_git_reads() {
    survives(&repository(&["--object-format=sha256"]));
}

#[test]
fn packed_objects_that_git_reads() {
    let sandbox = repository(&["--object-format=sha256"]);
    sandbox.git(["repack", "-adq"]);
    pack_staged(&sandbox);
    survives(&sandbox);
}

#[test]
fn reference_tables() {
    survives(&repository(&["--ref-format=reftable"]));
}

#[test]
fn a_split_index() {
    let sandbox = repository(&[]);
    sandbox.git(["update-index", "--split-index"]);
    sandbox.stage("third", "more\n");
    survives(&sandbox);
}

#[test]
fn a_merge() {
    let sandbox = repository(&[]);
    sandbox.commit_unchecked("both keys are in");
    sandbox.git(["switch", "-q", "-c", "side", "HEAD~1"]);
    sandbox.stage("side", format!("{}\n", key(3)));
    sandbox.commit_unchecked("side");
    sandbox.git(["switch", "-q", "main"]);
    sandbox.git(["merge", "-q", "--no-commit", "side"]);
    sandbox.stage("new", format!("{}\n", key(4)));
    survives(&sandbox);
}
