//! mqtt-codec between connections: heads of a fan-out, packets that are changed on their way, payloads that pass through.

#![allow(
    missing_docs,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench fails by panicking"
)]

use core::hint::black_box;
use core::num::{NonZeroU16, NonZeroU32};

use bytes::{Buf, BytesMut};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mqtt_codec::{
    Alias, Decoder, Delivery, Encoder, FanOut, InPlace, Limits, Packet, PacketId, Piece, Property, PropertyId, Publish,
    Recipient, Role, Topic, Version,
};

const ITEMS: [Property<'static>; 3] = [
    Property::MessageExpiryInterval(60),
    Property::ContentType("text/plain"),
    Property::UserProperty("unit", "celsius"),
];
const ID: PacketId = PacketId::new(7).unwrap();

fn publish(payload: &[u8]) -> Publish<'_> {
    Publish {
        delivery: Delivery::AtLeastOnce(ID),
        properties: (&ITEMS).into(),
        ..Publish::new(Topic::new("house/kitchen/temperature").unwrap(), payload)
    }
}

fn wire(publish: Publish<'_>, version: Version) -> Vec<u8> {
    let (mut out, packet) = (Vec::new(), Packet::Publish(publish));
    let packet = packet.convert(Role::Server, version).unwrap().0;
    Encoder::new(Role::Server, version).encode(&packet, &mut out).unwrap();
    out
}

fn decoder() -> Decoder {
    Decoder::established(Role::Client, Version::V5_0, Limits::MAX)
}

/// What 64 subscribers get, in nanoseconds a head: `elements` are subscribers.
fn fan_out(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mqtt-proxy/fan-out");
    let (payload, ids) = ([7; 256], [NonZeroU32::new(7).unwrap()]);
    let fan_out = FanOut::new(publish(&payload)).unwrap();
    let id = |at: u16| PacketId::new(at).unwrap();
    let plain = |_| Recipient::new(Version::V5_0);
    let acknowledged =
        |version| move |at| Recipient { delivery: Delivery::AtLeastOnce(id(at)), ..Recipient::new(version) };
    let everything = |at| Recipient {
        delivery: Delivery::ExactlyOnce(id(at)),
        alias: Alias::Use(NonZeroU16::new(at).unwrap()),
        subscription_ids: &ids,
        retain: true,
        ..Recipient::new(Version::V5_0)
    };
    let rows: [(&str, Vec<Recipient<'_>>); 4] = [
        ("5.0 QoS 0", (1..=64).map(plain).collect()),
        ("5.0 QoS 1", (1..=64).map(acknowledged(Version::V5_0)).collect()),
        ("3.1.1 QoS 1", (1..=64).map(acknowledged(Version::V3_1_1)).collect()),
        ("5.0 QoS 2, alias, subscription identifier", (1..=64).map(everything).collect()),
    ];
    for (name, subscribers) in rows {
        group.throughput(Throughput::Elements(subscribers.len() as u64));
        group.bench_function(name, |b| {
            let mut room = [0; FanOut::HEAD_LEN + 5];
            b.iter(|| {
                for to in black_box(&subscribers) {
                    black_box(fan_out.slices(to, &mut room).unwrap());
                }
            });
        });
    }
    group.finish();
}

/// One change to a received PUBLISH of 256 bytes and three properties, and what it costs to decode and encode the packet for it.
fn rewrite(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mqtt-proxy/rewrite");
    let mut bytes = wire(publish(&[7; 256]), Version::V5_0);
    let received = bytes.clone();
    let mut out = Vec::with_capacity(1024);
    group.bench_function("decode, encode", |b| {
        b.iter(|| {
            let packet = decoder().decode(&mut black_box(&received[..])).unwrap().unwrap();
            out.clear();
            Encoder::new(Role::Server, Version::V5_0).encode(&packet, &mut out).unwrap();
            out.len()
        });
    });
    let packet = decoder().decode(&mut &received[..]).unwrap().unwrap().into_packet();
    group.bench_function("packet identifier in place", |b| {
        b.iter(|| InPlace::new(black_box(&mut bytes)).unwrap().set_packet_id(black_box(ID)).unwrap());
    });
    group.bench_function("expiry replaced, encoded", |b| {
        let Packet::Publish(publish) = &packet else { panic!("PUBLISH") };
        let mut room = [0; 256];
        b.iter(|| {
            let keep = |property: &Property<'_>| property.id() != PropertyId::MESSAGE_EXPIRY_INTERVAL;
            let add = [Property::MessageExpiryInterval(black_box(57))];
            let properties = black_box(publish).properties.edited(keep, &add, &mut room).unwrap();
            let changed = Packet::Publish(Publish { properties, ..publish.clone() });
            out.clear();
            Encoder::new(Role::Server, Version::V5_0).encode(&changed, &mut out).unwrap();
            out.len()
        });
    });
    group.bench_function("to 3.1.1, encoded", |b| {
        b.iter(|| {
            let (lowered, lost) = black_box(&packet).clone().convert(Role::Server, Version::V3_1_1).unwrap();
            out.clear();
            Encoder::new(Role::Server, Version::V3_1_1).encode(&lowered, &mut out).unwrap();
            (out.len(), lost.is_nothing())
        });
    });
    group.finish();
}

/// A payload of 1 MB that arrives in segments of 1,460 bytes: handed through in pieces, and collected to be decoded whole.
fn stream(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mqtt-proxy/stream 1 MB");
    let bytes = wire(publish(&vec![7; 1_000_000]), Version::V5_0);
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("in pieces", |b| {
        b.iter(|| {
            let (mut decoder, mut passed) = (decoder(), 0);
            for mut segment in black_box(&bytes).chunks(1460) {
                while let Some(piece) = decoder.decode_piece(&mut segment).unwrap() {
                    passed += if let Piece::Chunk(chunk) = piece { black_box(chunk).len() } else { 0 };
                }
            }
            assert_eq!(passed, 1_000_000);
        });
    });
    group.bench_function("whole", |b| {
        b.iter(|| {
            let (mut decoder, mut buffer, mut passed) = (decoder(), BytesMut::new(), 0);
            for segment in black_box(&bytes).chunks(1460) {
                buffer.extend_from_slice(segment);
                let mut input = &buffer[..];
                while let Some(packet) = decoder.decode(&mut input).unwrap() {
                    passed += if let Packet::Publish(publish) = &*packet { publish.payload.len() } else { 0 };
                }
                let consumed = buffer.len() - input.len();
                buffer.advance(consumed);
            }
            assert_eq!(passed, 1_000_000);
        });
    });
    group.finish();
}

criterion_group!(benches, fan_out, rewrite, stream);
criterion_main!(benches);
