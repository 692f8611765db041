//! The two curve implementations against each other: the same bytes from the same randomness, and each opens what the other made.
#![cfg(feature = "blst")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "support/random.rs"]
mod random;

use proptest::prelude::*;
use smqtt_crypto::abe::{AttributeKey, MasterKey, PolicyKey, PublicKey};
use smqtt_crypto::curve::{Blst, Curve, HASH_TO_CURVE_DST, Pure};
use smqtt_crypto::{Decapsulate, Encapsulate, Epoch, Kem, Label, Labels, Limits, Policy, Scope};

fn policy() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (0u8..4).prop_map(|n| format!("a = \"{n}\"")),
        (0u8..9, 0u8..9).prop_map(|(n, m)| format!("n in [{}..{}]#8", n.min(m), n.max(m))),
    ];
    leaf.prop_recursive(3, 9, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" and "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|any| format!("({})", any.join(" or "))),
            prop::collection::vec(inner, 3..5).prop_map(|of| format!("2 of ({})", of.join(", "))),
        ]
    })
}

/// Key body, encapsulation, and whether it opens.
fn kp<C: Curve>(policy: &Policy, labels: &Labels, seed: u64) -> (Vec<u8>, Vec<u8>, bool) {
    let mut random = random::seeded(seed);
    let master = MasterKey::<C>::setup(Kem::FABEO_KP, &mut random).unwrap();
    let mut key = master.issue_policy_key(policy, &mut random).unwrap();
    let (mut body, mut access, mut out) = (Vec::new(), Vec::new(), Vec::new());
    key.encode(&mut body);
    labels.encode(&mut access);
    let scope = Scope { topic: "t", epoch: Epoch(3), access: &access };
    master.public().clone().encapsulate(&scope, &[1; 32], &mut random, &mut out).unwrap();
    let opens = Decapsulate::decapsulate(&mut key, &scope, &[1; 32], &out).is_ok();
    (body, out, opens)
}

fn cp<C: Curve>(policy: &Policy, labels: &Labels, seed: u64) -> (Vec<u8>, Vec<u8>, bool) {
    let mut random = random::seeded(seed);
    let master = MasterKey::<C>::setup(Kem::FABEO_CP, &mut random).unwrap();
    let mut key = master.issue_attribute_key(labels, &mut random).unwrap();
    let (mut body, mut access, mut out) = (Vec::new(), Vec::new(), Vec::new());
    key.encode(&mut body);
    policy.encode(&mut access);
    let scope = Scope { topic: "t", epoch: Epoch(3), access: &access };
    master.public().clone().encapsulate(&scope, &[1; 32], &mut random, &mut out).unwrap();
    let opens = Decapsulate::decapsulate(&mut key, &scope, &[1; 32], &out).is_ok();
    (body, out, opens)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_same_bytes(text in policy(), held in any::<u8>(), n in 0u64..10, seed in any::<u64>()) {
        let policy: Policy = text.parse().unwrap();
        let mut labels: Vec<Label> = (0..4u8).filter(|n| held >> n & 1 == 1).map(|n| Label::text("a", &n.to_string())).collect();
        labels.push(Label::Number { name: "n".into(), bits: 8, value: n });
        let labels = Labels::new(&labels).unwrap();
        let satisfied = policy.is_satisfied_by(&labels.own_attributes());
        let (pure, fast) = (kp::<Pure>(&policy, &labels, seed), kp::<Blst>(&policy, &labels, seed));
        prop_assert_eq!(&pure, &fast);
        prop_assert_eq!(pure.2, satisfied);
        prop_assert!(PolicyKey::<Blst>::decode(&pure.0, &Limits::default()).is_ok());
        if policy.leaf_count() <= 128 {
            let (pure, fast) = (cp::<Pure>(&policy, &labels, seed), cp::<Blst>(&policy, &labels, seed));
            prop_assert_eq!(&pure, &fast);
            prop_assert_eq!(pure.2, satisfied);
            prop_assert!(AttributeKey::<Blst>::decode(&pure.0, &Limits::default()).is_ok());
        }
    }

    #[test]
    fn the_same_hashes_and_the_same_refusals(message in prop::collection::vec(any::<u8>(), 0..300), flip in any::<(u16, u8)>()) {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        Pure::g1_encode(&[Pure::hash_to_g1(&message, HASH_TO_CURVE_DST)], &mut a);
        Blst::g1_encode(&[Blst::hash_to_g1(&message, HASH_TO_CURVE_DST)], &mut b);
        prop_assert_eq!(&a, &b);
        let mut bytes: [u8; 48] = a.try_into().unwrap();
        bytes[usize::from(flip.0) % 48] ^= flip.1;
        prop_assert_eq!(Pure::g1_decode(&bytes).is_some(), Blst::g1_decode(&bytes).is_some());
        let mut z = *MasterKey::<Blst>::setup(Kem::FABEO_KP, &mut random::seeded(u64::from(flip.0))).unwrap().public().encode();
        prop_assert!(PublicKey::<Pure>::decode(Kem::FABEO_KP, &z).is_ok());
        z[usize::from(flip.0) % 576] ^= flip.1;
        prop_assert_eq!(PublicKey::<Pure>::decode(Kem::FABEO_KP, &z).is_ok(), PublicKey::<Blst>::decode(Kem::FABEO_KP, &z).is_ok());
    }
}
