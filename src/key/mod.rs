//! Keys: the catalogue of kinds, the masked form and the fingerprint.

mod age;
pub mod alphabet;
mod kinds;
mod secret;

pub use age::IssuedBefore;
pub use kinds::{KINDS, KeyKind, LONGEST_BODY, SHORTEST_WHOLE_BODY, Severity};
pub use secret::{Fingerprint, MaskedKey};
