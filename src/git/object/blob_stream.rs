//! A large blob, part by part, as git prints it.
//!
//! git adds a file above `core.bigFileThreshold` to a pack, which libgit2 inflates only as a whole.

use std::io::{self, Read};
use std::process::{Child, ChildStdout, Stdio};

use anyhow::{Context, Result};
use sha1::{Digest, Sha1};

use crate::git::ObjectId;
use crate::git::cli::Git;
use crate::git::object::{Kind, header};

/// git would map a pack as a whole.
const SMALL_WINDOWS: [&str; 4] = [
    "-c",
    "core.packedGitWindowSize=8m",
    "-c",
    "core.packedGitLimit=16m",
];

/// The bytes of a blob in a repository with SHA-1: no other tells the size of a blob beforehand. The end
/// of the stream is an error if they are not the bytes that have this id.
pub struct BlobStream {
    child: Child,
    output: ChildStdout,
    hash: Sha1,
    id: ObjectId,
    has_ended: bool,
}

impl BlobStream {
    pub(super) fn start(id: &ObjectId, size: u64) -> Result<Self> {
        let mut command = Git::new(&SMALL_WINDOWS)
            .arguments(&["cat-file", "blob"])
            .argument(id.to_string())
            .into_command();
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("git cannot be started")?;
        let output = child.stdout.take().context("git has no output")?;
        Ok(Self {
            child,
            output,
            hash: Sha1::new().chain_update(header(Kind::Blob, size)),
            id: *id,
            has_ended: false,
        })
    }

    fn verify(&mut self) -> io::Result<()> {
        let status = self.child.wait()?;
        let hash = self.hash.finalize_reset();
        if status.success() && hash.as_slice() == self.id.as_bytes() {
            return Ok(());
        }
        let what = format!("git does not print blob {} as it was stored", self.id);
        Err(io::Error::other(what))
    }
}

impl Read for BlobStream {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.output.read(bytes)?;
        self.hash.update(&bytes[..count]);
        if count == 0 && !bytes.is_empty() && !self.has_ended {
            self.has_ended = true;
            self.verify()?;
        }
        Ok(count)
    }
}

impl Drop for BlobStream {
    fn drop(&mut self) {
        // Nothing depends on how it ends if nobody reads to the end; it must only not stay behind.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
