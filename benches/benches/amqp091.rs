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
use amqp_codec::v0_9_1::{Decoder, Dialect, Encoder, Frame, Limits};
use bytes::BytesMut;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

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

criterion_group!(benches, codec, routing);
criterion_main!(benches);
