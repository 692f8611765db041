//! Hostile input: every class that brokers and clients have fallen to, by its public record.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use DecodeErrorKind as Kind;
use bytes::BytesMut;
use mqtt_codec::{
    DecodeError, DecodeErrorKind, Decoder, Deviations, Limits, Packet, Property, ReasonCode, Reply, Role, Version,
};

const VERSIONS: [Version; 3] = [Version::V3_1, Version::V3_1_1, Version::V5_0];

fn server(version: Version) -> Decoder {
    Decoder::established(Role::Server, version, Limits::default())
}

/// The error of the next packet; `None` when the decoder wants more, or takes it.
fn fault(decoder: &mut Decoder, bytes: &[u8]) -> Option<DecodeError> {
    decoder.decode(&mut &bytes[..]).err()
}

fn kind(version: Version, bytes: &[u8]) -> Option<Kind> {
    fault(&mut server(version), bytes).map(|error| error.kind)
}

/// A packet around a body, with the shortest Remaining Length.
fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut len = body.len();
    while len > 127 {
        bytes.push((len & 127) as u8 | 128);
        len >>= 7;
    }
    bytes.push(len as u8);
    bytes.extend_from_slice(body);
    bytes
}

/// CVE-2021-34432: a topic of length 0.
#[test]
fn an_empty_topic() {
    assert_eq!(kind(Version::V3_1_1, &packet(0x30, b"\0\0x")), Some(Kind::EmptyTopic));
    let error = fault(&mut server(Version::V5_0), &packet(0x30, b"\0\0\0x")).unwrap();
    assert_eq!((error.kind, error.reply()), (Kind::EmptyTopic, Reply::Disconnect(ReasonCode::PROTOCOL_ERROR)));
    // With an alias it is none.
    assert_eq!(kind(Version::V5_0, &packet(0x30, b"\0\0\x03\x23\0\x01x")), None);
}

/// CVE-2026-21888, and the length decoders that lost their place: the fourth continuation bit is the error, no fifth byte is waited for.
#[test]
fn a_remaining_length_of_five_bytes() {
    for version in VERSIONS {
        for first in [0x30, 0x82, 0xc0] {
            assert_eq!(
                kind(version, &[first, 0xff, 0xff, 0xff, 0x80]),
                Some(Kind::IntegerTooLong),
                "{version} {first:#x}"
            );
        }
    }
    let mut first = Decoder::new(Role::Server, Limits::default());
    assert_eq!(fault(&mut first, &[0x10, 0x80, 0x80, 0x80, 0x80]).map(|error| error.kind), Some(Kind::IntegerTooLong));
}

/// CVE-2026-25627: a Remaining Length beyond the data is no error and reads nothing beyond.
#[test]
fn a_remaining_length_beyond_the_data() {
    for version in VERSIONS {
        let mut decoder = server(version);
        let mut input: &[u8] = b"\x30\x20\0\x01a";
        assert!(matches!(decoder.decode(&mut input), Ok(None)));
        assert_eq!((input.len(), decoder.needed()), (5, 0x20 - 3));
    }
}

/// CVE-2026-54412, CVE-2019-17210, contiki-ng #3217: a topic length beyond the Remaining Length; the payload length would go below 0.
#[test]
fn a_topic_beyond_the_packet() {
    for version in VERSIONS {
        for body in [&b"\0\x09a"[..], b"\xff\xff", b"\0\x02a", b"\xff"] {
            assert_eq!(kind(version, &packet(0x30, body)), Some(Kind::Truncated), "{version} {body:02x?}");
        }
    }
    // Every field of CONNECT in turn.
    let connect = b"\0\x04MQTT\x05\xc6\0\x3c\0\0\x01c\0\0\x01t\0\x01m\0\x01u\0\x01p";
    for len in 0..connect.len() {
        let error = fault(&mut Decoder::new(Role::Server, Limits::default()), &packet(0x10, &connect[..len]));
        assert_eq!(error.map(|error| error.kind), Some(Kind::Truncated), "{len}");
    }
    assert_eq!(fault(&mut Decoder::new(Role::Server, Limits::default()), &packet(0x10, connect)), None);
}

/// CVE-2019-19307: lengths that overflow or do not move on. A property list that claims 256 MiB, and one whose last property is half there.
#[test]
fn lengths_that_overflow() {
    assert_eq!(kind(Version::V5_0, &packet(0x30, b"\0\x01a\xff\xff\xff\x7f")), Some(Kind::Truncated));
    assert_eq!(kind(Version::V5_0, &packet(0x30, b"\0\x01a\xff\xff\xff\xff\x7f")), Some(Kind::IntegerTooLong));
    assert_eq!(kind(Version::V5_0, &packet(0x30, b"\0\x01a\x03\x26\xff\xff")), Some(Kind::Truncated));
    assert_eq!(kind(Version::V5_0, &packet(0x82, b"\0\x01\x02\x0b\xff\0\x01a\0")), Some(Kind::Truncated));
}

fn many_user_properties(count: usize) -> Vec<u8> {
    let properties = b"\x26\0\x01k\0\x01v".repeat(count);
    let mut body = b"\0\x01a".to_vec();
    // The length of the list, as a packet's Remaining Length is written.
    body.extend_from_slice(&packet(0, &properties)[1..]);
    packet(0x30, &body)
}

/// CVE-2021-41039: very many user properties. There is a limit; without it, 100,000 of them are read in one pass and yielded one by one.
#[test]
fn very_many_user_properties() {
    let bytes = many_user_properties(100_000);
    // 700 kB of properties are over the default of 128 KiB for the list; of a shorter list, the count is limited.
    assert_eq!(kind(Version::V5_0, &bytes), Some(Kind::PropertiesTooLong));
    let error = fault(&mut server(Version::V5_0), &many_user_properties(1_025)).unwrap();
    assert_eq!(
        (error.kind, error.reply()),
        (Kind::TooManyUserProperties, Reply::Disconnect(ReasonCode::QUOTA_EXCEEDED))
    );
    assert_eq!(kind(Version::V5_0, &many_user_properties(1_024)), None);
    let mut decoder = Decoder::established(Role::Server, Version::V5_0, Limits::MAX);
    let packet = decoder.decode(&mut &bytes[..]).unwrap().unwrap();
    // Linear: the walk hands out each property once, and what is left of the list gets shorter by just its seven bytes.
    let pairs = packet.properties().iter().map(|property| matches!(property, Property::UserProperty("k", "v")));
    assert_eq!(pairs.filter(|pair| *pair).count(), 100_000);
    assert_eq!(packet.properties().user_properties().count(), 100_000);
}

/// netty GHSA-jfg9-48mv-9qgx: Maximum Packet Size is judged on the fixed header, before anything is buffered or parsed.
#[test]
fn the_size_is_judged_on_the_fixed_header() {
    let limits = Limits { max_packet: 100, ..Limits::default() };
    let mut decoder = Decoder::established(Role::Server, Version::V5_0, limits);
    // 1 + 1 + 98 bytes are taken; one more is not, and two bytes are enough to know.
    assert!(matches!(decoder.decode(&mut &[0x30, 98][..]), Ok(None)));
    let error = fault(&mut decoder, &[0x30, 99]).unwrap();
    assert_eq!((error.kind, error.reply()), (Kind::PacketTooLarge, Reply::Disconnect(ReasonCode::PACKET_TOO_LARGE)));
}

/// paho.mqtt.golang #754, mochi #502, aedes #1086, MQTTnet #166, azure-iot-sdk-c #945: five bytes that announce 256 MiB, before a CONNECT was
/// accepted. A smaller limit holds then; `tests/allocations.rs` shows that nothing is allocated.
#[test]
fn a_large_first_packet() {
    let limits = Limits { max_first_packet: 1_000, max_packet: 10_000, ..Limits::default() };
    let mut decoder = Decoder::new(Role::Server, limits);
    assert_eq!(
        fault(&mut decoder, &[0x10, 0xff, 0xff, 0xff, 0x7f]).map(|error| error.kind),
        Some(Kind::PacketTooLarge)
    );
    let mut decoder = Decoder::new(Role::Server, limits);
    let connect = packet(0x10, b"\0\x04MQTT\x04\x02\0\0\0\x01c");
    assert!(decoder.decode(&mut &connect[..]).unwrap().is_some());
    let publish = packet(0x30, &[&b"\0\x01a"[..], &[0; 2_000]].concat());
    assert!(decoder.decode(&mut &publish[..]).unwrap().is_some());
}

/// paho.golang #15: a packet of which one byte is there.
#[test]
fn one_byte() {
    for version in VERSIONS {
        for first in [0x30, 0xc0, 0x82] {
            let mut decoder = server(version);
            assert!(matches!(decoder.decode(&mut &[first][..]), Ok(None)));
            assert_eq!(decoder.needed(), 1);
        }
    }
}

/// CVE-2016-10523, ntex-mqtt #52: a CONNECT without its level byte, and every other packet cut short at every byte while its Remaining Length
/// agrees. Complete packets get an answer: never "more", never a panic.
#[test]
fn every_packet_cut_short() {
    let bodies: [(u8, &[u8]); 10] = [
        (0x32, b"\0\x01a\0\x07\x0a\x26\0\x01k\0\x01v\x23\0\x01"),
        (0x40, b"\0\x07\x10\x04\x1f\0\x01r"),
        (0x50, b"\0\x07\x10\x04\x1f\0\x01r"),
        (0x62, b"\0\x07\x92\x04\x1f\0\x01r"),
        (0x70, b"\0\x07\x92\x04\x1f\0\x01r"),
        (0x82, b"\0\x07\x02\x0b\x05\0\x01a\x01\0\x01b\x02"),
        (0xa2, b"\0\x07\x07\x26\0\x01k\0\x01v\0\x01a\0\x01b"),
        (0xc0, b"x"),
        (0xe0, b"\x04\x05\x11\0\0\0\x05"),
        (0xf0, b"\x18\x04\x15\0\x01m"),
    ];
    let mut refused = 0;
    for (first, body) in bodies {
        for len in 0..=body.len() {
            for version in VERSIONS {
                let bytes = packet(first, &body[..len]);
                match server(version).decode(&mut &bytes[..]) {
                    Ok(None) => panic!("taken for incomplete: {bytes:02x?}"),
                    Ok(Some(_)) => {}
                    Err(_) => refused += 1,
                }
            }
        }
    }
    assert!(refused > 150, "{refused}");
    let mut decoder = Decoder::new(Role::Server, Limits::default());
    assert_eq!(fault(&mut decoder, &packet(0x10, b"\0\x04MQTT")).map(|error| error.kind), Some(Kind::Truncated));
}

/// Seen in the field: a property length that was computed again from its shortest form moves the payload. Ours comes from the wire.
#[test]
fn a_property_length_in_a_long_form() {
    let bytes = packet(0x30, b"\0\x01a\x80\0payload");
    assert_eq!(kind(Version::V5_0, &bytes), Some(Kind::IntegerNotMinimal));
    let mut lenient = server(Version::V5_0).allow(Deviations::NON_MINIMAL_INTEGER_V5);
    let packet = lenient.decode(&mut &bytes[..]).unwrap().unwrap();
    let Packet::Publish(publish) = &*packet else { panic!("{packet}") };
    assert_eq!(&*publish.payload, b"payload");
    assert_eq!(lenient.deviations(), Deviations::NON_MINIMAL_INTEGER_V5);
}

/// CVE-2025-56352: half-open after CONNACK 02. A decoder that refused the CONNECT refuses whatever comes after it.
#[test]
fn nothing_follows_a_refused_connect() {
    let mut decoder = Decoder::new(Role::Server, Limits::default());
    let error = fault(&mut decoder, &packet(0x10, b"\0\x04MQTT\x04\0\0\0\0\0")).unwrap();
    assert_eq!(error.reply(), Reply::ConnAck(ReasonCode::CLIENT_IDENTIFIER_NOT_VALID));
    assert_eq!(fault(&mut decoder, &packet(0x30, b"\0\x01a")), Some(error));
    assert_eq!(decoder.decode_shared(&mut BytesMut::from(&b"\xc0\0"[..])), Err(error));
}

/// Seen in the field: PUBLISH before CONNECT, also when the version is known beforehand.
#[test]
fn publish_before_connect() {
    for version in [None, Some(Version::V3_1_1), Some(Version::V5_0)] {
        let fresh = Decoder::new(Role::Server, Limits::default());
        let mut decoder = version.map_or(fresh.clone(), |version| fresh.expect_version(version));
        let error = fault(&mut decoder, &packet(0x30, b"\0\x01a\0")).unwrap();
        assert_eq!((error.kind, error.reply()), (Kind::FirstPacketNotConnect, Reply::Close));
    }
}

/// contiki-ng #3217: state that was committed before a check failed. A CONNECT that fails leaves no open connection, consumes nothing and
/// moves no position.
#[test]
fn a_failed_packet_changes_nothing() {
    let mut decoder = Decoder::new(Role::Server, Limits::default());
    let bytes = packet(0x10, b"\0\x04MQTT\x05\x02\0\0\0\0\x01\0");
    let mut input = &bytes[..];
    assert_eq!(decoder.decode(&mut input).map_err(|error| error.kind), Err(Kind::NulCharacter));
    assert_eq!((input.len(), decoder.position()), (bytes.len(), 0));
}

/// mqtt-packet #95, netdata #13277, espMqttClient #34: a split header is neither malformed nor complete.
#[test]
fn a_split_fixed_header() {
    let bytes = packet(0x30, &[&b"\0\x01a\0"[..], &[1; 20_000]].concat());
    let mut decoder = server(Version::V5_0);
    for end in 0..4 {
        assert!(matches!(decoder.decode(&mut &bytes[..end]), Ok(None)), "{end}");
        assert!(decoder.needed() > 0);
    }
    let packet = decoder.decode(&mut &bytes[..]).unwrap().unwrap();
    assert!(matches!(*packet, Packet::Publish(_)));
}

/// rabbitmq #17093: quadratic work on fragments. While a packet is incomplete, its body is not looked at: whatever stands there in the meantime
/// makes no difference, so that each of the calls is of constant cost.
#[test]
fn single_bytes_are_linear() {
    let publish = packet(0x30, &[&b"\0\x01a\0"[..], &[1; 50_000]].concat());
    let subscribe = packet(0x82, &[&b"\0\x01\0"[..], &b"\0\x03a/b\x01".repeat(4_000)].concat());
    for bytes in [publish, subscribe] {
        let mut decoder = server(Version::V5_0);
        for end in 1..bytes.len() {
            let mut garbage = bytes[..end].to_vec();
            // Only the last two bytes before the end: filling all of it each time would make the test itself quadratic.
            for byte in garbage.iter_mut().skip(16).rev().take(2) {
                *byte = 0xff;
            }
            assert!(matches!(decoder.decode(&mut &garbage[..]), Ok(None)));
            assert!(decoder.needed() <= bytes.len() - end);
        }
        assert!(matches!(decoder.decode(&mut &bytes[..]), Ok(Some(_))));
    }
    let mut decoder = server(Version::V5_0);
    let bytes = packet(0x82, &[&b"\0\x01\0"[..], &b"\0\x03a/b\x01".repeat(4_000)].concat());
    let garbage = [&bytes[..4], &vec![0xff; bytes.len() - 5][..]].concat();
    assert!(matches!(decoder.decode(&mut &garbage[..]), Ok(None)), "the body was looked at");
    assert!(matches!(decoder.decode(&mut &bytes[..]), Ok(Some(_))));
}

/// One test per limit, crossed by one.
#[test]
fn each_limit_crossed_by_one() {
    let base =
        Limits { max_string: 10, max_properties: 20, max_user_properties: 2, max_filters: 3, ..Limits::default() };
    let judge = |bytes: &[u8]| {
        let mut decoder = Decoder::established(Role::Server, Version::V5_0, base);
        decoder.decode(&mut &bytes[..]).map(drop).map_err(|error| error.kind)
    };
    let topic = |len: usize| packet(0x30, &[&[0, len as u8][..], &vec![b'a'; len], b"\0"].concat());
    assert_eq!(judge(&topic(10)), Ok(()));
    assert_eq!(judge(&topic(11)), Err(Kind::StringTooLong));
    let content = |len: usize| {
        packet(
            0x30,
            &[&b"\0\x01a"[..], &[len as u8 + 10, 2, 0, 0, 0, 1, 0x23, 0, 1, 3, 0, len as u8 - 1], &vec![b'c'; len - 1]]
                .concat(),
        )
    };
    assert_eq!(judge(&content(10)), Ok(()));
    assert_eq!(judge(&content(11)), Err(Kind::PropertiesTooLong));
    let user = |count: usize| {
        packet(0x30, &[&b"\0\x01a"[..], &[7 * count as u8], &b"\x26\0\x01k\0\x01v".repeat(count)].concat())
    };
    assert_eq!(judge(&user(2)), Ok(()));
    assert_eq!(
        judge(&packet(0x30, b"\0\x01a\x0f\x26\0\0\0\0\x26\0\0\0\0\x26\0\0\0\0")),
        Err(Kind::TooManyUserProperties)
    );
    let filters = |count: usize| packet(0x82, &[&b"\0\x01\0"[..], &b"\0\x01a\x01".repeat(count)].concat());
    assert_eq!(judge(&filters(3)), Ok(()));
    assert_eq!(judge(&filters(4)), Err(Kind::TooManyFilters));
}
