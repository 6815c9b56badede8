//! An index file.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The place of an index, and its bytes once somebody asked for them.
pub(crate) struct IndexFile {
    pub(crate) path: PathBuf,
    /// Number of bytes of an object id in it: 20 or 32.
    pub(crate) id_length: usize,
    bytes: OnceLock<Vec<u8>>,
}

impl IndexFile {
    pub(crate) fn new(path: PathBuf, id_length: usize) -> Self {
        Self {
            path,
            id_length,
            bytes: OnceLock::new(),
        }
    }

    /// The whole file, which is read only once.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn bytes(&self) -> io::Result<&[u8]> {
        if let Some(bytes) = self.bytes.get() {
            return Ok(bytes);
        }
        let bytes = fs::read(&self.path)?;
        Ok(self.bytes.get_or_init(|| bytes))
    }
}
