//! mqtt-codec: what it decodes and encodes in a second, in bytes and in messages. The rows are those of `benches/peers/mqtt`.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench fails by panicking, and shares its rows with another workspace"
)]

use core::hint::black_box;

use bytes::{Buf, BytesMut};
use counted::Wanted;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use mqtt_codec::{
    Decoder, Encoder, Limits, Packet, PacketId, Properties, Property, PropertyId, Publish, QoS, Role, Subscribe,
    Subscription, Topic, TopicFilter, Version,
};

#[path = "../counted.rs"]
mod counted;
#[path = "../peers/mqtt/src/rows.rs"]
mod rows;
use rows::{Row, Work};

const fn version(row: &Row) -> Version {
    match row.version {
        rows::Version::V4 => Version::V3_1_1,
        rows::Version::V5 => Version::V5_0,
    }
}

fn decoder(row: &Row) -> Decoder {
    match row.bytes.first() {
        Some(0x10) => Decoder::new(Role::Server, Limits::default()),
        _ => Decoder::established(Role::Server, version(row), Limits::default()),
    }
}

/// Decodes everything and looks at each packet's topic, payload and properties.
fn visit(packet: &Packet<'_>) -> usize {
    let properties = packet.properties().iter().map(|property| usize::from(property.id().0)).sum::<usize>();
    properties
        + match packet {
            Packet::Publish(publish) => publish.topic.len() + publish.payload.len(),
            Packet::Subscribe(subscribe) => subscribe.subscriptions.iter().filter(Result::is_ok).count(),
            _ => 1,
        }
}

fn borrowed(row: &Row) -> usize {
    let (mut decoder, mut input, mut sum) = (decoder(row), black_box(row.bytes), 0);
    while let Some(packet) = decoder.decode(&mut input).unwrap() {
        sum += visit(&packet);
    }
    sum
}

fn shared(row: &Row, mut input: BytesMut) -> usize {
    let (mut decoder, mut sum) = (decoder(row), 0);
    while let Some(packet) = decoder.decode_shared(&mut input).unwrap() {
        sum += visit(&packet);
    }
    sum
}

fn chunks(row: &Row, size: usize) -> usize {
    let (mut decoder, mut buffer, mut sum) = (decoder(row), BytesMut::with_capacity(4096), 0);
    for chunk in black_box(row.bytes).chunks(size) {
        buffer.extend_from_slice(chunk);
        let mut input = &buffer[..];
        while let Some(packet) = decoder.decode(&mut input).unwrap() {
            sum += visit(&packet);
        }
        let consumed = buffer.len() - input.len();
        buffer.advance(consumed);
    }
    sum
}

/// One packet after the other; each CONNECT begins a connection of its own.
fn packets(row: &Row) -> Vec<Packet<'static>> {
    let (mut reader, mut input, mut packets) = (decoder(row), row.bytes, Vec::new());
    while let Some(first) = input.first() {
        if *first == 0x10 {
            reader = decoder(row);
        }
        packets.push(reader.decode(&mut input).unwrap().unwrap().into_packet());
    }
    packets
}

fn encode(row: &Row, packets: &[Packet<'_>], out: &mut Vec<u8>) {
    let mut encoder = Encoder::new(Role::Client, version(row));
    out.clear();
    for packet in packets {
        encoder.encode(packet, out).unwrap();
    }
}

fn all(criterion: &mut Criterion) {
    let rows: &'static [Row] = Box::leak(rows::all().into_boxed_slice());
    let mut group = criterion.benchmark_group("mqtt");
    for row in rows {
        group.throughput(Throughput::ElementsAndBytes { elements: row.packets as u64, bytes: row.bytes.len() as u64 });
        match row.work {
            Work::Decode => {
                group.bench_function(BenchmarkId::new(row.name, "borrowed"), |b| b.iter(|| borrowed(row)));
                group.bench_function(BenchmarkId::new(row.name, "shared"), |b| {
                    b.iter_batched(|| BytesMut::from(row.bytes), |input| shared(row, input), BatchSize::SmallInput);
                });
            }
            Work::Chunks(size) => {
                group.bench_function(BenchmarkId::new(row.name, "borrowed"), |b| b.iter(|| chunks(row, size)));
            }
            Work::Encode => {
                let packets = packets(row);
                let mut out = Vec::with_capacity(row.bytes.len());
                group.bench_function(BenchmarkId::new(row.name, "Vec"), |b| {
                    b.iter(|| {
                        encode(row, black_box(&packets), &mut out);
                        out.len()
                    });
                });
            }
        }
    }
    group.finish();
}

/// One packet of `n` of something, made by the encoder.
fn encoded(packet: impl Into<Packet<'static>>) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new(Role::Client, Version::V5_0).encode(&packet.into(), &mut out).unwrap();
    out
}

fn decode_one(bytes: &[u8]) -> usize {
    let limits = Limits { max_user_properties: 1 << 20, ..Limits::MAX };
    let mut decoder = Decoder::established(Role::Server, Version::V5_0, limits);
    decoder.decode(&mut black_box(bytes)).unwrap().map_or(0, |packet| visit(&packet))
}

/// A packet that comes in pieces, and is looked at after each of them.
fn decode_pieces(bytes: &[u8], size: usize) -> usize {
    let mut decoder = Decoder::established(Role::Server, Version::V5_0, Limits::MAX);
    let ends = (1..=bytes.len()).filter(|end| end % size == 0 || *end == bytes.len());
    ends.filter_map(|end| decoder.decode(&mut &black_box(bytes)[..end]).unwrap().map(|packet| visit(&packet))).sum()
}

fn growth(_: Wanted<'_>) -> Vec<counted::Row> {
    let mut rows = Vec::new();
    let topic = Topic::new("factory/line-3/temp/0042").unwrap();
    for n in [8, 64, 512, 4_096] {
        let items: &[Property<'_>] = vec![Property::UserProperty("trace-id", "4bf92f3577b34da6"); n].leak();
        let bytes = encoded(Publish { properties: items.into(), ..Publish::new(topic.clone(), b"") });
        let sum = topic.len() + n * usize::from(PropertyId::USER_PROPERTY.0);
        rows.push(counted::Row::grown("user properties", n, sum, move || decode_one(&bytes)));
        let subscription = Subscription {
            filter: TopicFilter::new("factory/+/temperature").unwrap(),
            options: QoS::AtLeastOnce.into(),
        };
        let subscriptions: &[Subscription<'_>] = vec![subscription; n].leak();
        let (packet_id, properties) = (PacketId::new(1).unwrap(), Properties::EMPTY);
        let bytes =
            encoded(Packet::Subscribe(Subscribe { packet_id, properties, subscriptions: subscriptions.into() }));
        rows.push(counted::Row::grown("filters", n, n, move || decode_one(&bytes)));
    }
    for n in [64, 512, 4_096, 32_768] {
        let bytes = encoded(Publish::new(topic.clone(), vec![b'x'; n]));
        for (series, size) in [("bytes fed one by one", 1), ("bytes fed in sixteens", 16)] {
            let (bytes, sum) = (bytes.clone(), topic.len() + n);
            rows.push(counted::Row::grown(series, n, sum, move || decode_pieces(&bytes, size)));
        }
    }
    rows
}

fn main() {
    counted::main("mqtt", growth, &[all]);
}
