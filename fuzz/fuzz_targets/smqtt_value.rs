#![no_main]
#![allow(missing_docs, reason = "a fuzz target")]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // Input that ends in the middle of an instruction has done its work.
    let _ = fuzz::smqtt_value(data);
});
