#![no_main]

use vastkey_properties::config;

libfuzzer_sys::fuzz_target!(|input: &[u8]| config::check(input));
