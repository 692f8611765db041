//! Known answers: `vectors/fabeo.json` was made by `vectors/fabeo.py`, an independent implementation on py_ecc, from SPEC.md.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

#[path = "support/hex.rs"]
mod hex;

use hex::{hex, once};
use serde_json::Value;
use smqtt_crypto::abe::{AttributeKey, MasterKey, PolicyKey, PublicKey};
use smqtt_crypto::curve::{Curve, HASH_TO_CURVE_DST, Pure};
use smqtt_crypto::{Decapsulate, Encapsulate, Epoch, Kem, Labels, Limits, Policy, Scope, Secret};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/fabeo.json")).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex(value.as_str().unwrap())
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn concat(values: &Value) -> Vec<u8> {
    values.as_array().unwrap().iter().flat_map(bytes).collect()
}

fn master<C: Curve>(kem: Kem, vectors: &Value) -> MasterKey<C> {
    MasterKey::decode(kem, &Secret::new(array(&vectors["alpha"]))).unwrap()
}

fn public_keys<C: Curve>() {
    let vectors = vectors();
    for kem in [Kem::FABEO_KP, Kem::FABEO_CP] {
        let public = master::<C>(kem, &vectors).public().clone();
        assert_eq!(public.encode().as_slice(), bytes(&vectors["z"]), "{}", C::NAME);
        assert_eq!(public.id().as_slice(), bytes(&vectors["ids"][kem.0.to_string()]));
        assert_eq!(PublicKey::<C>::decode(kem, &array(&vectors["z"])).unwrap().id(), public.id());
    }
}

fn hashes<C: Curve>() {
    for hash in vectors()["hashes"].as_array().unwrap() {
        let mut out = Vec::new();
        C::g1_encode(&[C::hash_to_g1(&bytes(&hash["attribute"]), HASH_TO_CURVE_DST)], &mut out);
        assert_eq!(out, bytes(&hash["point"]), "{} {}", C::NAME, hash["attribute"]);
    }
}

fn key_policy<C: Curve>() {
    let vectors = vectors();
    let master = master::<C>(Kem::FABEO_KP, &vectors);
    let mut keys = Vec::new();
    for expected in vectors["kp_keys"].as_array().unwrap() {
        let policy: Policy = expected["policy"].as_str().unwrap().parse().unwrap();
        let key = master.issue_policy_key(&policy, &mut once(bytes(&expected["seed"]))).unwrap();
        let mut body = Vec::new();
        key.encode(&mut body);
        let points = [concat(&expected["sk1"]), concat(&expected["sk2"])].concat();
        assert!(body.ends_with(&points), "{} {policy}", C::NAME);
        keys.push(PolicyKey::<C>::decode(&body, &Limits::default()).unwrap());
    }
    let mut opened = 0;
    for expected in vectors["kp_encapsulations"].as_array().unwrap() {
        let (access, context) = (bytes(&expected["access"]), array(&expected["context"]));
        let epoch = Epoch(expected["epoch"].as_u64().unwrap());
        let scope = Scope { topic: expected["topic"].as_str().unwrap(), epoch, access: &access };
        let mut out = Vec::new();
        let mut public = master.public().clone();
        let secret = public.encapsulate(&scope, &context, &mut once(bytes(&expected["message"])), &mut out).unwrap();
        assert_eq!(out, bytes(&expected["encapsulation"]), "{} {}", C::NAME, scope.topic);
        for key in &mut keys {
            let fits = key.may_open(&scope);
            let got = Decapsulate::decapsulate(key, &scope, &context, &out);
            assert_eq!(got.is_ok(), fits);
            if let Ok(got) = got {
                assert_eq!((got.expose(), got.expose().as_slice()), (secret.expose(), &*bytes(&expected["message"])));
                opened += 1;
            }
        }
    }
    // Topic, # and epoch; gen; a (thrice), # and epoch.
    assert_eq!(opened, 3 + 1 + 5);
}

fn ciphertext_policy<C: Curve>() {
    let vectors = vectors();
    let master = master::<C>(Kem::FABEO_CP, &vectors);
    let expected = &vectors["cp_key"];
    let labels = Labels::decode(&bytes(&expected["labels"]), &Limits::default());
    // The labels of the script are in its own order: number after text, and text sorts by kind first.
    let labels = labels.unwrap();
    let key = master.issue_attribute_key(&labels, &mut once(bytes(&expected["seed"]))).unwrap();
    let mut body = Vec::new();
    key.encode(&mut body);
    let points = [bytes(&expected["g2_r"]), bytes(&expected["blinded"]), concat(&expected["held"])].concat();
    assert!(body.ends_with(&points), "{}", C::NAME);
    let mut key = AttributeKey::<C>::decode(&body, &Limits::default()).unwrap();
    for expected in vectors["cp_encapsulations"].as_array().unwrap() {
        let policy: Policy = expected["policy"].as_str().unwrap().parse().unwrap();
        let mut access = Vec::new();
        policy.encode(&mut access);
        assert_eq!(access, bytes(&expected["access"]), "{policy}");
        let epoch = Epoch(expected["epoch"].as_u64().unwrap());
        let scope = Scope { topic: expected["topic"].as_str().unwrap(), epoch, access: &access };
        let context = array(&expected["context"]);
        let mut out = Vec::new();
        let mut public = master.public().clone();
        let secret = public.encapsulate(&scope, &context, &mut once(bytes(&expected["message"])), &mut out).unwrap();
        assert_eq!(out, bytes(&expected["encapsulation"]), "{} {policy}", C::NAME);
        assert_eq!(Decapsulate::decapsulate(&mut key, &scope, &context, &out).unwrap(), secret);
    }
}

fn rfc_9380<C: Curve>() {
    let base =
        std::env::var("CODEC_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let path = format!("{base}/data/smqtt/hash_to_curve/BLS12381G1_XMD_SHA-256_SSWU_RO_.json");
    let Ok(file) = std::fs::read_to_string(&path) else { return println!("skipped: no {path}") };
    let file: Value = serde_json::from_str(&file).unwrap();
    let dst = file["dst"].as_str().unwrap().as_bytes();
    let tests = file["vectors"].as_array().unwrap();
    assert!(tests.len() >= 5);
    for test in tests {
        let mut out = Vec::new();
        C::g1_encode(&[C::hash_to_g1(test["msg"].as_str().unwrap().as_bytes(), dst)], &mut out);
        // Compressed: the flag byte apart, the x coordinate.
        out[0] &= 0x1F;
        assert_eq!(out, hex(&test["P"]["x"].as_str().unwrap()[2..]), "{}", C::NAME);
    }
}

fn multiples_of_the_generators<C: Curve>() {
    let base =
        std::env::var("CODEC_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let read = |name| std::fs::read(format!("{base}/data/smqtt/bls12_381/{name}_compressed_valid_test_vectors.dat"));
    let (Ok(ones), Ok(twos)) = (read("g1"), read("g2")) else { return println!("skipped: no bls12_381 vectors") };
    // The first is the identity, which is canonical and refused.
    assert!(C::g1_decode(ones[..48].try_into().unwrap()).is_none());
    assert!(C::g2_decode(twos[..96].try_into().unwrap()).is_none());
    for index in (1..1000).step_by(37) {
        let scalar = smqtt_crypto::curve::Scalar::from_small(u16::try_from(index).unwrap());
        let (one, two) = (&ones[48 * index..48 * index + 48], &twos[96 * index..96 * index + 96]);
        let mut out = Vec::new();
        C::g1_encode(&[C::g1_times(&C::g1(), &scalar)], &mut out);
        C::g2_encode(&[C::g2_times(&C::g2(), &scalar)], &mut out);
        assert_eq!(out, [one, two].concat(), "{} {index}", C::NAME);
        assert!(C::g1_decode(one.try_into().unwrap()).is_some() && C::g2_decode(two.try_into().unwrap()).is_some());
    }
}

macro_rules! for_each_backend {
    ($($name:ident),*) => {
        mod pure {
            use super::Pure;
            $(#[test] fn $name() { super::$name::<Pure>(); })*
        }
        #[cfg(feature = "blst")]
        mod blst {
            use smqtt_crypto::curve::Blst;
            $(#[test] fn $name() { super::$name::<Blst>(); })*
        }
    };
}
for_each_backend!(public_keys, hashes, key_policy, ciphertext_policy, rfc_9380, multiples_of_the_generators);
