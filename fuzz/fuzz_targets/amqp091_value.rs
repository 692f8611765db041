#![no_main]
#![allow(missing_docs, reason = "a fuzz target")]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // Input that is too short says nothing.
    let _ = fuzz::there_and_back::<fuzz::Amqp091>(data);
    let _ = fuzz::amqp091_transmit(data);
});
