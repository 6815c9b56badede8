//! Objects that lie in files of their own, as all new ones do.
//!
//! libgit2 is not asked for them: on a file that was cut short it inflates for ever, and a
//! content shorter than its header says it fills up with NUL bytes.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use flate2::read::ZlibDecoder;
use flate2::{Decompress, FlushDecompress};
use libdeflater::Decompressor;

use crate::git::object::{Content, Kind, Object};
use crate::git::{ObjectId, path_of};

/// As deep as git follows alternates of alternates.
const DEEPEST_ALTERNATE: usize = 5;
/// `commit `, 20 digits and a NUL are fewer.
const LONGEST_HEADER: usize = 32;
/// A file of fewer bytes is inflated from memory to memory.
const AT_ONCE: u64 = 1 << 20;
/// No byte of a deflated stream stands for more bytes than so many (RFC 1951: 258 for two bits).
const MOST_DEFLATED: usize = 1032;

/// The object directories of a repository: its own and the alternates.
pub(crate) struct LooseObjects {
    directories: Vec<PathBuf>,
}

impl LooseObjects {
    /// `own` is the object directory; `others` are the alternates that the environment names.
    ///
    /// # Errors
    /// `info/alternates` exists and cannot be read.
    pub(crate) fn new(own: PathBuf, others: impl IntoIterator<Item = PathBuf>) -> Result<Self> {
        let mut directories = Vec::new();
        for directory in [own].into_iter().chain(others) {
            add_with_alternates(&mut directories, &directory, 0)?;
        }
        Ok(Self { directories })
    }

    /// `None` if no file holds the object.
    ///
    /// # Errors
    /// The first such file cannot be read, or is damaged.
    pub(crate) fn read(&self, id: &ObjectId) -> Result<Option<Object<'static>>> {
        let name = id.to_string();
        let (directory, file) = name.split_at(2);
        for objects in &self.directories {
            match File::open(objects.join(directory).join(file)) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                opened => {
                    return inflate(opened?)
                        .map(Some)
                        .context("the loose object is damaged");
                }
            }
        }
        Ok(None)
    }
}

fn add_with_alternates(known: &mut Vec<PathBuf>, directory: &Path, depth: usize) -> Result<()> {
    if depth > DEEPEST_ALTERNATE || known.iter().any(|known| known == directory) {
        return Ok(());
    }
    let list = directory.join("info/alternates");
    let lines = match fs::read(&list) {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        read => read.with_context(|| format!("{} cannot be read", list.display()))?,
    };
    known.push(directory.into());
    for line in lines
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty() && line[0] != b'#')
    {
        // A line that is no path as it stands (git also takes quoted ones) names no file here;
        // what is in there git finds.
        let alternate = directory.join(path_of(line)?);
        add_with_alternates(known, &alternate, depth + 1)?;
    }
    Ok(())
}

/// Inflates header and content, and insists on as many bytes as the header announces and on the
/// checksum at the end of the stream.
fn inflate(mut file: File) -> Result<Object<'static>> {
    let mut start = Vec::with_capacity(1 << 13);
    file.by_ref().take(AT_ONCE).read_to_end(&mut start)?;
    if (start.len() as u64) < AT_ONCE {
        inflate_at_once(&start)
    } else {
        inflate_stream(start.chain(file))
    }
}

fn inflate_at_once(deflated: &[u8]) -> Result<Object<'static>> {
    let mut start = [0; LONGEST_HEADER];
    let mut stream = Decompress::new(true);
    stream.decompress(deflated, &mut start, FlushDecompress::None)?;
    let start = &start[..usize::try_from(stream.total_out())?];
    let mut behind_header = start;
    let (kind, size) = read_header(&mut behind_header)?;
    let header = start.len() - behind_header.len();

    let length = usize::try_from(size)?;
    ensure!(
        length / MOST_DEFLATED <= deflated.len(),
        "it cannot hold {size} bytes"
    );
    let mut content = with_room_for(header + length)?;
    content.resize(header + length, 0);
    let written = Decompressor::new().zlib_decompress(deflated, &mut content)?;
    ensure!(
        written == content.len(),
        "it ends after {} of {size} bytes",
        written.saturating_sub(header)
    );
    content.drain(..header);
    Ok(Object {
        kind,
        content: Content::Owned(content),
    })
}

fn inflate_stream(stream: impl Read) -> Result<Object<'static>> {
    let mut stream = BufReader::new(ZlibDecoder::new(stream));
    let (kind, size) = read_header(&mut stream)?;
    let content = read_exactly(&mut stream, size)?;
    ensure!(
        stream.read(&mut [0])? == 0,
        "it goes on behind its announced end"
    );
    Ok(Object {
        kind,
        content: Content::Owned(content),
    })
}

/// `blob 123` and a NUL.
fn read_header(stream: &mut impl BufRead) -> Result<(Kind, u64)> {
    let mut header = Vec::new();
    stream
        .take(LONGEST_HEADER as u64)
        .read_until(0, &mut header)?;
    ensure!(header.pop() == Some(0), "it has no header");
    let (kind, size) = header.split_at(
        header
            .iter()
            .position(|b| *b == b' ')
            .context("it has no header")?,
    );
    let kind = Kind::named(kind).context("it is of no known kind")?;
    Ok((kind, std::str::from_utf8(&size[1..])?.parse()?))
}

/// Memory that is not there is an error and no abort.
fn with_room_for(length: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(length)
        .with_context(|| format!("there is no memory for {length} bytes"))?;
    Ok(bytes)
}

/// So many bytes and no fewer.
fn read_exactly(stream: &mut impl Read, size: u64) -> Result<Vec<u8>> {
    let length = usize::try_from(size)?;
    let mut content = with_room_for(length)?;
    stream.take(size).read_to_end(&mut content)?;
    ensure!(
        content.len() == length,
        "it ends after {} of {size} bytes",
        content.len()
    );
    Ok(content)
}
