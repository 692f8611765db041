//! Feature `serde`: packets survive JSON, and what breaks a rule does not come back.
#![cfg(all(feature = "serde", feature = "arbitrary"))]
#![allow(clippy::unwrap_used, reason = "tests")]

use mqtt_codec::{Packet, Role, Topic, TopicFilter, Version};
use proptest::prelude::*;

proptest! {
    #[test]
    fn packets_survive_json(data in proptest::collection::vec(any::<u8>(), 32..600), server in any::<bool>()) {
        let from = if server { Role::Server } else { Role::Client };
        for version in [Version::V3_1, Version::V3_1_1, Version::V5_0] {
            let packet = Packet::arbitrary_for(from, version, &mut arbitrary::Unstructured::new(&data)).unwrap();
            let json = serde_json::to_string(&packet).unwrap();
            let back: Packet<'_> = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(back, packet);
        }
    }
}

#[test]
fn rules_hold_on_the_way_back() {
    assert!(serde_json::from_str::<Topic<'_>>("\"a/+\"").is_err());
    assert!(serde_json::from_str::<TopicFilter<'_>>("\"a#\"").is_err());
    assert!(serde_json::from_str::<Topic<'_>>("\"a/b\"").is_ok());
    let twice = r#"{"PubAck":{"packet_id":1,"reason":0,"properties":[{"ReasonString":"a"},{"ReasonString":"b"}]}}"#;
    assert!(serde_json::from_str::<Packet<'_>>(twice).is_err());
}
