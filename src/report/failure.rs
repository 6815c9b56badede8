//! The message of a check that could not be made.

use super::sanitize::sanitize;
use super::style::{Palette, Role};
use crate::hook::Refusal;
use crate::locate::masked_message;
use crate::unscanned::CannotScan;

/// What failed, why, and the way out.
#[must_use]
pub fn text(error: &anyhow::Error, palette: Palette) -> String {
    let refusal = error.downcast_ref::<Refusal>();
    let title = if refusal.is_some() { "phguard: nothing was changed" } else { "phguard: nothing was approved" };
    let title = palette.paint(Role::Alarm, title);
    let mut lines = format!("{title}: {}.\n", shown(&error.to_string()));
    let causes = error.chain().skip(1).map(|cause| shown(&cause.to_string()));
    for cause in causes {
        lines += &format!("  why: {cause}\n");
    }
    for line in refusal.iter().flat_map(|refusal| &refusal.lines) {
        lines += format!("  {}", shown(line)).trim_end();
        lines.push('\n');
    }
    if let Some(CannotScan { way_out, .. }) = error.downcast_ref() {
        lines += &format!("  try: {way_out}\n");
    }
    lines
}

fn shown(message: &str) -> String {
    sanitize(masked_message(message).as_bytes())
}
