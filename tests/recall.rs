//! Recall: every key that PostHog ever made, in every carrier and encoding in which keys leak, is
//! found, and its public cousin `phc_` in none of them.
//!
//! A case is a text that holds one key. It passes if the detector gives exactly one hit, a whole
//! key of the right kind, in the right place, with the fingerprint of the plain key.

#![allow(clippy::expect_used, clippy::string_slice, clippy::unwrap_used, reason = "a test ends by panicking")]

mod sandbox;

#[path = "recall/base64.rs"]
mod base64;
#[path = "recall/carriers.rs"]
mod carriers;
#[path = "recall/encodings.rs"]
mod encodings;
#[path = "recall/legacy.rs"]
mod legacy;
#[path = "recall/plain.rs"]
mod plain;
#[path = "recall/tally.rs"]
mod tally;
#[path = "recall/utf16.rs"]
mod utf16;
