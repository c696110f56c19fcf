#![no_main]

use vastkey_properties::permissions;

libfuzzer_sys::fuzz_target!(|input: &[u8]| permissions::check(input));
