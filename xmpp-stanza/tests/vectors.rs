//! Streams with their verdicts, replies and offsets (`vectors/streams.tsv`), at every split.
#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a failing test shows where"
)]

use std::fmt::Write as _;

use xmpp_stanza::{Content, Decoder, Event, Limits, Stanza};

/// `¦`, which marks the byte that a fatal verdict names.
const MARK: &[u8] = "¦".as_bytes();

/// The bytes of a vector, and where the mark stood.
fn bytes_of(text: &str) -> (Vec<u8>, Option<usize>) {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest[0] {
            b't' => b'\t',
            b'n' => b'\n',
            b'r' => b'\r',
            b'0' => 0,
            b'\\' => b'\\',
            b'x' => u8::from_str_radix(std::str::from_utf8(&rest[1..3]).unwrap(), 16).unwrap(),
            other => panic!("\\{}", char::from(other)),
        });
        rest = &rest[if rest[0] == b'x' { 3 } else { 1 }..];
    }
    let mark = bytes.windows(MARK.len()).position(|window| window == MARK);
    if let Some(at) = mark {
        bytes.drain(at..at + MARK.len());
    }
    (bytes, mark)
}

/// `verdict reply offset` of a stream that arrives in these parts.
fn verdict(state: &str, parts: &[&[u8]]) -> String {
    let mut decoder = match state {
        "start" => Decoder::new(Limits::default()),
        _ => Decoder::established(Content::Client, Limits::default()),
    };
    let (mut buffer, mut fault) = (Vec::new(), None);
    let (mut complete, mut open) = (false, false);
    for part in parts {
        buffer.extend_from_slice(part);
        let mut input = &buffer[..];
        loop {
            match decoder.decode(&mut input) {
                Err(error) => {
                    let at = usize::try_from(decoder.position()).unwrap() + error.offset;
                    return format!("fatal {} {at}", error.reply().as_str());
                }
                Ok(Some(Event::Stanza(element))) => {
                    fault = fault.or(Stanza::decode(element).err().map(|fault| fault.reply()));
                    open = true;
                }
                Ok(Some(_)) => open = true,
                Ok(None) => break,
            }
        }
        complete = input.is_empty() && open;
        let consumed = buffer.len() - input.len();
        buffer.drain(..consumed);
    }
    match fault {
        Some(reply) => format!("fault {}", reply.as_str()),
        None if complete => "ok -".into(),
        None => "incomplete -".into(),
    }
}

#[test]
fn verdicts_replies_and_offsets_at_every_split() {
    let (mut faults, mut count) = (String::new(), 0);
    for line in include_str!("vectors/streams.tsv").lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [state, kind, reply, text, source] = columns[..] else { panic!("{line}") };
        assert!(source.contains('§'), "{line}");
        let (bytes, mark) = bytes_of(text);
        let expected = match mark {
            Some(at) => format!("{kind} {reply} {at}"),
            None => format!("{kind} {reply}"),
        };
        count += 1;
        let whole = verdict(state, &[&bytes]);
        if whole != expected {
            writeln!(faults, "{line}\n    {whole}, not {expected}").unwrap();
        }
        for at in 0..=bytes.len() {
            assert_eq!(verdict(state, &[&bytes[..at], &bytes[at..]]), whole, "{line}\n    split at {at}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(verdict(state, &single), whole, "{line}\n    byte by byte");
    }
    assert!(faults.is_empty(), "\n{faults}");
    assert!(count > 300, "{count} vectors");
}

#[test]
fn payload_rules() {
    let (mut faults, mut count) = (String::new(), 0);
    for line in include_str!("vectors/payloads.tsv").lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [expected, text, source] = columns[..] else { panic!("{line}") };
        assert!(source.contains('§'), "{line}");
        let stanza = format!("<message>{text}</message>");
        let event =
            Decoder::established(Content::Client, Limits::default()).decode(&mut stanza.as_bytes()).unwrap().unwrap();
        let root = event.element().unwrap().root();
        let payload = root.children().next().unwrap();
        let verdict = match xmpp_stanza::xep::check(&payload) {
            None => "not known",
            Some(Ok(())) => "ok",
            Some(Err(error)) => error.reply().as_str(),
        };
        count += 1;
        if verdict != expected {
            writeln!(faults, "{line}\n    {verdict}").unwrap();
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
    assert!(count > 90, "{count} vectors");
}
