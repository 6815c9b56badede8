//! Run with `cargo +nightly fuzz run unpack -- -dict=fuzz/unpack.dict -max_len=65536 -rss_limit_mb=1024`.
//!
//! Whatever a container says of itself: nothing panics, memory stays flat, and every byte of the
//! content is scanned.

#![no_main]

use libfuzzer_sys::fuzz_target;
use phguard::config::allow::Allow;
use phguard::detect::Detector;
use phguard::progress::Progress;
use phguard::scan::{Markers, Scanner};

fuzz_target!(|input: &[u8]| {
    let detector = Detector::new();
    let allow = Allow::default();
    let progress = Progress::new(false);
    let scanner = Scanner { detector: &detector, allow: &allow, strict: false, markers: Markers::Counted, progress: &progress };
    let outcome = scanner.scan_reader(b"a", input, 0).expect("memory");
    assert_eq!(outcome.bytes, input.len() as u64);
    assert_eq!(outcome.files, 1);
});
