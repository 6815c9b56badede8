//! `phguard redact`: standard input to standard output with the keys masked.

use std::io;

use anyhow::Result;

use super::Verdict;
use super::context::Context;
use crate::cli::Output;
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
