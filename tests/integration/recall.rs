//! Recall: every key that PostHog ever made, in every carrier and encoding in which keys leak, is
//! found, and its public cousin `phc_` in none of them.
//!
//! A case is a text that holds one key. It passes if the detector gives exactly one hit, a whole
//! key of the right kind, in the right place, with the fingerprint of the plain key.

mod base64;
mod carriers;
pub mod encodings;
mod forms;
mod legacy;
mod plain;
mod tally;
mod utf16;
