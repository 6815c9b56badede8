//! Tells where one of many literals may begin, sixty-four bytes at once.
//!
//! Each literal is in a bucket. A table tells for the lower half of a byte in which buckets a literal
//! has such a byte at its first place, another one does for the upper half, and so for the first three
//! places. What all six allow is a candidate. The algorithm is Teddy, of Hyperscan.

use fearless_simd::prelude::*;
use fearless_simd::{Simd, u8x16};

use super::block::{BLOCK, Text, vector};

/// Number of bytes of a literal that are looked at.
pub(super) const PLACES: usize = 3;

/// Number of buckets of one set of tables: a bit each.
pub(super) const BUCKETS: usize = 8;

/// The tables of eight buckets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tables {
    /// For each place and value of the lower half of a byte the buckets that allow it.
    lower: [[u8; 16]; PLACES],
    upper: [[u8; 16]; PLACES],
}

impl Tables {
    pub(super) const fn new() -> Self {
        Self {
            lower: [[0; 16]; PLACES],
            upper: [[0; 16]; PLACES],
        }
    }

    /// Allows one of these bytes at a place of a bucket's literals; any byte, if there are none.
    pub(super) const fn allow(&mut self, bucket: usize, place: usize, bytes: &[u8]) {
        let bit = 1 << bucket;
        let mut number = 0;
        while number < bytes.len() {
            let byte = bytes[number] as usize;
            self.lower[place][byte % 16] |= bit;
            self.upper[place][byte / 16] |= bit;
            number += 1;
        }
        let mut half = 0;
        while bytes.is_empty() && half < 16 {
            self.lower[place][half] |= bit;
            self.upper[place][half] |= bit;
            half += 1;
        }
    }

    /// For each byte of a block the buckets of which a literal may begin there.
    #[inline(always)]
    pub(super) fn buckets<S: Simd>(&self, simd: S, text: &Text, from: usize) -> S::u8s {
        let mut buckets = S::u8s::splat(simd, 0xff);
        for place in 0..PLACES {
            let bytes = vector(simd, text, from + place);
            let lower = looked_up(simd, &self.lower[place], bytes & 0x0f);
            let upper = looked_up(simd, &self.upper[place], bytes >> 4);
            buckets &= lower & upper;
        }
        buckets
    }
}

/// The values of a table at these indices.
#[inline(always)]
fn looked_up<S: Simd>(simd: S, table: &[u8; 16], indices: S::u8s) -> S::u8s {
    let table = S::u8s::block_splat(u8x16::simd_from(simd, *table));
    table.swizzle_dyn_within_blocks(indices)
}

/// The bytes of a block at which a literal of some bucket may begin, the first one in the lowest bit.
#[inline(always)]
pub(super) fn candidates<S: Simd>(simd: S, all: &[Tables], text: &Text) -> u64 {
    let mut candidates = 0;
    let mut from = 0;
    while from < BLOCK {
        let mut buckets = S::u8s::splat(simd, 0);
        for tables in all {
            buckets |= tables.buckets(simd, text, from);
        }
        candidates |= (!buckets.simd_eq(0)).to_bitmask() << from;
        from += S::u8s::LEN;
    }
    candidates
}
