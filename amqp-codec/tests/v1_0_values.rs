//! Values: what the interoperability files say, both ways; the smallest encodings and their borders; what is built equals what is read.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and some measure time"
)]

use std::path::{Path, PathBuf};

use amqp_codec::v1_0::{
    AnnotationKey, Annotations, ApplicationProperties, Ascii, Body, Encoded, Encoder, Frame, Gather, Gathered, Layout,
    Limits, ListBuf, MapBuf, Message, Performative, Properties, SectionKind, Split, Symbol, Symbols, Transfer, Utf8,
    Value, array, cbs, described,
};
use amqp_codec::{Binary, Text};

fn data(name: &str) -> Option<Vec<u8>> {
    let shared = std::env::var_os("CODEC_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let read = std::fs::read(shared.join("data/amqp/interop-proton").join(name));
    if read.is_err() {
        println!("skipped: no {name}");
    }
    read.ok()
}

fn decode(octets: &[u8]) -> Vec<Encoded<'_>> {
    let mut rest = octets;
    let mut values = Vec::new();
    while !rest.is_empty() {
        values.push(Encoded::decode(&mut rest, &Limits::default()).unwrap());
    }
    assert_eq!(values.iter().map(|value| value.as_bytes().len()).sum::<usize>(), octets.len());
    values
}

/// Decodes a file to text, and back: the octets are the same, and the values survive their smallest encoding.
fn interop(name: &str, expected: &[&str]) {
    let Some(octets) = data(name) else { return };
    let values = decode(&octets);
    assert_eq!(values.iter().map(Encoded::to_string).collect::<Vec<_>>(), expected, "{name}");
    let mut again = Vec::new();
    values.iter().for_each(|value| value.encode(&mut again).unwrap());
    assert_eq!(again, octets, "{name}");
    for value in &values {
        let small = value.canonical();
        assert!(small.as_bytes().len() <= value.as_bytes().len() && small.is_canonical(), "{name}");
        assert_eq!(small.to_string(), value.to_string(), "{name}");
    }
}

#[test]
fn interop_files_decode_to_their_values_and_back() {
    interop("null.amqp", &["null"]);
    interop(
        "primitives.amqp",
        &["true", "false", "42", "42", "-42", "12345", "-12345", "12345", "-12345", "0.125", "0.125"],
    );
    interop("strings.amqp", &["0x6162630064656667", "\"abcdefg\"", "abcdefg", "0x", "\"\"", ""]);
    interop("described.amqp", &["(foo-descriptor:\"foo-value\")", "(12:13)"]);
    interop(
        "described_array.amqp",
        &[
            "[(int-array:0), (int-array:1), (int-array:2), (int-array:3), (int-array:4), (int-array:5), (int-array:6), (int-array:7), (int-array:8), (int-array:9)]",
        ],
    );
    interop("lists.amqp", &["[32, \"foo\", true]", "[]"]);
    interop("maps.amqp", &["{\"three\"=3, \"two\"=2, \"one\"=1}", "{1=\"one\", 2=\"two\", 3=\"three\"}", "{}"]);
}

#[test]
fn the_interop_arrays_are_as_long_as_they_say() {
    let Some(octets) = data("arrays.amqp") else { return };
    let values = decode(&octets);
    let lens: Vec<usize> = values
        .iter()
        .map(|value| if let Value::Array(array) = value.value() { array.iter().count() } else { 0 })
        .collect();
    assert_eq!(lens, [100, 3, 0]);
    let Value::Array(numbers) = values[0].value() else { panic!() };
    assert!(numbers.iter().eq((0..100).map(Value::Int)));
    let Value::Array(texts) = values[1].value() else { panic!() };
    assert!(texts.iter().eq(["a", "b", "c"].map(Value::from)));
}

#[test]
fn the_interop_message_is_what_it_says() {
    let Some(octets) = data("message.amqp") else { return };
    let message = Message::decode(&octets, &Limits::default()).unwrap();
    assert_eq!(message.body, Body::Value(Encoded::from(Value::from(&b"\xa1\x05hello"[..]))));
    let properties = message.properties.clone().unwrap();
    assert_eq!(properties.group_sequence, Some(0));
    assert_eq!(message.header.unwrap(), amqp_codec::v1_0::Header { durable: false, priority: 4, ..Default::default() });
    let mut out = Vec::new();
    message.encode(&mut out).unwrap();
    assert_eq!(out.len(), message.encoded_len());
    assert_eq!(Message::decode(&out, &Limits::default()).unwrap(), message);
}

#[test]
fn every_primitive_survives_in_its_smallest_form() {
    let long = "x".repeat(256);
    let rows: Vec<(Value<'_>, usize, u8)> = vec![
        (Value::Null, 1, 0x40),
        (Value::Boolean(true), 1, 0x41),
        (Value::Boolean(false), 1, 0x42),
        (Value::Ubyte(0), 2, 0x50),
        (Value::Ushort(0), 3, 0x60),
        (Value::Byte(-1), 2, 0x51),
        (Value::Short(-1), 3, 0x61),
        (Value::Uint(0), 1, 0x43),
        (Value::Uint(1), 2, 0x52),
        (Value::Uint(255), 2, 0x52),
        (Value::Uint(256), 5, 0x70),
        (Value::Uint(u32::MAX), 5, 0x70),
        (Value::Ulong(0), 1, 0x44),
        (Value::Ulong(1), 2, 0x53),
        (Value::Ulong(255), 2, 0x53),
        (Value::Ulong(256), 9, 0x80),
        (Value::Ulong(u64::MAX), 9, 0x80),
        (Value::Int(-128), 2, 0x54),
        (Value::Int(127), 2, 0x54),
        (Value::Int(128), 5, 0x71),
        (Value::Int(-129), 5, 0x71),
        (Value::Long(-128), 2, 0x55),
        (Value::Long(127), 2, 0x55),
        (Value::Long(128), 9, 0x81),
        (Value::Long(i64::MIN), 9, 0x81),
        (Value::Float(f32::from_bits(0x7fc0_0001)), 5, 0x72),
        (Value::Double(f64::from_bits(0x7ff8_0000_0000_0001)), 9, 0x82),
        (Value::Decimal32([1; 4]), 5, 0x74),
        (Value::Decimal64([2; 8]), 9, 0x84),
        (Value::Decimal128([3; 16]), 17, 0x94),
        (Value::Char('\0'), 5, 0x73),
        (Value::Char('\u{10ffff}'), 5, 0x73),
        (Value::Timestamp(i64::MIN), 9, 0x83),
        (Value::Uuid([9; 16]), 17, 0x98),
        (Value::from(&long.as_bytes()[..255]), 257, 0xa0),
        (Value::from(long.as_bytes()), 261, 0xb0),
        (Value::from(&long[..255]), 257, 0xa1),
        (Value::from(&*long), 261, 0xb1),
        (Value::symbol(&long[..255]).unwrap(), 257, 0xa3),
        (Value::symbol(&long).unwrap(), 261, 0xb3),
    ];
    for (value, len, code) in rows {
        let encoded = Encoded::from(value);
        assert_eq!((encoded.as_bytes().len(), encoded.as_bytes()[0]), (len, code), "{value:?}");
        let back = Encoded::decode(&mut encoded.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(back.value(), value);
        assert!(back.is_canonical());
    }
    assert_eq!(Value::symbol("é"), None);
}

#[test]
fn compounds_change_their_form_at_255() {
    // 254 octets of items and the count are 255.
    for (items, code, len) in
        [(0usize, 0x45u8, 1usize), (1, 0xc0, 4), (254, 0xc0, 257), (255, 0xd0, 264), (256, 0xd0, 265)]
    {
        let mut list = ListBuf::new();
        (0..items).for_each(|_| {
            list.push(Value::Null);
        });
        let list = list.finish().unwrap();
        assert_eq!((list.as_bytes()[0], list.as_bytes().len()), (code, len), "{items}");
    }
    let wide = [&[0xd0, 0, 0, 0, 9, 0, 0, 0, 1, 0x70, 0, 0, 0, 5][..]].concat();
    let value = Encoded::decode(&mut &wide[..], &Limits::default()).unwrap();
    assert!(!value.is_canonical());
    assert_eq!(value.canonical().as_bytes(), [0xc0, 3, 1, 0x52, 5]);
    assert!(MapBuf::new().push("a", 1u32).push("a", 2u32).finish().is_err());
}

#[test]
fn arrays_take_the_smallest_constructor_that_holds_all() {
    let small = array(&[Value::Uint(1), Value::Uint(2)]).unwrap();
    assert_eq!(small.as_bytes(), [0xe0, 4, 2, 0x52, 1, 2]);
    let wide = array(&[Value::Uint(1), Value::Uint(256)]).unwrap();
    assert_eq!(wide.as_bytes(), [0xe0, 10, 2, 0x70, 0, 0, 0, 1, 0, 0, 1, 0]);
    assert_eq!(array(&[Value::Boolean(true); 3]).unwrap().as_bytes(), [0xe0, 2, 3, 0x41]);
    assert_eq!(array(&[Value::Boolean(true), Value::Boolean(false)]).unwrap().as_bytes(), [0xe0, 4, 2, 0x56, 1, 0]);
    for kind in [
        Value::Ubyte(7),
        Value::Short(-2),
        Value::Double(0.5),
        Value::Char('x'),
        Value::Timestamp(3),
        Value::Uuid([1; 16]),
        Value::from("s"),
    ] {
        let encoded = array(&[kind, kind]).unwrap();
        let Value::Array(read) = encoded.value() else { panic!() };
        assert!(read.iter().eq([kind, kind]), "{kind:?}");
    }
    assert!(array(&[]).is_err() && array(&[Value::Null, Value::Uint(1)]).is_err());
}

#[test]
fn borrowed_and_built_maps_are_equal() {
    let pairs = [
        (AnnotationKey::Symbol(Ascii::new("x-opt-a").unwrap()), Value::from(1u32)),
        (AnnotationKey::Ulong(300), Value::Null),
    ];
    let borrowed = Annotations::from_slice(&pairs);
    let built: Annotations<'static> = pairs.iter().copied().collect();
    assert_eq!(borrowed, built);
    assert_eq!((built.len(), built.get("x-opt-a")), (2, Some(Value::Uint(1))));
    let twice = [(Utf8::from("a"), Value::Null), (Utf8::from("a"), Value::Null)];
    let message = Message {
        application_properties: Some(ApplicationProperties::from_slice(&twice)),
        body: Body::Data(Binary::EMPTY),
        ..Message::default()
    };
    assert!(message.encode(&mut Vec::new()).is_err(), "a key twice");
    let symbols = [Symbol::new("a").unwrap(), Symbol::new("b").unwrap()];
    let built: Symbols<'static> = ["a", "b"].into_iter().filter_map(Ascii::new).collect();
    assert_eq!(Symbols::from_slice(&symbols), built);
    assert!(built.contains("b") && built.len() == 2 && !built.contains("c"));
}

#[test]
fn invalid_messages_cannot_be_sent() {
    let encoder = Encoder::new(512);
    let frame = |transfer: Transfer<'static>| Frame::new(0, transfer);
    let mut out = Vec::new();
    assert!(
        encoder
            .encode(&frame(Transfer { delivery_tag: Some(Binary::from(&[7; 33])), ..Transfer::default() }), &mut out)
            .is_err()
    );
    let open = amqp_codec::v1_0::Open { container_id: Text::from("\u{feff}x"), ..Default::default() };
    assert!(encoder.encode(&Frame::new(0, open.clone()), &mut out).is_err());
    assert!(
        encoder.encode(&Frame::new(1, amqp_codec::v1_0::Open { container_id: "x".into(), ..open }), &mut out).is_err()
    );
    let large = Frame::Amqp { channel: 0, performative: Transfer::default().into(), payload: Binary::from(&[0; 600]) };
    assert_eq!(encoder.encode(&large, &mut out).unwrap_err().condition(), "amqp:frame-size-too-small");
    let payload =
        Frame::Amqp { channel: 0, performative: amqp_codec::v1_0::End::default().into(), payload: Binary::from(b"x") };
    assert!(encoder.encode(&payload, &mut out).is_err());
    assert!(out.is_empty(), "nothing was written");
    assert!(encoder.encode(&Frame::Empty { channel: 0 }, &mut &mut [0u8; 7][..]).is_err());
}

#[test]
fn frames_leave_in_pieces_of_any_size() {
    let frame = Frame::Amqp {
        channel: 3,
        performative: Transfer { handle: 9, ..Transfer::default() }.into(),
        payload: Binary::from(b"hello"),
    };
    let mut encoder = Encoder::new(512);
    let mut whole = Vec::new();
    encoder.encode(&frame, &mut whole).unwrap();
    for size in 1..whole.len() {
        encoder.start(&frame).unwrap();
        let (mut joined, mut piece) = (Vec::new(), vec![0; size]);
        loop {
            match encoder.poll(&mut piece) {
                0 => break,
                len => joined.extend_from_slice(&piece[..len]),
            }
        }
        assert_eq!(joined, whole);
    }
    let Frame::Amqp { performative, .. } = &frame else { panic!() };
    let mut head = Vec::new();
    encoder.encode_head(3, performative, 5, &mut head).unwrap();
    head.extend_from_slice(b"hello");
    assert_eq!(head, whole);
}

#[test]
fn deliveries_are_split_and_gathered() {
    let encoder = Encoder::new(512);
    let transfer = Transfer {
        handle: 1,
        delivery_id: Some(4),
        delivery_tag: Some(Binary::from(b"tag")),
        message_format: Some(0),
        ..Transfer::default()
    };
    for len in [0usize, 1, 400, 490, 491, 1_000, 5_000] {
        let payload: Vec<u8> = (0..len).map(|index| u8::try_from(index % 251).unwrap()).collect();
        let mut gather = Gather::new(0);
        let mut whole = None;
        for (transfer, piece) in Split::new(transfer.clone(), &payload, &encoder).unwrap() {
            assert!(whole.is_none(), "nothing follows the last");
            let frame = Frame::Amqp {
                channel: 0,
                performative: Performative::from(transfer.clone()),
                payload: Binary::from(piece),
            };
            encoder.encode(&frame, &mut Vec::new()).unwrap();
            match gather.accept(&transfer, &Binary::from(piece)).unwrap() {
                Gathered::Whole(first, octets) => whole = Some((first, octets)),
                other => assert_eq!(other, Gathered::More),
            }
        }
        let (first, octets) = whole.unwrap();
        assert_eq!(octets, payload);
        assert_eq!((first.delivery_id, first.more), (Some(4), false));
    }
    // The rules of continuation.
    let mut gather = Gather::new(10);
    let kind = |result: Result<Gathered, amqp_codec::v1_0::DecodeErrorKind>| result.map_err(|kind| kind.condition());
    assert_eq!(kind(gather.accept(&Transfer::default(), &Binary::EMPTY)), Err("amqp:invalid-field"));
    let more = Transfer { more: true, ..transfer.clone() };
    assert_eq!(gather.accept(&more, &Binary::from(b"123456")), Ok(Gathered::More));
    assert_eq!(
        kind(gather.accept(&Transfer { handle: 1, delivery_id: Some(5), ..Transfer::default() }, &Binary::EMPTY)),
        Err("amqp:invalid-field")
    );
    assert_eq!(gather.accept(&more, &Binary::from(b"123456")), Ok(Gathered::More));
    assert_eq!(
        kind(gather.accept(&Transfer { handle: 1, ..Transfer::default() }, &Binary::from(b"12345"))),
        Err("amqp:link:message-size-exceeded")
    );
    assert_eq!(gather.accept(&more, &Binary::from(b"1")), Ok(Gathered::More));
    assert_eq!(
        gather.accept(&Transfer { handle: 1, more: true, aborted: true, ..Transfer::default() }, &Binary::from(b"9")),
        Ok(Gathered::Aborted)
    );
}

#[test]
fn the_bare_message_is_forwarded_untouched() {
    let message = Message {
        header: Some(amqp_codec::v1_0::Header { durable: true, ..Default::default() }),
        properties: Some(Properties { to: Some("q".into()), ..Properties::default() }),
        body: Body::Data(Binary::from(b"hello")),
        ..Message::default()
    };
    let mut wire = Vec::new();
    message.encode(&mut wire).unwrap();
    let limits = Limits::default();
    let layout = Layout::decode(&wire, &limits).unwrap();
    assert_eq!(layout.header(&limits).unwrap(), message.header);
    assert_eq!(layout.properties(&limits).unwrap(), message.properties);
    assert_eq!((layout.body(), layout.body_count()), (Some(SectionKind::Data), 1));
    assert_eq!(layout.octets(SectionKind::AmqpValue), b"");
    let pairs = [(AnnotationKey::Symbol(Ascii::new("x-opt-hop").unwrap()), Value::from(1u32))];
    let mut out = Vec::new();
    layout.forward(None, None, Some(Annotations::from_slice(&pairs)), &mut out).unwrap();
    let forwarded = Layout::decode(&out, &limits).unwrap();
    assert_eq!(forwarded.bare(), layout.bare());
    assert_eq!(forwarded.header(&limits).unwrap(), None);
    let read = Message::decode(&out, &limits).unwrap().into_message();
    assert_eq!((read.body, read.message_annotations.unwrap().len()), (message.body.clone(), 1));
}

#[test]
fn errors_know_their_path() {
    // A list whose second item is a map whose second value is a list with a bad boolean.
    let octets = [0xc0, 18, 2, 0x40, 0xc1, 14, 4, 0xa1, 1, b'a', 0x40, 0xa1, 1, b'b', 0xc0, 4, 1, 0x56, 0x02, 0];
    let error = Encoded::decode(&mut &octets[..], &Limits::default()).unwrap_err();
    assert_eq!(error.offset, 18);
    assert_eq!(error.path(&octets).to_string(), "$.0.1.3.0");
    let octets = [0x00, 0x53, 0x70, 0xc0, 3, 2, 0x41, 0x4f];
    let error = Encoded::decode(&mut &octets[..], &Limits::default()).unwrap_err();
    assert_eq!(error.path(&octets).to_string(), "$.0.1.1");
}

#[test]
fn a_token_is_put_and_answered() {
    let token = cbs::PutToken { token_type: "jwt", name: "amqp://x/q", token: "secret", expiration: Some(7) };
    assert!(!format!("{token:?}").contains("secret"));
    let request = token.request(1, "me").unwrap();
    let mut wire = Vec::new();
    request.encode(&mut wire).unwrap();
    let read = Message::decode(&wire, &Limits::default()).unwrap();
    assert_eq!(read.application_properties.as_ref().unwrap().get("operation"), Some(Value::from("put-token")));
    let pairs = [(Utf8::from("status-code"), Value::Int(202)), (Utf8::from("status-description"), Value::from("ok"))];
    let answer =
        Message { application_properties: Some(ApplicationProperties::from_slice(&pairs)), ..Message::default() };
    let response = cbs::Response::read(&answer).unwrap();
    assert!(response.is_success() && response.description == Some("ok"));
}

#[test]
fn owned_values_share_one_allocation_and_equal_the_borrowed() {
    let value = described(Value::Ulong(0x77), Value::from("hello")).unwrap();
    let mut frame = Vec::new();
    let transfer = Transfer { delivery_tag: Some(Binary::from(b"tag")), ..Transfer::default() };
    Encoder::new(512)
        .encode(
            &Frame::Amqp { channel: 0, performative: transfer.into(), payload: Binary::from(value.as_bytes()) },
            &mut frame,
        )
        .unwrap();
    let mut decoder = amqp_codec::v1_0::Decoder::established(None, Limits::default());
    let borrowed = decoder.decode(&mut &frame[..]).unwrap().unwrap();
    assert_eq!(borrowed, borrowed.clone().into_owned());
    let mut shared = bytes::BytesMut::from(&frame[..]);
    let from = shared.as_ptr().addr();
    let Frame::Amqp { payload, .. } = decoder.decode_shared(&mut shared).unwrap().unwrap() else { panic!() };
    assert!((from..from + frame.len()).contains(&payload.as_slice().as_ptr().addr()), "the payload was copied");
}
