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

use bytes::Bytes;
use coap_codec::{Code, Decoder, Encoder, Limits, Message, OptionNumber, OptionRef, Options, Transport};
use counted::{Row, Wanted};
use criterion::{BenchmarkId, Criterion, Throughput};

#[path = "../counted.rs"]
mod counted;
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
    let mut decoder = Decoder::established(Transport::Tcp, Limits::DEFAULT);
    let ends = (size..bytes.len()).step_by(size).chain([bytes.len()]);
    ends.filter_map(|end| decoder.decode(&mut &black_box(bytes)[..end]).unwrap()).map(|message| visited(&message)).sum()
}

fn growth(_: Wanted<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for n in [8, 64, 512, 4_096] {
        let items = vec![OptionRef::new(OptionNumber::URI_QUERY, b"temperature"); n];
        let bytes = encoded(Code::GET, &items, &[]);
        let sum = n * (15 + 11);
        rows.push(Row::grown("options", n, sum, move || decode_pieces(&bytes, bytes.len())));
        rows.push(Row::grown("options added one by one", n, 0, move || {
            let mut options = Options::new();
            items.iter().for_each(|item| options.push(item.number, black_box(item.value)).unwrap());
            usize::from(black_box(options).is_empty())
        }));
    }
    for n in [64, 512, 4_096, 32_768] {
        let bytes = encoded(Code::CONTENT, &[], &vec![b'x'; n]);
        let message = Message { payload: Bytes::from(bytes.clone()).into(), ..Message::reliable(Code::CONTENT) };
        for (series, size) in [("bytes fed one by one", 1), ("bytes fed in sixteens", 16)] {
            let bytes = bytes.clone();
            rows.push(Row::grown(series, n, n, move || decode_pieces(&bytes, size)));
        }
        let mut encoder = Encoder::new(Transport::WebSocket);
        encoder.max_message_len = u32::MAX;
        // Length, code and marker before the payload.
        let mut out = vec![0; bytes.len() + 3];
        rows.push(Row::grown("payload written", n, 0, move || {
            let mut left = &mut out[..];
            encoder.encode(black_box(&message), &mut left).unwrap();
            left.len()
        }));
    }
    rows
}

fn main() {
    counted::main("coap", growth, &[coap]);
}
