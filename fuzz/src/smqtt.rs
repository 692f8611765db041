//! Secure MQTT. An envelope is somebody's payload: it comes whole, so that the laws about streams and prefixes do not apply, and a
//! member of [`Family`](crate::Family) it is not. Its own laws stand here.

use arbitrary::Unstructured;
use smqtt_crypto::abe::{PolicyKey, decode_key};
use smqtt_crypto::curve::{Blst, Curve, Pure};
use smqtt_crypto::envelope::Envelope;
use smqtt_crypto::{
    Access, Attribute, Bound, Epoch, Kem, Label, Labels, Limits, Policy, PresharedKey, Properties, Publisher,
    PublisherConfig, RandomError, Received, Secret, Subscriber, SubscriberConfig, Trust,
};

/// There and back: an arbitrary envelope decodes to itself, owned or not.
///
/// # Errors
/// The bytes ran out.
pub fn smqtt_value(data: &[u8]) -> arbitrary::Result<()> {
    let envelope: Envelope<'_> = Unstructured::new(data).arbitrary()?;
    let mut wire = Vec::new();
    envelope.encode(&mut wire);
    assert_eq!(Envelope::decode(&wire, &Limits::default()).as_ref(), Ok(&envelope), "{envelope}");
    assert_eq!(envelope.clone().into_owned(), envelope);
    Ok(())
}

/// Arbitrary bytes never panic; whatever decodes re-encodes to the same bytes, and so do the labels or the policy inside.
pub fn smqtt_envelope(data: &[u8]) {
    let limits = Limits::default();
    let Ok(envelope) = Envelope::decode(data, &limits) else { return };
    let mut again = Vec::new();
    envelope.encode(&mut again);
    assert_eq!(again, data, "one spelling for everything");
    assert!(!envelope.to_string().is_empty());
    match envelope {
        Envelope::KeyAnnounce(announce) => access(announce.head.kem, &announce.head.access),
        Envelope::SelfContained(message) => access(message.head.kem, &message.head.access),
        Envelope::RegisterRequest(request) => assert!(request.filters.iter().all(smqtt_crypto::topic::is_filter)),
        Envelope::Credential(credential) => assert!(credential.filters.iter().count() <= limits.max_filters),
        _ => {}
    }
}

fn access(kem: Kem, bytes: &[u8]) {
    if kem == Kem::FABEO_KP {
        labels(bytes);
    } else if kem == Kem::FABEO_CP {
        smqtt_policy_binary(bytes);
    }
}

fn labels(bytes: &[u8]) {
    if let Ok(labels) = Labels::decode(bytes, &Limits::default()) {
        let mut again = Vec::new();
        labels.encode(&mut again);
        assert_eq!(again, bytes);
        let own = labels.own_attributes();
        assert!(own.is_sorted() && labels.attributes("a", Epoch(1)).is_some_and(|all| all.len() >= own.len()));
    }
}

/// Any text is a policy or an error with a place; a policy prints, parses back, and has one binary form.
pub fn smqtt_policy(data: &[u8]) {
    if let Ok(text) = core::str::from_utf8(data) {
        match text.parse::<Policy>() {
            Ok(policy) => policy_laws(&policy),
            Err(error) => assert!(error.offset <= text.len().max(Limits::default().max_policy_text)),
        }
    }
    smqtt_policy_binary(data);
    labels(data);
}

fn smqtt_policy_binary(data: &[u8]) {
    if let Ok(policy) = Policy::decode(data, &Limits::default()) {
        let mut again = Vec::new();
        policy.encode(&mut again);
        assert_eq!(again, data);
        policy_laws(&policy);
    }
}

fn policy_laws(policy: &Policy) {
    let mut bytes = Vec::new();
    policy.encode(&mut bytes);
    assert_eq!(Policy::decode(&bytes, &Limits::default()).as_ref(), Ok(policy));
    let text = policy.to_string();
    if text.len() <= Limits::default().max_policy_text {
        let parsed = text.parse::<Policy>();
        assert_eq!(parsed.as_ref(), Ok(policy), "{text}");
    }
    assert!((1..=Limits::default().max_key_leaves).contains(&policy.leaf_count()));
    let none: [Attribute; 0] = [];
    assert!(!policy.is_satisfied_by(&none), "a monotone policy over nothing");
}

/// Keys and points: the two curve implementations give the same verdict, and the same bytes back.
pub fn smqtt_key(data: &[u8]) {
    let limits = Limits::default();
    assert_eq!(decode_key::<Pure>(data, &limits).err(), decode_key::<Blst>(data, &limits).err());
    if let Ok(key) = PolicyKey::<Blst>::decode(data, &limits) {
        let mut again = Vec::new();
        key.encode(&mut again);
        assert_eq!(again, data);
    }
    if let Some(bytes) = data.first_chunk() {
        let (a, b) = (Pure::g1_decode(bytes), Blst::g1_decode(bytes));
        assert_eq!(a.is_some(), b.is_some());
        for out in [
            a.map(|point| encoded(|out| Pure::g1_encode(&[point], out))),
            b.map(|point| encoded(|out| Blst::g1_encode(&[point], out))),
        ] {
            assert!(out.is_none_or(|out| out == bytes));
        }
    }
    if let Some(bytes) = data.first_chunk() {
        assert_eq!(Pure::g2_decode(bytes).is_some(), Blst::g2_decode(bytes).is_some());
    }
    if let Some(bytes) = data.first_chunk() {
        assert_eq!(Pure::gt_decode(bytes).is_some(), Blst::gt_decode(bytes).is_some());
    }
    let hash = |f: fn(&[u8], &[u8], &mut Vec<u8>)| encoded(|out| f(data, b"DST", out));
    assert_eq!(
        hash(|message, dst, out| Pure::g1_encode(&[Pure::hash_to_g1(message, dst)], out)),
        hash(|message, dst, out| Blst::g1_encode(&[Blst::hash_to_g1(message, dst)], out))
    );
}

fn encoded(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

/// A subscriber under mutated, repeated and reordered envelopes: it never shows a text that was not sent, and keeps its bounds.
///
/// # Errors
/// The bytes ran out.
pub fn smqtt_subscriber(data: &[u8]) -> arbitrary::Result<()> {
    let mut state = 1u8;
    let mut random = |out: &mut [u8]| {
        for byte in out {
            state = state.wrapping_mul(5).wrapping_add(113);
            *byte = state;
        }
        Ok::<(), RandomError>(())
    };
    let psk = || Box::new(PresharedKey::new(Secret::new([7; 32])));
    let mut publisher = Publisher::unsigned(psk(), PublisherConfig::default());
    let config = SubscriberConfig { max_keys: 2, max_parked: 3, ..SubscriberConfig::default() };
    let mut subscriber = Subscriber::new(Trust::Anyone, config);
    subscriber.add_key(psk());
    let mut sent: Vec<(&str, Vec<u8>)> = Vec::new();
    let labels = Labels::new(&[Label::number("n", 1)]).unwrap_or_default();
    for (topic, text) in [("a", b"one"), ("b", b"two"), ("a/b", b"3rd")] {
        let (mut announce, mut message, mut single) = (Vec::new(), Vec::new(), Vec::new());
        let made = publisher.encrypt(topic, Epoch(3), Access::Labels(&labels), &mut random, &mut announce);
        let sealed = publisher.publish(topic, Epoch(3), &Properties::default(), text, &mut message);
        let scope = (topic, Epoch(3), Access::Open);
        let will = publisher.publish_self_contained(scope, &Properties::default(), text, &mut random, &mut single);
        assert!(made.is_ok() && sealed.is_ok() && will.is_ok());
        sent.extend([(topic, announce), (topic, message), (topic, single)]);
    }
    let mut u = Unstructured::new(data);
    while !u.is_empty() {
        let Some((topic, envelope)) = sent.get(usize::from(u.arbitrary::<u8>()? % 9)) else { continue };
        let mut envelope = envelope.clone();
        let edits = u.arbitrary::<u8>()? % 4;
        for _ in 0..edits {
            let at = usize::from(u.arbitrary::<u16>()?);
            match envelope.get_mut(at) {
                Some(byte) => *byte ^= u.arbitrary::<u8>()?,
                None => envelope.truncate(envelope.len().saturating_sub(at & 63)),
            }
        }
        let topic = if u.arbitrary::<u8>()? % 8 == 0 { "b" } else { topic };
        let mut text = Vec::new();
        let received = subscriber.receive(Epoch(4), &Bound { topic, ..Bound::default() }, &envelope, &mut text);
        if matches!(received, Ok(Received::Message(_))) {
            assert!([&b"one"[..], b"two", b"3rd"].contains(&text.as_slice()), "{text:?}");
            assert!(
                sent.iter().any(|(at, bytes)| *bytes == envelope && *at == topic),
                "a message that nobody sent there"
            );
        } else {
            assert!(text.is_empty());
        }
        while let Some(released) = subscriber.poll(&mut text) {
            assert!([&b"one"[..], b"two", b"3rd"].contains(&text.as_slice()), "{released:?}");
            text.clear();
        }
        assert!(subscriber.cached() <= 2 && subscriber.parked() <= 3);
    }
    Ok(())
}
