#![no_main]

use vastkey_properties::bazel;

libfuzzer_sys::fuzz_target!(|input: &[u8]| bazel::check(input));
