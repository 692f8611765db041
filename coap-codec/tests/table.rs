//! The classification of every header: RFC 7252 §3, §4 and table 1, without exception.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

use coap_codec::{Code, CodeClass, DecodeErrorKind, Limits, Message, MessageType, Reply};

/// What the RFC says of the first two bytes of a message that has its token, and no option.
fn expected(first: u8, code: u8) -> Option<Reply> {
    let (version, message_type, tkl) = (first >> 6, first >> 4 & 3, first & 15);
    if version != 1 {
        return Some(Reply::Ignore);
    }
    let class = code >> 5;
    let allowed = match message_type {
        0 => code == 0 || matches!(class, 0 | 2 | 4 | 5),
        1 => code != 0 && matches!(class, 0 | 2 | 4 | 5),
        2 => code == 0 || matches!(class, 2 | 4 | 5),
        _ => code == 0,
    };
    if allowed && tkl <= 8 && (code != 0 || tkl == 0) {
        return None;
    }
    Some(if message_type == 0 { Reply::Reset } else { Reply::Ignore })
}

#[test]
fn every_first_byte_and_code_is_classified() {
    let mut accepted = 0;
    for first in 0..=255_u8 {
        for code in 0..=255_u8 {
            let mut datagram = vec![first, code, 0x12, 0x34];
            datagram.resize(4 + usize::from(first & 15), 0xaa);
            let result = Message::decode(&datagram, &Limits::default());
            match (&result, expected(first, code)) {
                (Ok(message), None) => {
                    accepted += 1;
                    let mut out = Vec::new();
                    message.encode(&mut out).unwrap();
                    assert_eq!(out, datagram);
                }
                (Err(reject), Some(reply)) => {
                    assert_eq!(reject.reply(), reply, "{first:02x} {code:02x}: {reject:?}");
                    let reset = [0x70, 0, 0x12, 0x34];
                    assert_eq!(reject.reset(), (reply == Reply::Reset).then_some(reset));
                }
                (result, expected) => panic!("{first:02x} {code:02x}: {result:?} instead of {expected:?}"),
            }
        }
    }
    // 31 methods in two types and 96 response codes in three, with 9 token lengths; Empty in three types.
    assert_eq!(accepted, (31 * 2 + 96 * 3) * 9 + 3);
}

#[test]
fn every_header_without_its_token_is_refused_where_the_token_is_missing() {
    for tkl in 1..=8_u8 {
        for present in 0..tkl {
            let mut datagram = vec![0x40 | tkl, 1, 0, 9];
            datagram.resize(4 + usize::from(present), 0xaa);
            let reject = Message::decode(&datagram, &Limits::default()).unwrap_err();
            assert_eq!((reject.kind(), reject.offset()), (DecodeErrorKind::TokenTruncated, 4));
            assert_eq!((reject.reply(), reject.token()), (Reply::Reset, None));
        }
    }
}

#[test]
fn an_empty_message_ends_behind_its_message_id() {
    for (first, reply) in [(0x40, Reply::Reset), (0x50, Reply::Ignore), (0x60, Reply::Ignore), (0x70, Reply::Ignore)] {
        for tail in [&[0x00][..], &[0xff], &[0xff, 0x01], &[0xb1, 0x61], &[0; 20]] {
            let datagram = [&[first, 0, 0xab, 0xcd], tail].concat();
            let reject = Message::decode(&datagram, &Limits::default()).unwrap_err();
            assert_eq!(reject.reply(), reply, "{datagram:02x?}");
        }
    }
}

#[test]
fn shorter_than_a_header_is_ignored() {
    for len in 0..4 {
        for first in 0..=255 {
            let datagram = [first, 1, 0];
            let reject = Message::decode(&datagram[..len.min(3)], &Limits::default()).unwrap_err();
            assert_eq!((reject.kind(), reject.reply()), (DecodeErrorKind::TooShort, Reply::Ignore));
            assert_eq!((reject.message_id(), reject.reset()), (None, None));
        }
    }
}

#[test]
fn extended_tokens_are_a_switch() {
    let limits = Limits::default().with_extended_tokens(300);
    for len in [0_usize, 8, 9, 12, 13, 14, 268, 269, 300] {
        let token = vec![0x5a; len];
        let head = match len {
            0..=12 => vec![0x40 | u8::try_from(len).unwrap(), 1, 0, 1],
            13..=268 => vec![0x4d, 1, 0, 1, u8::try_from(len - 13).unwrap()],
            _ => [&[0x4e, 1, 0, 1][..], &u16::try_from(len - 269).unwrap().to_be_bytes()].concat(),
        };
        let datagram = [&head[..], &token].concat();
        let message = Message::decode(&datagram, &limits).unwrap();
        assert_eq!(message.token.as_slice(), token);
        assert_eq!(Message::decode(&datagram, &Limits::default()).is_ok(), len <= 8);
        for cut in 4..datagram.len() {
            let reject = Message::decode(&datagram[..cut], &limits).unwrap_err();
            assert_eq!(reject.kind(), DecodeErrorKind::TokenTruncated);
        }
    }
    // RFC 8974 §2.1: 15 stays an error; §2.2.2: a token beyond the limit is no reason for a Reset.
    let reject = Message::decode(&[0x4f, 1, 0, 1, 0, 0, 0], &limits).unwrap_err();
    assert_eq!((reject.kind(), reject.reply()), (DecodeErrorKind::ReservedTokenLength, Reply::Reset));
    let long = [&[0x4e, 1, 0, 1, 0, 32][..], &[7; 301]].concat();
    let reject = Message::decode(&long, &limits).unwrap_err();
    assert_eq!((reject.kind(), reject.reply()), (DecodeErrorKind::TokenOverLimit, Reply::Respond(Code::BAD_REQUEST)));
    assert_eq!(reject.token(), Some(&[7; 301][..]));
}

#[test]
fn the_types_have_their_names() {
    let names = [0, 1, 2, 3].map(|bits| MessageType::from_bits(bits).abbreviation());
    assert_eq!(names, ["CON", "NON", "ACK", "RST"]);
    assert_eq!(Code(0x20).class(), CodeClass::Reserved);
}
