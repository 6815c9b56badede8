//! Throughput of archives, beside the pipes that do the same by hand and in the same run:
//! `cargo bench --bench archives`. Needs `zcat`, `unzip`, `xzcat` and `grep`.
//!
//! Both are timed in turn and the best of the rounds counts. The ratio is what to compare; MB/s are of
//! what comes out, and depend on the machine.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a measurement by hand, which prints and may fail"
)]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use phguard::config::allow::Allow;
use phguard::detect::Detector;
use phguard::progress::Progress;
use phguard::scan::{Markers, Scanner};

const ROUNDS: usize = 5;
const LINES: usize = 2_000_000;

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let directory = scratch.path();
    let text = text();
    std::fs::write(directory.join("text"), &text).expect("a file");
    let gzip = File::create(directory.join("text.gz")).expect("a file");
    let mut encoder = GzEncoder::new(gzip, Compression::default());
    encoder.write_all(&text).expect("a compressed file");
    encoder.finish().expect("a compressed file");
    run(directory, "zip -q text.zip text");
    run(directory, "xz -1 -k text");

    println!(
        "{:<10} {:>13} {:>10} {:>7}",
        format!("{} MB", text.len() / 1_000_000),
        "phguard MB/s",
        "pipe MB/s",
        "ratio"
    );
    for (file, pipe) in [
        ("text.gz", "zcat text.gz | grep -c phx_"),
        ("text.zip", "unzip -p text.zip | grep -c phx_"),
        ("text.xz", "xzcat text.xz | grep -c phx_"),
    ] {
        let mut best = [Duration::MAX; 2];
        for _ in 0..ROUNDS {
            best[0] = best[0].min(time(|| scan(&directory.join(file))));
            best[1] = best[1].min(time(|| run(directory, pipe)));
        }
        let [scanned, piped] = best.map(|best| best.as_secs_f64());
        let speed = |seconds: f64| text.len() as f64 / seconds / 1e6;
        println!(
            "{file:<10} {:>13.0} {:>10.0} {:>7.2}",
            speed(scanned),
            speed(piped),
            scanned / piped
        );
    }
}

/// Lines of a log, no two alike.
fn text() -> Vec<u8> {
    let mut text = Vec::new();
    for number in 0..LINES {
        let answer = number.wrapping_mul(2_654_435_761) % 1_000_003;
        writeln!(
            text,
            "{number} GET /api/person/{answer} 200 took {} ms",
            answer % 97
        )
        .expect("memory");
    }
    text
}

fn scan(file: &Path) {
    let detector = Detector::new();
    let scanner = Scanner {
        detector: &detector,
        allow: &Allow::default(),
        strict: false,
        markers: Markers::Counted,
        progress: &Progress::new(false),
    };
    let input = File::open(file).expect("a file");
    let outcome = scanner
        .scan_reader(b"a", input, 1 << 20)
        .expect("a file that can be read");
    assert!(outcome.not_opened.is_empty(), "{:?}", outcome.not_opened);
}

fn time(work: impl Fn()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn run(directory: &Path, line: &str) {
    let status = Command::new("sh")
        .args(["-c", line])
        .current_dir(directory)
        .stdout(Stdio::null())
        .status()
        .expect("a shell");
    // grep finds nothing, and says so.
    assert!(status.code() < Some(2), "{line}");
}
