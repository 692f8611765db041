//! coap-codec: what it decodes and encodes in a second. The rows are those of `benches/peers/coap`.

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench fails by panicking, and shares its rows with another workspace"
)]

use core::hint::black_box;

use coap_codec::{Limits, Message};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

#[path = "../peers/coap/src/rows.rs"]
mod rows;

/// Decodes a datagram and looks at every option.
fn visit(datagram: &[u8]) -> usize {
    let message = Message::decode(datagram, &Limits::DEFAULT).unwrap();
    let options: usize = message.options.iter().map(|option| usize::from(option.number.0) + option.value.len()).sum();
    options + message.token.len() + message.payload.len()
}

fn coap(criterion: &mut Criterion) {
    for row in rows::all() {
        let bytes: usize = row.datagrams.iter().map(Vec::len).sum();
        let messages: Vec<Message<'_>> =
            row.datagrams.iter().map(|datagram| Message::decode(datagram, &Limits::DEFAULT).unwrap()).collect();
        let owned: Vec<Message<'static>> = messages.into_iter().map(Message::into_owned).collect();
        let mut group = criterion.benchmark_group("coap");
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(BenchmarkId::new("decode", row.name), |bencher| {
            bencher.iter(|| row.datagrams.iter().map(|datagram| visit(black_box(datagram))).sum::<usize>());
        });
        let mut out = [0; 2048];
        group.bench_function(BenchmarkId::new("encode", row.name), |bencher| {
            bencher.iter(|| {
                owned.iter().map(|message| black_box(message).encode_to_slice(&mut out).unwrap()).sum::<usize>()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, coap);
criterion_main!(benches);
