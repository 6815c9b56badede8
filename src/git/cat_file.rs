//! One long-lived `git cat-file --batch`.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Error, Result, bail};

use super::ObjectId;
use super::loose::read_exactly;
use super::object::{Content, Kind, Object};
use super::plumbing;

/// Asks git for objects. Started with the first question; ended when dropped.
#[derive(Default)]
pub(super) struct CatFile {
    running: RefCell<Option<Running>>,
}

struct Running {
    child: Child,
    /// `None` once nothing more will be asked.
    pipes: Option<(ChildStdin, BufReader<ChildStdout>)>,
    /// Read beside the answers, so that a talkative git cannot block.
    complaints: Option<JoinHandle<io::Result<Vec<u8>>>>,
}

impl CatFile {
    /// `None` if git does not have the object.
    ///
    /// # Errors
    /// git is missing, fails, or finds the object damaged: its own message.
    pub(super) fn read(&self, id: &ObjectId) -> Result<Option<Object<'static>>> {
        let running = self.running.take();
        let mut running = running.map_or_else(Running::start, Ok)?;
        match running.ask(id) {
            Ok(answer) => {
                self.running.replace(Some(running));
                Ok(answer)
            }
            Err(error) => Err(running.end(error)),
        }
    }
}

impl Running {
    fn start() -> Result<Self> {
        let mut command = plumbing::command(&["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("git cannot be started")?;
        let pipes = child.stdin.take().zip(child.stdout.take().map(BufReader::new));
        let complaints = child.stderr.take().map(|mut stderr| {
            thread::spawn(move || {
                let mut text = Vec::new();
                stderr.read_to_end(&mut text).map(|_| text)
            })
        });
        Ok(Self { child, pipes, complaints })
    }

    fn ask(&mut self, id: &ObjectId) -> Result<Option<Object<'static>>> {
        let (stdin, stdout) = self.pipes.as_mut().context("git cat-file has ended")?;
        writeln!(stdin, "{id}")?;
        stdin.flush()?;
        let mut header = Vec::new();
        stdout.read_until(b'\n', &mut header)?;
        let header = str::from_utf8(&header).context("an answer that is no text")?;
        let (kind, size) = match header.split_whitespace().collect::<Vec<_>>()[..] {
            [_, "missing"] => return Ok(None),
            [name, kind, size] if name == id.to_string() => (Kind::named(kind.as_bytes()), size.parse()),
            [] => bail!("it gave no answer"),
            _ => bail!("it answered {header:?}"),
        };
        let kind = kind.with_context(|| format!("it answered {header:?}"))?;
        let content = read_exactly(stdout, size?)?;
        let mut end = [0];
        stdout.read_exact(&mut end)?;
        Ok(Some(Object { kind, content: Content::Owned(content) }))
    }

    /// The error together with what git said.
    fn end(mut self, error: Error) -> Error {
        self.wait().map_or_else(Error::from, |said| match plumbing::message(&said) {
            Some(said) => Error::msg(said),
            None => error.context("git cat-file failed"),
        })
    }

    fn wait(&mut self) -> io::Result<Vec<u8>> {
        self.pipes = None;
        self.child.wait()?;
        let read = self.complaints.take().map(JoinHandle::join);
        read.unwrap_or(Ok(Ok(Vec::new()))).unwrap_or_else(|_| Err(io::Error::other("git's messages were lost")))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nothing depends any more on how it ended; it must only not stay behind.
        drop(self.wait());
    }
}
