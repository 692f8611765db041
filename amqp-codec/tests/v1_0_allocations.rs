//! Borrowed decoding, iteration and encoding into a sufficient buffer never allocate; owning allocates once.
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

#[path = "support/counting.rs"]
mod counting;

use amqp_codec::Binary;
use amqp_codec::v1_0::{
    ApplicationProperties, Body, Decoder, Encoder, Frame, Header, Layout, Limits, Message, Open, Properties, Symbol,
    Symbols, Transfer, Utf8, Value,
};
use counting::allocations;

#[test]
fn nothing_is_allocated_on_the_way() {
    let limits = Limits::default();
    let capabilities = [Symbol::new("a").unwrap(), Symbol::new("b").unwrap()];
    let pairs = [(Utf8::from("tenant"), Value::from("acme")), (Utf8::from("attempt"), Value::from(7u32))];
    let message = Message {
        header: Some(Header { durable: true, ..Header::default() }),
        properties: Some(Properties { to: Some("orders".into()), ..Properties::default() }),
        application_properties: Some(ApplicationProperties::from_slice(&pairs)),
        body: Body::Data(Binary::from(b"hello")),
        ..Message::default()
    };
    let open =
        Open { container_id: "me".into(), offered_capabilities: Symbols::from_slice(&capabilities), ..Open::default() };
    let transfer = Transfer { delivery_tag: Some(Binary::from(b"tag")), ..Transfer::default() };
    let encoder = Encoder::new(65_536);
    let (mut payload, mut wire) = (Vec::with_capacity(512), Vec::with_capacity(1_024));

    let (count, ()) = allocations(|| message.encode(&mut payload).unwrap());
    assert_eq!(count, 0, "a message is written from borrowed parts");
    let opening = Frame::new(0, open);
    let carrying =
        Frame::Amqp { channel: 0, performative: transfer.clone().into(), payload: Binary::from(payload.as_slice()) };
    let (count, ()) = allocations(|| {
        encoder.encode(&opening, &mut wire).unwrap();
        encoder.encode(&carrying, &mut wire).unwrap();
        encoder.encode_message(0, &transfer, &message, &mut wire).unwrap();
    });
    assert_eq!(count, 0, "frames are written from borrowed parts");

    let mut decoder = Decoder::established(None, Limits::default());
    let (count, seen) = allocations(|| {
        let (mut input, mut seen) = (wire.as_slice(), 0);
        while let Some(frame) = decoder.decode(&mut input).unwrap() {
            if let Frame::Amqp { payload, .. } = &*frame
                && !payload.is_empty()
            {
                let message = Message::decode(payload, &limits).unwrap();
                seen += message.application_properties.as_ref().unwrap().iter().count();
                let layout = Layout::decode(payload, &limits).unwrap();
                assert!(layout.header(&limits).unwrap().unwrap().durable);
            }
            seen += 1;
        }
        seen
    });
    assert_eq!((count, seen), (0, 7), "frames, messages and their maps are read in place");

    let mut input = wire.as_slice();
    decoder.decode(&mut input).unwrap();
    let frame = decoder.decode(&mut input).unwrap().unwrap();
    let (count, owned) = allocations(|| frame.clone().into_owned());
    assert_eq!(frame, owned);
    // One buffer, and the counter that its shares have in common.
    assert!(count <= 2, "{count} allocations to own a frame");
}
