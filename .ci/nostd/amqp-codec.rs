//! A publication of AMQP 0-9-1 by way of 64 octets, and a transfer of AMQP 1.0 with its message.

use alloc::string::ToString;
use alloc::vec::Vec;

use amqp_codec::{v0_9_1, v1_0};

fn publication() -> Option<bool> {
    use v0_9_1::{Decoder, Dialect, Encoder, FieldTable, Limits, Method, Piece, Properties, Property, Tags, Value};
    let publish = v0_9_1::method::basic::Publish { routing_key: "eu.de".try_into().ok()?, ..Default::default() };
    let fields = [("n".try_into().ok()?, Value::I32(3))];
    let items = [Property::Headers(FieldTable::from_items(Tags::RabbitMq, &fields).ok()?), Property::DeliveryMode(2)];
    let (method, properties) = (Method::from(publish), Properties::from_items(&items).ok()?);
    let encoder = Encoder::new();
    let mut transmit = encoder.start_content(1, &method, &properties, b"hello").ok()?;
    let (mut wire, mut window) = (Vec::new(), [0; 64]);
    while transmit.remaining() > 0 {
        let filled = transmit.poll(&mut window);
        wire.extend_from_slice(window.get(..filled)?);
    }
    let (mut decoder, mut input) = (Decoder::new(Dialect::RABBITMQ, Limits::default()), wire.as_slice());
    let (mut lines, mut body) = (Vec::new(), Vec::new());
    while let Some(piece) = decoder.decode_piece(&mut input).ok()? {
        match piece {
            Piece::Frame(frame) => lines.push(frame.to_string()),
            Piece::Chunk(octets) => body.extend_from_slice(octets),
            Piece::Head { .. } | Piece::End => {}
        }
    }
    let refused = decoder.decode(&mut [9, 0, 0, 0, 0, 0, 0].as_slice()).err()?;
    let header = lines.get(1)? == "1 header body_size=5 {headers={n=3}, delivery-mode=2}";
    Some(header && body == b"hello" && refused.reply().code.0 == 501)
}

fn transfer() -> Option<bool> {
    use v1_0::{Body, Decoder, Encoder, Frame, Limits, Message, Open, ProtocolHeader, ProtocolId, Side, Transfer};
    let message = Message { body: Body::Data(b"hello".into()), ..Default::default() };
    let mut payload = Vec::new();
    message.encode(&mut payload).ok()?;
    let transfer = Transfer { delivery_id: Some(0), message_format: Some(0), ..Default::default() };
    let encoder = Encoder::new(65_536);
    let mut wire = Vec::new();
    encoder.encode(&Frame::Header(ProtocolHeader(ProtocolId::Amqp)), &mut wire).ok()?;
    encoder.encode(&Frame::new(0, Open { container_id: "me".into(), ..Default::default() }), &mut wire).ok()?;
    let frame = Frame::Amqp { channel: 0, performative: transfer.into(), payload: payload.as_slice().into() };
    encoder.encode(&frame, &mut wire).ok()?;
    let (mut decoder, mut input) = (Decoder::new(Side::Server, Limits::default()), wire.as_slice());
    let mut last = None;
    while let Some(frame) = decoder.decode(&mut input).ok()? {
        if let Frame::Amqp { payload, .. } = &*frame {
            last = Message::decode(payload, &Limits::default()).ok().map(|read| read == message);
        }
    }
    last
}

pub fn probe() -> bool {
    publication() == Some(true) && transfer() == Some(true)
}
