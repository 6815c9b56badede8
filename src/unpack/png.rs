//! PNG images: compressed comments (`zTXt`, `iTXt`) and the bytes behind the image.

use std::io::{self, BufRead, Read};

use flate2::bufread::ZlibDecoder;

use super::source::{Source, cut_short};
use super::{Inner, Visitor};

const SIGNATURE: u64 = 8;
const CHECKSUM: u64 = 4;
/// Bytes of the longest keyword or language that is passed.
const LONGEST_FIELD: u64 = 4096;

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    source.skip(SIGNATURE)?;
    while source.peek(8)?.len() == 8 {
        let [a, b, c, d, kind @ ..] = source.read_array::<8>()?;
        let length = u64::from(u32::from_be_bytes([a, b, c, d]));
        let mut chunk = (&mut *source).take(length);
        match &kind {
            b"zTXt" => {
                skip_field(&mut chunk)?;
                // The method: there is only one.
                skip_bytes(&mut chunk, 1)?;
                visit(b"zTXt", Inner::Stream(&mut ZlibDecoder::new(&mut chunk)))?;
            }
            b"iTXt" => {
                skip_field(&mut chunk)?;
                let is_compressed = skip_bytes(&mut chunk, 2)?.first() == Some(&1);
                skip_field(&mut chunk)?;
                skip_field(&mut chunk)?;
                if is_compressed {
                    visit(b"iTXt", Inner::Stream(&mut ZlibDecoder::new(&mut chunk)))?;
                }
            }
            b"IEND" => return Ok(()),
            _ => {}
        }
        let rest = chunk.limit();
        io::copy(&mut chunk, &mut io::sink())?;
        if chunk.limit() > 0 && rest > 0 {
            return Err(cut_short());
        }
        source.skip(CHECKSUM)?;
    }
    Err(cut_short())
}

/// Skips a text and the NUL at its end.
fn skip_field(chunk: &mut impl BufRead) -> io::Result<()> {
    let mut field = Vec::new();
    chunk.take(LONGEST_FIELD).read_until(0, &mut field)?;
    Ok(())
}

fn skip_bytes(chunk: &mut impl Read, count: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    chunk.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::example::listing;

    const ZLIB: &[u8] = b"\x78\x9c\x4b\x4c\x4a\x06\0\x02\x4d\x01\x27";

    fn image(kind: &[u8], fields: &[u8]) -> Vec<u8> {
        let mut image = b"\x89PNG\r\n\x1a\n\0\0\0".to_vec();
        image.push(u8::try_from(fields.len() + ZLIB.len()).unwrap());
        image.extend([kind, fields, ZLIB, b"....\0\0\0\0IEND"].concat());
        image
    }

    #[test]
    fn compressed_text_is_read() {
        assert_eq!(
            listing(Format::Png, &image(b"zTXt", b"Key\0\0")),
            "zTXt=abc;"
        );
        assert_eq!(
            listing(Format::Png, &image(b"iTXt", b"Key\0\x01\0en\0K\0")),
            "iTXt=abc;"
        );
        assert_eq!(
            listing(Format::Png, &image(b"iTXt", b"Key\0\0\0en\0K\0")),
            ""
        );
        let cut = &image(b"zTXt", b"Key\0\0")[..40];
        assert_eq!(listing(Format::Png, cut), "it ends too early");
    }
}
