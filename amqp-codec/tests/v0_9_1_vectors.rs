//! The vectors of `vectors/amqp-0-9-1.txt`: verdict, offset and reply code of each, at once and octet by octet; what is accepted is written back.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    reason = "a test says where it fails by panicking"
)]

#[path = "vectors/octets.rs"]
mod octets;

use std::collections::HashMap;

use amqp_codec::v0_9_1::{
    ContentAssembly, ContentHeader, DecodeError, Decoder, Dialect, Encoder, FieldTable, Frame, Limits,
};
use octets::octets;

const VECTORS: &str = include_str!("vectors/amqp-0-9-1.txt");

/// What is printed, with repetitions.
fn printed(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some((before, rest)) = text.split_once("61*") {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let times = rest[..digits].parse().unwrap();
        text = format!("{before}{}{}", "a".repeat(times), &rest[digits..]);
    }
    text
}

/// What became of a vector, spelled as in the file; and the octets that were written back.
fn verdict(result: Result<(String, Vec<u8>), DecodeError>) -> (String, Vec<u8>) {
    match result {
        Ok((text, again)) => (format!("ok {text}"), again),
        Err(error) => (format!("{:?} @{} {}", error.kind, error.offset, error.reply().code.0), Vec::new()),
    }
}

fn encoder() -> Encoder {
    let mut encoder = Encoder::new();
    encoder.tuned(0);
    encoder
}

fn frames(octets: &[u8], mut decoder: Decoder, step: usize) -> (String, Vec<u8>) {
    let (mut lines, mut again) = (Vec::new(), Vec::new());
    let mut channels: HashMap<u16, ContentAssembly> = HashMap::new();
    let (mut start, mut end) = (0, 0);
    loop {
        end = octets.len().min(end + step);
        let mut input = &octets[start..end];
        loop {
            let frame = match decoder.decode(&mut input) {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(error) => return verdict(Err(error)),
            };
            // Bodies and headers may come alone: a vector need not begin with a method.
            if channels.contains_key(&frame.channel()) || matches!(*frame, Frame::Method { .. }) {
                let channel = channels.entry(frame.channel()).or_insert_with(|| ContentAssembly::new(u64::MAX));
                if let Err(error) = channel.accept(&frame) {
                    return verdict(Err(error));
                }
            }
            lines.push(frame.to_string());
            encoder().encode(&frame, &mut again).unwrap();
        }
        start = end - input.len();
        if end == octets.len() {
            break;
        }
    }
    if start < end || octets.is_empty() {
        return (format!("more {}", if octets.is_empty() { 7 } else { decoder.needed() }), Vec::new());
    }
    verdict(Ok((lines.join("; "), again)))
}

fn run(layer: &str, dialect: Dialect, octets: &[u8], step: usize) -> (String, Vec<u8>) {
    let limits = Limits { channel_max: u16::MAX, ..Limits::default() };
    match layer {
        "start" => frames(octets, Decoder::new(dialect, limits), step),
        "frame" => {
            let mut decoder = Decoder::new(dialect, limits);
            decoder.tuned(131_072, 0);
            frames(octets, decoder, step)
        }
        "table" => verdict(FieldTable::decode(octets, &dialect, &limits).map(|table| {
            let mut again = u32::try_from(table.content_len()).unwrap().to_be_bytes().to_vec();
            again.extend_from_slice(&table.content());
            (table.to_string(), again)
        })),
        "header" => verdict(ContentHeader::decode(octets, &dialect, &limits).map(|header| {
            let mut frame = Vec::new();
            encoder().encode(&Frame::Header { channel: 1, header: header.clone() }, &mut frame).unwrap();
            (header.to_string(), frame[7..frame.len() - 1].to_vec())
        })),
        other => panic!("{other}"),
    }
}

#[test]
fn every_vector_gets_its_verdict() {
    let (mut count, mut wrong) = (0, Vec::new());
    for line in VECTORS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let parts: Vec<&str> = line.splitn(3, '|').map(str::trim).collect();
        let [what, hex, wanted] = parts[..] else { panic!("{line}") };
        let (layer, dialect) = what.split_once(' ').unwrap();
        let dialect = match dialect {
            "spec" => Dialect::SPEC,
            "rabbitmq" => Dialect::RABBITMQ,
            other => panic!("{other}"),
        };
        let octets = octets(hex);
        let canonical = !wanted.starts_with("ok~");
        let wanted = printed(&wanted.replacen("ok~", "ok", 1));
        for step in [usize::MAX / 2, 1] {
            let (found, again) = run(layer, dialect, &octets, step);
            if found != wanted {
                wrong.push(format!("{line}\n    is {found}"));
            } else if wanted.starts_with("ok") && (again == octets) != canonical {
                wrong.push(format!("{line}\n    written back as {again:02x?}"));
            }
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 150, "only {count} vectors");
}
