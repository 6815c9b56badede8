//! Unix archives: Debian packages, static libraries.

use std::io;

use super::source::{Source, damaged};
use super::{Inner, Visitor};

const MAGIC: u64 = 8;

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    source.skip(MAGIC)?;
    while !source.peek(1)?.is_empty() {
        let header: [u8; 60] = source.read_array()?;
        if !header.ends_with(b"`\n") {
            return Err(damaged("a header is damaged"));
        }
        let size = str::from_utf8(header[48..58].trim_ascii_end())
            .ok()
            .and_then(|digits| digits.parse::<u64>().ok())
            .ok_or_else(|| damaged("a length is no number"))?;
        let name = header[..16].trim_ascii_end();
        let name = name.strip_suffix(b"/").unwrap_or(name);
        let mut content = io::Read::take(&mut *source, size);
        visit(name, Inner::Stream(&mut content))?;
        // Members start at even offsets.
        if size % 2 == 1 && !source.peek(1)?.is_empty() {
            source.skip(1)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::example::listing;

    #[test]
    fn members_start_at_even_offsets() {
        let header = |name: &str, size: usize| format!("{name:<16}{:<32}{size:<10}`\n", 0);
        let archive = format!("!<arch>\n{}abc\n{}de", header("a/", 3), header("b", 2));
        assert_eq!(listing(Format::Ar, archive.as_bytes()), "a=abc;b=de;");
        let damaged = format!("!<arch>\n{}abc\nand so on", header("a/", 3));
        assert_eq!(
            listing(Format::Ar, damaged.as_bytes()),
            "failed to fill whole buffer"
        );
    }
}
