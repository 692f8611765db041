//! The borders that `tests/vectors/amqp-1.0.txt` draws.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking"
)]

#[path = "vectors/octets.rs"]
mod octets;

use amqp_codec::v1_0::{DecodeError, Decoder, Encoded, Encoder, Limits, Message, Section};
use octets::octets;

/// What became of octets: how they print and encode again, or how many are missing at least.
enum Taken {
    Whole(Option<String>, Vec<u8>),
    More(usize),
}

fn run(layer: &str, input: &[u8]) -> Result<Taken, DecodeError> {
    let limits = Limits::default();
    let (mut rest, mut again) = (input, Vec::new());
    let text = match layer {
        "value" => {
            let value = Encoded::decode(&mut rest, &limits)?;
            again.extend_from_slice(value.canonical().as_bytes());
            Some(value.to_string())
        }
        "section" => {
            Section::decode(&mut rest, &limits)?.encode(&mut again).unwrap();
            None
        }
        "message" => {
            Message::decode(rest, &limits)?.encode(&mut again).unwrap();
            rest = &[];
            None
        }
        "frame" => {
            let mut decoder = Decoder::established(None, limits);
            let Some(frame) = decoder.decode(&mut rest)? else { return Ok(Taken::More(decoder.needed())) };
            Encoder::new(u32::MAX).encode(&frame, &mut again).unwrap();
            Some(frame.to_string())
        }
        _ => panic!("{layer}?"),
    };
    assert!(rest.is_empty(), "octets are left");
    Ok(Taken::Whole(text, again))
}

#[test]
fn every_border_is_where_the_specification_draws_it() {
    let text = include_str!("vectors/amqp-1.0.txt");
    let (mut count, mut wrong) = (0, Vec::new());
    for (number, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let [layer, hex, verdict] = line.split(" |").collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (layer, lossy) = layer.strip_prefix('~').map_or((layer, false), |layer| (layer, true));
        let (input, verdict) = (octets(hex), verdict.trim());
        let seen = match run(layer, &input) {
            Err(error) => format!("{:?} {} {}", error.kind, error.offset, error.reply().condition),
            Ok(Taken::More(needed)) => format!("? {needed}"),
            Ok(Taken::Whole(Some(text), again)) if verdict.starts_with('=') => {
                assert!(lossy || again == input, "{line}: encodes as {again:02x?}");
                format!("= {text}").trim_end().to_owned()
            }
            Ok(Taken::Whole(..)) => "+".to_owned(),
        };
        if seen != verdict {
            wrong.push(format!("line {}: {line}\n    but: {seen}", number + 1));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 400, "{count} lines");
}
