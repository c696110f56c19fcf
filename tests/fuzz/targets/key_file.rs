#![no_main]

use vastkey_properties::key_file;

libfuzzer_sys::fuzz_target!(|input: &[u8]| key_file::check(input));
