//! A message with its transfer, in one act: the octets of both, or nothing.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use amqp_codec::Binary;
use amqp_codec::v1_0::{
    AnnotationKey, Annotations, Ascii, Body, DecodeErrorKind, EncodeError, Encoder, Header, Message, Properties,
    Transfer, Value,
};

const TRANSFER: Transfer<'static> = Transfer {
    handle: 1,
    delivery_id: Some(300),
    delivery_tag: Some(Binary::Borrowed(b"tag")),
    message_format: Some(0),
    settled: None,
    more: false,
    rcv_settle_mode: None,
    state: None,
    resume: false,
    aborted: false,
    batchable: false,
};

/// Messages whose properties are short, of a length about that which is packed, and long; with annotations and without.
fn each(mut take: impl FnMut(&Message<'_>)) {
    let pairs = [(AnnotationKey::Symbol(Ascii::new("x-opt-hop").unwrap()), Value::from(1u32))];
    let text = "x".repeat(1_000);
    for (len, _) in text.char_indices() {
        for annotations in [None, Some(Annotations::from_slice(&pairs))] {
            take(&Message {
                header: Some(Header { durable: true, ..Header::default() }),
                delivery_annotations: annotations.clone(),
                properties: Some(Properties { to: text.get(..len).map(Into::into), ..Properties::default() }),
                body: Body::Data(Binary::from(b"hello")),
                footer: annotations,
                ..Message::default()
            });
        }
    }
    take(&Message::default());
}

#[test]
fn a_message_leaves_with_its_transfer() {
    let encoder = Encoder::new(u32::MAX);
    each(|message| {
        let (mut whole, mut parts) = (Vec::new(), Vec::new());
        encoder.encode_message(3, &TRANSFER, message, &mut whole).unwrap();
        encoder.encode_head(3, &TRANSFER.into(), message.encoded_len(), &mut parts).unwrap();
        message.encode(&mut parts).unwrap();
        assert_eq!(whole, parts);
    });
}

#[test]
fn nothing_is_written_where_there_is_no_room() {
    let encoder = Encoder::new(512);
    each(|message| {
        let mut whole = Vec::new();
        match encoder.encode_message(3, &TRANSFER, message, &mut whole) {
            Ok(()) => {
                let (mut room, needed) = (vec![0; whole.len()], whole.len());
                let short = room.get_mut(1..).unwrap();
                let refused = encoder.encode_message(3, &TRANSFER, message, &mut &mut *short);
                assert_eq!(refused, Err(EncodeError::NoRoom { needed }));
                assert!(room.iter().all(|&octet| octet == 0), "something was written");
            }
            Err(EncodeError::FrameTooLarge { needed }) => assert!(needed > 512 && whole.is_empty()),
            Err(other) => panic!("{other}"),
        }
    });
}

#[test]
fn what_a_decoder_refuses_is_not_sent() {
    let (encoder, message) =
        (Encoder::new(512), Message { body: Body::Data(Binary::from(b"hello")), ..Message::default() });
    let refused = |transfer: &Transfer<'_>, message: &Message<'_>| {
        let mut out = Vec::new();
        let result = encoder.encode_message(0, transfer, message, &mut out);
        assert!(out.is_empty(), "something was written");
        result
    };
    assert_eq!(
        refused(&Transfer { delivery_tag: Some(Binary::from(&[7; 33])), ..TRANSFER }, &message),
        Err(EncodeError::Invalid(DecodeErrorKind::DeliveryTagTooLong))
    );
    for text in ["\u{feff}", &format!("\u{feff}{}", "x".repeat(1_000))] {
        let properties = Some(Properties { subject: Some(text.into()), ..Properties::default() });
        assert_eq!(
            refused(&TRANSFER, &Message { properties, ..message.clone() }),
            Err(EncodeError::Invalid(DecodeErrorKind::ByteOrderMark))
        );
    }
    assert_eq!(
        refused(&TRANSFER, &Message { body: Body::Empty, header: Some(Header::default()), ..Message::default() }),
        Err(EncodeError::Invalid(DecodeErrorKind::NoBody))
    );
}
