#![no_main]
#![allow(missing_docs, reason = "a fuzz target")]

libfuzzer_sys::fuzz_target!(|input: (&str, &str)| fuzz::coap_link(input.0, input.1));
