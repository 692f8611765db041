//! The vectors of `tests/vectors/boundaries.txt`: what the specifications say of each border and of each step beyond it.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may panic")]

use core::fmt::Write;

use coap_codec::{Decoder, Effect, Encoder, Limits, Message, Policy, Transport};

const VECTORS: &str = include_str!("vectors/boundaries.txt");

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// `message`, every option at fault with what that leads to, and what the message as a whole is answered with.
fn of_message(message: &Message<'_>, transport: Transport, wire: &[u8]) -> String {
    let mut encoder = Encoder::new(transport);
    encoder.max_message_len = u32::MAX;
    let mut again = Vec::new();
    encoder.encode(message, &mut again).unwrap();
    assert_eq!(again, wire, "what is decoded is encoded again");
    let mut verdict = "message".to_owned();
    let policy = Policy::default();
    for finding in message.check(&policy) {
        let effect = match finding.effect {
            Effect::IgnoreOption => "ignored".to_owned(),
            Effect::Forward => "forwarded".to_owned(),
            Effect::Refuse(reply) => reply.to_string(),
        };
        write!(verdict, ", {} {:?} {effect}", finding.option.number.0, finding.fault).unwrap();
    }
    if let Some(reply) = message.refusal(&policy) {
        write!(verdict, " -> {reply}").unwrap();
    }
    verdict
}

fn verdict(transport: &str, wire: &[u8]) -> String {
    let limits = Limits::default();
    match transport {
        "udp" => match Message::decode(wire, &limits) {
            Ok(message) => of_message(&message, Transport::Udp, wire),
            Err(reject) => format!("{:?} at {} -> {}", reject.kind(), reject.offset(), reject.reply()),
        },
        "ws" => match Message::decode_frame(wire, &limits) {
            Ok(message) => of_message(&message, Transport::WebSocket, wire),
            Err(error) => format!("{:?} at {} -> {}", error.kind, error.offset, error.reply()),
        },
        "tcp" => stream_verdict(wire, limits),
        other => panic!("{other}"),
    }
}

/// The messages of a stream with `+` between them, then what is missing or wrong.
fn stream_verdict(wire: &[u8], limits: Limits) -> String {
    let mut decoder = Decoder::established(Transport::Tcp, limits);
    let mut rest = wire;
    let mut verdicts = Vec::new();
    while !rest.is_empty() {
        let before = rest;
        match decoder.decode(&mut rest) {
            Ok(Some(message)) => {
                let consumed = before.strip_suffix(rest).unwrap();
                verdicts.push(of_message(&message, Transport::Tcp, consumed));
            }
            Ok(None) => {
                verdicts.push(format!("{} missing", decoder.needed()));
                break;
            }
            Err(error) => {
                verdicts.push(format!("{:?} at {} -> {}", error.kind, error.offset, error.reply()));
                break;
            }
        }
    }
    verdicts.join(" + ")
}

#[test]
fn every_border_is_where_the_specifications_draw_it() {
    let mut count = 0;
    let mut faults = String::new();
    for line in VECTORS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (vector, expected) = line.split_once('|').unwrap();
        let (transport, hex) = vector.split_once(' ').unwrap();
        let verdict = verdict(transport, &bytes(hex));
        if verdict != expected.trim() {
            writeln!(faults, "{}| {verdict}", vector.trim_end()).unwrap();
        }
        count += 1;
    }
    assert!(faults.is_empty(), "\n{faults}");
    assert!(count > 150, "{count}");
}
