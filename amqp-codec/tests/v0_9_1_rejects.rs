//! What is refused: kind, offset and reply code of each violation, and the neighbour that is not refused.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::too_many_lines,
    reason = "a test says where it fails by panicking"
)]

#[path = "vectors/octets.rs"]
mod octets;

use amqp_codec::v0_9_1::DecodeErrorKind::{self, *};
use amqp_codec::v0_9_1::{
    ContentHeader, DecodeError, Decoder, Dialect, FieldTable, Frame, Limits, ProtocolHeader, Received, Scope,
    UnusedBits,
};
use octets::octets;

fn tuned(dialect: Dialect) -> Decoder {
    let mut decoder = Decoder::new(dialect, Limits { channel_max: u16::MAX, ..Limits::default() });
    decoder.tuned(131_072, 0);
    decoder
}

fn frame(hex: &str, dialect: Dialect) -> Result<Option<Frame<'static>>, DecodeError> {
    let octets = octets(hex);
    let mut input = octets.as_slice();
    let frame = tuned(dialect).decode(&mut input);
    frame.map(|frame| frame.map(Received::into_owned))
}

/// A frame of a type on a channel with this payload.
fn framed(kind: u8, channel: u8, payload: &str) -> String {
    let len = octets(payload).len();
    format!("{kind:02x} 00{channel:02x} {len:08x} {payload} ce")
}

#[track_caller]
fn refused(hex: &str, kind: DecodeErrorKind, offset: usize, reply: u16) {
    let error = frame(hex, Dialect::RABBITMQ).unwrap_err();
    assert_eq!((error.kind, error.offset, error.reply().code.0), (kind, offset, reply), "{hex}");
}

#[track_caller]
fn accepted(hex: &str) {
    assert!(frame(hex, Dialect::RABBITMQ).unwrap().is_some(), "{hex}");
}

#[test]
fn heads() {
    refused("09 0001 00000001 61 ce", UnknownFrameType, 0, 501);
    refused("04 0000 00000000 ce", UnknownFrameType, 0, 501);
    refused("00 0000 00000000 00", UnknownFrameType, 0, 501);
    refused("08 0001 00000000 ce", HeartbeatOnChannel, 1, 503);
    refused("08 0000 00000001 61 ce", HeartbeatNotEmpty, 3, 501);
    refused("02 0000 0000000e 003c 0000 0000000000000000 0000 ce", ContentOnChannelZero, 1, 504);
    refused("03 0000 00000001 61 ce", ContentOnChannelZero, 1, 504);
    accepted("08 0000 00000000 ce");
    accepted("03 0001 00000000 ce");
}

#[test]
fn the_end_octet_is_fatal_and_silent() {
    refused("01 0001 00000005 0014002801 cd", FrameEndMissing, 12, 501);
    assert_eq!(FrameEndMissing.reply().scope, Scope::ConnectionSilently);
    assert_eq!(UnknownFrameType.reply().scope, Scope::ConnectionSilently);
}

/// The seven octets of the head are enough: nothing of the payload is waited for.
#[test]
fn frame_max_is_enforced_by_the_head_alone() {
    // RabbitMQ tolerates 8 octets more than the specification.
    for (dialect, largest) in [(Dialect::SPEC, 131_064_u32), (Dialect::RABBITMQ, 131_072)] {
        let head = |size: u32| format!("030001{size:08x}");
        assert_eq!(frame(&head(largest), dialect), Ok(None));
        assert_eq!(frame(&head(largest + 1), dialect).unwrap_err(), DecodeError { kind: FrameTooLarge, offset: 3 });
    }
    refused("01 0001 00ffffff", FrameTooLarge, 3, 501);
    refused("01 0001 ffffffff", FrameTooLarge, 3, 501);
}

#[test]
fn before_tuning_the_smaller_limit_holds() {
    for (dialect, largest) in [(Dialect::SPEC, 4_096_u32 - 8), (Dialect::RABBITMQ, 8_192 - 8)] {
        let read = |size: u32| {
            let octets = octets(&format!("010000{size:08x}"));
            Decoder::new(dialect, Limits::default()).decode(&mut octets.as_slice()).map(|frame| frame.is_none())
        };
        assert_eq!(read(largest), Ok(true));
        assert_eq!(read(largest + 1), Err(DecodeError { kind: FrameTooLarge, offset: 3 }));
    }
    // 0 means no limit: the decoder's own remains.
    let mut decoder = Decoder::new(Dialect::SPEC, Limits::default());
    decoder.tuned(0, 0);
    assert!(decoder.decode(&mut octets("030001 0001fff8").as_slice()).is_ok());
    let mut decoder = Decoder::new(Dialect::SPEC, Limits::default());
    decoder.tuned(0, 0);
    assert!(decoder.decode(&mut octets("030001 0001fff9").as_slice()).is_err());
}

#[test]
fn channels() {
    let mut decoder = Decoder::new(Dialect::SPEC, Limits::default());
    decoder.tuned(0, 10);
    assert!(decoder.decode(&mut octets("03 000a 00000000 ce").as_slice()).unwrap().is_some());
    let error = decoder.decode(&mut octets("03 000b 00000000 ce").as_slice()).unwrap_err();
    assert_eq!((error.kind, error.offset, error.reply().code.0), (ChannelTooHigh, 1, 504));
    refused(&framed(1, 1, "000a 0033"), ConnectionMethodOnChannel, 7, 503);
    refused(&framed(1, 0, "0014 0029"), MethodOnChannelZero, 7, 504);
    accepted(&framed(1, 0, "000a 0033"));
    accepted(&framed(1, 1, "0014 0029"));
}

#[test]
fn methods() {
    refused(&framed(1, 1, "003c00"), MethodTooShort, 10, 502);
    refused(&framed(1, 1, ""), MethodTooShort, 7, 502);
    refused(&framed(1, 1, "00ff 000a"), UnknownClass, 7, 503);
    refused(&framed(1, 1, "003c 00ff"), UnknownMethod, 9, 503);
    // exchange.unbind-ok is 51; 41 does not exist.
    accepted(&framed(1, 1, "0028 0033"));
    refused(&framed(1, 1, "0028 0029"), UnknownMethod, 9, 503);
    refused(&framed(1, 1, "0032 000a 0000"), ArgumentsCutShort, 13, 502);
    refused(&framed(1, 1, "0014 0029 00"), TrailingOctets, 11, 502);
    refused(&framed(1, 1, "003c 0050 0000000000000001 00 00"), TrailingOctets, 20, 502);
    refused(&framed(1, 1, "003c 0050 00000000000000 01"), ArgumentsCutShort, 19, 502);
    // channel.open: a short string longer than the payload.
    refused(&framed(1, 1, "0014 000a 02 61"), ArgumentsCutShort, 11, 502);
    // channel.open-ok: a long string of 2^32 - 1.
    refused(&framed(1, 1, "0014 000b ffffffff"), ArgumentsCutShort, 11, 502);
}

#[test]
fn strings() {
    let open = |text: &str| framed(1, 1, &format!("0014 000a {:02x} {text}", octets(text).len()));
    accepted(&open("c3a9"));
    refused(&open("61 c3"), ShortStringNotUtf8, 12, 502);
    refused(&open("61 00 62"), ShortStringWithNul, 12, 502);
    accepted(&open(&"61".repeat(255)));
    // A long string is any octets.
    accepted(&framed(1, 1, "0014 000b 00000003 00ff80"));
}

#[test]
fn bits() {
    let ack = framed(1, 1, "003c 0050 0000000000000001 fe");
    assert!(frame(&ack, Dialect::SPEC).is_ok());
    let strict = Dialect { unused_bits: UnusedBits::Refuse, ..Dialect::SPEC };
    assert_eq!(frame(&ack, strict), Err(DecodeError { kind: UnusedBitsSet, offset: 19 }));
    assert!(frame(&framed(1, 1, "003c 0050 0000000000000001 01"), strict).is_ok());
}

#[test]
fn headers() {
    let header = |payload: &str| framed(2, 1, payload);
    accepted(&header("003c 0000 ffffffffffffffff 0000"));
    refused(&header("003c 0000 0000000000000000 00"), HeaderTooShort, 20, 502);
    refused(&header("000a 0000 0000000000000000 0000"), HeaderClassMismatch, 7, 501);
    refused(&header("003c 0001 0000000000000000 0000"), WeightNotZero, 9, 505);
    refused(&header("003c 0000 0000000000000000 8000"), ArgumentsCutShort, 21, 502);
    refused(&header("003c 0000 0000000000000000 0000 00"), TrailingOctets, 21, 502);
    refused(&header("003c 0000 0000000000000000 0002"), UnknownProperty, 19, 502);
    accepted(&header("003c 0000 0000000000000000 1000 02"));
    refused(&header("003c 0000 0000000000000000 1000"), ArgumentsCutShort, 21, 502);
    // All fourteen.
    accepted(&header(&format!(
        "003c 0000 0000000000000000 fffc 0161 0162 00000000 01 02 {} 0000000000000005 {}",
        "0163".repeat(4),
        "0164".repeat(4)
    )));
}

/// Bit 0 announces further flags; they are walked, not looped on, and class basic has none.
#[test]
fn property_flag_continuation() {
    let header = |flags: &str| framed(2, 1, &format!("003c 0000 0000000000000000 {flags}"));
    accepted(&header("0001 0000"));
    accepted(&header("1001 0000 02"));
    refused(&header("0001"), ArgumentsCutShort, 21, 502);
    refused(&header("0001 0001 0001"), ArgumentsCutShort, 25, 502);
    refused(&header("0001 8000 0161"), UnknownProperty, 21, 502);
    let chain = "0001".repeat(60_000);
    refused(&header(&chain), ArgumentsCutShort, 19 + 120_000, 502);
}

fn table(fields: &str, dialect: Dialect) -> Result<usize, (DecodeErrorKind, usize)> {
    let fields = octets(fields);
    let mut octets = u32::try_from(fields.len()).unwrap().to_be_bytes().to_vec();
    octets.extend_from_slice(&fields);
    match FieldTable::decode(&octets, &dialect, &Limits::default()) {
        Ok(table) => Ok(table.iter().count()),
        Err(error) => {
            assert_eq!(error.reply().code.0, 502);
            Err((error.kind, error.offset))
        }
    }
}

#[test]
fn table_lengths() {
    let decode = |hex: &str| {
        FieldTable::decode(&octets(hex), &Dialect::RABBITMQ, &Limits::default()).map(|table| table.iter().count())
    };
    let refuse = |kind, offset| Err(DecodeError { kind, offset });
    assert_eq!(decode("00000000"), Ok(0));
    assert_eq!(decode("000000"), refuse(ArgumentsCutShort, 0));
    assert_eq!(decode("00000001"), refuse(ArgumentsCutShort, 0));
    assert_eq!(decode("ffffffff"), refuse(ArgumentsCutShort, 0));
    assert_eq!(decode("00000000 00"), refuse(TrailingOctets, 4));
}

#[test]
fn table_fields() {
    let rabbit = |fields: &str| table(fields, Dialect::RABBITMQ);
    assert_eq!(rabbit("0161 56"), Ok(1));
    assert_eq!(rabbit("0161"), Err((FieldCutShort, 6)));
    assert_eq!(rabbit("01"), Err((FieldCutShort, 4)));
    assert_eq!(rabbit("0161 49 000000"), Err((FieldCutShort, 7)));
    assert_eq!(rabbit("0161 53 00000002 61"), Err((FieldCutShort, 7)));
    assert_eq!(rabbit("0161 53 ffffffff 61"), Err((FieldCutShort, 7)));
    assert_eq!(rabbit("0161 3f"), Err((UnknownFieldType, 6)));
    assert_eq!(rabbit("0161 41 00000002 3f 00"), Err((UnknownFieldType, 11)));
    // A field within an inner table must not run over the inner table's end, although octets follow.
    assert_eq!(rabbit("0161 46 00000003 0162 49 0162 56"), Err((FieldCutShort, 14)));
    assert_eq!(rabbit("01ff 56"), Err((ShortStringNotUtf8, 5)));
    assert_eq!(rabbit("0100 56"), Err((ShortStringWithNul, 5)));
    assert_eq!(rabbit("00 56"), Ok(1));
}

#[test]
fn table_tags_by_dialect() {
    // tag, value, in the specification, in RabbitMQ, lenient
    let rows = [
        ('t', "01", true, true, true),
        ('b', "ff", true, true, true),
        ('B', "ff", true, true, true),
        ('u', "ffff", true, true, true),
        ('I', "ffffffff", true, true, true),
        ('i', "ffffffff", true, true, true),
        ('l', "ffffffffffffffff", true, true, true),
        ('L', "ffffffffffffffff", true, true, true),
        ('f', "7fc00001", true, true, true),
        ('d', "7ff8000000000001", true, true, true),
        ('D', "02ffffffff", true, true, true),
        ('S', "00000001ff", true, true, true),
        ('A', "00000000", true, true, true),
        ('T', "ffffffffffffffff", true, true, true),
        ('F', "00000000", true, true, true),
        ('V', "", true, true, true),
        ('U', "ffff", true, false, true),
        ('x', "0000000100", false, true, true),
    ];
    for (tag, value, spec, rabbit, lenient) in rows {
        let field = format!("0161 {:02x} {value}", u32::from(tag));
        for (dialect, ok) in [(Dialect::SPEC, spec), (Dialect::RABBITMQ, rabbit), (Dialect::LENIENT, lenient)] {
            let want = if ok { Ok(1) } else { Err((UnknownFieldType, 6)) };
            assert_eq!(table(&field, dialect), want, "{tag} {dialect:?}");
        }
    }
    // `s`: a short string as printed, an i16 in the world.
    assert_eq!(table("0161 73 0261 62", Dialect::SPEC), Ok(1));
    assert_eq!(table("0161 73 0261", Dialect::RABBITMQ), Ok(1));
    assert_eq!(table("0161 73 0261", Dialect::SPEC), Err((FieldCutShort, 7)));
    for tag in 0..=255_u8 {
        let known = rows.iter().any(|row| u32::from(row.0) == u32::from(tag)) || tag == b's';
        if !known {
            assert_eq!(
                table(&format!("0161 {tag:02x} 0000000000000000"), Dialect::LENIENT),
                Err((UnknownFieldType, 6))
            );
        }
    }
}

#[test]
fn names_and_duplicates_by_dialect() {
    let name = |text: &str| format!("{:02x} {} 56", octets(text).len(), text);
    for (text, spec) in [
        ("61", Ok(1)),
        ("24", Ok(1)),
        ("23", Ok(1)),
        ("782d6d61746368", Ok(1)),
        ("31", Err((FieldNameInvalid, 4))),
        ("5f", Err((FieldNameInvalid, 4))),
        ("", Err((FieldNameInvalid, 4))),
    ] {
        assert_eq!(table(&name(text), Dialect::SPEC), spec, "{text}");
        assert_eq!(table(&name(text), Dialect::RABBITMQ), Ok(1), "{text}");
    }
    assert_eq!(table(&name(&"61".repeat(128)), Dialect::SPEC), Ok(1));
    assert_eq!(table(&name(&"61".repeat(129)), Dialect::SPEC), Err((FieldNameInvalid, 4)));

    assert_eq!(table("0161 56 0161 56", Dialect::RABBITMQ), Ok(2));
    assert_eq!(table("0161 56 0161 56", Dialect::SPEC), Err((DuplicateFieldName, 7)));
    // Also within, and not across, inner tables.
    assert_eq!(table("0161 46 00000006 0161 56 0161 56", Dialect::SPEC), Err((DuplicateFieldName, 14)));
    assert_eq!(table("0161 46 00000003 0161 56", Dialect::SPEC), Ok(1));
    let many = |count: u8| (0..count).map(|n| format!("0261{:02x} 56", n.saturating_add(1))).collect::<String>();
    assert_eq!(table(&many(64), Dialect::SPEC), Ok(64));
    assert_eq!(table(&many(65), Dialect::SPEC), Err((TooManyFields, 4 + 64 * 4)));
    assert_eq!(table(&many(65), Dialect::RABBITMQ), Ok(65));
}

#[test]
fn nesting_is_counted() {
    let nest = |depth: usize| {
        let mut octets = Vec::new();
        for _ in 0..depth {
            let mut outer = vec![1, b'a', b'F'];
            outer.extend_from_slice(&u32::try_from(octets.len()).unwrap().to_be_bytes());
            outer.extend_from_slice(&octets);
            octets = outer;
        }
        octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>()
    };
    assert_eq!(table(&nest(63), Dialect::RABBITMQ), Ok(1));
    assert_eq!(table(&nest(64), Dialect::RABBITMQ).unwrap_err().0, NestedTooDeep);
    assert_eq!(table(&nest(64), Dialect::SPEC).unwrap_err().0, NestedTooDeep);
    let decode = |depth, max_depth| {
        let fields = octets(&nest(depth));
        let mut octets = u32::try_from(fields.len()).unwrap().to_be_bytes().to_vec();
        octets.extend_from_slice(&fields);
        FieldTable::decode(&octets, &Dialect::RABBITMQ, &Limits { max_depth, ..Limits::default() }).is_ok()
    };
    assert!(decode(3, 4));
    assert!(!decode(4, 4));
}

#[test]
fn protocol_headers_and_strangers() {
    let first = |octets: &[u8]| {
        let mut input = octets;
        let frame = Decoder::new(Dialect::RABBITMQ, Limits::default()).decode(&mut input);
        frame.map(|frame| frame.map(Received::into_owned))
    };
    assert_eq!(first(b"AMQP\x00\x00\x09\x01"), Ok(Some(Frame::ProtocolHeader(ProtocolHeader::V0_9_1))));
    assert_eq!(first(b"AMQP\x00\x01\x00\x00"), Ok(Some(Frame::ProtocolHeader(ProtocolHeader([0, 1, 0, 0])))));
    assert_eq!(first(b"AMQP\x00\x00\x09"), Ok(None));
    let kind = |octets: &[u8]| first(octets).unwrap_err().kind;
    assert_eq!(kind(b"AMQP\x00\x00\x09\x02"), UnknownVersion);
    assert_eq!(kind(b"AMQP\x09\x09\x09\x09"), UnknownVersion);
    assert_eq!(kind(b"GET / HTTP/1.1\r\n"), PeerSpeaksHttp);
    assert_eq!(kind(b"\x16\x03\x01\x02\x00\x01\x00\x01"), PeerSpeaksTls);
    assert_eq!(kind(b"amqp\x00\x00\x09\x01"), UnknownFrameType);
    // Only the first eight octets of a stream can be a protocol header.
    let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits::default());
    let mut input: &[u8] = b"AMQP\x00\x00\x09\x01AMQP\x00\x00\x09\x01";
    assert!(decoder.decode(&mut input).unwrap().is_some());
    assert_eq!(decoder.decode(&mut input).unwrap_err().kind, UnknownFrameType);
    assert_eq!(decoder.position(), 8);
}

#[test]
fn a_refused_frame_is_not_consumed() {
    let octets = octets(&format!("08 0000 00000000 ce {}", framed(1, 1, "003c 00ff")));
    let mut decoder = tuned(Dialect::RABBITMQ);
    let mut input = octets.as_slice();
    assert_eq!(decoder.decode(&mut input).unwrap().unwrap(), Frame::Heartbeat);
    let before = input;
    let error = decoder.decode(&mut input).unwrap_err();
    assert_eq!((input, decoder.position()), (before, 8));
    assert_eq!(decoder.decode(&mut input), Err(error));
}

#[test]
fn content_header_alone() {
    let decode = |hex: &str| {
        ContentHeader::decode(&octets(hex), &Dialect::RABBITMQ, &Limits::default()).map(|header| header.body_size)
    };
    assert_eq!(decode("003c 0000 0000000000000005 0000"), Ok(5));
    assert_eq!(
        decode("003c 0000 0000000000000005 00").map_err(|error| (error.kind, error.offset)),
        Err((HeaderTooShort, 13))
    );
    assert_eq!(decode("003c 0001 0000000000000005 0000").map_err(|error| error.reply().code.0), Err(505));
}
