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

use coap_codec::{Code, Decoder, Encoder, Limits, Message, OptionNumber, OptionRef, Options, Transport};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

#[path = "../peers/coap/src/rows.rs"]
mod rows;

/// Decodes a datagram and looks at every option.
fn visit(datagram: &[u8]) -> usize {
    visited(&Message::decode(datagram, &Limits::DEFAULT).unwrap())
}

fn visited(message: &Message<'_>) -> usize {
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

/// A request or response that is being made.
fn encoded(code: Code, options: &[OptionRef<'_>], payload: &[u8]) -> Vec<u8> {
    let options = Options::from_slice(options);
    let message = Message { options, payload: payload.into(), ..Message::reliable(code) };
    let mut encoder = Encoder::new(Transport::Tcp);
    encoder.max_message_len = u32::MAX;
    let mut out = Vec::new();
    encoder.encode(&message, &mut out).unwrap();
    out
}

/// A stream message that comes in pieces, and is looked at after each of them.
fn decode_pieces(bytes: &[u8], size: usize) -> usize {
    let mut decoder = Decoder::resumed(Transport::Tcp, Limits::DEFAULT);
    let ends = (size..bytes.len()).step_by(size).chain([bytes.len()]);
    ends.filter_map(|end| decoder.decode(&mut &black_box(bytes)[..end]).unwrap()).map(|message| visited(&message)).sum()
}

/// Costs against sizes; `benches/compare growth` draws them.
fn growth(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("growth coap");
    for n in [8, 64, 512, 4_096] {
        let items = vec![OptionRef::new(OptionNumber::URI_QUERY, b"temperature"); n];
        let bytes = encoded(Code::GET, &items, &[]);
        group.bench_function(BenchmarkId::new("options", n), |b| b.iter(|| decode_pieces(&bytes, bytes.len())));
        group.bench_function(BenchmarkId::new("options added one by one", n), |b| {
            b.iter(|| {
                let mut options = Options::new();
                items.iter().for_each(|item| options.push(item.number, black_box(item.value)).unwrap());
                options
            });
        });
    }
    for n in [64, 512, 4_096, 32_768] {
        let bytes = encoded(Code::CONTENT, &[], &vec![b'x'; n]);
        group.bench_function(BenchmarkId::new("bytes fed one by one", n), |b| b.iter(|| decode_pieces(&bytes, 1)));
        group.bench_function(BenchmarkId::new("bytes fed in sixteens", n), |b| b.iter(|| decode_pieces(&bytes, 16)));
        let message = Message { payload: bytes.as_slice().into(), ..Message::reliable(Code::CONTENT) };
        let mut out = vec![0; n + 64];
        let mut encoder = Encoder::new(Transport::WebSocket);
        encoder.max_message_len = u32::MAX;
        group.bench_function(BenchmarkId::new("payload written", n), |b| {
            b.iter(|| encoder.encode(black_box(&message), &mut &mut out[..]).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, coap, growth);
criterion_main!(benches);
