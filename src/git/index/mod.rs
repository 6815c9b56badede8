//! The index, as far as phguard reads it itself.

pub(crate) mod checksum;
pub(crate) mod file;
pub(crate) mod names;
pub(crate) mod staged_tree;
