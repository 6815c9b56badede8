//! Why hooks were left as they are, and what to do instead.

use std::error::Error;
use std::fmt;

/// Nothing was changed.
#[derive(Debug)]
pub struct Refusal {
    /// What stands in the way, in a sentence without its full stop.
    pub what: String,
    /// The way out, line by line as it is to be printed; it may hold text to copy.
    pub lines: Vec<String>,
    cause: Option<anyhow::Error>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for Refusal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(|cause| cause.as_ref() as _)
    }
}

/// The error for hooks that are left as they are.
pub fn refused<L: Into<String>>(what: impl Into<String>, lines: impl IntoIterator<Item = L>) -> anyhow::Error {
    Refusal { what: what.into(), lines: lines.into_iter().map(Into::into).collect(), cause: None }.into()
}

/// The same, where something failed.
pub fn failed(what: impl Into<String>, way_out: &str, cause: impl Into<anyhow::Error>) -> anyhow::Error {
    Refusal { what: what.into(), lines: vec![way_out.into()], cause: Some(cause.into()) }.into()
}
