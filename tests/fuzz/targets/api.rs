#![no_main]

use vastkey_properties::api;

libfuzzer_sys::fuzz_target!(|input: &[u8]| api::check(input));
