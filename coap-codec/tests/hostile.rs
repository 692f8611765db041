//! Every class of bad input that is on record for other implementations, with what must happen (kind, offset, reply).
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

use coap_codec::{
    Code, DecodeError, DecodeErrorKind as Kind, Decoder, Effect, EncodeError, Encoder, Fault, Header, Limits, Message,
    MessageType, OptionNumber, Options, OptionsMut, Policy, Reply, Transport,
};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// The same defect as CON, NON, ACK and RST.
#[track_caller]
fn refused(hex: &str, kind: Kind, offset: usize) {
    let mut datagram = bytes(hex);
    let reject = Message::decode(&datagram, &Limits::default()).unwrap_err();
    assert_eq!((reject.kind(), reject.offset(), reject.reply()), (kind, offset, Reply::Reset));
    let id = reject.message_id();
    datagram[0] |= 0x10;
    let reject = Message::decode(&datagram, &Limits::default()).unwrap_err();
    assert_eq!((reject.kind(), reject.offset(), reject.reply()), (kind, offset, Reply::Ignore));
    assert_eq!((reject.message_id(), reject.may_reset(false), reject.may_reset(true)), (id, true, false));
    for message_type in [0x20, 0x30] {
        datagram[0] = (datagram[0] & 0xcf) | message_type;
        let reject = Message::decode(&datagram, &Limits::default()).unwrap_err();
        assert_eq!((reject.reply(), reject.may_reset(false)), (Reply::Ignore, false));
    }
}

#[test]
fn token_lengths_that_are_reserved() {
    for tkl in 9..=15_u8 {
        let mut datagram = vec![0x40 | tkl, 1, 0, 2];
        datagram.extend([0xbb; 20]);
        let hex: String = datagram.iter().map(|b| format!("{b:02x}")).collect();
        refused(&hex, Kind::ReservedTokenLength, 0);
    }
    // The extension bytes of 13 and 14 missing.
    for hex in ["6d656564", "6e656564", "6e65656400"] {
        let datagram = bytes(hex);
        assert_eq!(Message::decode(&datagram, &Limits::default()).unwrap_err().kind(), Kind::ReservedTokenLength);
        let extended = Limits::default().with_extended_tokens(1000);
        let kind = Message::decode(&datagram, &extended).unwrap_err().kind();
        assert!(matches!(kind, Kind::ReservedCodeClass | Kind::TokenTruncated), "{kind:?}");
    }
    let extended = Limits::default().with_extended_tokens(1000);
    for hex in ["4d01 0001", "4e01 0001", "4e01 0001 00"] {
        assert_eq!(Message::decode(&bytes(hex), &extended).unwrap_err().kind(), Kind::TokenTruncated);
    }
}

#[test]
fn nibbles_of_fifteen() {
    for low in 0..15_u8 {
        refused(&format!("40010005f{low:x}aa"), Kind::ReservedOptionDelta, 4);
    }
    for high in 0..15_u8 {
        refused(&format!("40010006{high:x}f0000000"), Kind::ReservedOptionLength, 4);
    }
    refused("40010006 b161 0f", Kind::ReservedOptionLength, 6);
}

#[test]
fn extension_bytes_that_are_missing() {
    for hex in ["40010007d0", "40010008e0", "40010008e001", "400100070d", "400100070e", "400100070e01", "40010007dd01"]
    {
        refused(hex, Kind::OptionHeaderTruncated, 4);
    }
    refused("40010007ee0000 00", Kind::OptionHeaderTruncated, 4);
}

#[test]
fn values_that_are_missing() {
    for hex in ["4001000cb474696d", "4001000c01", "4001000c0d00", "4001000c0e000000", "4001000cb1"] {
        refused(hex, Kind::OptionValueTruncated, 4);
    }
    // A length extension that wraps in 16 bits.
    refused("4001000c0effff 00", Kind::OptionValueTruncated, 4);
    // 0xFF inside a truncated value is no marker.
    refused("4001000cb474696dff"[..16].trim(), Kind::OptionValueTruncated, 4);
}

#[test]
fn markers_without_payload() {
    refused("40011234ff", Kind::EmptyPayload, 4);
    refused("41011234aaff", Kind::EmptyPayload, 5);
    refused("40011234b161ff", Kind::EmptyPayload, 6);
}

/// `E0 FE F2 C0` adds up to 65547, which wraps to 11: Uri-Path.
#[test]
fn option_numbers_above_65535() {
    refused("40010009 e0fef2 c0", Kind::OptionNumberOverflow, 7);
    refused("40010009 e0ffff", Kind::OptionNumberOverflow, 4);
    refused("40010009 e0fef3", Kind::OptionNumberOverflow, 4);
    // 65535 itself is a number like every other.
    let datagram = bytes("40010009 e1fef2aa");
    let message = Message::decode(&datagram, &Limits::default()).unwrap();
    let option = message.options.iter().next().unwrap();
    assert_eq!((option.number, option.value), (OptionNumber(65_535), &b"\xaa"[..]));
    // And 65535 again, with a delta of 0.
    let message = Message::decode(&bytes("40010009 e0fef2 00 00"), &Limits::default()).unwrap().into_owned();
    assert_eq!(message.options.iter().count(), 3);
    // Overflow by many small steps.
    let steps = [&[0x40, 1, 0, 9][..], &[0xd0, 0xff].repeat(245)].concat();
    let reject = Message::decode(&steps, &Limits::default()).unwrap_err();
    assert_eq!((reject.kind(), reject.offset()), (Kind::OptionNumberOverflow, 4 + 2 * 244));
    // And by deltas that are not extended: 5,461 times 12 is 65,532.
    let mut steps = [&[0x40, 1, 0, 9][..], &[0xc0; 5461]].concat();
    steps.push(0x30);
    assert!(Message::decode(&steps, &Limits::default()).is_ok());
    steps.push(0x10);
    let reject = Message::decode(&steps, &Limits::default()).unwrap_err();
    assert_eq!((reject.kind(), reject.offset()), (Kind::OptionNumberOverflow, 4 + 5462));
}

#[test]
fn versions_are_ignored_whatever_follows() {
    for first in [0x00, 0x80, 0xc0, 0x0f, 0xbf] {
        for tail in [&[][..], &[1, 0, 1], &[0, 0, 0, 0xff], &[0xff; 30]] {
            let datagram = [&[first], tail].concat();
            let reject = Message::decode(&datagram, &Limits::default()).unwrap_err();
            assert_eq!((reject.reply(), reject.reset()), (Reply::Ignore, None));
        }
    }
}

#[test]
fn the_smallest_messages_and_markers_in_values_are_fine() {
    for hex in [
        "40010001",
        "410100 02 aa",
        "40010003 b1ff",
        "40010003 b2ffff",
        "40010003 00",
        "40010003 ffff",
        "40010003 ff00",
    ] {
        let datagram = bytes(hex);
        let message = Message::decode(&datagram, &Limits::default()).unwrap();
        let mut out = Vec::new();
        message.encode(&mut out).unwrap();
        assert_eq!(out, datagram, "{hex}");
    }
}

#[test]
fn unknown_methods_and_codes_are_messages() {
    for hex in ["40081234", "401f1234", "405d1234", "60401234", "505f1234", "40bf1234", "45451234 0102030405"] {
        assert!(Message::decode(&bytes(hex), &Limits::default()).is_ok(), "{hex}");
    }
}

#[test]
fn ten_thousand_options_need_no_table() {
    let datagram = [&[0x40, 1, 0, 9][..], &[0; 60_000]].concat();
    let message = Message::decode(&datagram, &Limits::default()).unwrap();
    assert_eq!(message.options.iter().count(), 60_000);
    let limits = Limits { max_options_len: 59_999, ..Limits::default() };
    let reject = Message::decode(&datagram, &limits).unwrap_err();
    assert_eq!((reject.kind(), reject.offset(), reject.reply()), (Kind::OptionsTooLong, 4, Reply::Reset));
    assert!(Message::decode(&datagram, &Limits { max_options_len: 60_000, ..limits }).is_ok());
}

#[test]
fn text_that_is_not_utf8_is_an_error_value_not_a_fault() {
    let datagram = bytes("4101002baa b5c3287469a9");
    let message = Message::decode(&datagram, &Limits::default()).unwrap();
    let option = message.options.iter().next().unwrap();
    assert!(option.text().is_err());
    assert_eq!(option.value, [0xc3, 0x28, 0x74, 0x69, 0xa9]);
    assert_eq!(message.to_string(), "CON GET 0x002b token=aa /%C3(ti%A9");
}

/// RFC 7252 §5.4.3, §5.4.5: not format errors.
#[test]
fn lengths_out_of_range_and_repetitions_are_findings() {
    let path = [&[0x40, 1, 0, 1, 0xbd, 243][..], &[b'a'; 256]].concat();
    let message = Message::decode(&path, &Limits::default()).unwrap();
    let finding = message.check(&Policy::default()).next().unwrap();
    assert_eq!((finding.fault, finding.effect), (Fault::Length, Effect::Refuse(Reply::Respond(Code::BAD_OPTION))));
    assert_eq!(message.refusal(&Policy::default()), Some(Reply::Respond(Code::BAD_OPTION)));
    // Uri-Host twice.
    let twice = bytes("40010001 3161 0162");
    let message = Message::decode(&twice, &Limits::default()).unwrap();
    let finding = message.check(&Policy::default()).next().unwrap();
    assert_eq!((finding.fault, finding.option.value), (Fault::Supernumerary, &b"b"[..]));
}

fn stream(input: &[u8]) -> Result<Option<Message<'_>>, DecodeError> {
    Decoder::established(Transport::Tcp, Limits::default()).decode(&mut &*input)
}

#[test]
fn a_declared_length_is_checked_before_anything_is_kept() {
    for (hex, kind, offset) in [
        ("f0ffffffffe1", Kind::MessageTooLong, 0),
        ("f000100000", Kind::MessageTooLong, 0),
        ("0f01", Kind::ReservedTokenLength, 0),
        ("0901aaaaaaaaaaaaaaaaaa", Kind::ReservedTokenLength, 0),
        ("0020", Kind::ReservedCodeClass, 1),
        ("0060", Kind::ReservedCodeClass, 1),
        ("00c0", Kind::ReservedCodeClass, 1),
        ("d00060", Kind::ReservedCodeClass, 2),
        ("0100aa", Kind::EmptyWithToken, 0),
        ("1000aa", Kind::EmptyWithContent, 2),
        ("1001ff", Kind::EmptyPayload, 2),
        ("2101aaf100", Kind::ReservedOptionDelta, 3),
        ("2101aab2aa", Kind::OptionValueTruncated, 3),
        ("3001e0ffff", Kind::OptionNumberOverflow, 2),
    ] {
        let error = stream(&bytes(hex)).unwrap_err();
        assert_eq!((error.kind, error.offset, error.reply()), (kind, offset, Reply::Abort), "{hex}");
    }
}

#[test]
fn the_length_limit_counts_from_the_first_byte_to_the_last() {
    // 6 bytes of header, 65805 of content: an option of 65804 bytes is out of the limit of the options, a payload is not.
    let mut message = bytes("f000000000 45 ff");
    message.resize(6 + 65_805, 0x61);
    for (max, fits) in [(65_811, true), (65_810, false)] {
        let limits = Limits { max_message_len: max, ..Limits::default() };
        let decoded = Decoder::established(Transport::Tcp, limits).decode(&mut &*message);
        assert_eq!(decoded.is_ok(), fits);
        if let Ok(Some(decoded)) = decoded {
            assert_eq!(decoded.payload.len(), 65_804);
        }
    }
    assert_eq!(stream(&message[..6]), Ok(None));
    let mut decoder = Decoder::established(Transport::Tcp, Limits::default());
    assert_eq!(decoder.decode(&mut &message[..6]), Ok(None));
    assert_eq!(decoder.needed(), 65_805);
}

#[test]
fn the_first_message_is_a_csm() {
    let mut decoder = Decoder::new(Transport::Tcp, Limits::default());
    let error = decoder.decode(&mut &b"\x00\x01"[..]).unwrap_err();
    assert_eq!((error.kind, error.offset), (Kind::FirstMessageNotCsm, 1));
    // Fatal errors are repeated.
    assert_eq!(decoder.decode(&mut &b"\x00\xe1"[..]), Err(error));
    let mut decoder = Decoder::new(Transport::WebSocket, Limits::default());
    assert_eq!(decoder.decode(&mut &b"\x00\x00"[..]).unwrap_err().kind, Kind::FirstMessageNotCsm);
    let mut decoder = Decoder::new(Transport::WebSocket, Limits::default());
    assert!(decoder.decode(&mut &b"\x00\xe1"[..]).unwrap().is_some());
    assert!(decoder.decode(&mut &b"\x01\x01\x71\xb1a\xffx"[..]).unwrap().is_some());
}

#[test]
fn several_messages_in_one_read_are_all_read() {
    let input = bytes("00e1 5101aab474696d65 0000 0145aa");
    let mut decoder = Decoder::new(Transport::Tcp, Limits::default());
    let mut rest = &input[..];
    let mut seen = Vec::new();
    while let Some(message) = decoder.decode(&mut rest).unwrap() {
        seen.push(message.to_string());
    }
    assert_eq!(seen, ["CSM", "GET token=aa /time", "Empty", "2.05 Content token=aa"]);
    assert_eq!((rest.len(), decoder.position()), (0, 15));
}

/// RFC 8974 §2.2.1.
#[test]
fn tokens_longer_than_announced_end_the_connection() {
    let limits = Limits::default().with_extended_tokens(20);
    let decode = |bytes: &[u8]| {
        Decoder::established(Transport::Tcp, limits)
            .decode(&mut &*bytes)
            .map(|m| m.is_some())
            .map_err(|e| (e.kind, e.offset))
    };
    assert_eq!(decode(&[&[0x0d, 1, 7][..], &[9; 20]].concat()), Ok(true));
    assert_eq!(decode(&[0x0d, 1, 8]), Err((Kind::TokenOverLimit, 2)));
    assert_eq!(decode(&[0x0e, 1, 0, 0]), Err((Kind::TokenOverLimit, 2)));
    assert_eq!(decode(&[0x0e, 1, 0]), Ok(false));
    assert_eq!(decode(&[0x0f]), Err((Kind::ReservedTokenLength, 0)));
    let frame = [&[0x0d, 1, 8][..], &[9; 21]].concat();
    assert_eq!(Message::decode_frame(&frame, &limits).unwrap_err().kind, Kind::TokenOverLimit);
}

#[test]
fn websocket_frames_have_no_length_and_no_rest() {
    let decode = |hex: &str| Message::decode_frame(&bytes(hex), &Limits::default()).map(|_| ()).map_err(|e| e.kind);
    for (hex, expected) in [
        ("", Err(Kind::TooShort)),
        ("00", Err(Kind::TooShort)),
        ("0001", Ok(())),
        ("1001 b0", Err(Kind::LengthNotZero)),
        ("d001", Err(Kind::LengthNotZero)),
        ("0901 000000000000000000", Err(Kind::ReservedTokenLength)),
        ("0201 aa", Err(Kind::TokenTruncated)),
        ("0001 ff", Err(Kind::EmptyPayload)),
        ("0000", Ok(())),
        ("0000 00", Err(Kind::EmptyWithContent)),
        ("0100 00", Err(Kind::EmptyWithToken)),
        ("0040", Ok(())),
        ("0060", Err(Kind::ReservedCodeClass)),
        ("01e2 42", Ok(())),
    ] {
        assert_eq!(decode(hex), expected, "{hex}");
    }
}

#[test]
fn an_invalid_message_cannot_be_sent() {
    let request = Message::new(MessageType::Confirmable, Code::GET, 1);
    let encode = |message: &Message<'_>| message.encode(&mut Vec::new());
    let with_type = |message_type, code| Message::new(message_type, code, 1);
    assert_eq!(encode(&Message { token: (&[0; 9]).into(), ..request.clone() }), Err(EncodeError::TokenTooLong));
    assert_eq!(encode(&with_type(MessageType::Acknowledgement, Code::GET)), Err(EncodeError::TypeAndCode));
    assert_eq!(encode(&with_type(MessageType::NonConfirmable, Code::EMPTY)), Err(EncodeError::TypeAndCode));
    assert_eq!(encode(&with_type(MessageType::Reset, Code::CONTENT)), Err(EncodeError::TypeAndCode));
    for code in [0x20, 0x3f, 0x60, 0xc0, 0xe1] {
        assert_eq!(encode(&with_type(MessageType::Confirmable, Code(code))), Err(EncodeError::TypeAndCode));
    }
    let ping = Message::new(MessageType::Confirmable, Code::EMPTY, 1);
    assert_eq!(encode(&ping), Ok(()));
    assert_eq!(encode(&Message { token: b"a".into(), ..ping.clone() }), Err(EncodeError::EmptyNotEmpty));
    assert_eq!(encode(&Message { payload: b"a".into(), ..ping }), Err(EncodeError::EmptyNotEmpty));
    assert_eq!(encode(&Message { header: Header::Reliable, ..request.clone() }), Err(EncodeError::WrongTransport));
    let long = vec![0; 65_805];
    assert_eq!(Options::new().push(OptionNumber(1), &long), Err(EncodeError::OptionTooLong));
    assert_eq!(Options::new().push(OptionNumber(1), &long[1..]), Ok(()));
    let mut small = [0; 4];
    let payload = Message { payload: b"a".into(), ..request };
    assert_eq!(payload.encode_to_slice(&mut small), Err(EncodeError::NoRoom { needed: 6 }));
    assert_eq!(small, [0; 4]);
}

/// The longest token that can be expressed comes back in an answer, or is refused before the first byte.
#[test]
fn the_longest_token_overflows_nothing() {
    let datagram = [&[0x4e, 1, 0, 1, 0xff, 0xff][..], &[7; 65_804]].concat();
    let request = Message::decode(&datagram, &Limits::default().with_extended_tokens(65_804)).unwrap();
    let answer = Message { token: request.token, ..Message::new(MessageType::Acknowledgement, Code::CONTENT, 1) };
    let mut small = [0xa5; 64];
    assert_eq!(answer.encode_to_slice(&mut small), Err(EncodeError::TokenTooLong));
    let mut encoder = Encoder::new(Transport::Udp);
    assert_eq!(encoder.encode(&answer, &mut Vec::new()), Err(EncodeError::TokenTooLong));
    (encoder.max_token_len, encoder.max_message_len) = (65_804, 100_000);
    assert_eq!(encoder.encode(&answer, &mut &mut small[..]), Err(EncodeError::NoRoom { needed: datagram.len() }));
    assert_eq!(small, [0xa5; 64]);
    let mut out = Vec::new();
    encoder.encode(&answer, &mut out).unwrap();
    assert_eq!((&out[..2], &out[4..]), (&[0x6e, 0x45][..], &datagram[4..]));
    let long = Message { token: (&[0; 65_805]).into(), ..answer };
    assert_eq!(encoder.encode(&long, &mut Vec::new()), Err(EncodeError::TokenTooLong));
}

/// One bad datagram must not take the peer's conversation down.
#[test]
fn a_bad_datagram_leaves_the_decoder_as_it_was() {
    let mut decoder = Decoder::new(Transport::Udp, Limits::default());
    for _ in 0..3 {
        let mut bad = &b"\x40\x01\x00\x01\xff"[..];
        assert_eq!(decoder.decode(&mut bad).unwrap_err().kind, Kind::EmptyPayload);
        assert!(bad.is_empty());
        let mut good = &b"\x40\x01\x00\x01"[..];
        assert!(decoder.decode(&mut good).unwrap().is_some() && good.is_empty());
    }
}

/// A proxy puts a Hop-Limit between others: the delta behind it shrinks, and its header may with it.
#[test]
fn a_hop_limit_is_put_between_others() {
    for (before, after) in [
        ("b161", "b161 510f"),
        ("b161 610c", "b161 510f 110c"),
        ("d10361", "d1030f 0161"),
        ("d20a6162", "d1030f 726162"),
        ("e10000ff", "d1030f d1f0ff"),
        ("e1fef2aa", "d1030f e1fee2aa"),
    ] {
        let wire = bytes(before);
        let mut options = Options::decode(&wire).unwrap().into_owned();
        let repeated = options.contains(OptionNumber::HOP_LIMIT);
        options.replace(OptionNumber::HOP_LIMIT, &[15]).unwrap();
        if !repeated {
            assert_eq!(options.wire().map(<[u8]>::to_vec), Some(bytes(after)), "{before}");
        }
        assert_eq!(options.all(OptionNumber::HOP_LIMIT).count(), 1);
        let mut exact = vec![0; options.wire().unwrap().len()];
        exact[..wire.len()].copy_from_slice(&wire);
        let mut in_place = OptionsMut::decode(&mut exact, wire.len()).unwrap();
        in_place.replace(OptionNumber::HOP_LIMIT, &[15]).unwrap();
        assert_eq!(Some(in_place.wire()), options.wire());
    }
}
