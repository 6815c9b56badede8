//! Every way to commit, in every kind of repository, with every kind of content: what phguard
//! reports as the real hook equals what the commit added.

mod contents;
mod formats;
mod kinds;
mod truth;
mod world;

use std::collections::BTreeMap;
use std::panic;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use self::contents::CONTENTS;
use self::formats::FORMATS;
use self::kinds::KINDS;
use self::world::{Row, Verdict};

/// What git itself refuses, by the names of any two of kind, content and format.
const REFUSED_BY_GIT: [(&str, &str); 8] = [
    ("commit PATH", "file and directory swapped"),
    ("octopus", "file and directory swapped"),
    ("from a subdirectory", "relative GIT_DIR"),
    ("merge of unrelated histories", "submodules"),
    ("line endings renormalised", "sparse checkout"),
    ("merge", "replaced commit"),
    ("octopus", "replaced commit"),
    ("pull", "replaced commit"),
];

fn is_refused_by_git(row: &Row) -> bool {
    let names = [row.kind.name, row.content.name, row.format.name];
    REFUSED_BY_GIT
        .iter()
        .any(|(a, b)| names.contains(a) && names.contains(b))
}

/// Judges the rows on a few threads, prints those that could not be made, and fails with all that
/// are wrong.
fn judge(rows: &[Row]) {
    let (next, verdicts) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let wanted = std::env::var("MATRIX").unwrap_or_default();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().unwrap().get() {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if !row.name().contains(&wanted) {
                        continue;
                    }
                    let judged = panic::catch_unwind(|| match is_refused_by_git(row) {
                        true => Verdict::NotMade("git refuses to commit this".into()),
                        false => row.judge(),
                    });
                    let verdict =
                        judged.unwrap_or_else(|_| Verdict::Wrong("see the panic above".into()));
                    verdicts.lock().unwrap().insert(row.name(), verdict);
                }
            });
        }
    });
    let mut counts = [0; 4];
    let (mut wrong, mut lines) = (Vec::new(), 0);
    for (name, verdict) in verdicts.into_inner().unwrap() {
        counts[match verdict {
            Verdict::Right(count) => {
                lines += count;
                0
            }
            Verdict::Unasked => {
                println!("no hook is asked: {name}");
                1
            }
            Verdict::NotMade(why) => {
                println!(
                    "not made: {name}: {}",
                    why.lines().last().unwrap_or_default()
                );
                2
            }
            Verdict::Wrong(how) => {
                wrong.push(format!("{name}: {how}"));
                3
            }
        }] += 1;
    }
    let [right, unasked, not_made, _] = counts;
    println!(
        "{right} right ({lines} lines), {unasked} without a hook, {not_made} not made, {} wrong",
        wrong.len()
    );
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn by_name<T>(all: &'static [T], name: impl Fn(&T) -> &'static str, wanted: &str) -> &'static T {
    all.iter()
        .find(|item| name(item) == wanted)
        .unwrap_or_else(|| panic!("no {wanted}"))
}

#[test]
fn every_way_to_commit() {
    let content = &CONTENTS[0];
    let formats =
        ["sha1", "sha256 and reftable"].map(|name| by_name(FORMATS, |format| format.name, name));
    let rows = KINDS.iter().flat_map(|kind| {
        formats.iter().map(move |format| Row {
            format,
            kind,
            content,
        })
    });
    judge(&rows.collect::<Vec<_>>());
}

#[test]
fn every_repository_format() {
    let content = &CONTENTS[0];
    let kinds = ["commit", "commit PATH"].map(|name| by_name(KINDS, |kind| kind.name, name));
    let rows = FORMATS.iter().flat_map(|format| {
        kinds.iter().map(move |kind| Row {
            format,
            kind,
            content,
        })
    });
    judge(&rows.collect::<Vec<_>>());
}

#[test]
fn every_content() {
    let formats = ["sha1", "sha256"].map(|name| by_name(FORMATS, |format| format.name, name));
    let kind = &KINDS[0];
    let rows = CONTENTS.iter().flat_map(|content| {
        formats.iter().map(move |format| Row {
            format,
            kind,
            content,
        })
    });
    judge(&rows.collect::<Vec<_>>());
}

/// Of the rows of a product, those on every `STRIDE`th diagonal: each of its lines and columns is
/// met, in a time that a run on each change can afford. `MATRIX_ALL=1` takes all.
const STRIDE: usize = 6;

fn product<A: 'static, B: 'static>(
    a: &'static [A],
    b: &'static [B],
    row: impl Fn(&'static A, &'static B) -> Row,
) -> Vec<Row> {
    let stride = if std::env::var_os("MATRIX_ALL").is_some() {
        1
    } else {
        STRIDE
    };
    let rows = a
        .iter()
        .enumerate()
        .flat_map(|(i, a)| b.iter().enumerate().map(move |(j, b)| (i + j, a, b)));
    rows.filter(|(diagonal, ..)| diagonal % stride == 0)
        .map(|(_, a, b)| row(a, b))
        .collect()
}

#[test]
#[ignore = "takes minutes: ways to commit in repository formats"]
fn ways_to_commit_in_repository_formats() {
    judge(&product(FORMATS, KINDS, |format, kind| Row {
        format,
        kind,
        content: &CONTENTS[0],
    }));
}

#[test]
#[ignore = "takes minutes: contents in ways to commit"]
fn contents_in_ways_to_commit() {
    judge(&product(CONTENTS, KINDS, |content, kind| Row {
        format: &FORMATS[0],
        kind,
        content,
    }));
}

#[test]
#[ignore = "takes minutes: contents in repository formats"]
fn contents_in_repository_formats() {
    judge(&product(CONTENTS, FORMATS, |content, format| Row {
        format,
        kind: &KINDS[0],
        content,
    }));
}
