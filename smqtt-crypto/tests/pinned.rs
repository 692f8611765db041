//! Envelopes of version 1, pinned: what was written once must be readable for ever. `vectors/v1.txt` has one per line, name and hex.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail loudly"
)]

#[path = "support/hex.rs"]
#[allow(dead_code, reason = "shared between tests, each of which uses a part")]
mod hex;
#[path = "support/random.rs"]
mod random;
#[path = "support/world.rs"]
#[allow(dead_code, reason = "shared between tests, each of which uses a part")]
mod world;

use smqtt_crypto::abe::decode_key;
use smqtt_crypto::curve::Pure;
use smqtt_crypto::*;
use world::{World, on};

/// Made anew from the same randomness: changes when the format does.
fn made() -> Vec<(String, Vec<u8>)> {
    let mut world = World::new(2026);
    let mut out = vec![("authority".to_owned(), world.authority.verifying_key().to_vec())];
    let policy = "topic(\"a/+\") and epoch in [480..503]".parse().unwrap();
    let key = world.authority.issue(Grant::Policy(&policy), &mut *world.random).unwrap();
    out.push(("key".into(), key.to_vec()));
    for suite in (1..=4).map(Suite) {
        let config = PublisherConfig { suite, sign_data: suite.0 == 2, ..PublisherConfig::default() };
        let mut publisher = world.publisher(&["a/#"], 1000, config);
        let (mut announce, mut data, mut single) = (Vec::new(), Vec::new(), Vec::new());
        let labels = Labels::new(&[Label::number("gen", 3), Label::text("team", "ü")]).unwrap();
        publisher.encrypt("a/b", Epoch(481), Access::Labels(&labels), &mut *world.random, &mut announce).unwrap();
        publisher.publish("a/b", Epoch(481), &Properties::default(), b"pinned", &mut data).unwrap();
        let scope = ("a/b", Epoch(481), Access::Open);
        publisher
            .publish_self_contained(scope, &Properties::default(), b"alone", &mut *world.random, &mut single)
            .unwrap();
        out.extend([
            (format!("announce-{}", suite.0), announce),
            (format!("data-{}", suite.0), data),
            (format!("single-{}", suite.0), single),
        ]);
    }
    out
}

#[test]
fn version_1_stays_readable() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/v1.txt");
    if std::env::var_os("SMQTT_PIN").is_some() {
        let lines: String = made()
            .iter()
            .map(|(name, bytes)| {
                format!("{name} {}\n", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
            })
            .collect();
        std::fs::write(path, lines).unwrap();
    }
    let pinned: Vec<(String, Vec<u8>)> = std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(name, bytes)| (name.to_owned(), hex::hex(bytes)))
        .collect();
    let get = |name: &str| &pinned.iter().find(|(pinned, _)| pinned == name).unwrap().1;
    let authority = get("authority").as_slice().try_into().unwrap();
    let mut subscriber = Subscriber::new(Trust::Authority(authority), SubscriberConfig::default());
    subscriber.add_key(decode_key::<Pure>(get("key"), &Limits::default()).unwrap());
    for suite in 1..=4 {
        let mut text = Vec::new();
        let mut receive = |name: &str| {
            subscriber.receive(Epoch(481), &on("a/b"), get(&format!("{name}-{suite}")), &mut text).unwrap()
        };
        assert!(matches!(receive("announce"), Received::KeyAdded { .. }));
        let Received::Message(message) = receive("data") else { panic!("suite {suite}") };
        assert_eq!(message.signed, suite == 2);
        assert!(matches!(receive("single"), Received::Message(_)));
        assert_eq!(text, b"pinnedalone");
    }
    assert_eq!(made(), pinned, "the format of version 1 has changed");
}
