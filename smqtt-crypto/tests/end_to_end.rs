//! The example, through MQTT 3.1.1 and 5.0 bytes: who can read what, and what the broker saw.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "../examples/capture.rs"]
#[allow(unreachable_pub, reason = "an example")]
mod capture;
#[path = "support/random.rs"]
mod random;
#[path = "../examples/smart_home.rs"]
#[allow(unreachable_pub, reason = "an example")]
mod smart_home;

use mqtt_codec::Version;

#[test]
fn five_subscribers_read_what_their_keys_allow_and_the_broker_nothing() {
    for version in [Version::V3_1_1, Version::V5_0] {
        let (broker, homes) = smart_home::story(version, &mut random::seeded(42)).unwrap();
        let (warm, open) = ("temperature is 21.5", "the front door was opened");
        let read: Vec<(&str, Vec<&str>)> =
            homes.iter().map(|home| (home.name, home.read.iter().map(|(_, text)| text.as_str()).collect())).collect();
        let expected: [(&str, &[&str]); 5] =
            [("heater", &[warm]), ("owner", &[warm, open]), ("guest", &[]), ("alarm", &[open]), ("neighbour", &[])];
        for ((name, texts), expected) in read.iter().zip(expected) {
            assert_eq!((*name, texts.as_slice()), expected);
        }
        // The bytes do not contain the texts, nor any eight bytes of them.
        for text in [warm, open] {
            for piece in text.as_bytes().windows(8) {
                // The topic is in clear, and says "temperature" too.
                let in_topic = "house/kitchen/temperature".as_bytes().windows(8).any(|part| part == piece);
                assert!(in_topic || !broker.seen.windows(8).any(|part| part == piece));
            }
        }
    }
}

/// The bundled capture is what this code writes: a change of the format shows here.
#[test]
fn the_bundled_capture_is_ours() {
    let file = include_bytes!("../../captures/smqtt.pcap");
    assert!(capture::capture(&mut capture::fixed()).unwrap() == file, "cargo run -p smqtt-crypto --example capture");
}
