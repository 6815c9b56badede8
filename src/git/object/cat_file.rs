//! One long-lived `git cat-file --batch`.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{self, Child, ChildStdin, ChildStdout, Stdio};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Error, Result, bail, ensure};

use crate::git::ObjectId;
use crate::git::cli::{Git, error_text};
use crate::git::object::{Content, Kind, Object};

/// Asks git for objects. Started with the first question; ended when dropped.
#[derive(Default)]
pub(crate) struct CatFile {
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
    pub(crate) fn read(&self, id: &ObjectId) -> Result<Option<Object<'static>>> {
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
        let mut command = Git::new(&["cat-file", "--batch"]).into_command();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().context("git cannot be started")?;
        let pipes = child.stdin.take().zip(
            child
                .stdout
                .take()
                .map(|stdout| BufReader::with_capacity(1 << 16, stdout)),
        );
        let complaints = child.stderr.take().map(|mut stderr| {
            thread::spawn(move || {
                let mut text = Vec::new();
                stderr.read_to_end(&mut text).map(|_| text)
            })
        });
        Ok(Self {
            child,
            pipes,
            complaints,
        })
    }

    fn ask(&mut self, id: &ObjectId) -> Result<Option<Object<'static>>> {
        let (stdin, stdout) = self.pipes.as_mut().context("git cat-file has ended")?;
        let end = format!(".end-of-answer-{}", process::id());
        write!(stdin, "{id}\n{end}\n")?;
        stdin.flush()?;
        let mut header = Vec::new();
        stdout.read_until(b'\n', &mut header)?;
        let header = str::from_utf8(&header).context("its answer is no text")?;
        match header.split_whitespace().collect::<Vec<_>>()[..] {
            [_, "missing"] => read_to_end(stdout, 0, &format!("{end} missing\n")).map(|_| None),
            [name, kind, size] if name == id.to_string() => {
                let kind = Kind::named(kind.as_bytes())
                    .with_context(|| format!("it answered {header:?}"))?;
                let content = read_to_end(stdout, size.parse()?, &format!("\n{end} missing\n"))?;
                Ok(Some(Object {
                    kind,
                    content: Content::Owned(content),
                }))
            }
            [] => bail!("it gave no answer"),
            _ => bail!("it answered {header:?}"),
        }
    }

    /// Adds git's own message to the error.
    fn end(mut self, error: Error) -> Error {
        self.wait()
            .map_or_else(Error::from, |said| match error_text(&said) {
                Some(said) => Error::msg(said),
                None => error.context("git cat-file failed"),
            })
    }

    fn wait(&mut self) -> io::Result<Vec<u8>> {
        self.pipes = None;
        self.child.wait()?;
        let read = self.complaints.take().map(JoinHandle::join);
        read.unwrap_or(Ok(Ok(Vec::new())))
            .unwrap_or_else(|_| Err(io::Error::other("git's messages were lost")))
    }
}

/// Reads `size` bytes and the `end` that must follow. For a damaged object git sends fewer bytes
/// than announced and waits for the next question; without a fixed end both sides would wait
/// forever.
fn read_to_end(answer: &mut impl BufRead, size: usize, end: &str) -> Result<Vec<u8>> {
    let length = size
        .checked_add(end.len())
        .context("it announced too many bytes")?;
    let mut content = Vec::new();
    content
        .try_reserve_exact(length)
        .with_context(|| format!("there is no memory for {size} bytes"))?;
    while content.len() < length && !content.ends_with(end.as_bytes()) {
        let chunk = answer.fill_buf()?;
        ensure!(!chunk.is_empty(), "it ended within its answer");
        let taken = chunk.len().min(length - content.len());
        content.extend_from_slice(&chunk[..taken]);
        answer.consume(taken);
    }
    let is_whole = content.len() == length && content.ends_with(end.as_bytes());
    ensure!(
        is_whole,
        "it did not give the {size} bytes that it announced"
    );
    content.truncate(size);
    Ok(content)
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nothing depends any more on how it ended; it must only not stay behind.
        drop(self.wait());
    }
}
