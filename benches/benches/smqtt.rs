//! Secure MQTT: the message path, the key path on both curve backends beside the primitives that it needs, and the parsers.
//!
//! `cargo bench -p benches --bench smqtt`. The sums of primitives are made by arithmetic from the medians of the same run:
//! encapsulate n = G2 + n·G1 + GT (cold: and n·hash); decapsulate n with k rows used = G2 decode + k·G1 decode + pairing of two, and the
//! encapsulation again for the check: G2 + n·G1 + GT.
#![allow(missing_docs, reason = "a bench")]
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a bench may fail loudly")]

use core::hint::black_box;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{AeadInOut, KeyInit};
use counted::{Row, Wanted};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use smqtt_crypto::abe::MasterKey;
use smqtt_crypto::curve::{Blst, Curve, Element, HASH_TO_CURVE_DST, Pure, Scalar};
use smqtt_crypto::envelope::Envelope;
use smqtt_crypto::{
    Access, Bound, Decapsulate, Encapsulate, Epoch, Kem, Label, Labels, Limits, Policy, PresharedKey, Properties,
    Publisher, PublisherConfig, RandomError, Received, Scope, Secret, Subscriber, SubscriberConfig, Suite, Trust,
};

#[path = "../counted.rs"]
mod counted;

fn random() -> impl FnMut(&mut [u8]) -> Result<(), RandomError> {
    let mut state = 1u64;
    move |out: &mut [u8]| {
        for byte in out {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = state.to_be_bytes().first().copied().unwrap_or(0);
        }
        Ok(())
    }
}

/// Seal and open with one of 1,000 cached keys, a topic of 36 bytes bound; text and envelope into the caller's buffers.
fn messages(c: &mut Criterion) {
    let mut group = c.benchmark_group("seal and open");
    let properties = Properties::default();
    let key = || Box::new(PresharedKey::new(Secret::new([7; 32])));
    for suite in [Suite::AES_256_GCM, Suite::AES_128_GCM, Suite::CHACHA20_POLY1305, Suite::ASCON_AEAD128] {
        let config = PublisherConfig { suite, ..PublisherConfig::default() };
        let mut publisher = Publisher::unsigned(key(), config);
        let mut subscriber = Subscriber::new(Trust::Anyone, SubscriberConfig::default());
        subscriber.add_key(key());
        let mut random = random();
        let topic = |n: usize| format!("house/{n:04}/sensor/temperature/celsius");
        for n in 0..1000 {
            let mut announce = Vec::new();
            publisher.encrypt(&topic(n), Epoch(1), Access::Open, &mut random, &mut announce).unwrap();
            subscriber.receive(Epoch(1), &Bound::default(), &announce, &mut Vec::new()).unwrap();
        }
        let topic = topic(500);
        let bound = Bound { topic: &topic, ..Bound::default() };
        for len in [16, 64, 256, 1024, 65536] {
            let text = vec![b'x'; len];
            let (mut wire, mut out) = (Vec::with_capacity(70_000), Vec::with_capacity(70_000));
            group.throughput(Throughput::Bytes(len as u64));
            // AES-GCM keys end at 2^24 messages: a fresh key for every measurement keeps clear of it.
            group.bench_function(BenchmarkId::new(suite.to_string(), len), |b| {
                b.iter(|| {
                    wire.clear();
                    out.clear();
                    if publisher.publish(&topic, Epoch(1), &properties, &text, &mut wire).is_err() {
                        let mut announce = Vec::new();
                        publisher.encrypt(&topic, Epoch(1), Access::Open, &mut random, &mut announce).unwrap();
                        subscriber.receive(Epoch(1), &Bound::default(), &announce, &mut out).unwrap();
                        return;
                    }
                    let received = subscriber.receive(Epoch(1), &bound, &wire, &mut out).unwrap();
                    assert!(matches!(received, Received::Message(_)) && out.len() == len);
                });
            });
        }
    }
    group.finish();
}

/// The crate `aes-gcm` alone, with as much additional data: what our own cipher is measured against.
fn cipher(c: &mut Criterion) {
    let mut group = c.benchmark_group("AES-256-GCM alone, seal and open");
    let cipher = Aes256Gcm::new(&[7; 32].into());
    let (nonce, additional) = ([9; 12], [3; 63]);
    for len in [16, 64, 256, 1024, 65536] {
        let mut text = vec![b'x'; len];
        group.throughput(Throughput::Bytes(len as u64));
        group.bench_function(BenchmarkId::from_parameter(len), |b| {
            b.iter(|| {
                let text = text.as_mut_slice();
                let tag = cipher.encrypt_inout_detached((&nonce).into(), black_box(&additional), text.into()).unwrap();
                cipher.decrypt_inout_detached((&nonce).into(), black_box(&additional), text.into(), &tag).unwrap();
            });
        });
    }
    group.finish();
}

/// Labels and a policy such that a message on topic `t` has n attributes (9 of them topic and epoch), and the rows the policy uses.
fn case(n: usize) -> (Vec<u8>, Policy) {
    let numbers = if n >= 41 { 2 } else { 0 };
    let texts = n - 9 - 16 * numbers;
    let mut labels: Vec<Label> = (0..texts).map(|n| Label::text("a", &n.to_string())).collect();
    let mut policy = String::from("topic(\"t\") and epoch in [481..481]");
    for n in 0..texts {
        policy.push_str(&format!(" and a = \"{n}\""));
    }
    for name in ["x", "y"].into_iter().take(numbers) {
        labels.push(Label::Number { name: name.into(), bits: 64, value: 77 });
        policy.push_str(&format!(" and {name} = 77#64"));
    }
    let labels = Labels::new(&labels).unwrap();
    assert_eq!(labels.attributes("t", Epoch(481)).unwrap().len(), n);
    let mut access = Vec::new();
    labels.encode(&mut access);
    (access, policy.parse().unwrap())
}

fn keys<C: Curve>(c: &mut Criterion) {
    let mut random = random();
    let master = MasterKey::<C>::setup(Kem::FABEO_KP, &mut random).unwrap();
    let mut group = c.benchmark_group(format!("key-policy {}", C::NAME));
    group.sample_size(20);
    for n in [9, 10, 20, 50] {
        let (access, policy) = case(n);
        let scope = Scope { topic: "t", epoch: Epoch(481), access: &access };
        let rows = policy.leaf_count();
        let mut key = master.issue_policy_key(&policy, &mut random).unwrap();
        let mut warm = master.public().clone();
        let mut out = Vec::new();
        warm.encapsulate(&scope, &[0; 32], &mut random, &mut out).unwrap();
        assert_eq!(out.len(), 96 + 48 * n + 32);
        group.bench_function(BenchmarkId::new("encapsulate, cached", n), |b| {
            b.iter(|| warm.encapsulate(&scope, &[0; 32], &mut random, &mut Vec::new()).unwrap());
        });
        group.bench_function(BenchmarkId::new("encapsulate, cold", n), |b| {
            b.iter_batched(
                || master.public().clone(),
                |mut cold| cold.encapsulate(&scope, &[0; 32], &mut random, &mut Vec::new()).unwrap(),
                BatchSize::SmallInput,
            );
        });
        group.bench_function(BenchmarkId::new(format!("decapsulate, {rows} rows, cached"), n), |b| {
            b.iter(|| Decapsulate::decapsulate(&mut key, &scope, &[0; 32], &out).unwrap());
        });
        group.bench_function(BenchmarkId::new(format!("issue key, {rows} rows"), n), |b| {
            b.iter(|| master.issue_policy_key(&policy, &mut random).unwrap());
        });
    }
    group.finish();
    primitives::<C>(c);
}

fn primitives<C: Curve>(c: &mut Criterion) {
    let scalar = Scalar::from_wide(&[0x5A; 48]);
    let (one, two) = (C::g1_times(&C::g1(), &scalar), C::g2_times(&C::g2(), &scalar));
    let (mut ones, mut twos) = (Vec::new(), Vec::new());
    C::g1_encode(&[one], &mut ones);
    C::g2_encode(&[two], &mut twos);
    let (ones, twos) = (ones.try_into().unwrap(), twos.try_into().unwrap());
    let mut group = c.benchmark_group(format!("primitives {}", C::NAME));
    group.bench_function("G1 multiply", |b| b.iter(|| C::g1_times(black_box(&one), &scalar)));
    group.bench_function("G2 multiply", |b| b.iter(|| C::g2_times(black_box(&two), &scalar)));
    group.bench_function("hash to G1", |b| b.iter(|| C::hash_to_g1(black_box(b"attribute"), HASH_TO_CURVE_DST)));
    group.bench_function("G1 decode", |b| b.iter(|| C::g1_decode(black_box(&ones)).unwrap()));
    group.bench_function("G2 decode", |b| b.iter(|| C::g2_decode(black_box(&twos)).unwrap()));
    group.bench_function("pairing of two", |b| b.iter(|| C::pairing(black_box(&[(one, two), (one, two)]))));
    let gt = C::pairing(&[(one, two)]);
    group.bench_function("GT multiply, 63 doublings and 64 additions", |b| {
        b.iter(|| (1..64).fold(gt.plus(&gt), |sum, _| sum.double().plus(black_box(&gt))));
    });
    group.finish();
}

fn parsers(c: &mut Criterion) {
    let mut group = c.benchmark_group("parse");
    let text =
        r#"topic("house/+/temperature") and epoch in [480..503] and (team = "a" or 2 of (x = 1, y > 5, z = "c"))"#;
    group.bench_function("policy text", |b| b.iter(|| Policy::parse(black_box(text), &Limits::default()).unwrap()));
    let data = [&[0xF5, 0x11, 1, 4, 1, 2, 3, 4, 5, 6, 7, 8, 0xAC, 2][..], &[0; 80]].concat();
    group.bench_function("data envelope", |b| {
        b.iter(|| matches!(Envelope::decode(black_box(&data), &Limits::default()), Ok(Envelope::Data(_))));
    });
    group.finish();
}

/// A publisher and a subscriber that has its key.
fn ends(topic: &str) -> (Publisher, Subscriber) {
    let key = || Box::new(PresharedKey::new(Secret::new([7; 32])));
    let mut publisher = Publisher::unsigned(key(), PublisherConfig::default());
    let mut subscriber = Subscriber::new(Trust::Anyone, SubscriberConfig::default());
    subscriber.add_key(key());
    let mut announce = Vec::new();
    publisher.encrypt(topic, Epoch(1), Access::Open, &mut random(), &mut announce).unwrap();
    subscriber.receive(Epoch(1), &Bound::default(), &announce, &mut Vec::new()).unwrap();
    (publisher, subscriber)
}

/// Leaves behind each other, or each in the other leaf's parentheses.
fn policy(leaves: usize, nested: bool) -> String {
    let leaf = |n: usize| format!("a = \"{n:04}\"");
    if nested {
        let gate = |n: usize| if n.is_multiple_of(2) { "and" } else { "or" };
        (1..leaves).fold(leaf(0), |inner, n| format!("{} {} ({inner})", leaf(n), gate(n)))
    } else {
        (0..leaves).map(leaf).collect::<Vec<_>>().join(" and ")
    }
}

fn growth(_: Wanted<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for n in [64, 1_024, 16_384, 65_536] {
        let topic = "house/0042/sensor/temperature/celsius";
        let (mut both, text) = (ends(topic), vec![b'x'; n]);
        let (mut wire, mut out) = (Vec::with_capacity(70_000), Vec::with_capacity(70_000));
        rows.push(Row::grown("octets sealed and opened", n, n, move || {
            wire.clear();
            out.clear();
            // A key ends at 2^24 messages.
            if both.0.publish(topic, Epoch(1), &Properties::default(), &text, &mut wire).is_err() {
                both = ends(topic);
                return n;
            }
            let bound = Bound { topic, ..Bound::default() };
            both.1.receive(Epoch(1), &bound, &wire, &mut out).unwrap();
            out.len()
        }));
    }
    let limits = Limits { max_policy_text: 1 << 16, ..Limits::default() };
    for (series, nested, sizes) in
        [("leaves of a policy", false, [32, 256, 1_024]), ("nested leaves of a policy", true, [8, 16, 32])]
    {
        for n in sizes {
            let text = policy(n, nested);
            rows.push(Row::grown(series, n, n, move || Policy::parse(black_box(&text), &limits).unwrap().leaf_count()));
        }
    }
    for n in [10, 20, 40] {
        let (access, _) = case(n);
        let mut random = random();
        let mut public = MasterKey::<Blst>::setup(Kem::FABEO_KP, &mut random).unwrap().public().clone();
        let mut out = Vec::new();
        rows.push(Row::grown("attributes encapsulated", n, 96 + 48 * n + 32, move || {
            out.clear();
            let scope = Scope { topic: "t", epoch: Epoch(481), access: &access };
            public.encapsulate(&scope, &[0; 32], &mut random, &mut out).unwrap();
            out.len()
        }));
    }
    rows
}

fn main() {
    counted::main("smqtt", growth, &[messages, cipher, keys::<Blst>, keys::<Pure>, parsers]);
}
