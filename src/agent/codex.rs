//! Codex's answers: exit code 2 with the reason on standard error. It can neither ask nor take a
//! replacement; after a tool the reason takes the place of the output.

use super::answer::{Answer, Decision};
use super::event::Moment;

pub(super) fn answer(_: Moment, decision: &Decision) -> Answer {
    match decision {
        Decision::Pass => Answer::silent(),
        Decision::Refuse(reason) | Decision::Ask(reason) => Answer::blocked(reason),
        Decision::Mask { note, .. } => Answer::blocked(note),
    }
}
