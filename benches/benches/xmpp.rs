//! xmpp-stanza: streams, stanzas and addresses, and how the costs grow. The rows are those of `benches/peers/xmpp`.

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    reason = "a bench fails by panicking, and shares its rows with another workspace"
)]

use core::hint::black_box;

use counted::{Row, Wanted};
use criterion::{Criterion, Throughput};
use xmpp_stanza::{Content, Decoder, Limits};

#[path = "../counted.rs"]
mod counted;
#[path = "../peers/xmpp/src/ours.rs"]
mod ours;
#[path = "../peers/xmpp/src/rows.rs"]
mod rows;

fn streams(criterion: &mut Criterion) {
    let stream = rows::stanzas().concat();
    let mut group = criterion.benchmark_group("xmpp");
    group.throughput(Throughput::Elements(1000));
    group.bench_function("strict", |bencher| bencher.iter(|| ours::strict(black_box(&stream))));
    group.bench_function("pushed-1448", |bencher| bencher.iter(|| ours::pushed(black_box(&stream), 1448)));
    group.bench_function("pushed-1", |bencher| bencher.iter(|| ours::pushed(black_box(&stream), 1)));
    group.bench_function("typed", |bencher| bencher.iter(|| ours::typed(black_box(&stream))));
    group.bench_function("jid", |bencher| bencher.iter(ours::jid));
    let (mut encoder, mut out) = (ours::encoder(), Vec::with_capacity(1024));
    group.bench_function("encode-chat", |bencher| bencher.iter(|| ours::encode(&mut encoder, &mut out)));
    group.finish();
}

/// One stanza in chunks; it must be complete at the end and not before.
fn pushed(text: &str, chunk: usize) -> usize {
    let mut decoder = Decoder::established(Content::Client, Limits { max_depth: 64, ..Limits::MAX });
    let bytes = text.as_bytes();
    let ends = (chunk..bytes.len()).step_by(chunk).chain([bytes.len()]);
    ends.filter(|end| decoder.decode(&mut &bytes[..*end]).unwrap().is_some()).count()
}

/// Cost per byte must not depend on the size of the element, the number of its attributes and children, or the size of the chunks.
fn growth(_: Wanted<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut case = |series: &str, units: usize, text: String, chunk: usize| {
        rows.push(Row::grown(series, units, 1, move || pushed(black_box(&text), chunk)));
    };
    for size in [1_000, 10_000, 100_000, 1_000_000] {
        let long = "x".repeat(size);
        case("text", size, format!("<message><body>{long}</body></message>"), 1448);
        case("value", size, format!("<message id='{long}'/>"), 1448);
    }
    for count in [10, 100, 1_000, 10_000] {
        let attributes: String = (0..count).map(|at| format!(" a{at}='1'")).collect();
        case("attributes", count, format!("<message{attributes}/>"), usize::MAX);
        let children = "<a b='c'>d</a>".repeat(count);
        case("children", count, format!("<message>{children}</message>"), usize::MAX);
    }
    for depth in [4, 16, 63] {
        let (open, close) = ("<a>".repeat(depth), "</a>".repeat(depth));
        case("depth", depth, format!("<message>{open}{close}</message>"), usize::MAX);
    }
    let text = format!("<message><body>{}</body></message>", "Deny thy father &amp; ".repeat(3_000));
    for chunk in [1, 16, 256, 4_096, 65_536] {
        case("pieces of one text", text.len().div_ceil(chunk), text.clone(), chunk);
    }
    for size in [1_024, 65_536] {
        let padded = format!("</stream:stream{}>", " ".repeat(size));
        case("end tag in single bytes", padded.len(), padded, 1);
    }
    rows
}

fn main() {
    counted::main("xmpp", growth, &[streams]);
}
