//! Throughput of the detector on data without keys, beside a bare search for `phx_` in the same
//! data and the same run: `cargo bench --bench detector`, or `-- FILE...` for data of one's own.
//!
//! Both are timed in turn and the best of the rounds counts, because only that is the machine's
//! and not its neighbours'. The ratio is what to compare; GB/s depend on the machine.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a measurement by hand, which prints and may fail"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use memchr::memmem;
use phguard::detect::Detector;

const SIZE: usize = 64 << 20;
const ROUNDS: usize = 9;

fn main() {
    let detector = Detector::new();
    let finder = memmem::Finder::new(b"phx_");
    println!(
        "{:<14} {:>13} {:>13} {:>7}",
        "64 MiB of", "detector GB/s", "memmem GB/s", "ratio"
    );
    let compare = |name: &str, data: &[u8]| {
        let mut best = [Duration::MAX; 2];
        for _ in 0..ROUNDS {
            best[0] = best[0].min(time(|| detector.scan(black_box(data)).len()));
            best[1] = best[1].min(time(|| finder.find_iter(black_box(data)).count()));
        }
        let [scan, search] = best.map(|best| best.as_secs_f64());
        let speed = |seconds: f64| data.len() as f64 / seconds / 1e9;
        println!(
            "{name:<14} {:>13.2} {:>13.2} {:>7.2}",
            speed(scan),
            speed(search),
            scan / search
        );
    };
    let files: Vec<_> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    for file in &files {
        compare(file, &std::fs::read(file).expect("a file to read"));
    }
    for (name, make) in DATA.into_iter().filter(|_| files.is_empty()) {
        let data = make(Random(1));
        assert!(detector.scan(&data).is_empty(), "{name} holds a key");
        compare(name, &data);
    }
}

fn time(work: impl Fn() -> usize) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

type Make = fn(Random) -> Vec<u8>;

const DATA: [(&str, Make); 6] = [
    ("source text", source),
    ("minified", minified),
    ("base64 lines", |random| base64(random, 76)),
    ("base64 in JSON", |random| base64(random, 100_000)),
    ("UTF-16 text", |random| {
        source(random)
            .iter()
            .take(SIZE / 2)
            .flat_map(|byte| [*byte, 0])
            .collect()
    }),
    ("random bytes", |mut random| {
        (0..SIZE / 8)
            .flat_map(|_| random.next().to_le_bytes())
            .collect()
    }),
];

/// Splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> usize {
        usize::try_from(self.next() % limit).unwrap_or_default()
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64)]
    }
}

/// None of these holds an anchor.
const WORDS: &[&str] = &[
    "let",
    "self",
    "return",
    "value",
    "index",
    "length",
    "config",
    "if",
    "else",
    "match",
    "result",
    "error",
    "Some",
    "None",
    "String",
    "path",
    "buffer",
    "stream",
    "request",
    "response",
    "handler",
    "import",
    "const",
    "function",
    "await",
    "props",
    "state",
    "children",
    "the",
    "of",
    "a",
    "to",
    "is",
    "graph",
    "JSON",
    "parser",
    "state_machine",
    "total_count",
    "i",
    "x",
    "0",
    "1",
    "42",
    "true",
    "false",
    "iterator",
    "map",
];

/// Each of these does. In PostHog/posthog-js one stands every 4,200 bytes.
const ANCHORED: &[&str] = &[
    "person",
    "personProperties",
    "alpha",
    "phase",
    "personal",
    "paragraphs",
    "Person",
];

/// So many other words to one of those.
const RARITY: u64 = 500;

const MARKS: &[&str] = &[
    " ",
    " ",
    " ",
    " = ",
    "(",
    ")",
    ", ",
    ".",
    ";\n    ",
    " {\n        ",
    "\n}\n\n",
    ": ",
    "\"",
    "::",
    " // ",
];

fn source(random: Random) -> Vec<u8> {
    words(random, WORDS, MARKS)
}

fn minified(random: Random) -> Vec<u8> {
    let names = [
        "e",
        "t",
        "n",
        "r",
        "this",
        "function",
        "return",
        "var",
        "null",
        "void 0",
        "prototype",
        "length",
        "children",
    ];
    words(
        random,
        &names,
        &[
            ".", ",", "(", ")", "=", "{", "}", ";", "?", ":", "&&", "[", "]", "!", "\"", "=>",
        ],
    )
}

fn words(mut random: Random, words: &[&str], marks: &[&str]) -> Vec<u8> {
    let mut text = Vec::with_capacity(SIZE + 64);
    while text.len() < SIZE {
        let is_rare = random.below(RARITY) == 0;
        text.extend_from_slice(
            random
                .pick(if is_rare { ANCHORED } else { words })
                .as_bytes(),
        );
        text.extend_from_slice(random.pick(marks).as_bytes());
    }
    text
}

fn base64(mut random: Random, width: usize) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = Vec::with_capacity(SIZE + width);
    while text.len() < SIZE {
        text.extend((0..width).map(|_| DIGITS[random.below(64)]));
        text.extend_from_slice(if width > 76 { b"\",\"data\":\"" } else { b"\n" });
    }
    text
}
