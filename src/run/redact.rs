//! `phguard redact`: standard input to standard output with the keys masked.

use std::io;

use anyhow::Result;

use super::{Verdict, check};
use crate::cli::Output;
use crate::detect::Detector;
use crate::redact;

pub(super) fn run(fail_on_key: bool, output: &Output) -> Result<Verdict> {
    let detector = Detector::with(check::config_here(output)?.keys);
    let masked = redact::copy(io::stdin().lock(), io::stdout().lock(), &detector, output.strict)?;
    Ok(if fail_on_key && masked > 0 { Verdict::KeyFound } else { Verdict::Clean })
}
