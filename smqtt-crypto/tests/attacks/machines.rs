//! On envelopes and on the machines that take them.

use crate::NOW;
use crate::scheme::{labels, scope};
use crate::world::{World, on};
use core::sync::atomic::{AtomicUsize, Ordering};
use smqtt_crypto::curve::Pure;
use smqtt_crypto::envelope::Envelope;
use smqtt_crypto::*;
use std::sync::Arc;

const OPAQUE: Result<Received, ReceiveError> = Err(ReceiveError::Decrypt(DecryptError));

/// Malleability of the whole: every single bit of an announcement and of a message.
#[test]
fn every_bit_of_an_envelope_counts() {
    let mut world = World::new(8);
    let mut publisher = world.publisher(&["t"], 1000, PublisherConfig::default());
    let mut subscriber = world.subscriber("topic(\"t\")", SubscriberConfig::default());
    let (mut announce, mut data, mut text) = (Vec::new(), Vec::new(), Vec::new());
    publisher.encrypt("t", NOW, Access::Open, &mut *world.random, &mut announce).unwrap();
    publisher.publish("t", NOW, &Properties::default(), b"text", &mut data).unwrap();
    for bit in 0..announce.len() * 8 {
        let mut bad = announce.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        // Bits of the header, of topic and of lengths are refused by form, all others by the signature.
        assert!(subscriber.receive(NOW, &on("k"), &bad, &mut text).is_err(), "bit {bit}");
    }
    subscriber.receive(NOW, &on("k"), &announce, &mut text).unwrap();
    for bit in 0..data.len() * 8 {
        let mut bad = data.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        match subscriber.receive(NOW, &on("t"), &bad, &mut text) {
            Err(_) => {}
            // Another key id is another key.
            Ok(Received::NeedKey(_) | Received::NotParked(_)) => assert!((32..96).contains(&bit)),
            other => panic!("bit {bit}: {other:?}"),
        }
        assert!(text.is_empty());
    }
    for cut in 0..data.len() {
        assert!(subscriber.receive(NOW, &on("t"), &data[..cut], &mut text).is_err());
    }
    assert!(matches!(subscriber.receive(NOW, &on("t"), &data, &mut text), Ok(Received::Message(_))));
}

/// Without signatures the announcement is still bound together by re-encryption and commitment.
#[test]
fn unsigned_announcements_are_not_malleable_either() {
    let mut world = World::new(9);
    let mut publisher = Publisher::unsigned(Box::new(world.public()), PublisherConfig::default());
    let mut announce = Vec::new();
    publisher.encrypt("t", NOW, Access::Open, &mut *world.random, &mut announce).unwrap();
    let policy: Policy = "topic(\"#\")".parse().unwrap();
    let key = world.authority.issue(Grant::Policy(&policy), &mut *world.random).unwrap();
    let mut subscriber = Subscriber::new(Trust::Anyone, SubscriberConfig::default());
    subscriber.add_key(abe::decode_key::<Pure>(&key, &Limits::default()).unwrap());
    for at in 0..announce.len() {
        let mut bad = announce.clone();
        bad[at] ^= 0x01;
        match subscriber.receive(NOW, &on("k"), &bad, &mut Vec::new()) {
            Err(_) | Ok(Received::NotForUs(_)) => {}
            other => panic!("byte {at}: {other:?}"),
        }
    }
    assert!(matches!(subscriber.receive(NOW, &on("k"), &announce, &mut Vec::new()), Ok(Received::KeyAdded { .. })));
}

/// Invisible salamanders (Dodis et al. 2018; Albertini et al. 2022): a ciphertext for two keys. The commitment is checked.
#[test]
fn the_commitment_is_checked() {
    let mut world = World::new(10);
    let mut publisher = Publisher::unsigned(Box::new(world.public()), PublisherConfig::default());
    let mut announce = Vec::new();
    publisher.encrypt("t", NOW, Access::Open, &mut *world.random, &mut announce).unwrap();
    let policy: Policy = "topic(\"t\")".parse().unwrap();
    let key = world.authority.issue(Grant::Policy(&policy), &mut *world.random).unwrap();
    let mut subscriber = Subscriber::new(Trust::Anyone, SubscriberConfig::default());
    subscriber.add_key(abe::decode_key::<Pure>(&key, &Limits::default()).unwrap());
    // The last 34 bytes are the commitment and the empty credential; before it the key id.
    let len = announce.len();
    for at in [len - 3, len - 34, len - 35, len - 42] {
        let mut bad = announce.clone();
        bad[at] ^= 0x80;
        assert_eq!(subscriber.receive(NOW, &on("k"), &bad, &mut Vec::new()), OPAQUE, "{at}");
    }
}

/// A scheme that counts how often it is asked for the expensive thing.
struct Counting(Arc<AtomicUsize>);

impl Decapsulate for Counting {
    fn kem(&self) -> Kem {
        Kem::FABEO_KP
    }
    fn public_id(&self) -> [u8; 32] {
        [0; 32]
    }
    fn may_open(&self, _: &Scope<'_>) -> bool {
        true
    }
    fn decapsulate(&mut self, _: &Scope<'_>, _: &[u8; 32], _: &[u8]) -> Result<SharedSecret, DecryptError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Err(DecryptError)
    }
}

/// Decapsulation flooding: signatures and credentials are checked before any pairing.
#[test]
fn forged_announcements_cost_no_pairing() {
    let mut world = World::new(11);
    let mut honest = world.publisher(&["t"], 1000, PublisherConfig::default());
    let mut announce = Vec::new();
    honest.encrypt("t", NOW, Access::Open, &mut *world.random, &mut announce).unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let counting = |trust| {
        let mut subscriber = Subscriber::new(trust, SubscriberConfig::default());
        subscriber.add_key(Box::new(Counting(Arc::clone(&asked))));
        subscriber
    };
    // The public id is made to fit the counting key, which breaks the signature.
    announce[5..21].fill(0);
    let mut subscriber = counting(Trust::Authority(world.authority.verifying_key()));
    for _ in 0..50 {
        assert_eq!(subscriber.receive(NOW, &on("k"), &announce, &mut Vec::new()), OPAQUE);
    }
    // Unsigned, and by a stranger with the credential of another authority.
    let mut unsigned = Publisher::unsigned(Box::new(world.public()), PublisherConfig::default());
    let mut bare = Vec::new();
    unsigned.encrypt("t", NOW, Access::Open, &mut *world.random, &mut bare).unwrap();
    let mut foreign = Vec::new();
    let mut elsewhere = World::new(12);
    let mut stranger = elsewhere.publisher(&["#"], 1000, PublisherConfig::default());
    stranger.encrypt("t", NOW, Access::Open, &mut *world.random, &mut foreign).unwrap();
    for bad in [&bare, &foreign] {
        assert_eq!(subscriber.receive(NOW, &on("k"), bad, &mut Vec::new()), OPAQUE);
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    // Whoever trusts anyone pays: the counter counts.
    assert_eq!(counting(Trust::Anyone).receive(NOW, &on("k"), &announce, &mut Vec::new()), OPAQUE);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

/// A publisher outside its credential: another topic, a later epoch.
#[test]
fn credentials_bound_topics_and_epochs() {
    let mut world = World::new(13);
    let mut publisher = world.publisher(&["house/#"], 500, PublisherConfig::default());
    let mut out = Vec::new();
    for (topic, epoch) in [("garden/a", 480), ("house/a", 501)] {
        let refused = publisher.encrypt(topic, Epoch(epoch), Access::Open, &mut *world.random, &mut out);
        assert_eq!(refused, Err(SealError::BadTopic));
    }
    // And a subscriber does not believe one that ignores this: the credential is cut from an honest announcement and put
    // into one for another topic, which the old signature does not cover.
    publisher.encrypt("house/a", NOW, Access::Open, &mut *world.random, &mut out).unwrap();
    let at = out.windows(7).position(|window| window == b"house/a").unwrap();
    out[at..at + 7].copy_from_slice(b"housf/a");
    let mut subscriber = world.subscriber("topic(\"#\")", SubscriberConfig::default());
    assert_eq!(subscriber.receive(NOW, &on("k"), &out, &mut Vec::new()), OPAQUE);
}

/// Topic rebinding: a broker moves a message, or a reader of one topic's key publishes on another with it.
#[test]
fn messages_do_not_move_to_other_topics() {
    let mut world = World::new(14);
    let mut publisher = world.publisher(&["#"], 1000, PublisherConfig::default());
    let mut subscriber = world.subscriber("topic(\"#\")", SubscriberConfig::default());
    let (mut announce, mut data, mut text) = (Vec::new(), Vec::new(), Vec::new());
    publisher.encrypt("door/open", NOW, Access::Open, &mut *world.random, &mut announce).unwrap();
    publisher.publish("door/open", NOW, &Properties::default(), b"1", &mut data).unwrap();
    subscriber.receive(NOW, &on("k"), &announce, &mut text).unwrap();
    assert_eq!(subscriber.receive(NOW, &on("door/close"), &data, &mut text), OPAQUE);
    // Unbound messages are refused unless the subscriber asks for them.
    let config = PublisherConfig { binding: envelope::Binding::None, ..PublisherConfig::default() };
    let mut loose = world.publisher(&["#"], 1000, config);
    announce.clear();
    data.clear();
    loose.encrypt("a", NOW, Access::Open, &mut *world.random, &mut announce).unwrap();
    loose.publish("a", NOW, &Properties::default(), b"1", &mut data).unwrap();
    subscriber.receive(NOW, &on("k"), &announce, &mut text).unwrap();
    assert_eq!(subscriber.receive(NOW, &on("b"), &data, &mut text), OPAQUE);
    let config = SubscriberConfig { require_topic_binding: false, ..SubscriberConfig::default() };
    let mut tolerant = world.subscriber("topic(\"#\")", config);
    tolerant.receive(NOW, &on("k"), &announce, &mut text).unwrap();
    assert!(matches!(tolerant.receive(NOW, &on("b"), &data, &mut text), Ok(Received::Message(_))));
}

/// Flooding the car park and the key cache.
#[test]
fn floods_are_bounded_and_push_nothing_out() {
    let mut world = World::new(15);
    let mut publisher = world.publisher(&["#"], 1000, PublisherConfig::default());
    let config = SubscriberConfig { max_parked: 8, max_keys: 3, ..SubscriberConfig::default() };
    let mut subscriber = world.subscriber("topic(\"#\")", config);
    let (mut announce, mut data, mut text) = (Vec::new(), Vec::new(), Vec::new());
    publisher.encrypt("t", NOW, Access::Open, &mut *world.random, &mut announce).unwrap();
    publisher.publish("t", NOW, &Properties::default(), b"1", &mut data).unwrap();
    assert!(matches!(subscriber.receive(NOW, &on("t"), &data, &mut text), Ok(Received::NeedKey(_))));
    for junk in 0..1000u16 {
        let mut bad = data.clone();
        bad[4..6].copy_from_slice(&junk.to_be_bytes());
        let _ = subscriber.receive(NOW, &on("t"), &bad, &mut text).unwrap();
    }
    assert_eq!(subscriber.parked(), 8);
    subscriber.receive(NOW, &on("k"), &announce, &mut text).unwrap();
    assert!(subscriber.poll(&mut text).is_some());
    for topic in ["a", "b", "c", "d", "e"] {
        announce.clear();
        publisher.encrypt(topic, NOW, Access::Open, &mut *world.random, &mut announce).unwrap();
        subscriber.receive(NOW, &on("k"), &announce, &mut text).unwrap();
        // In use, and so never the least recently used.
        text.clear();
        assert!(matches!(subscriber.receive(NOW, &on("t"), &data, &mut text), Ok(Received::Message(_))));
    }
    assert_eq!(subscriber.cached(), 3);
}

/// Keys for another role, of another authority, or with rows that do not fit.
#[test]
fn key_blobs() {
    let mut world = World::new(17);
    let policy: Policy = "topic(\"t\") and a = 1".parse().unwrap();
    let key = world.authority.issue(Grant::Policy(&policy), &mut *world.random).unwrap();
    assert!(abe::decode_key::<Pure>(&key, &Limits::default()).is_ok());
    let mut other_role = key.to_vec();
    other_role[4] = 2;
    let mut unknown = key.to_vec();
    unknown[4] = 6;
    let mut other_policy = key.to_vec();
    // `and` of two became `or` of two: the rows still fit, the shares do not. It opens nothing that it should not.
    let at = other_policy.windows(3).position(|window| window == [1, 0, 2]).unwrap();
    other_policy[at] = 2;
    for bad in [&other_role, &unknown, &key[..key.len() - 1].to_vec(), &[&key[..], &[0]].concat(), &Vec::new()] {
        assert!(abe::decode_key::<Pure>(bad, &Limits::default()).is_err());
    }
    let mut widened = abe::decode_key::<Pure>(&other_policy, &Limits::default()).unwrap();
    let access = labels(&["1"]);
    let mut out = Vec::new();
    world.public().encapsulate(&scope(&access), &[0; 32], &mut *world.random, &mut out).unwrap();
    assert!(widened.may_open(&scope(&access)));
    assert!(widened.decapsulate(&scope(&access), &[0; 32], &out).is_err());
    // Responses for another device or another request.
    let signing = Signing::generate(&mut *world.random).unwrap();
    let mine = Enrolment::new(signing.clone(), &mut *world.random).unwrap();
    let other = Enrolment::new(signing, &mut *world.random).unwrap();
    let request = mine.request(envelope::Role::Subscriber, "x", &[]).unwrap();
    let Ok(Envelope::RegisterRequest(request)) = Envelope::decode(&request, &Limits::default()) else { panic!() };
    let response = world.authority.respond(&request, Grant::Policy(&policy), &mut *world.random).unwrap();
    let authority = world.authority.verifying_key();
    assert!(mine.accept(&response, &authority, &Limits::default()).is_ok());
    assert!(other.accept(&response, &authority, &Limits::default()).is_err());
    assert!(mine.accept(&response, &[2; 32], &Limits::default()).is_err());
    let mismatch = Grant::Publish { filters: &["a"], first: Epoch(0), last: Epoch(1) };
    assert_eq!(world.authority.respond(&request, mismatch, &mut *world.random).unwrap_err(), GrantError::Mismatch);
    let mut forged = request.clone();
    forged.verifying_key = [3; 32];
    assert_eq!(
        world.authority.respond(&forged, Grant::Policy(&policy), &mut *world.random).unwrap_err(),
        GrantError::Proof
    );
}
