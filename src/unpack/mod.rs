//! What stands inside a content: archives, compressed streams, encrypted files. All of them are
//! known by their first bytes, never by a name.

pub mod closed;
