#![no_main]

use vastkey_properties::docker;

libfuzzer_sys::fuzz_target!(|input: &[u8]| docker::check(input));
