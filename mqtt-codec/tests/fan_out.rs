//! Fan-out: what a subscriber gets is what the encoder writes for the same PUBLISH, and nothing common is copied.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use core::num::{NonZeroU16, NonZeroU32};

use bytes::Bytes;
use mqtt_codec::{
    Alias, DecodeErrorKind, Decoder, Delivery, EncodeError, Encoder, FanOut, Limits, Packet, PacketId, Properties,
    Property, Publish, Recipient, Role, Topic, Version,
};

const VERSIONS: [Version; 3] = [Version::V3_1, Version::V3_1_1, Version::V5_0];
const ID: PacketId = PacketId::new(0x1234).unwrap();
const ALIAS: NonZeroU16 = NonZeroU16::new(0x0102).unwrap();
const DELIVERIES: [Delivery; 3] = [Delivery::AtMostOnce, Delivery::AtLeastOnce(ID), Delivery::ExactlyOnce(ID)];
const ALIASES: [Alias; 3] = [Alias::None, Alias::Set(ALIAS), Alias::Use(ALIAS)];

fn ids(values: &[u32]) -> Vec<NonZeroU32> {
    values.iter().map(|value| NonZeroU32::new(*value).unwrap()).collect()
}

/// The PUBLISH that the subscriber is to get, as the encoder takes it.
fn expected<'a>(publish: &Publish<'a>, to: &Recipient<'_>) -> Packet<'a> {
    let mut properties = Properties::EMPTY;
    if let Alias::Set(alias) | Alias::Use(alias) = to.alias {
        properties.push(Property::TopicAlias(alias)).unwrap();
    }
    for id in to.subscription_ids {
        properties.push(Property::SubscriptionIdentifier(*id)).unwrap();
    }
    for property in publish.properties.iter().filter(|_| to.version.is_v5()) {
        if !matches!(property, Property::TopicAlias(_) | Property::SubscriptionIdentifier(_)) {
            properties.push(property).unwrap();
        }
    }
    let topic = if matches!(to.alias, Alias::Use(_)) { Topic::ALIASED } else { publish.topic.clone() };
    let payload = publish.payload.clone();
    Packet::Publish(Publish { dup: to.dup, delivery: to.delivery, retain: to.retain, topic, properties, payload })
}

/// Compares every kind of recipient; says how many got the message and how many were refused.
fn compare(publish: &Publish<'_>) -> (usize, usize) {
    let fan_out = FanOut::new(publish.clone()).unwrap();
    let (mut sent, mut refused) = (0, 0);
    let lists = [ids(&[]), ids(&[1]), ids(&[127, 128, 16_384, 2_097_152, 268_435_455]), ids(&[268_435_456])];
    for version in VERSIONS {
        for (delivery, alias) in DELIVERIES.into_iter().flat_map(|d| ALIASES.map(|a| (d, a))) {
            for (bits, list) in (0..4).flat_map(|bits| lists.iter().map(move |list| (bits, list))) {
                let (dup, retain) = (bits & 1 != 0, bits & 2 != 0);
                let to = Recipient { delivery, alias, dup, retain, subscription_ids: list, ..Recipient::new(version) };
                let mut room = [0; FanOut::HEAD_LEN + 25];
                let mut appended = vec![0xff];
                let whole = fan_out.encode(&to, &mut appended);
                let slices = fan_out.slices(&to, &mut room);
                let unequal = list.iter().any(|id| id.get() > 268_435_455);
                let v5_only = !list.is_empty() || alias != Alias::None;
                if unequal || (v5_only && !version.is_v5()) || (dup && delivery == Delivery::AtMostOnce) {
                    assert_eq!(slices.err(), whole.err());
                    assert_eq!(appended, [0xff], "nothing is appended");
                    refused += 1;
                    continue;
                }
                let (slices, mut wire) = (slices.unwrap(), vec![0xff]);
                let packet = expected(publish, &to);
                Encoder::new(Role::Server, version).encode(&packet, &mut wire).unwrap();
                assert_eq!(appended, wire, "{to:?}");
                assert_eq!(slices.concat(), &wire[1..], "{to:?}");
                assert_eq!(fan_out.encoded_len(&to), Ok(wire.len() - 1));
                // The payload and the topic are the publisher's own bytes.
                assert_eq!(slices[4].as_ptr(), publish.payload.as_ptr());
                assert!(slices[1].is_empty() || slices[1].as_ptr() == publish.topic.as_ptr());
                sent += 1;
            }
        }
    }
    (sent, refused)
}

#[test]
fn every_subscriber_gets_what_the_encoder_writes() {
    let alias = Property::TopicAlias(NonZeroU16::MAX);
    let id = Property::SubscriptionIdentifier(NonZeroU32::MIN);
    let text = "x".repeat(150);
    let lists: [&[Property<'_>]; 5] = [
        &[],
        &[Property::ContentType("text/plain"), Property::UserProperty("a", "b")],
        &[Property::MessageExpiryInterval(60), alias, Property::UserProperty("a", "b"), id, id],
        &[alias],
        &[Property::UserProperty("long", &text)],
    ];
    for (payload, lists) in
        [(0, &lists[..]), (1, &lists), (100, &lists), (127, &lists), (16_384, &lists[..1]), (2_097_152, &lists[..1])]
    {
        let payload = vec![7; payload];
        for &items in lists {
            let publish = Publish {
                properties: Properties::from(items),
                retain: true,
                ..Publish::new(Topic::new("house/kitchen").unwrap(), &payload[..])
            };
            // Ten of delivery and flags in each of two versions, and with three aliases and three lists in 5.0; the rest is refused.
            assert_eq!(compare(&publish), (2 * 10 + 90, 3 * 144 - 110), "{items:?}");
        }
    }
}

/// A received PUBLISH with nothing to leave out lends its properties as they came; a shared one makes a fan-out without lifetime.
#[test]
fn common_properties_are_lent() {
    let mut input: &[u8] = b"\x30\x0d\x00\x01a\x05\x02\x00\x00\x00\x3cload";
    let bytes = input;
    let mut decoder = Decoder::established(Role::Server, Version::V5_0, Limits::default());
    let Packet::Publish(publish) = decoder.decode(&mut input).unwrap().unwrap().into_packet() else {
        panic!("PUBLISH")
    };
    let fan_out = FanOut::new(publish.clone()).unwrap();
    let mut room = [0; FanOut::HEAD_LEN];
    let slices = fan_out.slices(&Recipient::new(Version::V5_0), &mut room).unwrap();
    assert_eq!(slices[3].as_ptr(), bytes[6..].as_ptr());
    assert_eq!(slices.concat(), bytes);

    let kept: FanOut<'static> = match Packet::Publish(publish).into_owned() {
        Packet::Publish(publish) => FanOut::new(publish).unwrap(),
        _ => panic!("PUBLISH"),
    };
    assert_eq!(kept.slices(&Recipient::new(Version::V5_0), &mut room).unwrap().concat(), bytes);
    assert_eq!((&**kept.topic(), &**kept.payload()), ("a", &b"load"[..]));
    assert_eq!(Bytes::from(kept.payload().clone()).len(), 4);
}

#[test]
fn the_peers_maximum_packet_size_is_kept() {
    let fan_out = FanOut::new(Publish::new(Topic::new("a").unwrap(), b"payload")).unwrap();
    let (mut to, mut room, mut out) = (Recipient::new(Version::V5_0), [0; FanOut::HEAD_LEN], Vec::new());
    let len = fan_out.encoded_len(&to).unwrap();
    assert_eq!(len, 13);
    to.max_packet = len;
    assert!(fan_out.slices(&to, &mut room).is_ok());
    to.max_packet = len - 1;
    let error = EncodeError::PacketTooLarge { len, max: len - 1 };
    assert_eq!(fan_out.slices(&to, &mut room).unwrap_err(), error);
    assert_eq!(fan_out.encode(&to, &mut out).unwrap_err(), error);
    assert_eq!(fan_out.encoded_len(&to).unwrap_err(), error);
    // The format's own maximum, whatever the peer says.
    let huge = vec![0; Limits::MAX_PACKET];
    let fan_out = FanOut::new(Publish::new(Topic::new("a").unwrap(), &huge[..])).unwrap();
    to.max_packet = usize::MAX;
    assert!(matches!(fan_out.slices(&to, &mut room), Err(EncodeError::PacketTooLarge { .. })));
}

#[test]
fn the_room_is_checked() {
    let fan_out = FanOut::new(Publish::new(Topic::new("a").unwrap(), b"")).unwrap();
    let list = ids(&[268_435_455; 3]);
    let to = Recipient { subscription_ids: &list, alias: Alias::Set(ALIAS), ..Recipient::new(Version::V5_0) };
    let needed = FanOut::HEAD_LEN + 15;
    for len in 0..needed {
        let mut room = vec![0; len];
        assert_eq!(fan_out.slices(&to, &mut room).unwrap_err(), EncodeError::NoRoom { needed, room: len });
    }
    assert!(fan_out.slices(&to, &mut vec![0; needed]).is_ok());
    let mut small = [0; 8];
    assert!(matches!(fan_out.encode(&to, &mut &mut small[..]), Err(EncodeError::NoRoom { .. })));
}

#[test]
fn what_is_no_message_is_refused() {
    let alias = [Property::TopicAlias(ALIAS)];
    let unresolved = Publish { properties: (&alias).into(), ..Publish::new(Topic::ALIASED, b"") };
    assert_eq!(FanOut::new(unresolved).unwrap_err(), EncodeError::Rule(DecodeErrorKind::EmptyTopic));
    let stranger = [Property::ServerKeepAlive(7)];
    let stranger = Publish { properties: (&stranger).into(), ..Publish::new(Topic::new("a").unwrap(), b"") };
    assert!(matches!(FanOut::new(stranger), Err(EncodeError::PropertyNotAllowed(_))));
}
