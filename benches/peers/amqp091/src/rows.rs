//! The octets that everybody gets, made by our encoder and read back by everybody before the clock starts.

use amqp_codec::v0_9_1::method::{basic, queue};
use amqp_codec::v0_9_1::{Encoder, FieldTable, Frame, Method, Properties, Property, ShortStr, Tags, Value};

pub struct Row {
    pub name: &'static str,
    pub octets: Vec<u8>,
    /// What the times are divided by.
    pub messages: usize,
    pub frames: usize,
}

const TIMES: usize = 64;

fn short(text: &'static str) -> ShortStr<'static> {
    ShortStr::new(text).unwrap()
}

fn deliver() -> Method<'static> {
    basic::Deliver {
        consumer_tag: short("amq.ctag-abcdefghijkl"),
        delivery_tag: 42,
        redelivered: false,
        exchange: short("orders"),
        routing_key: short("eu.de.created"),
    }
    .into()
}

fn delivered(out: &mut Vec<u8>, encoder: &Encoder) {
    let items = [
        Property::ContentType(short("application/json")),
        Property::DeliveryMode(2),
        Property::MessageId(short("0f8fad5b-d9cb-469f-a165-70867728950e")),
    ];
    encoder.encode_content(1, &deliver(), &Properties::from_items(&items).unwrap(), &[b'a'; 256], out).unwrap();
}

fn published(out: &mut Vec<u8>, encoder: &Encoder) {
    let fields = [
        (short("trace-id"), Value::text("4bf92f3577b34da6a3ce929d0e0e4736")),
        (short("tenant"), Value::text("acme")),
        (short("x-retry"), Value::I32(3)),
        (short("priority"), Value::Boolean(true)),
        (short("size"), Value::I64(1 << 40)),
    ];
    let items = [
        Property::ContentType(short("application/json")),
        Property::Headers(FieldTable::from_items(Tags::RabbitMq, &fields).unwrap()),
        Property::DeliveryMode(2),
        Property::MessageId(short("0f8fad5b-d9cb-469f-a165-70867728950e")),
        Property::Timestamp(1_700_000_000),
    ];
    let publish =
        basic::Publish { exchange: short("orders"), routing_key: short("eu.de.created"), ..Default::default() };
    encoder.encode_content(1, &publish.into(), &Properties::from_items(&items).unwrap(), &[b'b'; 1024], out).unwrap();
}

fn acked(out: &mut Vec<u8>, encoder: &Encoder) {
    encoder.encode(&Frame::method(1, basic::Ack { delivery_tag: 42, multiple: false }), out).unwrap();
}

fn declared(out: &mut Vec<u8>, encoder: &Encoder) {
    let fields = [
        (short("x-message-ttl"), Value::I32(60_000)),
        (short("x-expires"), Value::I32(3_600_000)),
        (short("x-max-length"), Value::I32(10_000)),
        (short("x-overflow"), Value::text("reject-publish")),
        (short("x-dead-letter-exchange"), Value::text("orders.dlx")),
        (short("x-queue-type"), Value::text("quorum")),
        (short("x-max-priority"), Value::I32(5)),
    ];
    let arguments = FieldTable::from_items(Tags::RabbitMq, &fields).unwrap();
    let declare = queue::Declare { queue: short("orders.eu.de"), durable: true, arguments, ..Default::default() };
    encoder.encode(&Frame::method(1, declare), out).unwrap();
}

type Write = fn(&mut Vec<u8>, &Encoder);

pub fn all() -> Vec<Row> {
    let mut encoder = Encoder::new();
    encoder.tuned(131_072);
    let row = |name, writes: &[Write], messages: usize, frames: usize| {
        let mut octets = Vec::new();
        for _ in 0..TIMES {
            writes.iter().for_each(|write| write(&mut octets, &encoder));
        }
        Row { name, octets, messages: messages * TIMES, frames: frames * TIMES }
    };
    vec![
        row("deliver-3-properties-256", &[delivered], 1, 3),
        row("publish-5-properties-5-headers-1024", &[published], 1, 3),
        row("ack", &[acked], 1, 1),
        row("declare-7-arguments", &[declared], 1, 1),
        row("mixed", &[delivered, acked, published, acked, declared, acked], 10, 10),
    ]
}
