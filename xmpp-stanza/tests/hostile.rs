//! The hostile cases: verdict and stream error, at every split.
#![allow(
    dead_code,
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a failing test shows where"
)]

use xmpp_stanza::{Content, DecodeError, Decoder, Event, Limits, Stanza};

include!("data/read.rs");

fn bytes_of(hex: &str) -> Vec<u8> {
    hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// Feeds the parts one after the other, keeping what was not consumed.
fn feed(decoder: &mut Decoder, parts: &[&[u8]]) -> Result<Vec<Event<'static>>, DecodeError> {
    let mut buffer = Vec::new();
    let mut events = Vec::new();
    for part in parts {
        buffer.extend_from_slice(part);
        let mut input = &buffer[..];
        while let Some(event) = decoder.decode(&mut input)? {
            events.push(event.into_owned());
        }
        let consumed = buffer.len() - input.len();
        buffer.drain(..consumed);
    }
    Ok(events)
}

fn decoder(context: &str) -> Decoder {
    match context {
        "stream-start" => Decoder::new(Limits::default()),
        _ => Decoder::established(Content::Client, Limits::default()),
    }
}

#[test]
fn every_case_has_its_verdict_at_every_split() {
    let Some(bytes) = shared("data/xmpp/hostile_cases.json") else { return };
    let cases: Vec<serde_json::Value> = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(cases.len(), 112);
    for case in &cases {
        let (name, context) = (case["name"].as_str().unwrap(), case["context"].as_str().unwrap());
        let bytes = bytes_of(case["hex"].as_str().unwrap());
        let whole = feed(&mut decoder(context), &[&bytes]);
        match case["expect"].as_str().unwrap() {
            "accept" => {
                let events = whole.as_ref().unwrap_or_else(|error| panic!("{name}: {error}"));
                assert!(!events.is_empty(), "{name}");
                if let [Event::Stanza(element)] = &events[..] {
                    assert!(Stanza::decode(element.clone()).is_ok() || context != "stanza", "{name}");
                }
            }
            "stanza-error" => match &whole.as_ref().unwrap()[..] {
                [Event::Stanza(element)] => assert!(Stanza::decode(element.clone()).is_err(), "{name}"),
                other => panic!("{name}: {other:?}"),
            },
            _ => {
                let error = *whole.as_ref().err().unwrap_or_else(|| panic!("{name}: {whole:?}"));
                assert_eq!(error.reply().as_str(), case["stream_error"].as_str().unwrap(), "{name}: {error}");
            }
        }
        for at in 0..=bytes.len() {
            assert_eq!(feed(&mut decoder(context), &[&bytes[..at], &bytes[at..]]), whole, "{name} split at {at}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(feed(&mut decoder(context), &single), whole, "{name} byte by byte");
    }
}
