//! The laws of the family on arbitrary messages: there and back, back and there, prefixes, splitting, edits.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

use bytes::{Bytes, BytesMut};
use coap_codec::{
    Binary, Code, Decoder, EncodeError, Encoder, Header, Limits, Message, MessageType, OptionNumber, OptionRef,
    Options, OptionsMut, Token, Transport,
};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Parts {
    code: u8,
    message_type: u8,
    id: u16,
    token: Vec<u8>,
    options: Vec<(u16, Vec<u8>)>,
    payload: Vec<u8>,
}

fn number() -> impl Strategy<Value = u16> {
    prop_oneof![
        4 => 0..=40_u16,
        1 => prop::sample::select(vec![12, 13, 14, 268, 269, 270, 281, 282, 65_534, 65_535]),
        1 => any::<u16>(),
    ]
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => prop::collection::vec(any::<u8>(), 0..20),
        1 => prop::sample::select(vec![12_usize, 13, 268, 269, 300]).prop_map(|len| vec![0xff; len]),
    ]
}

fn parts() -> impl Strategy<Value = Parts> {
    let code = prop::sample::select(vec![1_u8, 2, 5, 31, 0x41, 0x45, 0x5f, 0x84, 0xa8]);
    let options = prop::collection::vec((number(), value()), 0..12);
    let token = prop::collection::vec(any::<u8>(), 0..=8);
    let payload = prop::collection::vec(any::<u8>(), 0..40);
    (code, 0..2_u8, any::<u16>(), token, options, payload).prop_map(
        |(code, message_type, id, token, options, payload)| Parts { code, message_type, id, token, options, payload },
    )
}

fn refs(options: &[(u16, Vec<u8>)]) -> Vec<OptionRef<'_>> {
    options.iter().map(|(number, value)| OptionRef::new(OptionNumber(*number), value)).collect()
}

fn message<'a>(parts: &'a Parts, options: &'a [OptionRef<'a>], reliable: bool) -> Message<'a> {
    let header = match reliable {
        true => Header::Reliable,
        false => Header::Datagram { message_type: MessageType::from_bits(parts.message_type), message_id: parts.id },
    };
    Message {
        header,
        code: Code(parts.code),
        token: Token::from(&parts.token[..]),
        options: Options::from_slice(options),
        payload: Binary::Borrowed(&parts.payload),
    }
}

fn encoder(transport: Transport) -> Encoder {
    let mut encoder = Encoder::new(transport);
    encoder.max_message_len = u32::MAX;
    encoder
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(parts in parts()) {
        let options = refs(&parts.options);
        for transport in [Transport::Udp, Transport::Tcp, Transport::WebSocket] {
            let message = message(&parts, &options, transport != Transport::Udp);
            let mut out = Vec::new();
            encoder(transport).encode(&message, &mut out).unwrap();
            prop_assert_eq!(encoder(transport).encoded_len(&message), Ok(out.len()));
            let mut rest = &out[..];
            let decoded = Decoder::established(transport, Limits::default()).decode(&mut rest).unwrap().unwrap();
            prop_assert_eq!(&decoded, &message);
            prop_assert!(rest.is_empty());
            // Options in any order come out sorted; equal numbers keep their order.
            let mut sorted = parts.options.clone();
            sorted.sort_by_key(|(number, _)| *number);
            let seen: Vec<(u16, Vec<u8>)> = decoded.options.iter().map(|o| (o.number.0, o.value.to_vec())).collect();
            prop_assert_eq!(seen, sorted);
            // And the same bytes again, from the borrowed, the owned and the shared form.
            let owned = decoded.clone().into_owned();
            let mut again = Vec::new();
            encoder(transport).encode(&owned, &mut again).unwrap();
            prop_assert_eq!(&again, &out);
            let (mut head, payload) = (Vec::new(), encoder(transport));
            let payload = payload.encode_head(&decoded, &mut head).unwrap();
            head.extend_from_slice(payload);
            prop_assert_eq!(&head, &out);
        }
    }

    /// The way in one pass, which wants a little more room, and the way in two.
    #[test]
    fn a_slice_takes_the_same_bytes_whether_it_just_fits_or_has_room(parts in parts()) {
        let options = refs(&parts.options);
        let message = message(&parts, &options, false);
        let mut whole = Vec::new();
        message.encode(&mut whole).unwrap();
        let len = whole.len();
        for room in [len, len + 1, len + 200] {
            let mut slice = vec![0xa5; room];
            prop_assert_eq!(message.encode_to_slice(&mut slice), Ok(len));
            prop_assert_eq!(&slice[..len], &whole);
            prop_assert!(slice[len..].iter().all(|byte| *byte == 0xa5) || !options.is_sorted_by_key(|option| option.number));
        }
        let mut slice = vec![0xa5; len - 1];
        prop_assert_eq!(message.encode_to_slice(&mut slice), Err(EncodeError::NoRoom { needed: len }));
        prop_assert!(slice.iter().all(|byte| *byte == 0xa5));
    }

    #[test]
    fn small_buffers_take_the_same_bytes(parts in parts(), room in 1..70_usize) {
        let options = refs(&parts.options);
        for transport in [Transport::Udp, Transport::Tcp] {
            let message = message(&parts, &options, transport != Transport::Udp);
            let mut whole = Vec::new();
            encoder(transport).encode(&message, &mut whole).unwrap();
            let (mut pieces, mut buffer) = (Vec::new(), vec![0; room]);
            let encoder = encoder(transport);
            let mut sending = encoder.start(&message).unwrap();
            while !sending.is_done() {
                prop_assert_eq!(sending.remaining(), whole.len() - pieces.len());
                let len = sending.poll(&mut buffer);
                pieces.extend_from_slice(&buffer[..len]);
            }
            prop_assert_eq!(pieces, whole);
        }
    }

    #[test]
    fn a_prefix_is_incomplete_and_needed_is_never_too_much(parts in parts()) {
        let options = refs(&parts.options);
        let mut out = Vec::new();
        encoder(Transport::Tcp).encode(&message(&parts, &options, true), &mut out).unwrap();
        for cut in 0..out.len() {
            let mut decoder = Decoder::established(Transport::Tcp, Limits::default());
            let mut rest = &out[..cut];
            prop_assert_eq!(decoder.decode(&mut rest), Ok(None));
            prop_assert_eq!(rest.len(), cut);
            prop_assert!((1..=out.len() - cut).contains(&decoder.needed()) || cut == 0 && decoder.needed() == 2);
        }
    }

    #[test]
    fn any_bytes_are_a_message_or_a_reject(datagram in prop::collection::vec(any::<u8>(), 0..80), version in any::<bool>()) {
        let mut datagram = datagram;
        if let (Some(first), true) = (datagram.first_mut(), version) {
            *first = 0x40 | *first & 0x38;
        }
        match Message::decode(&datagram, &Limits::default()) {
            Ok(message) => {
                let mut out = Vec::new();
                message.encode(&mut out).unwrap();
                prop_assert_eq!(&out, &datagram);
                let shared = Message::decode_shared(&Bytes::from(datagram.clone()), &Limits::default()).unwrap();
                prop_assert_eq!(shared, message);
            }
            Err(reject) => {
                prop_assert!(reject.offset() <= datagram.len());
                let error = Message::decode_shared(&Bytes::from(datagram.clone()), &Limits::default()).unwrap_err();
                prop_assert_eq!(error, reject.error());
            }
        }
    }

    /// However a stream of arbitrary bytes is cut: the same messages, and the same error at the same place.
    #[test]
    fn cuts_change_nothing(
        bytes in prop::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(0x51), Just(0xe1), Just(0xff), any::<u8>()], 0..60),
        cuts in prop::collection::vec(1..9_usize, 1..8),
    ) {
        let mut whole = Decoder::established(Transport::Tcp, Limits::default());
        let (mut rest, mut expected) = (&bytes[..], Vec::new());
        let end = loop {
            match whole.decode(&mut rest) {
                Ok(Some(message)) => expected.push(message.into_owned()),
                other => break other.map(|_| ()),
            }
        };
        let mut decoder = Decoder::established(Transport::Tcp, Limits::default());
        let (mut buffer, mut seen, mut at) = (BytesMut::new(), Vec::new(), 0);
        let mut result = Ok(());
        'stream: for cut in cuts.iter().cycle() {
            let next = (at + cut).min(bytes.len());
            buffer.extend_from_slice(&bytes[at..next]);
            at = next;
            loop {
                match decoder.decode_shared(&mut buffer) {
                    Ok(Some(message)) => seen.push(message),
                    Ok(None) => break,
                    Err(error) => { result = Err(error); break 'stream; }
                }
            }
            if at == bytes.len() { break; }
        }
        prop_assert_eq!(seen, expected);
        prop_assert_eq!(result, end);
        prop_assert_eq!(decoder.position(), whole.position());
    }

    /// Insert, replace and remove against a sorted list, in owned options and in a caller's buffer.
    #[test]
    fn edits_agree_with_a_list(edits in prop::collection::vec((0..4_u8, number(), value()), 0..30)) {
        let mut list: Vec<(u16, Vec<u8>)> = Vec::new();
        let mut options = Options::new();
        let mut buffer = vec![0; 16_384];
        let mut in_buffer = OptionsMut::new(&mut buffer);
        for (edit, number, value) in edits {
            match edit {
                0 | 1 => {
                    let at = list.partition_point(|(other, _)| *other <= number);
                    list.insert(at, (number, value.clone()));
                    options.push(OptionNumber(number), &value).unwrap();
                    in_buffer.push(OptionNumber(number), &value).unwrap();
                }
                2 => {
                    list.retain(|(other, _)| *other != number);
                    let at = list.partition_point(|(other, _)| *other <= number);
                    list.insert(at, (number, value.clone()));
                    options.replace(OptionNumber(number), &value).unwrap();
                    in_buffer.replace(OptionNumber(number), &value).unwrap();
                }
                _ => {
                    let number = list.get(usize::from(number) % list.len().max(1)).map_or(number, |(number, _)| *number);
                    let before = list.len();
                    list.retain(|(other, _)| *other != number);
                    prop_assert_eq!(options.remove(OptionNumber(number)), Ok(before - list.len()));
                    prop_assert_eq!(in_buffer.remove(OptionNumber(number)), Ok(before - list.len()));
                }
            }
            let seen: Vec<(u16, Vec<u8>)> = options.iter().map(|o| (o.number.0, o.value.to_vec())).collect();
            prop_assert_eq!(&seen, &list);
            prop_assert_eq!(options.wire(), Some(in_buffer.wire()));
            prop_assert_eq!(&Options::decode(in_buffer.wire()).unwrap(), &options);
        }
    }
}

/// Deltas and lengths at every border of their encodings.
#[test]
fn every_border_of_delta_and_length_comes_back() {
    let long = vec![0x61; 65_804];
    for number in [0_u16, 1, 12, 13, 14, 268, 269, 270, 65_534, 65_535] {
        for len in [0_usize, 1, 12, 13, 14, 268, 269, 270, 65_535, 65_536, 65_803, 65_804] {
            let items = [OptionRef::new(OptionNumber(number), &long[..len])];
            let message = Message { options: Options::from_slice(&items), ..Message::reliable(Code::GET) };
            let mut out = Vec::new();
            encoder(Transport::Tcp).encode(&message, &mut out).unwrap();
            let decoded =
                Decoder::established(Transport::Tcp, Limits::default()).decode(&mut &out[..]).unwrap().unwrap();
            assert_eq!(decoded, message);
        }
    }
}

/// RFC 8323 §3.2: the borders of the length.
#[test]
fn every_border_of_the_length_of_a_stream_message_comes_back() {
    let payload = vec![0x70; 70_000];
    for len in [0_usize, 11, 12, 13, 266, 267, 268, 269, 65_802, 65_803, 65_804, 65_805, 70_000] {
        let message = Message { payload: Binary::Borrowed(&payload[..len]), ..Message::reliable(Code::CONTENT) };
        let mut out = Vec::new();
        encoder(Transport::Tcp).encode(&message, &mut out).unwrap();
        let content = len + usize::from(len > 0);
        let head = match content {
            0..=12 => 2,
            13..=268 => 3,
            269..=65_804 => 4,
            _ => 6,
        };
        assert_eq!(out.len(), head + content);
        let decoded = Decoder::established(Transport::Tcp, Limits::default()).decode(&mut &out[..]).unwrap().unwrap();
        assert_eq!(decoded, message);
    }
    let encoder = Encoder::new(Transport::Tcp);
    let message = Message { payload: Binary::Borrowed(&payload[..1148]), ..Message::reliable(Code::CONTENT) };
    assert_eq!(encoder.encoded_len(&message), Err(coap_codec::EncodeError::MessageTooLong));
    let message = Message { payload: Binary::Borrowed(&payload[..1147]), ..Message::reliable(Code::CONTENT) };
    assert_eq!(encoder.encoded_len(&message), Ok(1152));
}

/// Nothing is copied: the parts of a shared message lie in its buffer.
#[test]
fn a_shared_message_points_into_its_buffer() {
    let datagram = Bytes::from_static(b"\x41\x45\x00\x01t\xc1\x28\xffpayload");
    let message = Message::decode_shared(&datagram, &Limits::default()).unwrap();
    assert_eq!(message.payload.as_ptr(), datagram[8..].as_ptr());
    assert_eq!(message.token.as_ptr(), datagram[4..].as_ptr());
    let mut stream = BytesMut::from(&b"\xd1\x03\x45t\xc1\x28\xff0123456789abcd"[..]);
    let payload = stream[7..].as_ptr();
    stream[1] = 4;
    let message = Decoder::established(Transport::Tcp, Limits::default()).decode_shared(&mut stream).unwrap().unwrap();
    assert_eq!(message.payload.as_ptr(), payload);
}
