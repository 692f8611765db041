#![no_main]
#![allow(missing_docs, reason = "a fuzz target")]

libfuzzer_sys::fuzz_target!(|script: &str| fuzz::mqtt_subscriptions(script));
