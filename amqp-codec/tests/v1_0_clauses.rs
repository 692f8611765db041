//! Statements of the specification that have no other test.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and some measure time"
)]

use amqp_codec::Binary;
use amqp_codec::v1_0::{
    DecodeError, DecodeErrorKind, Decoder, Encoder, FilterSet, Flow, Frame, Gather, Gathered, Header, Limits, MapBuf,
    Message, ProtocolHeader, ProtocolId, Section, Source, Transfer, Unsettled, Value,
};

#[test]
fn maps_are_ordered() {
    let (mut one, mut other) = (MapBuf::new(), MapBuf::new());
    one.push("a", 1u32).push("b", 2u32);
    other.push("b", 2u32).push("a", 1u32);
    let (one, other) = (one.finish().unwrap(), other.finish().unwrap());
    assert_ne!(one.value(), other.value());
    assert_eq!(one.value(), one.clone().value());
}

#[test]
fn servers_answer_a_header_with_a_header() {
    let offered = [ProtocolId::Amqp, ProtocolId::Sasl];
    let answer = |client| ProtocolHeader::answer(client, &offered, ProtocolId::Sasl);
    assert_eq!(answer(Ok(ProtocolHeader(ProtocolId::Amqp))), ProtocolHeader(ProtocolId::Amqp));
    assert_eq!(answer(Ok(ProtocolHeader(ProtocolId::Tls))), ProtocolHeader(ProtocolId::Sasl));
    let garbage = DecodeError { kind: DecodeErrorKind::NotAmqp, offset: 0 };
    assert_eq!(answer(Err(garbage)).to_bytes(), *b"AMQP\x03\x01\x00\x00");
}

#[test]
fn flows_without_a_handle_have_no_link_state() {
    let encoder = Encoder::new(512);
    let sent = |flow: Flow<'static>| encoder.encode(&Frame::new(0, flow), &mut Vec::new()).is_ok();
    assert!(sent(Flow::default()));
    assert!(!sent(Flow { delivery_count: Some(0), ..Flow::default() }));
    assert!(!sent(Flow { link_credit: Some(1), ..Flow::default() }));
    assert!(!sent(Flow { available: Some(1), ..Flow::default() }));
    assert!(!sent(Flow { drain: true, ..Flow::default() }));
    assert!(!sent(Flow { properties: Some(Default::default()), ..Flow::default() }));
    assert!(sent(Flow { handle: Some(0), properties: Some(Default::default()), ..Flow::default() }));
    assert!(sent(Flow { handle: Some(0), drain: true, link_credit: Some(1), ..Flow::default() }));
    // And on the way in: next-outgoing-id and so on, no handle, then available.
    let octets = [0, 0, 0, 22, 2, 0, 0, 0, 0, 0x53, 0x13, 0xc0, 9, 8, 0x40, 0x43, 0x43, 0x43, 0x40, 0x40, 0x40, 0x43];
    let error = Decoder::established(None, Limits::default()).decode(&mut &octets[..]).unwrap_err();
    assert_eq!((error.kind, error.reply().condition), (DecodeErrorKind::FlowWithoutHandle, "amqp:invalid-field"));
}

#[test]
fn keys_and_values_of_restricted_maps() {
    // attach: name a, handle 0, receiver, four nulls, then the unsettled map with a null key.
    let mut octets =
        vec![0, 0, 0, 0, 2, 0, 0, 0, 0, 0x53, 0x12, 0xc0, 0, 8, 0xa1, 1, b'a', 0x43, 0x41, 0x40, 0x40, 0x40, 0x40];
    octets.extend([0xc1, 3, 2, 0x40, 0x40]);
    let len = octets.len();
    octets[3] = u8::try_from(len).unwrap();
    octets[12] = u8::try_from(len - 13).unwrap();
    let error = Decoder::established(None, Limits::default()).decode(&mut &octets[..]).unwrap_err();
    assert_eq!((error.kind, error.offset), (DecodeErrorKind::WrongKeyType, len - 2));
    assert_eq!(Unsettled::EMPTY.len(), 0);

    // A filter that is neither null nor described.
    let name = amqp_codec::v1_0::Ascii::new("selector").unwrap();
    let source = |pairs: &[_]| {
        let attach = amqp_codec::v1_0::Attach {
            role: amqp_codec::v1_0::Role::Receiver,
            source: Some(Source { filter: Some(FilterSet::from_slice(pairs)), ..Source::default() }),
            ..Default::default()
        };
        Encoder::new(512).encode(&Frame::new(0, attach), &mut Vec::new()).is_ok()
    };
    assert!(source(&[(name, Value::Null)]));
    assert!(!source(&[(name, Value::from("colour = 'green'"))]));
}

#[test]
fn settled_is_sticky() {
    let first = Transfer {
        delivery_id: Some(0),
        delivery_tag: Some(Binary::EMPTY),
        message_format: Some(0),
        settled: Some(true),
        more: true,
        ..Transfer::default()
    };
    let mut gather = Gather::new(0);
    assert_eq!(gather.accept(&first, &Binary::EMPTY), Ok(Gathered::More));
    let Ok(Gathered::Whole(transfer, _)) = gather.accept(&Transfer::default(), &Binary::EMPTY) else { panic!() };
    assert_eq!(transfer.settled, Some(true));
}

#[test]
fn headers_have_their_defaults() {
    let expected = Header { durable: false, priority: 4, ttl: None, first_acquirer: false, delivery_count: 0 };
    assert_eq!(Header::default(), expected);
    assert_eq!(Section::decode(&mut &[0x00, 0x53, 0x70, 0x45][..], &Limits::default()), Ok(Section::Header(expected)));
    let message = Message::decode(&[0x00, 0x53, 0x75, 0xa0, 0], &Limits::default()).unwrap();
    assert_eq!(message.header.unwrap_or_default(), expected);
}

#[test]
fn a_default_outcome_is_an_outcome() {
    // attach with a source whose ninth field is a delivery state.
    let attach = |state: u8| {
        let source = [&[0x00, 0x53, 0x28, 0xc0, 13, 9][..], &[0x40; 8], &[0x00, 0x53, state, 0x45]].concat();
        let fields = [&[0xa1, 1, b'a', 0x43, 0x41, 0x40, 0x40][..], &source].concat();
        let list = [&[0x00, 0x53, 0x12, 0xc0, u8::try_from(fields.len() + 1).unwrap(), 6][..], &fields].concat();
        let frame = [&[0, 0, 0, u8::try_from(list.len() + 8).unwrap(), 2, 0, 0, 0][..], &list].concat();
        Decoder::established(None, Limits::default())
            .decode(&mut &frame[..])
            .map(|frame| frame.is_some())
            .map_err(|error| error.kind)
    };
    assert_eq!(attach(0x24), Ok(true), "accepted");
    assert_eq!(attach(0x26), Ok(true), "released");
    assert_eq!(attach(0x23), Err(DecodeErrorKind::WrongComposite), "received is no outcome");
    assert_eq!(attach(0x34), Err(DecodeErrorKind::WrongComposite), "transactional-state is no outcome");
}
