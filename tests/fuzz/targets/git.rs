#![no_main]

use vastkey_properties::git;

libfuzzer_sys::fuzz_target!(|input: &[u8]| git::check(input));
