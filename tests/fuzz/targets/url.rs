#![no_main]

use vastkey_properties::url;

libfuzzer_sys::fuzz_target!(|input: &[u8]| url::check(input));
