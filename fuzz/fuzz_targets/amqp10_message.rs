#![no_main]
#![allow(missing_docs, reason = "a fuzz target")]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::amqp10_value(data);
    fuzz::amqp10_message(data);
    // Input that is too short says nothing.
    let _ = fuzz::amqp10_message_value(data);
});
