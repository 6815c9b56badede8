//! Containers of every format, written as other programs write them.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

/// The place at which a zip archive gives the length of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lengths {
    /// Before the content.
    InHeader,
    /// Behind the content, as programs do that write to a pipe.
    Behind,
}

pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn zlib(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn xz(content: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::default();
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn lzip(content: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzipOptions::default();
    let mut encoder = lzma_rust2::LzipWriter::new(Vec::new(), options);
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

/// Members that are deflated.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(members, Lengths::InHeader, 0)
}

/// The same with other flags.
pub fn zip_with(members: &[(&str, &[u8])], lengths: Lengths, flags: u16) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in members {
        let start = u32::try_from(archive.len()).unwrap();
        let deflated = deflate(content);
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let mut sizes = crc.sum().to_le_bytes().to_vec();
        sizes.extend(u32::try_from(deflated.len()).unwrap().to_le_bytes());
        sizes.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        let flags = match lengths {
            Lengths::InHeader => flags,
            Lengths::Behind => flags | 8,
        };
        let mut fields = vec![20, 0];
        fields.extend(flags.to_le_bytes());
        fields.extend([8, 0, 0, 0, 0, 0]);
        let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
        archive.extend(b"PK\x03\x04");
        archive.extend(&fields);
        match lengths {
            Lengths::InHeader => archive.extend(&sizes),
            Lengths::Behind => archive.extend([0; 12]),
        }
        archive.extend(name_length);
        archive.extend([0, 0]);
        archive.extend(name.as_bytes());
        archive.extend(deflated);
        if lengths == Lengths::Behind {
            archive.extend(b"PK\x07\x08");
            archive.extend(&sizes);
        }
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&fields);
        directory.extend(&sizes);
        directory.extend(name_length);
        directory.extend([0; 12]);
        directory.extend(start.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = u32::try_from(archive.len()).unwrap();
    let length = u32::try_from(directory.len()).unwrap();
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend(count);
    archive.extend(count);
    archive.extend(length.to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0, 0]);
    archive
}

/// A static library or Debian package.
pub fn ar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = b"!<arch>\n".to_vec();
    for (name, content) in members {
        let header = format!(
            "{:<16}{:<32}{:<10}`\n",
            format!("{name}/"),
            "0",
            content.len()
        );
        archive.extend(header.as_bytes());
        archive.extend(*content);
        if content.len() % 2 == 1 {
            archive.push(b'\n');
        }
    }
    archive
}

pub fn pdf(text: &[u8]) -> Vec<u8> {
    let stream = zlib(text);
    let start = format!("%PDF-1.4\n1 0 obj<</Length {}>>stream\r\n", stream.len());
    let mut document = start.into_bytes();
    document.extend(&stream);
    document.extend(b"\nendstream endobj\n%%EOF");
    document
}

/// An image with one chunk of text.
pub fn png(kind: &[u8; 4], text: &[u8]) -> Vec<u8> {
    let mut data = match kind {
        b"zTXt" => b"Comment\0\0".to_vec(),
        _ => b"Comment\0\x01\0en\0Comment\0".to_vec(),
    };
    data.extend(zlib(text));
    let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(kind, &data[..]), (b"IEND", b"")] {
        image.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        image.extend(kind);
        image.extend(data);
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(data);
        image.extend(crc.sum().to_be_bytes());
    }
    image
}
