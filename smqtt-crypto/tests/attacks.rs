//! Published attacks on attribute-based encryption and on message formats, each run against our own code.
//! SPEC.md §12 lists them with their literature.
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

use core::sync::atomic::{AtomicUsize, Ordering};
use smqtt_crypto::abe::{AttributeKey, MasterKey, PolicyKey, PublicKey};
use smqtt_crypto::curve::{Curve, Element, HASH_TO_CURVE_DST, Pure, Scalar};
use smqtt_crypto::envelope::Envelope;
use smqtt_crypto::*;
use std::sync::Arc;
use world::{World, on};

const NOW: Epoch = Epoch(480);
const OPAQUE: Result<Received, ReceiveError> = Err(ReceiveError::Decrypt(DecryptError));

struct Kp {
    master: MasterKey<Pure>,
    random: Box<dyn Random>,
}

impl Kp {
    fn new(seed: u64) -> Self {
        let mut random = random::seeded(seed);
        Self { master: MasterKey::setup(Kem::FABEO_KP, &mut random).unwrap(), random: Box::new(random) }
    }

    fn key(&mut self, policy: &str) -> Vec<u8> {
        let mut body = Vec::new();
        self.master.issue_policy_key(&policy.parse().unwrap(), &mut *self.random).unwrap().encode(&mut body);
        body
    }

    fn encapsulate(&mut self, access: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut public = self.master.public().clone();
        public.encapsulate(&scope(access), &[0; 32], &mut *self.random, &mut out).unwrap();
        out
    }
}

fn scope(access: &[u8]) -> Scope<'_> {
    Scope { topic: "t", epoch: NOW, access }
}

fn labels(values: &[&str]) -> Vec<u8> {
    let labels: Vec<_> = values.iter().map(|value| Label::text("a", value)).collect();
    let mut out = Vec::new();
    Labels::new(&labels).unwrap().encode(&mut out);
    out
}

fn open(body: &[u8], access: &[u8], encapsulation: &[u8]) -> bool {
    let mut key = PolicyKey::<Pure>::decode(body, &Limits::default()).unwrap();
    Decapsulate::decapsulate(&mut key, &scope(access), &[0; 32], encapsulation).is_ok()
}

/// Where the G2 part and the rows of a key body begin.
fn parts(body: &[u8]) -> (usize, usize) {
    let policy = usize::from(u16::from_be_bytes([body[32], body[33]]));
    let classes = (body.len() - 34 - policy) % 48 / 48 + 1;
    (34 + policy, 34 + policy + 96 * classes)
}

/// Collusion (Goyal et al., CCS 2006; Venema and Alpár, CT-RSA 2021): two users, each with half of what is needed.
#[test]
fn collusion_by_mixing_rows() {
    let mut kp = Kp::new(1);
    let access = labels(&["1", "2"]);
    let encapsulation = kp.encapsulate(&access);
    let policy = "a = \"1\" and a = \"2\"";
    let (one, two) = (kp.key(policy), kp.key(policy));
    assert!(open(&one, &access, &encapsulation) && open(&two, &access, &encapsulation));
    let (g2, rows) = parts(&one);
    // Rows of one with rows of the other; rows of one under the g2^r of the other.
    let mixed = [&one[..rows + 48], &two[rows + 48..]].concat();
    assert!(!open(&mixed, &access, &encapsulation));
    let swapped = [&one[..g2], &two[g2..rows], &one[rows..]].concat();
    assert!(!open(&swapped, &access, &encapsulation));
    // Keys for a = 1 and b and for a = 2 and c do not add up to a = 1 and a = 2.
    let (left, right) = (kp.key("a = \"1\" and a = \"3\""), kp.key("a = \"2\" and a = \"4\""));
    let (_, l) = parts(&left);
    for row in [0, 48] {
        let forged = [&one[..rows], &left[l..l + 48], &right[l + row..l + row + 48]].concat();
        assert!(!open(&forged, &access, &encapsulation));
    }
}

/// Ciphertext-policy collusion: the attributes of one user in the key of another.
#[test]
fn collusion_by_mixing_attributes() {
    let mut random = random::seeded(2);
    let master = MasterKey::<Pure>::setup(Kem::FABEO_CP, &mut random).unwrap();
    let mut issue = |values: &[&str]| {
        let labels: Vec<_> = values.iter().map(|value| Label::text("a", value)).collect();
        let mut body = Vec::new();
        master.issue_attribute_key(&Labels::new(&labels).unwrap(), &mut random).unwrap().encode(&mut body);
        body
    };
    let (both, one, two) = (issue(&["1", "2"]), issue(&["1", "3"]), issue(&["2", "3"]));
    let mut access = Vec::new();
    "a = \"1\" and a = \"2\"".parse::<Policy>().unwrap().encode(&mut access);
    let mut out = Vec::new();
    let mut public = master.public().clone();
    public.encapsulate(&scope(&access), &[0; 32], &mut random::seeded(3), &mut out).unwrap();
    let open = |body: &[u8]| {
        let mut key = AttributeKey::<Pure>::decode(body, &Limits::default()).unwrap();
        Decapsulate::decapsulate(&mut key, &scope(&access), &[0; 32], &out).is_ok()
    };
    assert!(open(&both) && !open(&one) && !open(&two));
    // The labels of `both`, with the points of the two others.
    let head = both.len() - 96;
    let points = one.len() - 96;
    let start = head - 144;
    let forged = [&both[..start], &one[points - 144..points + 48], &two[points..points + 48]].concat();
    assert_eq!(forged.len(), both.len());
    assert!(!open(&forged));
}

/// circl TKN20 before v1.6.4 gave one child of an AND gate the whole share. Every proper subset of rows must fail.
#[test]
fn and_gates_leak_no_share() {
    let mut kp = Kp::new(4);
    let both = kp.key("a = \"1\" and a = \"2\"");
    let (_, rows) = parts(&both);
    let access = labels(&["1"]);
    let encapsulation = kp.encapsulate(&access);
    for row in [0, 48] {
        // The row as if it were a whole key for `a = "1"` or `a = "2"`.
        let single = kp.key("a = \"1\"");
        let (single_g2, _) = parts(&single);
        let forged = [&single[..single_g2], &both[rows - 96..rows], &both[rows + row..rows + row + 48]].concat();
        assert!(!open(&forged, &access, &encapsulation));
    }
}

/// With one randomness for both rows of a repeated attribute, their quotient is g1 to the difference of their shares.
#[test]
fn repeated_attributes_do_not_share_randomness() {
    let mut kp = Kp::new(5);
    let body = kp.key("a = \"1\" and a = \"1\"");
    let (g2, rows) = parts(&body);
    // Two g2^r, and they differ.
    assert_eq!(body.len() - g2, 2 * 96 + 2 * 48);
    assert_ne!(body[g2..g2 + 96], body[g2 + 96..g2 + 192]);
    assert!(rows > g2);
    let access = labels(&["1"]);
    let encapsulation = kp.encapsulate(&access);
    assert!(open(&body, &access, &encapsulation));
    // Collapsing the two classes into one opens nothing.
    let collapsed = [&body[..g2], &body[g2..g2 + 96], &body[g2..g2 + 96], &body[g2 + 192..]].concat();
    assert!(!open(&collapsed, &access, &encapsulation));
}

/// Hashing to a known multiple of the generator lets one key open everything: the textbook error.
#[test]
fn the_hash_has_no_known_discrete_logarithm() {
    let attribute = Attribute::text("a", "1");
    let mut point = Vec::new();
    Pure::g1_encode(&[Pure::hash_to_g1(attribute.as_bytes(), HASH_TO_CURVE_DST)], &mut point);
    let hash = <sha2_like::Sha256 as sha2_like::Hash>::hash(attribute.as_bytes());
    let mut wide = [0; 48];
    wide[16..].copy_from_slice(&hash);
    let mut obvious = Vec::new();
    Pure::g1_encode(&[Pure::g1_times(&Pure::g1(), &Scalar::from_wide(&wide))], &mut obvious);
    assert_ne!(point, obvious);
    // Other domains give other points: the base of the CP scheme is no attribute.
    let mut base = Vec::new();
    Pure::g1_encode(&[Pure::hash_to_g1(Attribute::base().as_bytes(), HASH_TO_CURVE_DST)], &mut base);
    assert_ne!(point, base);
}

/// SHA-256 without a dependency of the test: through the crate's own hash to the curve it would be circular.
mod sha2_like {
    pub(crate) struct Sha256;
    pub(crate) trait Hash {
        fn hash(bytes: &[u8]) -> [u8; 32];
    }
    impl Hash for Sha256 {
        fn hash(bytes: &[u8]) -> [u8; 32] {
            use sha2::Digest;
            sha2::Sha256::digest(bytes).into()
        }
    }
}

/// Small subgroups and non-canonical encodings: everything but the one encoding of a point of order r is refused.
#[test]
fn points_outside_the_group_are_refused() {
    let mut good = Vec::new();
    Pure::g1_encode(&[Pure::g1()], &mut good);
    let good: [u8; 48] = good.try_into().unwrap();
    assert!(Pure::g1_decode(&good).is_some());
    let mut infinity = [0; 48];
    infinity[0] = 0xC0;
    assert!(Pure::g1_decode(&infinity).is_none(), "identity");
    infinity[0] = 0xE0;
    assert!(Pure::g1_decode(&infinity).is_none(), "identity with a sign");
    let mut flagless = good;
    flagless[0] &= 0x7F;
    assert!(Pure::g1_decode(&flagless).is_none(), "uncompressed flag");
    let mut both = good;
    both[0] |= 0x40;
    assert!(Pure::g1_decode(&both).is_none(), "infinity flag on a point");
    // p + x for x small enough to fit in 381 bits: the same point, not canonical.
    let p = hex_48("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab");
    let mut over = p;
    over[0] |= 0x80;
    assert!(Pure::g1_decode(&over).is_none(), "x = p");
    // Points on the curve, outside the subgroup: x = 4 is on the curve (y² = 68)? Try until some are.
    let (mut on_curve_outside, mut off_curve) = (0, 0);
    for x in 1..200u8 {
        let mut bytes = [0; 48];
        bytes[0] = 0x80;
        bytes[47] = x;
        match bls12_381_plus::G1Affine::from_compressed_unchecked(&bytes).is_some().into() {
            true => on_curve_outside += usize::from(Pure::g1_decode(&bytes).is_none()),
            false => off_curve += usize::from(Pure::g1_decode(&bytes).is_none()),
        }
    }
    assert!(on_curve_outside > 50 && off_curve > 50 && on_curve_outside + off_curve == 199);
    // Target group: identity, 0, −1 (order 2), a coefficient of p, and a bit off.
    let master = MasterKey::<Pure>::setup(Kem::FABEO_KP, &mut random::seeded(6)).unwrap();
    let z = *master.public().encode();
    assert!(PublicKey::<Pure>::decode(Kem::FABEO_KP, &z).is_ok());
    let mut one = [0; 576];
    one[47] = 1;
    let mut minus_one = [0; 576];
    minus_one[..48].copy_from_slice(&p);
    minus_one[47] -= 1;
    let mut coefficient = z;
    coefficient[48..96].copy_from_slice(&p);
    let mut flipped = z;
    flipped[575] ^= 1;
    for bad in [one, minus_one, [0; 576], coefficient, flipped] {
        assert!(PublicKey::<Pure>::decode(Kem::FABEO_KP, &bad).is_err());
        #[cfg(feature = "blst")]
        assert!(PublicKey::<curve::Blst>::decode(Kem::FABEO_KP, &bad).is_err());
    }
    // Scalars: zero, r, above r.
    let r = hex_32("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
    for bad in [[0; 32], r, [0xFF; 32]] {
        assert!(MasterKey::<Pure>::decode(Kem::FABEO_KP, &Secret::new(bad)).is_none());
    }
    let _ = Element::double(&Pure::g1());
}

fn hex_48(text: &str) -> [u8; 48] {
    hex(text).try_into().unwrap()
}

fn hex_32(text: &str) -> [u8; 32] {
    hex(text).try_into().unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

/// Malleability: every bit of a key encapsulation, flipped, and its rows exchanged or doubled.
#[test]
fn every_byte_of_an_encapsulation_counts() {
    let mut kp = Kp::new(7);
    let access = labels(&["1", "2"]);
    let key = kp.key("a = \"1\"");
    let encapsulation = kp.encapsulate(&access);
    assert!(open(&key, &access, &encapsulation));
    for at in 0..encapsulation.len() {
        let mut bad = encapsulation.clone();
        bad[at] ^= 1 << (at % 8);
        assert!(!open(&key, &access, &bad), "byte {at}");
    }
    let mut swapped = encapsulation.clone();
    swapped[96..192].rotate_left(48);
    let mut doubled = encapsulation.clone();
    doubled.copy_within(96..144, 144);
    for bad in [swapped, doubled, encapsulation[1..].to_vec(), [&encapsulation[..], &[0]].concat(), Vec::new()] {
        assert!(!open(&key, &access, &bad));
    }
    // Other labels that the key satisfies as well, the same length: the ciphertext does not move over.
    assert!(!open(&key, &labels(&["1", "3"]), &encapsulation));
}

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

/// Policy bombs (circl fixes of June and July 2026): linear, bounded, answered.
#[test]
fn policy_bombs() {
    let parse = |text: &str| text.parse::<Policy>().map_err(|error| error.kind);
    let large = Limits { max_policy_text: usize::MAX, max_policy_depth: 1000, ..Limits::default() };
    assert_eq!(parse(&"(".repeat(4000)), Err(PolicyErrorKind::TooDeep));
    assert_eq!(parse(&"a=1 or ".repeat(10_000)), Err(PolicyErrorKind::TextTooLong));
    let ors = ["a=1"; 1025].join(" or ");
    assert_eq!(Policy::parse(&ors, &large).map_err(|e| e.kind), Err(PolicyErrorKind::TooManyLeaves));
    let nots = format!("{} a = 1", "not ".repeat(1000));
    assert!(parse(&nots).is_ok());
    for (text, kind) in [
        ("0 of (a=1, b=2)", PolicyErrorKind::BadThreshold),
        ("3 of (a=1, b=2)", PolicyErrorKind::BadThreshold),
        ("99999999999999999999 of (a=1)", PolicyErrorKind::NumberTooLarge),
        ("70000 of (a=1)", PolicyErrorKind::BadThreshold),
        ("a in [5..4]", PolicyErrorKind::EmptyRange),
        ("a < 0", PolicyErrorKind::EmptyRange),
        ("a > 4294967295", PolicyErrorKind::EmptyRange),
        ("a >= 4294967296", PolicyErrorKind::NumberTooLarge),
        ("a = 256#8", PolicyErrorKind::NumberTooLarge),
        ("a = 1#7", PolicyErrorKind::BadWidth),
        ("a = 1#68", PolicyErrorKind::BadWidth),
        ("a in {}", PolicyErrorKind::ExpectedValue),
        ("a in []", PolicyErrorKind::ExpectedValue),
        ("epoch in [0..16777216]", PolicyErrorKind::NumberTooLarge),
        ("not a = \"x\"", PolicyErrorKind::UnsoundNot),
        ("a != \"x\"", PolicyErrorKind::UnsoundNot),
        ("not topic(\"a\")", PolicyErrorKind::UnsoundNot),
        ("topic(\"a/#/b\")", PolicyErrorKind::BadFilter),
        ("a = \"x", PolicyErrorKind::UnclosedText),
        ("a = \"\\n\"", PolicyErrorKind::UnclosedText),
        ("a = b", PolicyErrorKind::ExpectedValue),
        ("a < \"b\"", PolicyErrorKind::TextComparison),
        ("a = 1 b = 2", PolicyErrorKind::ExpectedOperator),
        ("(a = 1", PolicyErrorKind::Unclosed),
        ("a = 1)", PolicyErrorKind::ExpectedOperator),
        ("", PolicyErrorKind::ExpectedCondition),
        ("and", PolicyErrorKind::ExpectedCondition),
        ("a = 1 and", PolicyErrorKind::ExpectedCondition),
        ("a ~ 1", PolicyErrorKind::UnexpectedCharacter),
        ("(a = 1, b = 2)", PolicyErrorKind::ExpectedOperator),
    ] {
        assert_eq!(parse(text), Err(kind), "{text}");
    }
    // A 64-bit range at its worst is 464 leaves: three of them are too many for a key.
    let worst = "n in [1..18446744073709551614]#64";
    assert_eq!(parse(worst).unwrap().leaf_count(), 464);
    assert_eq!(parse(&[worst; 3].join(" and ")), Err(PolicyErrorKind::TooManyLeaves));
}

/// The same bombs in binary: counts that the bytes do not bear out, gates that do not close.
#[test]
fn binary_policy_bombs() {
    let refused = |bytes: &[u8]| Policy::decode(bytes, &Limits::default()).unwrap_err().kind;
    assert_eq!(refused(&[0xFF, 0xFF, 1, 0, 2]), DecodeErrorKind::LimitExceeded);
    assert_eq!(refused(&[0, 0]), DecodeErrorKind::BadPolicy);
    let text = [0x11, 0, 1, b'a', 0, 1, b'x'];
    let tree =
        |items: &[&[u8]]| [&u16::try_from(items.len()).unwrap().to_be_bytes(), items.concat().as_slice()].concat();
    assert!(Policy::decode(&tree(&[&text]), &Limits::default()).is_ok());
    assert_eq!(refused(&tree(&[&text, &text])), DecodeErrorKind::BadPolicy);
    assert_eq!(refused(&tree(&[&[1, 0, 3], &text, &text])), DecodeErrorKind::BadPolicy);
    assert_eq!(refused(&tree(&[&[1, 0, 1], &text])), DecodeErrorKind::BadPolicy);
    assert_eq!(refused(&tree(&[&[3, 0, 2, 0, 2], &text, &text])), DecodeErrorKind::BadPolicy);
    assert_eq!(refused(&tree(&[&[3, 0, 1, 0, 2], &text, &text])), DecodeErrorKind::BadPolicy);
    let mut deep: Vec<&[u8]> = vec![&[1, 0, 2]; 33];
    deep.extend([&text[..]; 34]);
    assert_eq!(refused(&tree(&deep)), DecodeErrorKind::BadPolicy);
}

/// Names and values that run together elsewhere.
#[test]
fn names_do_not_collide() {
    let mut kp = Kp::new(16);
    for (policy, label, opens) in [
        ("A1 = \"0\"", Label::text("A1", "0"), true),
        ("A1 = \"0\"", Label::text("A", "10"), false),
        ("a = \"é\"", Label::text("a", "e\u{301}"), false),
        ("a = \"X\"", Label::text("a", "x"), false),
        ("a = \"x,y\"", Label::text("a", "x"), false),
        ("a = 7", Label::text("a", "7"), false),
        ("a = 7", Label::Number { name: "a".into(), bits: 64, value: 7 }, false),
    ] {
        let key = kp.key(policy);
        let mut access = Vec::new();
        Labels::new(&[label]).unwrap().encode(&mut access);
        let encapsulation = kp.encapsulate(&access);
        assert_eq!(open(&key, &access, &encapsulation), opens, "{policy}");
    }
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
