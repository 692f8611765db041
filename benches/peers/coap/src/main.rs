//! CoAP codecs over identical datagrams in one process.
//!
//! ```text
//! coap-peers [--seconds 0.4] [--only TEXT]     a Markdown table, one line per row and contestant
//! coap-peers --list                            rows and contestants
//! coap-peers --row ROW --who NAME --count N    N rounds of one row by one contestant, for callgrind (see benches/instructions)
//! ```
//! With `--features libcoap`, the C library takes part.

#![allow(missing_docs, reason = "a program, not a library")]

#[path = "../../alloc.rs"]
mod alloc;
#[cfg(feature = "libcoap")]
mod libcoap;
mod peers;
mod rows;

use std::hint::black_box;
use std::time::Instant;

use peers::Encode;
use rows::{Parts, Row};

const WHO: &[&str] = &["ours", "bare walk", "coap-message-implementations", "libcoap", "coap-lite", "toad-msg"];

fn decode(who: &str) -> Option<fn(&[u8]) -> u64> {
    match who {
        "ours" => Some(peers::ours),
        "bare walk" => Some(peers::floor),
        "coap-message-implementations" => Some(peers::implementations),
        #[cfg(feature = "libcoap")]
        "libcoap" => Some(libcoap::visit),
        "coap-lite" => Some(peers::coap_lite),
        "toad-msg" => Some(peers::toad),
        _ => None,
    }
}

fn encode<'p>(who: &str, parts: &'p [Parts]) -> Option<Encode<'p>> {
    match who {
        "ours" => Some(peers::encode_ours(parts)),
        "bare walk" => Some(peers::encode_floor(parts)),
        "coap-message-implementations" => Some(peers::encode_implementations(parts)),
        #[cfg(feature = "libcoap")]
        "libcoap" => Some(libcoap::encode(parts)),
        "coap-lite" => Some(peers::encode_coap_lite(parts)),
        _ => None,
    }
}

/// What callgrind counts.
#[inline(never)]
fn measured_region(round: &mut dyn FnMut() -> u64) -> u64 {
    round()
}

fn round<'r>(row: &'r Row, parts: &'r [Parts], is_encode: bool, who: &str) -> Option<Encode<'r>> {
    if is_encode {
        return encode(who, parts);
    }
    let visit = decode(who)?;
    Some(Box::new(move || row.datagrams.iter().map(|datagram| visit(black_box(datagram))).fold(0, u64::wrapping_add)))
}

/// Takes turns, so that a slow second of the machine meets everybody, and reports the median round.
fn measure(row: &Row, is_encode: bool, seconds: f64) {
    let parts: Vec<Parts> = row.datagrams.iter().map(|datagram| Parts::of(datagram)).collect();
    let mut rounds: Vec<_> =
        WHO.iter().filter_map(|who| round(row, &parts, is_encode, who).map(|round| (*who, round, Vec::new()))).collect();
    let repeat = 1 + 2000 / row.datagrams.len();
    for _ in 0..16 {
        for (_, round, times) in &mut rounds {
            black_box(measured_region(round));
            let begin = Instant::now();
            while begin.elapsed().as_secs_f64() < seconds / 16.0 {
                let start = Instant::now();
                for _ in 0..repeat {
                    black_box(measured_region(round));
                }
                times.push(start.elapsed().as_nanos() as f64 / (repeat * row.datagrams.len()) as f64);
            }
        }
    }
    let mut ours = 0.0;
    for (who, round, times) in &mut rounds {
        times.sort_by(f64::total_cmp);
        let median = times[times.len() / 2];
        if *who == "ours" {
            ours = median;
        }
        let allocations = alloc::count(|| {
            alloc::start();
            black_box(measured_region(round));
            alloc::stop();
        }) as f64
            / row.datagrams.len() as f64;
        let work = if is_encode { "encode" } else { "decode" };
        println!("| {work}-{} | {who} | {median:.1} | {:.2} | {allocations:.1} |", row.name, median / ours);
    }
}

fn option(name: &str) -> Option<String> {
    let arguments: Vec<_> = std::env::args().collect();
    let place = arguments.iter().position(|argument| argument == name)?;
    arguments.get(place + 1).cloned()
}

/// Everybody must have seen the same, and written as much.
fn check(row: &Row) {
    let parts: Vec<Parts> = row.datagrams.iter().map(|datagram| Parts::of(datagram)).collect();
    for is_encode in [false, true] {
        let Some(mut ours) = round(row, &parts, is_encode, "ours") else { continue };
        let expected = ours();
        for who in WHO.iter().filter(|who| !(is_encode && **who == "libcoap")) {
            if let Some(mut round) = round(row, &parts, is_encode, who) {
                assert_eq!(round(), expected, "{} by {who}", row.name);
            }
        }
    }
}

fn main() {
    let rows = rows::all();
    rows.iter().for_each(check);
    if std::env::args().any(|argument| argument == "--list") {
        rows.iter().for_each(|row| println!("decode-{0}\nencode-{0}", row.name));
        WHO.iter().for_each(|who| println!("  {who}"));
        return;
    }
    if let (Some(name), Some(who)) = (option("--row"), option("--who")) {
        let (work, name) = name.split_once('-').unwrap();
        let row = rows.iter().find(|row| row.name == name).unwrap();
        let parts: Vec<Parts> = row.datagrams.iter().map(|datagram| Parts::of(datagram)).collect();
        let Some(mut round) = round(row, &parts, work == "encode", &who) else { std::process::exit(1) };
        let count = option("--count").map_or(1, |count| count.parse().unwrap());
        for _ in 0..count {
            black_box(measured_region(&mut round));
        }
        println!("{}", count * row.datagrams.len());
        return;
    }
    let seconds = option("--seconds").map_or(0.4, |seconds| seconds.parse().unwrap());
    let only = option("--only").unwrap_or_default();
    println!("| row | who | ns | ratio to ours | allocations |\n|---|---|---:|---:|---:|");
    for row in rows.iter().filter(|row| row.name.contains(&only)) {
        measure(row, false, seconds);
        measure(row, true, seconds);
    }
}
