//! `amqp_codec::v1_0`: what it decodes and encodes in a second, and how that grows. The rows are those of `benches/peers/amqp10`.

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a bench fails by panicking, and shares its rows with another workspace"
)]

use core::hint::black_box;

use amqp_codec::v1_0::{Decoder, Encoded, Encoder, Frame, Limits, Message, Value};
use bytes::BytesMut;
use counted::{Row, Wanted};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};

#[path = "../counted.rs"]
mod counted;
#[path = "../peers/amqp10/src/rows.rs"]
mod rows;

/// Performatives typed, messages by section.
fn borrowed(octets: &[u8]) -> usize {
    let (mut decoder, mut input, mut sum) = (Decoder::established(None, Limits::default()), black_box(octets), 0);
    let limits = Limits::default();
    while let Ok(Some(frame)) = &decoder.decode(&mut input)
        && let Frame::Amqp { payload, .. } = &**frame
    {
        sum += match &Message::decode(payload, &limits) {
            Ok(message) => usize::from(message.header.is_some()) + 1,
            Err(_) => 0,
        };
    }
    sum
}

fn shared(mut input: BytesMut) -> usize {
    let (mut decoder, mut sum) = (Decoder::established(None, Limits::default()), 0);
    while let Ok(Some(Frame::Amqp { payload, .. })) = &decoder.decode_shared(&mut input) {
        sum += payload.len();
    }
    sum
}

fn codec(criterion: &mut Criterion) {
    for row in rows::all() {
        let mut group = criterion.benchmark_group(format!("amqp10/{}", row.name));
        group.throughput(Throughput::Elements(row.frames as u64));
        group.bench_function(BenchmarkId::from_parameter("decode"), |bencher| bencher.iter(|| borrowed(&row.octets)));
        group.bench_function(BenchmarkId::from_parameter("decode shared"), |bencher| {
            let input = || BytesMut::from(row.octets.as_slice());
            bencher.iter_batched(input, shared, BatchSize::SmallInput);
        });
        let (mut decoder, mut input) = (Decoder::established(None, Limits::default()), row.octets.as_slice());
        let frames: Vec<_> = core::iter::from_fn(|| decoder.decode(&mut input).unwrap()).collect();
        let encoder = Encoder::new(u32::MAX);
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

fn list(count: usize, item: &[u8]) -> Vec<u8> {
    let size = u32::try_from(4 + count * item.len()).unwrap().to_be_bytes();
    [&[0xd0][..], &size, &u32::try_from(count).unwrap().to_be_bytes(), &item.repeat(count)].concat()
}

/// Levels of lists of 32 bits, each holding the next.
fn nested(levels: usize) -> Vec<u8> {
    (0..levels).fold(vec![0x40], |inner, _| {
        let size = u32::try_from(4 + inner.len()).unwrap().to_be_bytes();
        [&[0xd0][..], &size, &[0, 0, 0, 1], &inner].concat()
    })
}

fn walk(value: Value<'_>) -> usize {
    match value {
        Value::List(list) => list.iter().map(walk).sum::<usize>() + 1,
        _ => 1,
    }
}

/// Cost per octet must stay what it is, whatever the count, depth or cut.
fn growth(_: Wanted<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut case = |series: &str, units: usize, octets: Vec<u8>, values: usize| {
        rows.push(Row::grown(series, units, values, move || {
            walk(Encoded::decode(&mut black_box(octets.as_slice()), &Limits::default()).unwrap().value())
        }));
    };
    for count in [100, 1_000, 10_000] {
        case("values", count, list(count, &[0xa1, 3, b'a', b'b', b'c']), count + 1);
        case("lists", count, list(count, &[0xc0, 2, 1, 0x40]), 2 * count + 1);
    }
    for levels in [4, 16, 64] {
        case("depth", levels, nested(levels), levels + 1);
    }
    for size in [16, 256, 4_096] {
        let mixed = rows::all().into_iter().find(|row| row.name == "mixed").unwrap();
        let (octets, frames) = (mixed.octets, mixed.frames);
        rows.push(Row::grown("pieces of mixed frames", octets.len().div_ceil(size), frames, move || {
            let (mut decoder, mut start, mut count) = (Decoder::established(None, Limits::default()), 0, 0);
            for end in (size..octets.len() + size).step_by(size) {
                let end = end.min(octets.len());
                let mut input = &octets[start..end];
                while let Ok(Some(_)) = &decoder.decode(&mut input) {
                    count += 1;
                }
                start = end - input.len();
            }
            count
        }));
    }
    rows
}

fn main() {
    counted::main("amqp10", growth, &[codec]);
}
