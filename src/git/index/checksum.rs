//! The checksum at the end of an index file, for an index that git reads and libgit2 does not. Git
//! verifies no checksum: it reads on behind the end of a file that was cut short and finds entries
//! there that nobody staged.

use std::path::Path;
use std::thread;

use anyhow::{Context, Error, Result, anyhow, ensure};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::git::index::file::IndexFile;

/// Compares the last `id_length` bytes with the hash of all others. With `index.skipHash` git writes
/// zeros there.
///
/// # Errors
/// They differ.
pub(crate) fn verify(index: &[u8], id_length: usize) -> Result<()> {
    let end = index
        .len()
        .checked_sub(id_length)
        .context("it is cut short")?;
    let (content, checksum) = index.split_at(end);
    if checksum.iter().all(|byte| *byte == 0) {
        return Ok(());
    }
    let computed = match id_length {
        20 => Sha1::digest(content).to_vec(),
        _ => Sha256::digest(content).to_vec(),
    };
    ensure!(computed == checksum, "its checksum is wrong");
    Ok(())
}

/// Verifies an index on another thread while `ask` runs, which takes about as long.
///
/// # Errors
/// The index is not whole, or the error of `ask`.
pub(crate) fn verified_while<T>(index: &IndexFile, ask: impl FnOnce() -> Result<T>) -> Result<T> {
    let verify_index = || verify(index.bytes()?, index.id_length);
    thread::scope(|scope| {
        let verifier = thread::Builder::new().spawn_scoped(scope, verify_index);
        let answer = ask();
        let verified = match verifier {
            Ok(verifier) => match verifier.join() {
                Ok(verified) => verified,
                Err(defect) => std::panic::resume_unwind(defect),
            },
            // A thread that cannot be had costs time, no check.
            Err(_) => verify_index(),
        };
        match verified {
            Ok(()) => answer,
            Err(fault) => Err(unreadable(&index.path, &fault)),
        }
    })
}

/// The error for an index that cannot be read because of `fault`.
pub(crate) fn unreadable(index: &Path, fault: &Error) -> Error {
    anyhow!("the index {} cannot be read: {fault:#}", index.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_that_is_cut_short_or_changed_is_found_out() {
        let whole = [
            b"DIRC and so on".as_slice(),
            &Sha1::digest(b"DIRC and so on"),
        ]
        .concat();
        verify(&whole, 20).unwrap();
        verify(b"unchecked\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20).unwrap();
        for end in 0..whole.len() {
            assert!(verify(&whole[..end], 20).is_err(), "{end} bytes");
            let mut flipped = whole.clone();
            flipped[end] ^= 1;
            assert!(verify(&flipped, 20).is_err(), "flipped at {end}");
        }
        assert!(verify(&whole, 32).is_err());
    }
}
