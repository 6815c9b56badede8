//! The message of a check that could not be made.

use super::sanitize::sanitize;
use super::style::{Palette, Role};
use crate::locate::masked_message;
use crate::unscanned::CannotScan;

/// What failed, why, and the way out.
#[must_use]
pub fn text(error: &anyhow::Error, palette: Palette) -> String {
    let title = palette.paint(Role::Alarm, "phguard: nothing was approved");
    let mut lines = format!("{title}: {}.\n", shown(&error.to_string()));
    let causes = error.chain().skip(1).map(|cause| shown(&cause.to_string()));
    for cause in causes {
        lines += &format!("  why: {cause}\n");
    }
    if let Some(CannotScan { way_out, .. }) = error.downcast_ref() {
        lines += &format!("  try: {way_out}\n");
    }
    lines
}

fn shown(message: &str) -> String {
    sanitize(masked_message(message).as_bytes())
}
