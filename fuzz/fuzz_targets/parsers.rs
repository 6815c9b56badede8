//! Run with `cargo +nightly fuzz run parsers -- -max_len=4096`.
//!
//! What git writes and phguard reads by itself: no bytes make it panic or run for ever.

#![no_main]

use libfuzzer_sys::fuzz_target;
use phguard::config::Config;
use phguard::git::fuzzing;

fuzz_target!(|input: &[u8]| {
    let Some((which, bytes)) = input.split_first() else { return };
    match which % 5 {
        0 => {
            let id_length = if which & 0x80 == 0 { 20 } else { 32 };
            // As if the fuzzer had guessed the first eight bytes of every index.
            let index = [b"DIRC\0\0\0\x02", bytes].concat();
            let root = fuzzing::index(&index, id_length);
            assert!(root.is_none_or(|id| id.len() == id_length));
        }
        1 => drop(fuzzing::raw_diff(bytes)),
        2 => drop(fuzzing::listed(bytes)),
        3 => drop(fuzzing::tree(bytes)),
        _ => drop(Config::parse(bytes, "fuzz").is_ok()),
    }
});
