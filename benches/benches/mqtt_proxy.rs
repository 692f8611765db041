//! mqtt-codec between connections: heads of a fan-out, packets that are changed on their way, payloads that pass through.

#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench fails by panicking, and prints what callgrind's caller wants to know"
)]

use core::hint::black_box;
use core::num::{NonZeroU16, NonZeroU32};

use bytes::{Buf, BytesMut};
use counted::{Row, Wanted};
use mqtt_codec::{
    Alias, Decoder, Delivery, Encoder, FanOut, InPlace, Limits, Packet, PacketId, Piece, Property, PropertyId, Publish,
    Recipient, Role, Topic, Version,
};

#[path = "../counted.rs"]
mod counted;

const ID: PacketId = PacketId::new(7).unwrap();
const TOPIC: &str = "house/kitchen/temperature";
const ITEMS: [Property<'static>; 3] = [
    Property::MessageExpiryInterval(60),
    Property::ContentType("text/plain"),
    Property::UserProperty("unit", "celsius"),
];
static PAYLOAD: [u8; 256] = [7; 256];

fn publish(payload: &[u8]) -> Publish<'_> {
    Publish {
        delivery: Delivery::AtLeastOnce(ID),
        properties: (&ITEMS).into(),
        ..Publish::new(Topic::new(TOPIC).unwrap(), payload)
    }
}

fn encode(packet: &Packet<'_>, version: Version, out: &mut Vec<u8>) -> usize {
    out.clear();
    Encoder::new(Role::Server, version).encode(packet, out).unwrap();
    out.len()
}

fn wire(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    encode(&publish(payload).into(), Version::V5_0, &mut out);
    out
}

fn decoder() -> Decoder {
    Decoder::established(Role::Client, Version::V5_0, Limits::MAX)
}

/// What 64 subscribers get: the heads alone.
fn fan_out(rows: &mut Vec<Row>) {
    static IDS: [NonZeroU32; 1] = [NonZeroU32::new(7).unwrap()];
    let id = |at: u16| Delivery::AtLeastOnce(PacketId::new(at).unwrap());
    let everything = |at| Recipient {
        alias: Alias::Use(NonZeroU16::new(at).unwrap()),
        subscription_ids: &IDS,
        retain: true,
        delivery: id(at),
        ..Recipient::new(Version::V5_0)
    };
    let mut add = |name, head, subscribers: Vec<Recipient<'static>>| {
        let fan_out = FanOut::new(publish(&PAYLOAD)).unwrap();
        rows.push(Row::new(name, subscribers.len() as u64, head * subscribers.len(), move || {
            let (mut room, mut sum) = ([0; FanOut::HEAD_LEN + 5], 0);
            for to in black_box(&subscribers) {
                let [front, _, middle, _, _] = black_box(fan_out.slices(to, &mut room).unwrap());
                sum += front.len() + middle.len();
            }
            sum
        }));
    };
    add("fan-out head, 5.0 QoS 0", 6, (1..=64).map(|_| Recipient::new(Version::V5_0)).collect());
    let acknowledged = |version| move |at| Recipient { delivery: id(at), ..Recipient::new(version) };
    add("fan-out head, 5.0 QoS 1", 8, (1..=64).map(acknowledged(Version::V5_0)).collect());
    add("fan-out head, 3.1.1 QoS 1", 7, (1..=64).map(acknowledged(Version::V3_1_1)).collect());
    add("fan-out head, 5.0 QoS 1, alias, subscription identifier", 13, (1..=64).map(everything).collect());
}

/// Changes to a received PUBLISH of 256 bytes and three properties, beside what it costs to decode and encode it.
fn rewrite(rows: &mut Vec<Row>) {
    let (bytes, mut out) = (wire(&PAYLOAD), Vec::with_capacity(1024));
    let len = bytes.len();
    rows.push(Row::new("rewrite, decode and encode", 1, len, move || {
        let packet = decoder().decode(&mut black_box(&bytes[..])).unwrap().unwrap();
        encode(&packet, Version::V5_0, &mut out)
    }));
    let mut bytes = wire(&PAYLOAD);
    rows.push(Row::new("rewrite, packet identifier in place", 1, len, move || {
        InPlace::new(black_box(&mut bytes)).unwrap().set_packet_id(black_box(ID)).unwrap();
        bytes.len()
    }));
    let (bytes, mut out) = (wire(&PAYLOAD), Vec::with_capacity(1024));
    rows.push(Row::new("rewrite, decode, replace the expiry, encode", 1, len, move || {
        let mut room = [0; 256];
        let Packet::Publish(publish) = decoder().decode(&mut black_box(&bytes[..])).unwrap().unwrap().into_packet()
        else {
            panic!("PUBLISH")
        };
        let keep = |property: &Property<'_>| property.id() != PropertyId::MESSAGE_EXPIRY_INTERVAL;
        let properties = publish.properties.edited(keep, &[Property::MessageExpiryInterval(57)], &mut room).unwrap();
        encode(&Packet::Publish(Publish { properties, ..publish }), Version::V5_0, &mut out)
    }));
    let (bytes, mut out) = (wire(&PAYLOAD), Vec::with_capacity(1024));
    let lowered = 2 + 2 + 2 + TOPIC.len() + 2 + PAYLOAD.len() - 1;
    rows.push(Row::new("rewrite, decode, convert to 3.1.1, encode", 1, lowered, move || {
        let packet = decoder().decode(&mut black_box(&bytes[..])).unwrap().unwrap().into_packet();
        let (packet, _) = packet.convert(Role::Server, Version::V3_1_1).unwrap();
        encode(&packet, Version::V3_1_1, &mut out)
    }));
}

const LARGE: usize = 1_000_000;
const SEGMENT: usize = 1_460;

/// A payload of 1 MB that arrives in segments: handed through in pieces, and collected to be decoded whole.
fn stream(rows: &mut Vec<Row>) {
    let bytes = wire(&vec![7; LARGE]);
    let segments = bytes.len().div_ceil(SEGMENT) as u64;
    let mut add = |row| rows.push(Row { bytes: LARGE as u64, ..row });
    add(Row::new("1 MB in pieces", segments, LARGE, move || {
        let (mut decoder, mut passed) = (decoder(), 0);
        for mut segment in black_box(&bytes).chunks(SEGMENT) {
            while let Some(piece) = decoder.decode_piece(&mut segment).unwrap() {
                passed += if let Piece::Chunk(chunk) = piece { black_box(chunk).len() } else { 0 };
            }
        }
        passed
    }));
    let bytes = wire(&vec![7; LARGE]);
    add(Row::new("1 MB collected", segments, LARGE, move || {
        let (mut decoder, mut buffer, mut passed) = (decoder(), BytesMut::new(), 0);
        for segment in black_box(&bytes).chunks(SEGMENT) {
            buffer.extend_from_slice(segment);
            let mut input = &buffer[..];
            while let Some(packet) = decoder.decode(&mut input).unwrap() {
                passed += if let Packet::Publish(publish) = &*packet { publish.payload.len() } else { 0 };
            }
            let consumed = buffer.len() - input.len();
            buffer.advance(consumed);
        }
        passed
    }));
}

fn main() {
    let rows = |_: Wanted<'_>| {
        let mut rows = Vec::new();
        fan_out(&mut rows);
        rewrite(&mut rows);
        stream(&mut rows);
        rows
    };
    counted::main("mqtt-proxy", rows, &[]);
}
