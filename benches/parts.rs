//! What the parts of the staged check take, one by one: `cargo bench --bench parts`, or
//! `-- REPOSITORY...` for the staged changes of one's own.
//!
//! The best of some rounds counts, because only that is the machine's and not its neighbours'. All
//! rounds are in one process: what a first one has to read, later ones find in the memory.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a measurement by hand, which prints and may fail"
)]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use phguard::config::allow::Allow;
use phguard::detect::Detector;
use phguard::git::{MergeVariables, RenameSources, Repo};
use phguard::progress::Progress;
use phguard::scan::{Markers, Scanner};
use phguard::source::staged;

const PATIENCE: Duration = Duration::from_millis(500);
const ROUNDS: usize = 5;

fn main() {
    let given: Vec<_> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let start = std::env::current_dir().expect("a directory to start from");
    for repository in &given {
        parts(repository, &start.join(repository));
    }
    if given.is_empty() {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let [few, many] = ["few", "many"].map(|name| scratch.path().join(name));
        one_file_of(10_000, &few);
        parts("1 file staged of 10,000", &few);
        first_commit_of(2_000, &many);
        parts("2,000 new files of 20 KB", &many);
        std::env::set_current_dir(start).expect("the way back");
    }
}

fn parts(name: &str, repository: &Path) {
    println!("{name}");
    std::env::set_current_dir(repository).expect("a repository");
    let repo = Repo::open().expect("a repository");
    let parents = repo.parents(MergeVariables::Ignored).expect("HEAD");
    let changes = staged::changes(&repo, &parents, &[]).expect("staged changes");
    let blobs = repo.blobs().expect("an object database");
    let read = |id| {
        blobs
            .read(id)
            .expect("a blob that can be read")
            .expect("a blob that is there")
    };
    let contents: Vec<_> = changes
        .iter()
        .map(|change| read(&change.new).to_vec())
        .collect();
    let bytes: usize = contents.iter().map(Vec::len).sum();
    let detector = Detector::new();
    let scanner = Scanner {
        detector: &detector,
        allow: &Allow::default(),
        strict: false,
        markers: Markers::Counted,
        progress: &Progress::new(false),
    };

    best("open the repository", || Repo::open().is_ok());
    best("find HEAD's tree", || {
        repo.parents(MergeVariables::Ignored).is_ok()
    });
    best("compare it with the index", || {
        staged::changes(&repo, &parents, &[]).is_ok()
    });
    best("build the detector", Detector::new);
    best(&format!("inflate {} blobs", changes.len()), || {
        changes
            .iter()
            .map(|change| read(&change.new).len())
            .sum::<usize>()
    });
    best(&format!("search {bytes} bytes"), || {
        contents
            .iter()
            .map(|content| detector.scan(content).len())
            .sum::<usize>()
    });
    best("both, on all cores", || {
        scanner
            .scan(&repo, &RenameSources::in_trees(parents.clone()), &changes)
            .is_ok()
    });
}

fn best<T>(name: &str, part: impl Fn() -> T) {
    let start = Instant::now();
    let mut best = Duration::MAX;
    let mut rounds = 0;
    while rounds < ROUNDS || start.elapsed() < PATIENCE {
        let round = Instant::now();
        black_box(part());
        best = best.min(round.elapsed());
        rounds += 1;
    }
    println!("  {name:<28} {:>10.1} µs", best.as_secs_f64() * 1e6);
}

fn one_file_of(count: usize, repository: &Path) {
    write_files(count, 1, repository);
    git(repository, &["commit", "-q", "-m", "base"]);
    fs::write(repository.join("d0/f0.txt"), "another line\n").expect("a changed file");
    git(repository, &["add", "."]);
    git(repository, &["write-tree"]);
}

fn first_commit_of(count: usize, repository: &Path) {
    write_files(count, 400, repository);
    git(repository, &["write-tree"]);
}

/// Staged files with lines of some 50 bytes, no two alike.
fn write_files(count: usize, lines: usize, repository: &Path) {
    fs::create_dir(repository).expect("a new directory");
    git(repository, &["init", "-q"]);
    for file in 0..count {
        let directory = repository.join(format!("d{}", file / 50));
        fs::create_dir_all(&directory).expect("a directory");
        let line = |number| format!("let value_{file} = person.call({number}, \"some text\");\n");
        let text: String = (0..lines).map(line).collect();
        fs::write(directory.join(format!("f{file}.txt")), text).expect("a file");
    }
    git(repository, &["add", "."]);
}

/// Runs git without the user's configuration.
fn git(repository: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=A U Thor",
            "-c",
            "user.email=author@example.com",
            "-c",
            "gc.auto=0",
        ])
        .args(arguments)
        .current_dir(repository)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git to measure with");
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
