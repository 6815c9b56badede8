//! PostHog's key generators, old and new, from their description: 32 or 35 random bytes as a number
//! in base 62 without padding, or since 2026-03-30 in base 57 with the top bit set.

const BASE62: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Base 62 without `0 1 O I l`.
const BASE57: &[u8; 57] = b"23456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

/// The alphabet and the length of the keys of one time.
#[derive(Clone, Copy, Debug)]
pub struct Era {
    pub prefix: &'static str,
    pub random_bytes: usize,
    pub is_base57: bool,
}

/// Every combination of prefix and generator that was ever in use.
pub const ERAS: [Era; 9] = [
    Era {
        prefix: "phx_",
        random_bytes: 32,
        is_base57: false,
    },
    Era {
        prefix: "phx_",
        random_bytes: 35,
        is_base57: false,
    },
    Era {
        prefix: "phx_",
        random_bytes: 35,
        is_base57: true,
    },
    Era {
        prefix: "phs_",
        random_bytes: 35,
        is_base57: false,
    },
    Era {
        prefix: "phs_",
        random_bytes: 35,
        is_base57: true,
    },
    Era {
        prefix: "pha_",
        random_bytes: 32,
        is_base57: false,
    },
    Era {
        prefix: "pha_",
        random_bytes: 32,
        is_base57: true,
    },
    Era {
        prefix: "phr_",
        random_bytes: 32,
        is_base57: false,
    },
    Era {
        prefix: "phr_",
        random_bytes: 32,
        is_base57: true,
    },
];

impl Era {
    /// The key that this generator makes of these random bytes (at least `random_bytes`).
    pub fn key(&self, random: &[u8]) -> String {
        let mut number = random[..self.random_bytes].to_vec();
        if self.is_base57 {
            number[0] |= 0x80;
            format!("{}{}", self.prefix, digits(number, BASE57))
        } else {
            format!("{}{}", self.prefix, digits(number, BASE62))
        }
    }
}

/// A big-endian number in the base of the alphabet, without leading zeros.
fn digits(mut number: Vec<u8>, alphabet: &[u8]) -> String {
    let base = u32::try_from(alphabet.len()).unwrap();
    let mut text = Vec::new();
    while number.iter().any(|byte| *byte != 0) {
        let mut remainder = 0;
        for byte in &mut number {
            let value = remainder << 8 | u32::from(*byte);
            *byte = u8::try_from(value / base).unwrap();
            remainder = value % base;
        }
        text.push(char::from(alphabet[remainder as usize]));
    }
    text.iter().rev().collect()
}

/// Bytes that look random and are the same for the same seed (splitmix64).
pub fn random_bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed;
    let words = std::iter::repeat_with(|| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).to_le_bytes()
    });
    words.flatten().take(count).collect()
}

/// A personal API key of today, another one for each number.
pub fn key(number: u64) -> String {
    ERAS[2].key(&random_bytes(number, 35))
}

/// A personal API key of today.
pub fn phx() -> String {
    key(1)
}

/// A project token: public, never to be reported.
pub fn phc() -> String {
    format!("phc_{}", &phx()[4..])
}

/// A key as the report shows it.
pub fn masked(key: &str) -> String {
    format!("{}…{}", &key[..4], &key[key.len() - 4..])
}
