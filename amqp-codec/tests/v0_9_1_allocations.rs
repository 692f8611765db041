//! Borrowed decoding, iteration and encoding into a sufficient buffer never allocate; sharing copies no payload; owning allocates twice at most.
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

#[path = "support/counting.rs"]
mod counting;

use amqp_codec::Binary;
use amqp_codec::v0_9_1::method::basic;
use amqp_codec::v0_9_1::{
    Decoder, Dialect, Encoder, FieldTable, Frame, Limits, Method, Piece, Properties, Property, ShortStr, Tags, Value,
};
use bytes::BytesMut;
use counting::allocations;

fn message() -> Vec<u8> {
    let short = |text| ShortStr::new(text).unwrap();
    let fields = [(short("trace-id"), Value::text("4bf92f35")), (short("n"), Value::I32(3))];
    let items = [
        Property::Headers(FieldTable::from_items(Tags::RabbitMq, &fields).unwrap()),
        Property::ContentType(short("text/plain")),
        Property::DeliveryMode(2),
    ];
    let deliver = basic::Deliver {
        consumer_tag: short("amq.ctag-1"),
        delivery_tag: 7,
        routing_key: short("a.b"),
        ..Default::default()
    };
    let mut out = Vec::with_capacity(65_536);
    let body = [b'x'; 10_000];
    let encoder = Encoder::new();
    let (count, ()) = allocations(|| {
        let properties = Properties::from_items(&items).unwrap();
        encoder.encode_content(1, &Method::from(deliver.clone()), &properties, &body, &mut out).unwrap();
    });
    assert_eq!(count, 0, "encoding from borrowed parts into a sufficient buffer");
    out
}

#[test]
fn borrowed_decoding_and_encoding_never_allocate() {
    let octets = message();
    let mut out = Vec::with_capacity(65_536);
    let mut encoder = Encoder::new();
    encoder.tuned(4_096);
    let (count, frames) = allocations(|| {
        let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits::default());
        let mut input = octets.as_slice();
        let mut frames = 0;
        while let Some(frame) = decoder.decode(&mut input).unwrap() {
            if let Frame::Header { header, .. } = &*frame {
                assert_eq!(header.properties.iter().count(), 3);
                assert_eq!(header.properties.headers().unwrap().iter().count(), 2);
                assert_eq!(header.body_size, 10_000);
            }
            encoder.encode(&frame, &mut out).unwrap();
            frames += 1;
        }
        frames
    });
    // Three bodies of at most 4,088 octets.
    assert_eq!((count, frames), (0, 5));
    assert_eq!(out, octets);
}

#[test]
fn pieces_and_small_buffers_never_allocate() {
    let octets = message();
    let publish = Method::from(basic::Publish::default());
    let properties = Properties::EMPTY;
    let mut window = [0; 64];
    let (count, taken) = allocations(|| {
        let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits::default());
        let (mut input, mut taken) = (octets.as_slice(), 0);
        while let Some(piece) = decoder.decode_piece(&mut input).unwrap() {
            if let Piece::Chunk(chunk) = piece {
                taken += chunk.len();
            }
        }
        let mut transmit = Encoder::new().start_content(1, &publish, &properties, &octets).unwrap();
        while transmit.poll(&mut window) > 0 {}
        taken
    });
    assert_eq!((count, taken), (0, 10_000));
}

#[test]
fn sharing_copies_no_payload_and_owning_allocates_twice_at_most() {
    let octets = message();
    let mut buffer = BytesMut::from(octets.as_slice());
    let within = buffer.as_ptr_range();
    let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits::default());
    let mut bodies = 0;
    while let Some(frame) = decoder.decode_shared(&mut buffer).unwrap() {
        if let Frame::Body { payload: Binary::Shared(payload), .. } = &frame {
            assert!(within.contains(&payload.as_ptr()), "the payload was copied");
            bodies += 1;
        }
    }
    assert_eq!(bodies, 3);

    let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits::default());
    let mut input = octets.as_slice();
    while let Some(frame) = decoder.decode(&mut input).unwrap() {
        let copy = frame.clone();
        let (count, owned) = allocations(|| copy.into_owned());
        assert_eq!(frame, owned);
        // The octets, and the count of those who share them.
        assert!(count <= 2, "{count} allocations for {frame}");
    }
}
