#![no_main]
#![allow(missing_docs, reason = "a fuzz target")]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // Input that is too short says nothing.
    let _ = fuzz::splitting::<fuzz::Amqp091>(data);
    fuzz::amqp091_pieces(data);
});
