//! Into and out of small buffers: frames resumed where they stopped, bodies that never are in memory as a whole.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    reason = "a test says where it fails by panicking"
)]

use amqp_codec::v0_9_1::method::{basic, connection, queue};
use amqp_codec::v0_9_1::{
    ContentAssembly, ContentHeader, DecodeError, DecodeErrorKind, Decoder, Dialect, EncodeError, Encoder, FieldTable,
    Frame, Limits, Method, Piece, Properties, Property, ProtocolHeader, ShortStr, Step, Tags, Transmit, Value,
};
use bytes::BytesMut;

fn short(text: &str) -> ShortStr<'_> {
    ShortStr::new(text).unwrap()
}

fn tuned() -> Decoder {
    let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits { frame_max: 1 << 20, ..Limits::default() });
    decoder.tuned(0, 0);
    decoder
}

fn drain(mut transmit: Transmit<'_>, size: usize) -> Vec<u8> {
    let (mut out, mut buffer) = (Vec::new(), vec![0; size]);
    loop {
        let remaining = transmit.remaining();
        let filled = transmit.poll(&mut buffer);
        assert_eq!(transmit.remaining(), remaining - filled);
        // Every buffer but the last is full.
        assert_eq!(filled, size.min(remaining));
        if filled == 0 {
            return out;
        }
        out.extend_from_slice(&buffer[..filled]);
    }
}

#[test]
fn a_frame_is_written_into_buffers_of_any_size() {
    let fields = [(short("x-queue-type"), Value::text("quorum")), (short("n"), Value::I32(3))];
    let items = [Property::Priority(1), Property::ContentType(short("text/plain")), Property::Timestamp(7)];
    let header = ContentHeader { body_size: 5, properties: Properties::from_items(&items).unwrap() };
    let declare = queue::Declare {
        queue: short("q"),
        durable: true,
        arguments: FieldTable::from_items(Tags::RabbitMq, &fields).unwrap(),
        ..Default::default()
    };
    let deliver = basic::Deliver { consumer_tag: short("c"), routing_key: short("a.b"), ..Default::default() };
    let frames = [
        Frame::ProtocolHeader(ProtocolHeader::V0_9_1),
        Frame::Heartbeat,
        Frame::method(1, declare),
        Frame::method(1, deliver),
        Frame::method(1, basic::Ack { delivery_tag: 9, multiple: true }),
        Frame::method(0, connection::CloseOk {}),
        Frame::Header { channel: 1, header },
        Frame::Body { channel: 1, payload: b"hello".into() },
    ];
    let encoder = Encoder::new();
    for frame in &frames {
        let mut whole = Vec::new();
        encoder.encode(frame, &mut whole).unwrap();
        assert_eq!(whole.len(), encoder.encoded_len(frame));
        for size in 1..=whole.len() + 1 {
            assert_eq!(drain(encoder.start(frame).unwrap(), size), whole, "{frame} by {size}");
        }
    }
    assert!(matches!(encoder.start(&Frame::method(0, basic::Ack::default())), Err(EncodeError::ChannelZero)));
}

#[test]
fn a_message_is_written_into_buffers_of_any_size() {
    let mut encoder = Encoder::new();
    encoder.tuned(64);
    let publish = Method::from(basic::Publish { exchange: short("e"), ..Default::default() });
    let items = [Property::DeliveryMode(2)];
    let properties = Properties::from_items(&items).unwrap();
    // Bodies of no frame, of one, of one that is full, of several.
    for len in [0, 1, 55, 56, 57, 112, 200] {
        let body: Vec<u8> = (0..len).collect();
        let mut whole = Vec::new();
        encoder.encode_content(1, &publish, &properties, &body, &mut whole).unwrap();
        for size in 1..=whole.len() + 1 {
            let transmit = encoder.start_content(1, &publish, &properties, &body).unwrap();
            assert_eq!(drain(transmit, size), whole, "{len} octets by {size}");
        }
    }
    encoder.tuned(20);
    let refused = encoder.start_content(1, &publish, &properties, &[]);
    assert!(matches!(refused, Err(EncodeError::FrameTooLarge { len: 23, frame_max: 20 })));
}

/// A body of 1 MiB by 64 octets: each call enters the body where the last one left it, so the whole costs linear time. It would not end
/// in a minute otherwise.
#[test]
fn a_large_body_costs_linear_time() {
    let encoder = Encoder::new();
    let body = vec![7; 1 << 20];
    let publish = Method::from(basic::Publish::default());
    let written = drain(encoder.start_content(1, &publish, &Properties::EMPTY, &body).unwrap(), 64);
    let mut whole = Vec::new();
    encoder.encode_content(1, &publish, &Properties::EMPTY, &body, &mut whole).unwrap();
    assert!(written == whole);
}

fn stream() -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.tuned(40);
    let mut out = Vec::new();
    let publish = Method::from(basic::Publish::default());
    encoder.encode_content(1, &publish, &Properties::EMPTY, &[b'x'; 70], &mut out).unwrap();
    for frame in [
        Frame::Body { channel: 2, payload: (&[]).into() },
        Frame::Heartbeat,
        Frame::Body { channel: 3, payload: b"y".into() },
        Frame::method(1, basic::Ack::default()),
    ] {
        encoder.encode(&frame, &mut out).unwrap();
    }
    out
}

/// The pieces of a stream that comes in parts of this size, put together again.
fn pieces(octets: &[u8], size: usize) -> Result<Vec<Frame<'static>>, DecodeError> {
    let mut decoder = tuned();
    let (mut frames, mut body) = (Vec::new(), None::<(u16, u32, Vec<u8>)>);
    let (mut start, mut end) = (0, 0);
    while end < octets.len() {
        end = octets.len().min(end + size);
        let mut input = &octets[start..end];
        while let Some(piece) = decoder.decode_piece(&mut input)? {
            match piece {
                Piece::Frame(frame) => frames.push(frame.into_owned()),
                Piece::Head { channel, len } => body = Some((channel, len, Vec::new())),
                Piece::Chunk(chunk) => {
                    assert!(!chunk.is_empty());
                    body.as_mut().unwrap().2.extend_from_slice(chunk);
                }
                Piece::End => {
                    let (channel, len, payload) = body.take().unwrap();
                    assert_eq!(payload.len(), usize::try_from(len).unwrap());
                    frames.push(Frame::Body { channel, payload: payload.into() });
                }
            }
        }
        assert!(decoder.needed() > 0);
        start = end - input.len();
        assert_eq!(decoder.position(), u64::try_from(start).unwrap());
    }
    assert!(body.is_none());
    Ok(frames)
}

#[test]
fn pieces_joined_are_the_frames_at_any_split() {
    let octets = stream();
    let (mut decoder, mut input, mut whole) = (tuned(), octets.as_slice(), Vec::new());
    while let Some(frame) = decoder.decode(&mut input).unwrap() {
        whole.push(frame.into_frame());
    }
    assert_eq!(whole.len(), 9);
    for size in 1..=octets.len() {
        assert_eq!(pieces(&octets, size).unwrap(), whole, "by {size}");
    }
}

#[test]
fn a_body_frame_that_was_begun_goes_on_whole() {
    let mut octets = vec![3, 0, 1, 0, 0, 0, 4];
    octets.extend_from_slice(b"abcd\xce\x08\0\0\0\0\0\0\xce");
    let rest = Frame::Body { channel: 1, payload: b"cd".into() };
    for shared in [false, true] {
        let mut decoder = tuned();
        let mut input = &octets[..9];
        assert_eq!(decoder.decode_piece(&mut input), Ok(Some(Piece::Head { channel: 1, len: 4 })));
        assert_eq!(decoder.decode_piece(&mut input), Ok(Some(Piece::Chunk(b"ab"))));
        assert_eq!((decoder.decode_piece(&mut input), decoder.needed()), (Ok(None), 1));
        let mut input = &octets[9..11];
        assert_eq!((decoder.decode(&mut input), decoder.needed()), (Ok(None), 1));
        assert_eq!((input.len(), decoder.position()), (2, 9));
        if shared {
            let mut buffer = BytesMut::from(&octets[9..11]);
            assert_eq!(decoder.decode_shared(&mut buffer), Ok(None));
            buffer.extend_from_slice(&octets[11..]);
            assert_eq!(decoder.decode_shared(&mut buffer), Ok(Some(rest.clone())));
            assert_eq!(decoder.decode_shared(&mut buffer), Ok(Some(Frame::Heartbeat)));
        } else {
            let mut input = &octets[9..];
            assert_eq!(decoder.decode(&mut input).unwrap().unwrap(), rest);
            assert!(
                matches!(decoder.decode_piece(&mut input), Ok(Some(Piece::Frame(frame))) if frame == Frame::Heartbeat)
            );
        }
        assert_eq!(decoder.position(), 20);
    }
}

#[test]
fn the_end_octet_is_checked_at_the_end() {
    let error = DecodeError { kind: DecodeErrorKind::FrameEndMissing, offset: 9 };
    let octets = [3, 0, 1, 0, 0, 0, 2, b'a', b'b', 0xCD];
    let mut decoder = tuned();
    let mut input = octets.as_slice();
    assert_eq!(decoder.decode_piece(&mut input), Ok(Some(Piece::Head { channel: 1, len: 2 })));
    assert_eq!(decoder.decode_piece(&mut input), Ok(Some(Piece::Chunk(b"ab"))));
    assert_eq!(decoder.decode_piece(&mut input), Err(error));
    assert_eq!(decoder.decode_piece(&mut input), Err(error));
    assert_eq!(decoder.decode(&mut input), Err(error));
    assert_eq!(tuned().decode(&mut octets.as_slice()), Err(error));
}

#[test]
fn heads_are_judged_before_pieces() {
    let mut decoder = Decoder::new(Dialect::SPEC, Limits::default());
    let large = [3, 0, 1, 0, 0, 0x0f, 0xf9];
    let error = decoder.decode_piece(&mut large.as_slice()).unwrap_err();
    assert_eq!((error.kind, error.offset), (DecodeErrorKind::FrameTooLarge, 3));
    let error = tuned().decode_piece(&mut [3, 0, 0, 0, 0, 0, 1].as_slice()).unwrap_err();
    assert_eq!((error.kind, error.offset), (DecodeErrorKind::ContentOnChannelZero, 1));
}

#[test]
fn the_assembly_takes_heads() {
    let mut assembly = ContentAssembly::new(100);
    assert_eq!(assembly.accept_body(1).unwrap_err().kind, DecodeErrorKind::BodyWithoutHeader);
    assembly.accept(&Frame::method(1, basic::Publish::default())).unwrap();
    assert_eq!(assembly.accept_body(1).unwrap_err().kind, DecodeErrorKind::BodyInsteadOfHeader);
    let header = ContentHeader { body_size: 10, ..ContentHeader::default() };
    assembly.accept(&Frame::Header { channel: 1, header }).unwrap();
    assert_eq!(assembly.accept_body(4), Ok(Step::Body { last: false }));
    let error = assembly.accept_body(7).unwrap_err();
    assert_eq!((error.kind, error.offset), (DecodeErrorKind::BodyTooLong, 13));
    assert_eq!(assembly.accept_body(6), Ok(Step::Body { last: true }));
}

/// A device with 64 octets takes a body frame of 128 KiB.
#[test]
fn sixty_four_octets_are_enough_for_a_large_body() {
    let mut octets = vec![3, 0, 1, 0, 2, 0, 0];
    octets.resize(7 + 131_072, b'x');
    octets.push(0xCE);
    let mut decoder = tuned();
    let (mut window, mut filled, mut taken, mut ended) = ([0_u8; 64], 0, 0, false);
    for octet in octets {
        window[filled] = octet;
        filled += 1;
        if filled < window.len().min(decoder.needed()) {
            continue;
        }
        let mut input = &window[..filled];
        while let Some(piece) = decoder.decode_piece(&mut input).unwrap() {
            match piece {
                Piece::Chunk(chunk) => taken += chunk.len(),
                Piece::End => ended = true,
                _ => {}
            }
        }
        let left = input.len();
        window.copy_within(filled - left..filled, 0);
        filled = left;
    }
    assert_eq!((taken, ended), (131_072, true));
}
