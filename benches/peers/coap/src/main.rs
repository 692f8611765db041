//! CoAP codecs over identical datagrams in one process. The command line is that of `contest`.
//!
//! With `--features libcoap`, the C library takes part.

#![allow(missing_docs, reason = "a program, not a library")]

#[cfg(feature = "libcoap")]
mod libcoap;
mod peers;
mod rows;

use std::hint::black_box;
use std::process::ExitCode;

use contest::Contestant;
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

fn round<'r>(row: &'r Row, parts: &'r [Parts], is_encode: bool, who: &str) -> Option<Encode<'r>> {
    if is_encode {
        return encode(who, parts);
    }
    let visit = decode(who)?;
    Some(Box::new(move || row.datagrams.iter().map(|datagram| visit(black_box(datagram))).fold(0, u64::wrapping_add)))
}

/// Everybody must have seen the same, and written as much; libcoap's encoder counts something else.
fn row<'r>(row: &'r Row, parts: &'r [Parts], is_encode: bool) -> contest::Row<'r> {
    let mut rounds: Vec<_> = WHO.iter().filter_map(|who| Some((*who, round(row, parts, is_encode, who)?))).collect();
    let ours = (rounds[0].1)();
    let expected = |who| if is_encode && who == "libcoap" { 0..=u64::MAX } else { ours..=ours };
    contest::Row {
        name: format!("{}-{}", if is_encode { "encode" } else { "decode" }, row.name),
        messages: row.datagrams.len(),
        bytes: row.datagrams.iter().map(Vec::len).sum(),
        contestants: rounds.into_iter().map(|(who, round)| Contestant::new(who, expected(who), round)).collect(),
        left_out: Vec::new(),
    }
}

fn main() -> ExitCode {
    let rows = rows::all();
    let parts: Vec<Vec<Parts>> =
        rows.iter().map(|row| row.datagrams.iter().map(|datagram| Parts::of(datagram)).collect()).collect();
    let cases = rows.iter().zip(&parts).flat_map(|(own, parts)| [row(own, parts, false), row(own, parts, true)]);
    contest::main(cases.collect(), Vec::new)
}
