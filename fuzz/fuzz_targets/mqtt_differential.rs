//! Against ntex-mqtt: verdict and fields of single packets. The reasons for what differs: `fuzz::MQTT_DIFFERENCES`.
#![no_main]
#![allow(missing_docs, reason = "a fuzz target")]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::mqtt_differential(data));
