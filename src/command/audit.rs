//! Judges the account's keys by documents that the user fetched.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, ensure};

use super::{Verdict, print};
use crate::audit::{Answer, Audit, Documents, Moment, Question, Reports};
use crate::cli::{self, Output};
use crate::failure::{failed, hint};
use crate::report::{Format, audit as report};

/// A longer document is no answer of the API: a page has at most some hundred entries.
const LONGEST: u64 = 32 << 20;
/// Stands for standard input.
const STDIN: &str = "-";

pub(super) fn run(wanted: &cli::Audit, output: &Output) -> Result<Verdict> {
    if matches!(output.format, Format::Sarif | Format::Github) {
        let cause = anyhow!("the keys of an account stand in no file");
        let what = "audit has no report in that format";
        return Err(failed(what, hint::FORMATS, cause));
    }
    let from_stdin = [PathBuf::from(STDIN)];
    let files = if wanted.files.is_empty() {
        &from_stdin[..]
    } else {
        &wanted.files
    };
    let mut documents = Documents::default();
    for file in files {
        let read = content_of(file).and_then(|bytes| documents.add(&bytes));
        read.map_err(|e| failed(unread_hint(file), hint::API, e))?;
    }
    let mut reports = Reports::default();
    for file in &wanted.with {
        let read = content_of(file).and_then(|bytes| reports.add(&bytes));
        read.map_err(|e| failed(unread_hint(file), hint::REPORT, e))?;
    }
    let question = Question {
        now: wanted.today.unwrap_or_else(Moment::now),
        max_age: i64::from(wanted.max_age),
        since: wanted.since,
    };
    let audit = Audit::of(documents, reports, &question);
    print_audit(&audit, &question, wanted, output)?;
    Ok(match audit.answer() {
        Answer::Well => Verdict::Clean,
        Answer::Todo => Verdict::Defect,
        Answer::Incomplete => Verdict::NotScanned,
    })
}

fn unread_hint(file: &Path) -> String {
    if file.as_os_str() == STDIN {
        return "standard input cannot be audited".into();
    }
    format!("{} cannot be audited", file.display())
}

fn content_of(file: &Path) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    if file.as_os_str() == STDIN {
        let stdin = io::stdin();
        ensure!(!stdin.is_terminal(), "nothing is piped into it");
        stdin.lock().take(LONGEST + 1).read_to_end(&mut content)?;
    } else {
        File::open(file)?
            .take(LONGEST + 1)
            .read_to_end(&mut content)?;
    }
    let length = u64::try_from(content.len())?;
    ensure!(length <= LONGEST, "it has more than {} MiB", LONGEST >> 20);
    Ok(content)
}

fn print_audit(
    audit: &Audit,
    question: &Question,
    wanted: &cli::Audit,
    output: &Output,
) -> Result<()> {
    if output.quiet {
        return Ok(());
    }
    let mut text = Vec::new();
    if output.format == Format::Json {
        text.extend(report::json(audit, question)?.bytes());
    } else {
        let listed = if wanted.all {
            report::Listed::All
        } else {
            report::Listed::First
        };
        report::human(&mut text, audit, question, listed, print::screen(output))?;
    }
    print::write_out(&text)
}
