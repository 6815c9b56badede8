//! `phguard redact`: standard input to standard output, or files in place, with the keys masked.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use super::context::Context;
use super::{Verdict, print};
use crate::agent::replace::Successor;
use crate::cli::Output;
use crate::failure::failed;
use crate::report::sanitize::sanitize;
use crate::scan::redact;

pub(super) fn run(fail_on_key: bool, output: &Output) -> Result<Verdict> {
    let context = Context::of_here(output)?;
    let masked = redact::copy(
        io::stdin().lock(),
        io::stdout().lock(),
        context.detector(),
        output.strict,
    )?;
    Ok(if fail_on_key && masked > 0 {
        Verdict::KeyFound
    } else {
        Verdict::Clean
    })
}

/// Masks the keys in files. A file without a key is not touched; one that fails is as it was, and
/// those after it are left alone.
pub(super) fn in_place(files: &[PathBuf], output: &Output) -> Result<Verdict> {
    let context = Context::of_here(output)?;
    for file in files {
        let name = sanitize(file.as_os_str().as_encoded_bytes());
        let masked = redact_file(file, &context, output).map_err(|e| {
            let hint = "close the program that writes to it, and run this again";
            failed(
                format!("{name} cannot be redacted; it is as it was"),
                hint,
                e,
            )
        })?;
        if !output.quiet {
            print::write_out(format!("{name}: {masked} masked\n").as_bytes())?;
        }
    }
    Ok(Verdict::Clean)
}

fn redact_file(file: &Path, context: &Context, output: &Output) -> Result<usize> {
    let input = File::open(file)?;
    let before = input.metadata()?;
    ensure!(before.is_file(), "it is no regular file");
    let (successor, copy) = Successor::of(file)?;
    let mut writer = BufWriter::new(copy);
    let masked = redact::copy(input, &mut writer, context.detector(), output.strict)?;
    writer.flush()?;
    let copy = writer.into_inner().context("the copy cannot be written")?;
    let after = file.metadata()?;
    let is_unchanged = after.len() == before.len() && after.modified()? == before.modified()?;
    ensure!(is_unchanged, "it was written to at the same time");
    if masked > 0 {
        successor.place(copy)?;
    }
    Ok(masked)
}
