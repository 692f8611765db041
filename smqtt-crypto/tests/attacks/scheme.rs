//! On the scheme: keys and encapsulations taken apart and put together otherwise.

use crate::{NOW, random};
use smqtt_crypto::abe::{AttributeKey, MasterKey, PolicyKey};
use smqtt_crypto::curve::Pure;
use smqtt_crypto::*;

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

pub(crate) fn scope(access: &[u8]) -> Scope<'_> {
    Scope { topic: "t", epoch: NOW, access }
}

pub(crate) fn labels(values: &[&str]) -> Vec<u8> {
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
