//! A large PUBLISH in pieces, and packets that are skipped. The law that pieces add up to whole packets runs in `fuzz/`.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mqtt_codec::{
    DecodeErrorKind as Kind, Decoder, EncodeError, Encoder, Limits, Packet, PacketType, Piece, Properties, Property,
    Publish, Role, Skipped, Streaming, Topic, Version,
};

fn decoder(above: usize, skip_oversize: bool, limits: Limits) -> Decoder {
    let streaming = Streaming { above, skip_oversize, ..Streaming::default() };
    Decoder::established(Role::Server, Version::V5_0, limits).streaming(streaming)
}

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new(Role::Client, Version::V5_0).encode(packet, &mut out).unwrap();
    out
}

fn publish(payload: &[u8]) -> Publish<'_> {
    Publish::new(Topic::new("a/b").unwrap(), payload)
}

/// Feeds single bytes and gives every piece as text; the decoder never holds more than `held` bytes back.
fn feed(mut decoder: Decoder, bytes: &[u8], held: usize) -> Vec<String> {
    let (mut start, mut out) = (0, Vec::new());
    for end in 0..=bytes.len() {
        let mut input = &bytes[start..end];
        while let Some(piece) = decoder.decode_piece(&mut input).unwrap() {
            out.push(match piece {
                Piece::Packet(packet) => packet.to_string(),
                Piece::Head { packet, payload_len } => format!("{packet} of {payload_len}"),
                Piece::Chunk(bytes) => format!("{bytes:?}"),
                Piece::End => "end".to_owned(),
                Piece::Skipped(Skipped { packet_type, remaining_len, publish }) => {
                    format!("skipped {packet_type} {remaining_len} {}", publish.map_or("-".into(), |p| p.to_string()))
                }
            });
        }
        start = end - input.len();
        assert!(input.len() <= held, "{} bytes held back", input.len());
        assert_eq!(decoder.position(), start as u64);
    }
    out
}

#[test]
fn a_large_publish_comes_in_pieces() {
    let mut bytes = encoded(&publish(b"xyz").into());
    bytes.extend(encoded(&Packet::PingReq));
    let whole = ["PUBLISH q0 topic=a/b 3 B", "PINGREQ"];
    assert_eq!(feed(decoder(11, false, Limits::default()), &bytes, 10), whole);
    let pieces = ["PUBLISH q0 topic=a/b 0 B of 3", "[120]", "[121]", "[122]", "end", "PINGREQ"];
    assert_eq!(feed(decoder(10, false, Limits::default()), &bytes, 7), pieces);
    // What would exceed the limit of a whole packet is large, too.
    let limits = Limits { max_packet: 8, ..Limits::default() };
    assert_eq!(feed(decoder(1000, false, limits), &bytes, 7), pieces);
    // The end comes for an empty payload as well, and a wildcard is no reason to lose the payload's place.
    assert_eq!(feed(decoder(0, false, limits), b"\x30\x04\0\x01a\0", 5), ["PUBLISH q0 topic=a 0 B of 0", "end"]);
    let refused = "PUBLISH q0 topic=# refused: wildcard in a topic name of 1";
    assert_eq!(feed(decoder(0, false, limits), b"\x30\x05\0\x01#\0x", 5), [refused, "[120]", "end"]);
}

#[test]
fn memory_is_bounded_by_the_head() {
    let items = [Property::UserProperty("name", "value"), Property::ContentType("text/plain")];
    let head = Publish { properties: Properties::from(&items), ..publish(b"") };
    let mut encoder = Encoder::new(Role::Client, Version::V5_0);
    let mut bytes = Vec::new();
    encoder.encode_head_of(&head, 268_000_000, &mut bytes).unwrap();
    let head_len = bytes.len();
    let mut decoder = decoder(1 << 16, false, Limits::default());
    let mut input = &bytes[..];
    let Some(Piece::Head { packet, payload_len }) = decoder.decode_piece(&mut input).unwrap() else {
        panic!("no head")
    };
    assert_eq!((packet.into_packet(), payload_len, input.len()), (head.into(), 268_000_000, 0));
    let (chunk, mut left) = (vec![7; 1 << 20], payload_len);
    while left > 0 {
        let part = &chunk[..chunk.len().min(left)];
        encoder.payload_written(part.len()).unwrap();
        assert_eq!(decoder.decode_piece(&mut &part[..]), Ok(Some(Piece::Chunk(part))));
        left -= part.len();
    }
    assert_eq!(decoder.decode_piece(&mut &[][..]), Ok(Some(Piece::End)));
    assert_eq!((decoder.position(), encoder.payload_pending()), ((head_len + payload_len) as u64, 0));
}

/// The error of the first bytes of a large PUBLISH, and how many of them it took.
fn earliest(limits: Limits, bytes: &[u8]) -> Option<(usize, Kind, usize)> {
    let mut decoder = decoder(0, false, limits);
    for len in 0..=bytes.len() {
        match decoder.decode_piece(&mut &bytes[..len]) {
            Ok(piece) => assert_eq!(piece, None),
            Err(error) => {
                assert_eq!(decoder.decode_piece(&mut &bytes[..len]), Err(error), "the error stays");
                assert_eq!(decoder.decode(&mut &bytes[..len]), Err(error), "the error stays");
                return Some((len, error.kind, error.offset));
            }
        }
    }
    None
}

/// CVE-2026-54412 and its kin: nothing is waited for that the packet cannot own.
#[test]
fn what_runs_past_the_packet_is_known_at_once() {
    let default = Limits::default();
    // The topic claims 65,535 bytes of 40, the properties 256 MiB of 100,000.
    assert_eq!(earliest(default, b"\x30\x28\xff\xff"), Some((4, Kind::Truncated, 4)));
    assert_eq!(earliest(default, b"\x30\xa0\x8d\x06\0\x01a\xff\xff\xff\x7f"), Some((11, Kind::Truncated, 11)));
    assert_eq!(earliest(default, b"\x30\xa0\x8d\x06\0\x01a\xff\xff\xff\xff"), Some((11, Kind::IntegerTooLong, 7)));
    // Properties that fit the packet and not our limit.
    let limits = Limits { max_properties: 10, ..default };
    assert_eq!(earliest(limits, b"\x30\xa0\x8d\x06\0\x01a\x0b"), Some((8, Kind::PropertiesTooLong, 8)));
    assert_eq!(earliest(limits, b"\x30\xa0\x8d\x06\0\x01a\x0a"), None);
    // A topic that is wrong comes before properties that are too long.
    assert_eq!(earliest(limits, b"\x30\xa0\x8d\x06\0\x01\0\x0b"), Some((8, Kind::NulCharacter, 6)));
    assert_eq!(earliest(default, b"\x30\x00"), Some((2, Kind::Truncated, 2)));
}

#[test]
fn a_packet_that_ends_early_is_truncated() {
    for (bytes, expected) in [
        (&b"\x30\x01\0"[..], (3, Kind::Truncated, 2)),
        (b"\x32\x04\0\x01a\0", (6, Kind::Truncated, 5)),
        (b"\x30\x03\0\x01a", (5, Kind::Truncated, 5)),
        (b"\x30\x04\0\x01a\x80", (6, Kind::Truncated, 6)),
    ] {
        assert_eq!(earliest(Limits::default(), bytes), Some(expected), "{bytes:02x?}");
        let error = decoder(1000, false, Limits::default()).decode(&mut &bytes[..]).unwrap_err();
        assert_eq!((error.kind, error.offset), (expected.1, expected.2), "the whole packet says the same");
    }
}

#[test]
fn what_is_too_large_is_skipped() {
    let limits = Limits { max_packet: 12, ..Limits::default() };
    let streaming = Streaming { above: 10, max_publish: 14, skip_oversize: true };
    let decoder = || Decoder::established(Role::Server, Version::V5_0, limits).streaming(streaming);
    let mut bytes = b"\x82\x0d\x00\x01\0\0\x07abcdefg\x01".to_vec();
    bytes.extend(encoded(&publish(b"0123456").into()));
    bytes.extend(encoded(&publish(b"012345").into()));
    bytes.extend(encoded(&Packet::PingReq));
    let pieces =
        ["skipped SUBSCRIBE 13 -", "skipped PUBLISH 13 PUBLISH q0 topic=a/b 0 B", "PUBLISH q0 topic=a/b 0 B of 6"];
    let told = feed(decoder(), &bytes, 7);
    assert_eq!(told[..3], pieces);
    assert_eq!(told.last().unwrap(), "PINGREQ");
    // Without the option, the connection ends.
    let streaming = Streaming { skip_oversize: false, ..streaming };
    let error = decoder().streaming(streaming).decode_piece(&mut &bytes[..]).unwrap_err();
    assert_eq!((error.kind, error.offset, error.packet), (Kind::PacketTooLarge, 1, PacketType::Subscribe));
    // What is skipped is missing to the last byte, and `decode` waits for it.
    let (mut decoder, mut input) = (decoder(), &bytes[..8]);
    assert!(matches!(decoder.decode_piece(&mut input), Ok(Some(Piece::Skipped(_)))));
    assert_eq!((decoder.decode_piece(&mut input), decoder.needed(), input.len()), (Ok(None), 7, 0));
    assert_eq!((decoder.decode(&mut &bytes[8..]), decoder.needed()), (Ok(None), 7));
}

#[test]
fn a_first_packet_is_not_skipped() {
    let limits = Limits { max_first_packet: 10, ..Limits::default() };
    let streaming = Streaming { skip_oversize: true, ..Streaming::default() };
    let mut decoder = Decoder::new(Role::Server, limits).streaming(streaming);
    let error = decoder.decode_piece(&mut &b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00"[..]).unwrap_err();
    assert_eq!(error.kind, Kind::PacketTooLarge);
}

#[test]
fn an_announced_payload_is_owed() {
    let (mut encoder, mut out) = (Encoder::new(Role::Client, Version::V5_0), Vec::new());
    encoder.encode_head_of(&publish(b"is not looked at"), 3, &mut out).unwrap();
    let ping = Packet::PingReq;
    assert_eq!(encoder.payload_pending(), 3);
    assert_eq!(encoder.encode(&ping, &mut out), Err(EncodeError::PayloadPending(3)));
    assert_eq!(encoder.encode_head(&publish(b""), &mut out), Err(EncodeError::PayloadPending(3)));
    assert!(matches!(encoder.start(&ping), Err(EncodeError::PayloadPending(3))));
    assert_eq!(encoder.encode_payload(b"four", &mut out), Err(EncodeError::PayloadOverrun(1)));
    encoder.encode_payload(b"abc", &mut out).unwrap();
    encoder.encode(&ping, &mut out).unwrap();
    assert_eq!(out, [&encoded(&publish(b"abc").into())[..], &encoded(&ping)].concat());
    // The announced length counts for the peer's maximum and for the format.
    let mut encoder = encoder.max_packet(100);
    assert!(matches!(encoder.encode_head_of(&publish(b""), 100, &mut out), Err(EncodeError::PacketTooLarge { .. })));
    encoder.set_max_packet(usize::MAX);
    assert!(matches!(
        encoder.encode_head_of(&publish(b""), usize::MAX, &mut out),
        Err(EncodeError::PacketTooLarge { .. })
    ));
}
