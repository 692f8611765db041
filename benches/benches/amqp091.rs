//! `amqp_codec::v0_9_1`: what it decodes and encodes in a second. The rows are those of `benches/peers/amqp091`.

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    reason = "a bench fails by panicking, and shares its rows with another workspace"
)]

use core::hint::black_box;

use amqp_codec::v0_9_1::routing::{TopicTable, topic};
use amqp_codec::v0_9_1::{Decoder, Dialect, Encoder, FieldTable, Frame, Limits, Piece, ShortStr, Tags, Value};
use bytes::BytesMut;
use counted::{Row, Wanted};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};

#[path = "../counted.rs"]
mod counted;
#[path = "../peers/amqp091/src/rows.rs"]
mod rows;

fn tuned() -> Decoder {
    let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits::default());
    decoder.tuned(131_072, 0);
    decoder
}

/// Decodes everything and iterates what is lazy.
fn visit(frame: &Frame<'_>) -> usize {
    match frame {
        Frame::Header { header, .. } => {
            header.properties.iter().count() + header.properties.headers().map_or(0, |table| table.iter().count())
        }
        Frame::Body { payload, .. } => payload.len(),
        _ => 1,
    }
}

fn borrowed(octets: &[u8]) -> usize {
    let (mut decoder, mut input, mut sum) = (tuned(), black_box(octets), 0);
    while let Ok(Some(frame)) = &decoder.decode(&mut input) {
        sum += visit(frame);
    }
    sum
}

fn shared(mut input: BytesMut) -> usize {
    let (mut decoder, mut sum) = (tuned(), 0);
    while let Ok(Some(frame)) = &decoder.decode_shared(&mut input) {
        sum += visit(frame);
    }
    sum
}

fn codec(criterion: &mut Criterion) {
    for row in rows::all() {
        let mut group = criterion.benchmark_group(format!("amqp091/{}", row.name));
        group.throughput(Throughput::Elements(row.messages as u64));
        group.bench_function(BenchmarkId::from_parameter("decode"), |bencher| bencher.iter(|| borrowed(&row.octets)));
        group.bench_function(BenchmarkId::from_parameter("decode shared"), |bencher| {
            let input = || BytesMut::from(row.octets.as_slice());
            bencher.iter_batched(input, shared, BatchSize::SmallInput);
        });
        let (mut decoder, mut input, mut frames) = (tuned(), row.octets.as_slice(), Vec::new());
        while let Some(frame) = decoder.decode(&mut input).unwrap() {
            frames.push(frame);
        }
        let mut encoder = Encoder::new();
        encoder.tuned(131_072);
        let mut out = Vec::with_capacity(row.octets.len());
        group.bench_function(BenchmarkId::from_parameter("encode"), |bencher| {
            bencher.iter(|| {
                out.clear();
                frames.iter().for_each(|frame| encoder.encode(black_box(frame), &mut out).unwrap());
                out.len()
            });
        });
        group.finish();
    }
}

fn routing(criterion: &mut Criterion) {
    let mut table = TopicTable::new();
    for place in 0..1_000_u32 {
        table.insert(format!("orders.{}.*.{}.#", place % 10, place).as_bytes(), place);
    }
    table.insert(b"#.created", 1_000);
    let key = b"orders.7.eu.17.de.created";
    criterion.bench_function("amqp091/topic, 1,001 bindings", |bencher| {
        bencher.iter(|| {
            let mut found = 0;
            table.matches(black_box(key), |_| found += 1);
            found
        });
    });
    criterion.bench_function("amqp091/topic, one pattern", |bencher| {
        bencher.iter(|| topic(black_box(b"orders.#.eu.#.created"), black_box(key)));
    });
}

fn pieces(octets: &[u8], size: usize) -> usize {
    let (mut decoder, mut sum) = (tuned(), 0);
    for mut input in octets.chunks(size) {
        while let Ok(Some(piece)) = decoder.decode_piece(&mut input) {
            if let Piece::Chunk(chunk) = piece {
                sum += chunk.len();
            }
        }
    }
    sum
}

/// The octets of a table of this many fields, or of tables one within the other.
fn table(fields: usize, nested: bool) -> Vec<u8> {
    let name = ShortStr::new("trace-id").unwrap();
    let mut table = FieldTable::new(Tags::RabbitMq);
    for _ in 0..fields {
        if nested {
            let mut outer = FieldTable::new(Tags::RabbitMq);
            outer.push(&name, &Value::Table(table)).unwrap();
            table = outer;
        } else {
            table.push(&name, &Value::text("4bf92f3577b34da6")).unwrap();
        }
    }
    let mut octets = u32::try_from(table.content_len()).unwrap().to_be_bytes().to_vec();
    octets.extend_from_slice(&table.content());
    octets
}

fn checked(octets: &[u8]) -> usize {
    let table = FieldTable::decode(black_box(octets), &Dialect::RABBITMQ, &Limits::default());
    table.unwrap().iter().count()
}

fn bindings(count: usize) -> TopicTable<usize> {
    let mut table = TopicTable::new();
    (0..count).for_each(|place| table.insert(format!("*.{}.#.{place}", place % 16).as_bytes(), place));
    table
}

fn growth(_: Wanted<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for n in [8, 64, 512, 4_096] {
        let octets = table(n, false);
        rows.push(Row::grown("table entries", n, n, move || checked(&octets)));
        rows.push(Row::grown("bindings inserted", n, n, move || bindings(black_box(n)).len()));
        let bound = bindings(n);
        rows.push(Row::grown("bindings matched", n, 1, move || {
            let mut found = 0;
            bound.matches(black_box(b"orders.7.eu.7"), |_| found += 1);
            found
        }));
        let key = vec!["a"; n].join(".");
        rows.push(Row::grown("words of a key", n, 0, move || {
            usize::from(topic(black_box(b"#.a.#.a.#.b"), black_box(key.as_bytes())))
        }));
    }
    for n in [3, 15, 63] {
        let octets = table(n, true);
        rows.push(Row::grown("nested tables", n, 1, move || checked(&octets)));
    }
    for n in [1_024, 8_192, 65_536] {
        let mut octets = Vec::new();
        let mut encoder = Encoder::new();
        encoder.tuned(131_072);
        encoder.encode(&Frame::Body { channel: 1, payload: vec![b'x'; n].into() }, &mut octets).unwrap();
        for size in [16, 64, 1_024] {
            let octets = octets.clone();
            rows.push(Row::grown(&format!("body octets by {size}"), n, n, move || pieces(black_box(&octets), size)));
        }
    }
    rows
}

fn main() {
    counted::main("amqp091", growth, &[codec, routing]);
}
