//! The four stages: setup, encrypt, publish, decrypt; and what MQTT does to messages on their way.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

#[path = "support/random.rs"]
mod random;
#[path = "support/world.rs"]
#[allow(dead_code, reason = "shared between tests, each of which uses a part")]
mod world;

use smqtt_crypto::*;
use world::{World, on};

const NOW: Epoch = Epoch(480);

fn message(received: Received) -> Message {
    match received {
        Received::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn announce_then_data_then_redelivery() {
    let mut world = World::new(1);
    let mut publisher = world.publisher(&["house/#"], 1000, PublisherConfig::default());
    let mut subscriber =
        world.subscriber("topic(\"house/+/temperature\") and epoch in [480..503]", SubscriberConfig::default());
    let mut stranger = world.subscriber("topic(\"garden/#\")", SubscriberConfig::default());
    let topic = "house/kitchen/temperature";
    let mut out = Vec::new();
    assert_eq!(publisher.publish(topic, NOW, &Properties::default(), b"21.5", &mut out), Err(SealError::NoKey));
    let mut announce = Vec::new();
    let key_id = publisher.encrypt(topic, NOW, Access::Open, &mut *world.random, &mut announce).unwrap();
    assert!(publisher.has_key(topic, NOW) && !publisher.has_key(topic, Epoch(481)));
    for counter in 0..3 {
        out.clear();
        assert_eq!(publisher.publish(topic, NOW, &Properties::default(), b"21.5", &mut out), Ok(counter));
        assert_eq!(out.len(), 4 + 29);
        let mut text = Vec::new();
        if counter == 0 {
            assert_eq!(subscriber.receive(NOW, &on(topic), &out, &mut text), Ok(Received::NeedKey(key_id)));
            let received = subscriber.receive(NOW, &on("$key"), &announce, &mut text).unwrap();
            assert_eq!(received, Received::KeyAdded { key_id, waiting: 1 });
            let released = subscriber.poll(&mut text).unwrap();
            assert_eq!((&*released.topic, released.message.freshness), (topic, Freshness::New));
            assert_eq!(text, b"21.5");
            assert!(subscriber.poll(&mut text).is_none());
        } else {
            let got = message(subscriber.receive(NOW, &on(topic), &out, &mut text).unwrap());
            assert_eq!(
                (got.counter, got.freshness, got.sender, got.signed),
                (counter, Freshness::New, publisher.sender(), false)
            );
            assert_eq!(text, b"21.5");
        }
        // Redelivery with DUP, or a retained copy: delivered, and told.
        let mut again = Vec::new();
        let got = message(subscriber.receive(NOW, &on(topic), &out, &mut again).unwrap());
        assert_eq!((got.freshness, again.as_slice()), (Freshness::Duplicate, &b"21.5"[..]));
    }
    let mut text = Vec::new();
    assert_eq!(subscriber.receive(NOW, &on("$key"), &announce, &mut text), Ok(Received::KeyKnown(key_id)));
    assert_eq!(stranger.receive(NOW, &on("$key"), &announce, &mut text), Ok(Received::NotForUs(key_id)));
    assert_eq!(stranger.receive(NOW, &on(topic), &out, &mut text), Ok(Received::NeedKey(key_id)));
    assert!(text.is_empty());
}

#[test]
fn a_will_surfaces_epochs_later() {
    let mut world = World::new(2);
    let mut publisher = world.publisher(&["will/#"], 1000, PublisherConfig::default());
    let mut subscriber = world.subscriber("topic(\"will/+\")", SubscriberConfig::default());
    let mut will = Vec::new();
    let properties = Properties::default();
    publisher
        .publish_self_contained(("will/a", NOW, Access::Open), &properties, b"gone", &mut *world.random, &mut will)
        .unwrap();
    let mut text = Vec::new();
    let got = message(subscriber.receive(Epoch(483), &on("will/a"), &will, &mut text).unwrap());
    assert_eq!((got.freshness, got.signed, text.as_slice()), (Freshness::Stale, true, &b"gone"[..]));
    let got = message(subscriber.receive(NOW, &on("will/a"), &will, &mut text).unwrap());
    assert_eq!(got.freshness, Freshness::Duplicate);
    // On another topic it is nothing.
    assert_eq!(subscriber.receive(NOW, &on("will/b"), &will, &mut text), Err(ReceiveError::Decrypt(DecryptError)));
}

#[test]
fn keys_expire_and_are_renewed_and_generations_revoke() {
    let mut world = World::new(3);
    let mut publisher = world.publisher(&["#"], 1000, PublisherConfig::default());
    let old = "topic(\"t\") and epoch in [480..481]";
    let mut subscriber = world.subscriber(old, SubscriberConfig::default());
    let mut announce = Vec::new();
    let key_id = publisher.encrypt("t", Epoch(482), Access::Open, &mut *world.random, &mut announce).unwrap();
    let mut text = Vec::new();
    assert_eq!(subscriber.receive(NOW, &on("k"), &announce, &mut text), Ok(Received::NotForUs(key_id)));
    let renewed: Policy = "topic(\"t\") and epoch in [482..500]".parse().unwrap();
    let key = world.authority.issue(Grant::Policy(&renewed), &mut *world.random).unwrap();
    subscriber.add_key(abe::decode_key::<curve::Pure>(&key, &Limits::default()).unwrap());
    let added = subscriber.receive(NOW, &on("k"), &announce, &mut text);
    assert_eq!(added, Ok(Received::KeyAdded { key_id, waiting: 0 }));
    // Revocation: messages are labelled with generation 8, the revoked key asks for at most 7.
    let mut revoked = world.subscriber("topic(\"t\") and gen = 7", SubscriberConfig::default());
    let mut current = world.subscriber("topic(\"t\") and gen in [7..8]", SubscriberConfig::default());
    let labels = Labels::new(&[Label::number("gen", 8)]).unwrap();
    announce.clear();
    let key_id =
        publisher.encrypt("t", Epoch(483), Access::Labels(&labels), &mut *world.random, &mut announce).unwrap();
    assert_eq!(revoked.receive(NOW, &on("k"), &announce, &mut text), Ok(Received::NotForUs(key_id)));
    let added = current.receive(NOW, &on("k"), &announce, &mut text);
    assert_eq!(added, Ok(Received::KeyAdded { key_id, waiting: 0 }));
}

/// A notice of a new generation ends the publisher's keys, labels what follows, and tells subscribers to renew.
#[test]
fn notices_are_believed_once_and_move_nothing_back() {
    let mut world = World::new(11);
    let authority = world.authority.verifying_key();
    let mut publisher = world.publisher(&["#"], 1000, PublisherConfig::default());
    let mut old = world.subscriber("topic(\"t\") and gen in [0..7]", SubscriberConfig::default());
    let mut renewed = world.subscriber("topic(\"t\") and gen >= 8", SubscriberConfig::default());
    let (mut announce, mut out) = (Vec::new(), Vec::new());
    publisher.encrypt("t", NOW, Access::Open, &mut *world.random, &mut announce).unwrap();
    let (notice, earlier) = (world.authority.epoch_notice(NOW, 8), world.authority.epoch_notice(Epoch(479), 7));
    let mut forged = notice.clone();
    forged[12] ^= 1;
    for bad in [&forged, &announce] {
        assert_eq!(publisher.notice(bad, &authority), Err(ReceiveError::Decrypt(DecryptError)));
    }
    assert_eq!(publisher.notice(&notice, &[1; 32]), Err(ReceiveError::Decrypt(DecryptError)));
    assert!(publisher.has_key("t", NOW));
    for (envelope, freshness) in
        [(&notice, Freshness::New), (&notice, Freshness::Duplicate), (&earlier, Freshness::Stale)]
    {
        assert_eq!(publisher.notice(envelope, &authority), Ok(freshness));
        assert!(!publisher.has_key("t", NOW));
        let (epoch, generation) = if freshness == Freshness::Stale { (Epoch(479), 7) } else { (NOW, 8) };
        let expected = Received::Notice { epoch, generation, freshness };
        assert_eq!(old.receive(NOW, &on("n"), envelope, &mut out), Ok(expected));
    }
    assert!(old.receive(NOW, &on("n"), &forged, &mut out).is_err());
    let mut anyone = Subscriber::new(Trust::Anyone, SubscriberConfig::default());
    assert!(anyone.receive(NOW, &on("n"), &notice, &mut out).is_err());
    // Without a word from the caller the generation is among the labels; a label of the caller's own stands.
    for (access, opens) in
        [(Access::Open, true), (Access::Labels(&Labels::new(&[Label::number("gen", 7)]).unwrap()), false)]
    {
        announce.clear();
        let key_id = publisher.encrypt("t", NOW, access, &mut *world.random, &mut announce).unwrap();
        let (with, without) = (Received::KeyAdded { key_id, waiting: 0 }, Received::NotForUs(key_id));
        let (for_old, for_renewed) = if opens { (&without, &with) } else { (&with, &without) };
        assert_eq!(old.receive(NOW, &on("k"), &announce, &mut out).as_ref(), Ok(for_old));
        assert_eq!(renewed.receive(NOW, &on("k"), &announce, &mut out).as_ref(), Ok(for_renewed));
    }
}

#[test]
fn every_suite_signed_data_properties_and_suffix() {
    let mut world = World::new(4);
    let users = [("unit", "°C")];
    let properties = Properties {
        content_type: Some("application/vnd.smqtt"),
        correlation_data: Some(&[1, 2]),
        user_properties: &users,
        ..Properties::default()
    };
    for suite in [Suite::AES_256_GCM, Suite::CHACHA20_POLY1305, Suite::ASCON_AEAD128, Suite::AES_128_GCM] {
        let config = PublisherConfig {
            suite,
            binding: envelope::Binding::Suffix,
            prefix: "site1/".into(),
            bind_properties: true,
            sign_data: true,
            psk: Some(Secret::new([9; 32])),
            ..PublisherConfig::default()
        };
        let mut publisher = world.publisher(&["site1/#"], 1000, config);
        let config = SubscriberConfig {
            require_signed_data: true,
            prefix: "bridge/site1/".into(),
            psk: Some(Secret::new([9; 32])),
            ..SubscriberConfig::default()
        };
        let mut subscriber = world.subscriber("topic(\"site1/#\")", config);
        let (mut announce, mut data, mut text) = (Vec::new(), Vec::new(), Vec::new());
        publisher.encrypt("site1/a", NOW, Access::Open, &mut *world.random, &mut announce).unwrap();
        publisher.publish("site1/a", NOW, &properties, b"x", &mut data).unwrap();
        subscriber.receive(NOW, &on("k"), &announce, &mut text).unwrap();
        let bound = Bound { topic: "bridge/site1/a", properties };
        let got = message(subscriber.receive(NOW, &bound, &data, &mut text).unwrap());
        assert!(got.signed && got.sender == publisher.sender() && text == b"x", "{suite}");
        // A lost user property, another topic: nothing.
        for wrong in [
            Bound { properties: Properties { user_properties: &[], ..properties }, ..bound },
            Bound { topic: "bridge/site1/b", ..bound },
        ] {
            assert_eq!(subscriber.receive(NOW, &wrong, &data, &mut text), Err(ReceiveError::Decrypt(DecryptError)));
        }
        // Without the pre-shared secret the announcement opens to nothing.
        let mut without = world.subscriber("topic(\"site1/#\")", SubscriberConfig::default());
        assert_eq!(without.receive(NOW, &on("k"), &announce, &mut text), Err(ReceiveError::Decrypt(DecryptError)));
    }
}

#[test]
fn ciphertext_policy_through_the_machines() {
    let mut random = random::seeded(5);
    let authority = Authority::<curve::Pure>::setup(Kem::FABEO_CP, 3600, &mut random).unwrap();
    let mut publisher = Publisher::unsigned(Box::new(authority.master().public().clone()), PublisherConfig::default());
    let policy: Policy = "role = \"nurse\" and level >= 3".parse().unwrap();
    let mut announce = Vec::new();
    let key_id = publisher.encrypt("ward/7", NOW, Access::Policy(&policy), &mut random, &mut announce).unwrap();
    for (level, opens) in [(2, false), (3, true)] {
        let labels = Labels::new(&[Label::text("role", "nurse"), Label::number("level", level)]).unwrap();
        let key = authority.issue(Grant::Labels(&labels), &mut random).unwrap();
        let mut subscriber = Subscriber::new(Trust::Anyone, SubscriberConfig::default());
        subscriber.add_key(abe::decode_key::<curve::Pure>(&key, &Limits::default()).unwrap());
        let received = subscriber.receive(NOW, &on("k"), &announce, &mut Vec::new()).unwrap();
        assert_eq!(received == Received::KeyAdded { key_id, waiting: 0 }, opens);
    }
    // Labels where a policy belongs.
    let labels = Labels::default();
    let wrong = publisher.encrypt("ward/7", NOW, Access::Labels(&labels), &mut random, &mut announce);
    assert_eq!(wrong, Err(SealError::BadAccess));
}

fn one_round(scheme: Box<dyn Encapsulate + Send>, key: Box<dyn Decapsulate + Send>, topic: &str) -> bool {
    let mut random = random::seeded(6);
    let mut publisher = Publisher::unsigned(scheme, PublisherConfig::default());
    let mut subscriber = Subscriber::new(Trust::Anyone, SubscriberConfig::default());
    subscriber.add_key(key);
    let (mut announce, mut data, mut text) = (Vec::new(), Vec::new(), Vec::new());
    publisher.encrypt(topic, NOW, Access::Open, &mut random, &mut announce).unwrap();
    publisher.publish(topic, NOW, &Properties::default(), b"x", &mut data).unwrap();
    subscriber.receive(NOW, &on("k"), &announce, &mut text).unwrap();
    let received = subscriber.receive(NOW, &on(topic), &data, &mut text).unwrap();
    matches!(received, Received::Message(_)) && text == b"x"
}

#[test]
fn the_symmetric_tree_follows_mqtt_filters() {
    let master = TreeMaster::setup(&mut random::seeded(7)).unwrap();
    for (filter, topic, opens) in [
        ("a/#", "a", true),
        ("a/#", "a/", true),
        ("a/#", "a//b", true),
        ("a/#", "a/b/c", true),
        ("a/#", "ab", false),
        ("a/b", "a/b", true),
        ("a/b", "a/b/c", false),
        ("a", "a/b", false),
    ] {
        let key = master.grant(filter, Epoch(470), NOW).unwrap();
        assert_eq!(one_round(Box::new(master.clone()), Box::new(key), topic), opens, "{filter} {topic}");
    }
    let late = master.grant("a/#", Epoch(481), Epoch(490)).unwrap();
    assert!(!one_round(Box::new(master.clone()), Box::new(late), "a/b"));
    let key = master.grant("a/#", NOW, NOW).unwrap();
    assert!(one_round(Box::new(key.clone()), Box::new(key), "a/b"), "holders can write");
    assert!(master.grant("a/+/c", NOW, NOW).is_none() && master.grant("#", NOW, NOW).is_none());
    assert!(master.grant("a", Epoch(0), Epoch(MAX_TREE_EPOCHS)).is_none());
    let other = TreeMaster::setup(&mut random::seeded(8)).unwrap();
    assert!(!one_round(Box::new(other), Box::new(master.grant("a/#", NOW, NOW).unwrap()), "a"));
}

#[test]
fn a_pre_shared_key() {
    let key = |byte| Box::new(PresharedKey::new(Secret::new([byte; 32])));
    assert!(one_round(key(1), key(1), "t"));
    assert!(!one_round(key(1), key(2), "t"));
}

/// A scheme of one's own, with an id from the private range: the secret goes through a box of the user's making.
#[derive(Clone)]
struct HomeMade([u8; 32]);

impl Encapsulate for HomeMade {
    fn kem(&self) -> Kem {
        Kem(0xE7)
    }
    fn public_id(&self) -> [u8; 32] {
        [0xE7; 32]
    }
    fn encapsulate(
        &mut self,
        _: &Scope<'_>,
        context: &[u8; 32],
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<SharedSecret, SealError> {
        let mut secret = [0; 32];
        random.fill(&mut secret)?;
        out.extend(secret.iter().zip(self.0).zip(context).map(|((s, k), c)| s ^ k ^ c));
        Ok(Secret::new(secret))
    }
}

impl Decapsulate for HomeMade {
    fn kem(&self) -> Kem {
        Kem(0xE7)
    }
    fn public_id(&self) -> [u8; 32] {
        [0xE7; 32]
    }
    fn may_open(&self, _: &Scope<'_>) -> bool {
        true
    }
    fn decapsulate(&mut self, _: &Scope<'_>, context: &[u8; 32], bytes: &[u8]) -> Result<SharedSecret, DecryptError> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| DecryptError)?;
        let mut secret = [0; 32];
        for (at, byte) in secret.iter_mut().enumerate() {
            *byte = bytes[at] ^ self.0[at] ^ context[at];
        }
        Ok(Secret::new(secret))
    }
}

#[test]
fn a_private_scheme_fits_behind_the_trait() {
    assert!(Kem(0xE7).is_private() && !Kem::PSK.is_private());
    assert!(one_round(Box::new(HomeMade([3; 32])), Box::new(HomeMade([3; 32])), "t"));
}

#[test]
fn bounds_are_kept() {
    let mut world = World::new(9);
    let config = PublisherConfig { max_keys: 2, ..PublisherConfig::default() };
    let mut publisher = world.publisher(&["#"], 1000, config);
    let mut out = Vec::new();
    publisher.encrypt("a", NOW, Access::Open, &mut *world.random, &mut out).unwrap();
    publisher.encrypt("b", NOW, Access::Open, &mut *world.random, &mut out).unwrap();
    let full = publisher.encrypt("c", NOW, Access::Open, &mut *world.random, &mut out);
    assert_eq!(full, Err(SealError::Full));
    // A later epoch makes room.
    publisher.encrypt("c", Epoch(481), Access::Open, &mut *world.random, &mut out).unwrap();
    assert!(!publisher.has_key("a", NOW));
    assert_eq!(publisher.encrypt("a/+", NOW, Access::Open, &mut *world.random, &mut out), Err(SealError::BadTopic));
    let beyond = Epoch(Epoch::MAX.0 + 1);
    let mut free = Publisher::unsigned(Box::new(world.public()), PublisherConfig::default());
    assert_eq!(free.encrypt("a", beyond, Access::Open, &mut *world.random, &mut out), Err(SealError::BadAccess));
    let mut broken = |_: &mut [u8]| Err(RandomError);
    assert_eq!(free.encrypt("a", NOW, Access::Open, &mut broken, &mut out), Err(SealError::Random));
}

#[test]
fn stored_authorities_give_the_same_keys() {
    let world = World::new(10);
    let (alpha, seed) = world.authority.secrets();
    let master = abe::MasterKey::<curve::Pure>::decode(Kem::FABEO_KP, &alpha).unwrap();
    let again = Authority::from_parts(master, Signing::from_seed(&seed), 3600);
    assert_eq!(again.public_params(), world.authority.public_params());
    let params = world.authority.public_params();
    assert!(verified_params(&params, &world.authority.verifying_key(), &Limits::default()).is_ok());
    assert!(verified_params(&params, &[1; 32], &Limits::default()).is_err());
}
