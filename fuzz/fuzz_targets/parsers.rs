//! Run with `cargo +nightly fuzz run parsers -- -max_len=4096`.
//!
//! What git writes and phguard reads by itself: no bytes make it panic or run for ever, and an index
//! is read the same whatever the size of the buffer.

#![no_main]

use libfuzzer_sys::fuzz_target;
use phguard::config::Config;
use phguard::git::fuzzing;

fuzz_target!(|input: &[u8]| {
    let Some(([which, size], bytes)) = input.split_first_chunk::<2>() else { return };
    match which % 5 {
        0 => {
            let id_length = if which & 0x80 == 0 { 20 } else { 32 };
            // As if the fuzzer had guessed the first eight bytes of every index.
            let index = [b"DIRC\0\0\0", &[2 + size % 3][..], bytes].concat();
            let whole = fuzzing::index(&index, 1 << 16, id_length);
            assert_eq!(fuzzing::index(&index, 1 + usize::from(*size), id_length), whole);
            assert!(whole.is_none_or(|id| id.len() == id_length));
        }
        1 => drop(fuzzing::raw_diff(bytes)),
        2 => drop(fuzzing::listed(bytes)),
        3 => drop(fuzzing::tree(bytes)),
        _ => drop(Config::parse(bytes, "fuzz").is_ok()),
    }
});
