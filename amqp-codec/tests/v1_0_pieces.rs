//! Payloads piece by piece: at every split the pieces of a stream are its frames.
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
    DecodeError, Decoder, Encoder, Flow, Frame, Limits, Open, Performative, Piece, ReceivedFrame, Side, Transfer,
};

fn transfer(delivery_id: u32, payload: &[u8]) -> Frame<'_> {
    let performative =
        Transfer { delivery_id: Some(delivery_id), delivery_tag: Some(Binary::from(b"t")), ..Transfer::default() };
    Frame::Amqp { channel: 1, performative: performative.into(), payload: payload.into() }
}

fn stream() -> Vec<u8> {
    let payload: Vec<u8> = (0..=255).collect();
    let mut out = b"AMQP\0\x01\0\0".to_vec();
    for frame in [
        Frame::new(0, Open { container_id: "a".into(), ..Open::default() }),
        transfer(0, &payload),
        Frame::Empty { channel: 0 },
        transfer(1, &[]),
        Frame::new(1, Flow::default()),
        transfer(2, &[7]),
    ] {
        Encoder::new(512).encode(&frame, &mut out).unwrap();
    }
    // A descriptor of eight octets, a symbolic one, an extended header, a list of 32 bits.
    out.extend([0, 0, 0, 24, 2, 0, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x14, 0xc0, 2, 1, 0x43, 8, 9]);
    out.extend([0, 0, 0, 35, 2, 0, 0, 1, 0, 0xa3, 18]);
    out.extend(b"amqp:transfer:list");
    out.extend([0xc0, 2, 1, 0x43, 10, 11]);
    out.extend([0, 0, 0, 27, 3, 0, 0, 1, 9, 9, 9, 9, 0, 0x53, 0x14, 0xd0, 0, 0, 0, 5, 0, 0, 0, 1, 0x43, 12, 13]);
    out
}

/// The frames, from as much of the stream as there is.
fn whole(stream: &[u8]) -> (Vec<Frame<'static>>, Option<DecodeError>) {
    let (mut decoder, mut input, mut frames) = (Decoder::new(Side::Server, Limits::default()), stream, Vec::new());
    loop {
        match decoder.decode(&mut input) {
            Ok(Some(frame)) => frames.push(frame.into_owned()),
            Ok(None) => return (frames, None),
            Err(error) => return (frames, Some(error)),
        }
    }
}

/// The same from pieces, presented `step` octets at a time, adjacent chunks joined.
fn joined(stream: &[u8], step: usize) -> (Vec<Frame<'static>>, Option<DecodeError>) {
    let mut decoder = Decoder::new(Side::Server, Limits::default());
    let (mut frames, mut start, mut open) = (Vec::new(), 0, None);
    let mut end = 0;
    while end < stream.len() {
        end = (end + step).min(stream.len());
        loop {
            let mut input = &stream[start..end];
            let piece = decoder.decode_piece(&mut input);
            start = end - input.len();
            assert_eq!(decoder.position(), u64::try_from(start).unwrap());
            match piece {
                Ok(Some(Piece::Frame(frame))) => frames.push(frame.into_owned()),
                Ok(Some(Piece::Head { channel, transfer, payload_len })) => {
                    open = Some((channel, transfer.into_owned(), payload_len, Vec::new()));
                }
                Ok(Some(Piece::Chunk(chunk))) => {
                    assert!(!chunk.is_empty());
                    open.as_mut().unwrap().3.extend(chunk);
                }
                Ok(Some(Piece::End)) => {
                    let (channel, performative, payload_len, payload) = open.take().unwrap();
                    assert_eq!(payload.len(), payload_len);
                    frames.push(Frame::Amqp { channel, performative: performative.into(), payload: payload.into() });
                }
                Ok(None) => {
                    assert!(decoder.needed() > 0 && decoder.needed() <= stream.len() - start, "{start}");
                    break;
                }
                Err(error) => return (frames, Some(error)),
            }
            if start == stream.len() && open.is_none() {
                break;
            }
        }
    }
    (frames, None)
}

#[test]
fn pieces_are_frames_at_every_split() {
    let stream = stream();
    let expected = whole(&stream);
    assert_eq!((expected.0.len(), expected.1), (10, None));
    for step in 1..=stream.len() {
        assert_eq!(joined(&stream, step), expected, "{step}");
    }
}

#[test]
fn the_head_comes_before_its_payload_is_there() {
    let mut octets = Vec::new();
    Encoder::new(1 << 20).encode(&transfer(0, &vec![1; 50_000]), &mut octets).unwrap();
    let mut decoder = Decoder::established(None, Limits::default());
    let mut input = &octets[..40];
    let Ok(Some(Piece::Head { payload_len: 50_000, .. })) = decoder.decode_piece(&mut input) else { panic!() };
    let Ok(Some(Piece::Chunk(chunk))) = decoder.decode_piece(&mut input) else { panic!() };
    assert!(!chunk.is_empty() && input.is_empty());
    assert_eq!(decoder.decode_piece(&mut input), Ok(None));
}

#[test]
fn errors_are_the_same_in_pieces() {
    let mut broken = stream();
    let len = broken.len();
    // The fields of the second transfer: handle, delivery-id, delivery-tag.
    let place = broken.windows(3).position(|octets| octets == [0xa0, 1, b't']).unwrap();
    for (at, octet) in [(place, 0xa3), (place, 0xff), (place + 1, 200), (place - 5, 0xc1), (len - 12, 0x40)] {
        let kept = core::mem::replace(&mut broken[at], octet);
        let expected = whole(&broken);
        assert!(expected.1.is_some(), "{at} {octet}");
        for step in [1, 2, 3, 7, 64, len] {
            assert_eq!(joined(&broken, step), expected, "{at} {octet} {step}");
        }
        broken[at] = kept;
    }
}

#[test]
fn decode_drops_the_rest_of_a_payload() {
    let mut octets = Vec::new();
    for frame in [transfer(0, &[1; 100]), transfer(1, &[2; 3])] {
        Encoder::new(512).encode(&frame, &mut octets).unwrap();
    }
    for cut in 30..octets.len() {
        let mut decoder = Decoder::established(None, Limits::default());
        let mut input = &octets[..cut];
        assert!(matches!(decoder.decode_piece(&mut input), Ok(Some(Piece::Head { .. }))));
        let first = decoder.decode(&mut input).unwrap().map(ReceivedFrame::into_owned);
        let mut rest = &octets[cut - input.len()..];
        let second =
            if first.is_none() { decoder.decode(&mut rest).unwrap().map(ReceivedFrame::into_owned) } else { first };
        assert!(
            matches!(&second, Some(Frame::Amqp { performative: Performative::Transfer(transfer), .. }) if transfer.delivery_id == Some(1)),
            "{cut}: {second:?}"
        );
    }
}
