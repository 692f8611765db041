//! The family's laws on envelopes: back and there to the same bytes, every prefix refused, arbitrary bytes never panic.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

#[path = "support/random.rs"]
mod random;
#[allow(dead_code, reason = "shared between tests, each of which uses a part")]
#[path = "support/world.rs"]
mod world;

use proptest::prelude::*;
use smqtt_crypto::envelope::{Envelope, is_envelope};
use smqtt_crypto::*;
use world::World;

/// One of every type, made by the machines.
fn samples() -> Vec<Vec<u8>> {
    let mut world = World::new(1);
    let config = PublisherConfig { sign_data: true, ..PublisherConfig::default() };
    let mut signed = world.publisher(&["a/#", "b"], 900, config);
    let mut unsigned = Publisher::unsigned(Box::new(world.public()), PublisherConfig::default());
    let labels = Labels::new(&[Label::text("team", "a"), Label::number("gen", 3)]).unwrap();
    let properties = Properties::default();
    let mut out = Vec::new();
    for publisher in [&mut signed, &mut unsigned] {
        let mut bytes: [Vec<u8>; 3] = Default::default();
        publisher.encrypt("a/b", Epoch(5), Access::Labels(&labels), &mut *world.random, &mut bytes[0]).unwrap();
        publisher.publish("a/b", Epoch(5), &properties, b"text", &mut bytes[1]).unwrap();
        let scope = ("a/b", Epoch(5), Access::Open);
        publisher.publish_self_contained(scope, &properties, b"", &mut *world.random, &mut bytes[2]).unwrap();
        out.extend(bytes);
    }
    let enrolment = Enrolment::new(Signing::generate(&mut *world.random).unwrap(), &mut *world.random).unwrap();
    for role in [envelope::Role::Subscriber, envelope::Role::Publisher] {
        let request = enrolment.request(role, "device é", &["a/#", "+/b"]).unwrap();
        let Ok(Envelope::RegisterRequest(parsed)) = Envelope::decode(&request, &Limits::default()) else { panic!() };
        assert_eq!(parsed.filters.iter().collect::<Vec<_>>(), ["a/#", "+/b"]);
        let policy = "topic(\"a\")".parse().unwrap();
        let grant = match role {
            envelope::Role::Subscriber => Grant::Policy(&policy),
            envelope::Role::Publisher => Grant::Publish { filters: &["a"], first: Epoch(1), last: Epoch(2) },
        };
        out.push(world.authority.respond(&parsed, grant, &mut *world.random).unwrap());
        out.push(request.clone());
    }
    out.push(world.authority.public_params());
    out.push(world.authority.epoch_notice(Epoch(1), 2));
    out.push(world.authority.credential(&[1; 32], &["x/#"], Epoch(0), Epoch(9)).unwrap());
    let policy = "topic(\"a\")".parse().unwrap();
    out.push(world.authority.issue(Grant::Policy(&policy), &mut *world.random).unwrap().to_vec());
    let mut request = Vec::new();
    envelope::KeyRequest { key_id: envelope::KeyId([7; 8]) }.encode(&mut request);
    out.push(request);
    out
}

#[test]
fn every_type_back_and_there_and_every_prefix() {
    let mut kinds = Vec::new();
    for sample in samples() {
        assert!(is_envelope(&sample));
        let decoded = Envelope::decode(&sample, &Limits::default()).unwrap();
        let mut again = Vec::new();
        decoded.encode(&mut again);
        assert_eq!(again, sample, "{decoded}");
        // Owned, it is the same and needs the input no more.
        let owned = decoded.clone().into_owned();
        assert_eq!(owned, decoded);
        let kind = decoded.kind();
        kinds.push(kind as u8);
        for cut in 0..sample.len() {
            let Err(error) = Envelope::decode(&sample[..cut], &Limits::default()) else {
                // A key's body and a ciphertext have no length of their own: what is cut there fails in cryptography.
                assert!(matches!(kind as u8, 1 | 3 | 7), "{kind:?} {cut}");
                continue;
            };
            assert!(error.offset <= cut, "{kind:?} {cut} {error}");
        }
        let small = Limits { max_envelope_len: sample.len() - 1, ..Limits::default() };
        let refused = Envelope::decode(&sample, &small).unwrap_err();
        assert_eq!(refused, DecodeError { kind: DecodeErrorKind::LimitExceeded, offset: 0 });
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, (1..=10).collect::<Vec<u8>>());
}

#[test]
fn headers() {
    let refused = |bytes: &[u8]| {
        let error = Envelope::decode(bytes, &Limits::default()).unwrap_err();
        (error.kind, error.offset)
    };
    assert_eq!(refused(&[]), (DecodeErrorKind::Truncated, 0));
    assert_eq!(refused(b"{\"json\":1}"), (DecodeErrorKind::NotAnEnvelope, 0));
    assert_eq!(refused(&[0xF5, 0x21, 1, 0]), (DecodeErrorKind::UnknownVersion, 1));
    for kind in [0, 11, 12, 13, 14, 15] {
        assert_eq!(refused(&[0xF5, 0x10 | kind, 1, 0]), (DecodeErrorKind::UnknownType, 1));
    }
    for suite in [0, 5, 0xFF] {
        assert_eq!(refused(&[0xF5, 0x11, suite, 0]), (DecodeErrorKind::UnknownSuite, 2));
    }
    assert_eq!(refused(&[0xF5, 0x18, 1, 0]), (DecodeErrorKind::UnknownSuite, 2));
    for flags in [0x0C, 0x10, 0x80] {
        assert_eq!(refused(&[0xF5, 0x11, 1, flags]), (DecodeErrorKind::UnknownFlag, 3));
    }
    assert_eq!(refused(&[0xF5, 0x12, 1, 2]), (DecodeErrorKind::UnknownFlag, 3));
    assert_eq!(refused(&[0xF5, 0x18, 0, 1]), (DecodeErrorKind::UnknownFlag, 3));
    let data = |tail: &[u8]| [&[0xF5, 0x11, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], tail].concat();
    assert_eq!(refused(&data(&[0x80, 0])), (DecodeErrorKind::VarintNotMinimal, 12));
    assert_eq!(refused(&data(&[0xFF; 40])), (DecodeErrorKind::VarintTooLong, 12));
    assert_eq!(refused(&data(&[0; 16])), (DecodeErrorKind::Truncated, 28));
    assert!(Envelope::decode(&data(&[0; 17]), &Limits::default()).is_ok());
    let request = [&[0xF5, 0x18, 0, 0][..], &[0; 9]].concat();
    assert_eq!(refused(&request), (DecodeErrorKind::TrailingBytes, 12));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn arbitrary_bytes_never_panic_and_what_decodes_encodes_back(kind in 1u8..=10, rest in prop::collection::vec(any::<u8>(), 0..400)) {
        let suite = u8::from(kind <= 3);
        let bytes = [&[0xF5, 0x10 | kind, suite, rest.first().copied().unwrap_or(0) & 5], &rest[..]].concat();
        for input in [&bytes[..], &rest] {
            if let Ok(envelope) = Envelope::decode(input, &Limits::default()) {
                let mut again = Vec::new();
                envelope.encode(&mut again);
                prop_assert_eq!(&again[..], input);
                prop_assert!(!envelope.to_string().is_empty());
            }
        }
        let _ = Policy::decode(&rest, &Limits::default()).map(|policy| {
            let mut again = Vec::new();
            policy.encode(&mut again);
            assert_eq!(again, rest);
        });
        let _ = Labels::decode(&rest, &Limits::default()).map(|labels| {
            let mut again = Vec::new();
            labels.encode(&mut again);
            assert_eq!(again, rest);
        });
    }

    #[test]
    fn policy_text_never_panics(text in "[a-z0-9 ()\\[\\]{}<>=!#,.\"\\\\]{0,60}|(a = 1|b < 2#8|not|and|or|2 of|\\(|\\)|,| )*") {
        if let Ok(policy) = text.parse::<Policy>() {
            let again: Policy = policy.to_string().parse().unwrap();
            prop_assert_eq!(&again, &policy);
            let mut bytes = Vec::new();
            policy.encode(&mut bytes);
            prop_assert_eq!(Policy::decode(&bytes, &Limits::default()).unwrap(), policy);
        }
    }
}

/// There and back: every arbitrary envelope, label set and policy decodes to itself.
#[cfg(feature = "arbitrary")]
#[test]
fn arbitrary_envelopes_there_and_back() {
    use arbitrary::Unstructured;
    let mut random = random::seeded(7);
    let (mut bytes, mut kinds) = (vec![0; 2048], [0; 11]);
    for _ in 0..4000 {
        random(&mut bytes).unwrap();
        let mut u = Unstructured::new(&bytes);
        let Ok(envelope) = u.arbitrary::<Envelope<'_>>() else { continue };
        kinds[envelope.kind() as usize] += 1;
        let mut wire = Vec::new();
        envelope.encode(&mut wire);
        assert_eq!(Envelope::decode(&wire, &Limits::default()).as_ref(), Ok(&envelope), "{envelope}");
        if let Ok(policy) = u.arbitrary::<Policy>() {
            let mut wire = Vec::new();
            policy.encode(&mut wire);
            assert_eq!(Policy::decode(&wire, &Limits::default()), Ok(policy));
        }
    }
    assert!(kinds[1..].iter().all(|count| *count > 50), "{kinds:?}");
}

/// Writes one envelope of every type for the fuzzers when `SMQTT_SEEDS` names a directory; checks only that they differ otherwise.
#[test]
fn samples_are_distinct() {
    let samples = samples();
    for (index, sample) in samples.iter().enumerate() {
        assert!(!samples[..index].contains(sample));
        if let Ok(directory) = std::env::var("SMQTT_SEEDS") {
            std::fs::write(format!("{directory}/sample-{index:02}"), sample).unwrap();
        }
    }
}

#[test]
fn no_two_kinds_say_the_same() {
    let texts: std::collections::BTreeSet<_> = DecodeErrorKind::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), DecodeErrorKind::ALL.len());
    let spec = include_str!("../SPEC.md");
    for kind in DecodeErrorKind::ALL {
        let section = kind.statement().strip_prefix("SPEC §").unwrap_or("9");
        assert!(spec.lines().any(|line| line.trim_start_matches('#').trim_start().starts_with(section)), "{kind:?}");
        assert_eq!(kind.name(), format!("{kind:?}"));
        assert_eq!(kind.statement() == "Limits", kind.class() == Class::Limit, "{kind:?}");
    }
}
