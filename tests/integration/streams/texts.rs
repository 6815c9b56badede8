//! Long texts with keys in them, and readers that give them in pieces.

use std::io::{self, Read};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::recall::encodings::{ALPHABETS, Alphabet, ORDERS, wrap};
use crate::sandbox::keys::{ERAS, random_bytes};

/// Gives its bytes in pieces of these sizes, over and over.
pub(crate) struct Chunks<'t> {
    text: &'t [u8],
    sizes: std::iter::Cycle<std::slice::Iter<'t, usize>>,
}

impl<'t> Chunks<'t> {
    pub(crate) fn new(text: &'t [u8], sizes: &'t [usize]) -> Self {
        Self {
            text,
            sizes: sizes.iter().cycle(),
        }
    }
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = *self.sizes.next().unwrap();
        let mut piece = &self.text[..size.min(self.text.len())];
        let count = piece.read(buffer)?;
        self.text = &self.text[count..];
        Ok(count)
    }
}

/// A key in one of the forms in which it may stand, with what is to stand around it.
pub(crate) fn key() -> impl Strategy<Value = Vec<u8>> {
    (0..ERAS.len(), any::<u64>(), 0..12_usize, 0..80_usize).prop_map(|(era, seed, form, lead)| {
        let key = ERAS[era].key(&random_bytes(seed, ERAS[era].random_bytes));
        match form {
            0..3 => key.into_bytes(),
            3 => key.replace('_', "%5F").into_bytes(),
            4 => key.as_bytes()[..30].to_vec(),
            5 => ORDERS[lead % 2].encode(&format!("\nkey={key}\n")),
            6 => ALPHABETS[lead % 2].encode_padded(key.as_bytes()),
            7 => {
                let text = format!(
                    "{}{key}, and more than a line of text behind it, in any case",
                    "~".repeat(lead)
                );
                wrap(
                    &Alphabet::Standard.encode(text.as_bytes()),
                    64,
                    if lead % 2 == 0 { b"\n" } else { b"\r\n    " },
                )
            }
            8 => format!(
                "personal_api_key = '{}'\n",
                &Alphabet::UrlSafe.encode_text(seed)
            )
            .into_bytes(),
            9 => format!("\n{key} # phguard:allow\n").into_bytes(),
            10 => format!("\n# phguard:allow\n{key}\n").into_bytes(),
            _ => format!("VITE_KEY={key}{key}").into_bytes(),
        }
    })
}

impl Alphabet {
    pub(crate) fn encode_text(self, seed: u64) -> String {
        String::from_utf8(self.encode(&random_bytes(seed, 32))).unwrap()
    }
}

/// Much text: what makes parts end here or there. No two begin with the same random text: behind the
/// prefix of a key the first would be its body, and the other the body without its prefix.
pub(crate) fn filler() -> impl Strategy<Value = Vec<u8>> {
    let base64 = Alphabet::Standard.encode(&random_bytes(1, 112_500));
    prop_oneof![
        4 => vec(any::<u8>(), 0..60),
        1 => (0..3000_usize).prop_map(|count| "a line of the log, clé 鍵\n".repeat(count).into_bytes()),
        1 => (0..60_000_usize).prop_map(|count| "é ".repeat(count).into_bytes()),
        1 => (0..30_000_usize, 0..120_000_usize).prop_map(move |(start, count)| base64[start..start + count].to_vec()),
        1 => (any::<u64>(), 0..100_000_usize).prop_map(|(seed, count)| wrap(&Alphabet::Standard.encode(&random_bytes(seed, count)), 76, b"\n")),
        1 => (0..70_000_usize).prop_map(|count| vec![b'x'; count]),
    ]
}

/// Texts of which most are longer than the least room of a window.
pub(crate) fn text() -> impl Strategy<Value = Vec<u8>> {
    let separator = select(vec!["", " ", "\n", "\"", "_", "phx_", "\0"])
        .prop_map(|text| text.as_bytes().to_vec());
    vec(
        prop_oneof![2 => filler(), 2 => key(), 1 => separator],
        0..24,
    )
    .prop_map(|pieces| pieces.concat())
}

pub(crate) fn sizes() -> impl Strategy<Value = Vec<usize>> {
    vec(
        prop_oneof![
            1..100_usize,
            1000..9000_usize,
            60_000..70_000_usize,
            Just(1 << 20)
        ],
        1..6,
    )
}
