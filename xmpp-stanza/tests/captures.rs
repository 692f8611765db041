//! Real conversations at every split, agreeing with what expat says: names, attributes, children, offsets.
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

use std::collections::BTreeMap;

use serde_json::Value as Json;
use xmpp_stanza::framing::{bosh, websocket};
use xmpp_stanza::{Context, Decoder, ElementRef, Event, Limits, ns};

include!("data/read.rs");

const ROOT: &str = "captures/dev/xmpp";

fn expanded(namespace: &str, name: &str) -> String {
    if namespace.is_empty() { name.into() } else { format!("{namespace}}}{name}") }
}

fn name(element: &ElementRef<'_>) -> String {
    expanded(&element.namespace().to_cow(), element.name())
}

fn attributes(element: &ElementRef<'_>) -> BTreeMap<String, String> {
    let pair = |a: xmpp_stanza::Attribute<'_>| (expanded(&a.namespace.to_cow(), a.name), a.value.to_cow().into_owned());
    element.attributes().map(pair).collect()
}

fn json_attributes(record: &Json) -> BTreeMap<String, String> {
    record.as_object().unwrap().iter().map(|(key, value)| (key.clone(), value.as_str().unwrap().into())).collect()
}

/// Decodes one direction; restarts where a header begins after SASL, stops at TLS.
fn decode(bytes: &[u8], chunks: impl Iterator<Item = usize>) -> Vec<(u64, u64, Event<'static>)> {
    let mut decoder = Decoder::new(Limits::default()).accept_unknown(true);
    let mut events = Vec::new();
    let (mut start, mut end, mut restart) = (0, 0, false);
    for chunk in chunks.chain([usize::MAX]) {
        end = bytes.len().min(chunk.saturating_add(end));
        loop {
            let mut input = &bytes[start..end];
            if restart && (input.starts_with(b"<?xml") || input.starts_with(b"<stream:stream")) {
                decoder.restart();
                restart = false;
            } else if restart
                && input.len() < 14
                && (b"<?xml".starts_with(input) || b"<stream:stream".starts_with(input))
            {
                break;
            }
            let event = decoder.decode(&mut input).unwrap_or_else(|error| panic!("{error} behind {start}"));
            let Some(event) = event.map(Event::into_owned) else {
                start = end - input.len();
                break;
            };
            let to = end - input.len();
            let len = match &event {
                Event::Open(_) | Event::Close => 0,
                event => event.element().unwrap().as_str().len(),
            };
            start = to;
            if let Some(element) = event.element() {
                restart |= element.root().namespace() == *ns::SASL;
                if element.root().is(ns::TLS, "proceed") {
                    events.push(((to - len) as u64, len as u64, event));
                    return events;
                }
            }
            events.push(((to - len) as u64, len as u64, event));
        }
    }
    events
}

fn directions() -> Vec<(String, Vec<Json>, Vec<u8>)> {
    let names = ["badinput", "s2s-dialback", "slixmpp-auths", "slixmpp-comp", "slixmpp-im", "slixmpp-sm"];
    let mut all = Vec::new();
    for name in names.map(|name| format!("xmpp-prosody-{name}")) {
        let Some(records) = json_lines(&format!("{ROOT}/{name}/{name}.stanzas.jsonl.gz")) else { return all };
        let mut flows: BTreeMap<(u64, String), Vec<Json>> = BTreeMap::new();
        for record in records {
            let key = (record["stream"].as_u64().unwrap(), record["dir"].as_str().unwrap().to_owned());
            flows.entry(key).or_default().push(record);
        }
        for ((stream, dir), records) in flows {
            // The bad inputs are judged in `hostile.rs`; their payloads are not unpacked.
            let path = format!("{ROOT}/{name}/{name}.tcp{stream}.{dir}.bin");
            if name.ends_with("badinput") {
                continue;
            }
            if let Some(bytes) = shared(&path) {
                all.push((path, records, bytes));
            }
        }
    }
    all
}

#[test]
fn agree_with_expat() {
    let (mut compared, directions) = (0, directions());
    for (path, records, bytes) in &directions {
        let events = decode(bytes, std::iter::empty());
        let stanzas: Vec<_> = events.iter().filter(|(.., event)| event.element().is_some()).collect();
        let expected: Vec<_> = records.iter().filter(|record| record["kind"] == "stanza").collect();
        assert_eq!(stanzas.len(), expected.len(), "{path}");
        for ((offset, len, event), record) in stanzas.into_iter().zip(expected) {
            let element = event.element().unwrap();
            let root = element.root();
            assert_eq!(name(&root), record["name"].as_str().unwrap(), "{path}");
            assert_eq!(attributes(&root), json_attributes(&record["attrs"]), "{path}");
            assert_eq!((*offset, *len), (record["off"].as_u64().unwrap(), record["len"].as_u64().unwrap()), "{path}");
            let children: Vec<String> = root.children().map(|child| name(&child)).collect();
            let named: Vec<&str> =
                record["children"].as_array().unwrap().iter().map(|child| child.as_str().unwrap()).collect();
            assert_eq!(children, named, "{path}");
            compared += 1;
        }
        let opens = events.iter().filter(|(.., event)| matches!(event, Event::Open(_))).count();
        assert_eq!(opens, records.iter().filter(|record| record["kind"] == "stream-open").count(), "{path}");
    }
    println!("{compared} stanzas in {} directions agree", directions.len());
    assert!(directions.is_empty() || compared > 300);
}

/// Steps of several sizes over whole directions, and every single split inside every unit: the bytes of an event in two parts, then the event
/// that follows, by a decoder that stands where the event begins. The cost is bounded by the sizes of the units, not of the captures.
#[test]
fn every_split_gives_the_same_events() {
    let mut splits = 0;
    for (path, _, bytes) in directions() {
        let whole = decode(&bytes, std::iter::empty());
        let steps: &[usize] = if bytes.len() < 8192 { &[1, 2, 3, 7, 64, 1448] } else { &[1, 13, 1448] };
        for &step in steps {
            assert_eq!(
                decode(&bytes, std::iter::repeat_n(step, bytes.len() / step)),
                whole,
                "{path} in steps of {step}"
            );
        }
        for (offset, len, event) in &whole {
            let Some(element) = event.element() else { continue };
            let from = usize::try_from(*offset).unwrap();
            let unit = &bytes[from..from + usize::try_from(*len).unwrap()];
            for at in 0..=unit.len() {
                let mut decoder = within(element.context());
                let mut first = &unit[..at];
                let early = decoder.decode(&mut first).unwrap();
                assert_eq!(early.is_some(), at == unit.len(), "{path}: {from} split at {at}");
                if early.is_none() {
                    assert_eq!(first.len(), at, "nothing is consumed");
                    let late = decoder.decode(&mut &unit[..]).unwrap().unwrap();
                    assert!(late.element().unwrap().as_str() == element.as_str(), "{path}: {from} split at {at}");
                }
                splits += 1;
            }
        }
        if bytes.len() < 1000 {
            for at in 1..bytes.len() {
                assert_eq!(decode(&bytes, std::iter::once(at)), whole, "{path} split at {at}");
            }
        }
    }
    println!("{splits} splits inside elements");
}

/// A decoder that stands between the elements of a stream with that scope.
fn within(context: &Context) -> Decoder {
    let mut header = Vec::new();
    let mut open = xmpp_stanza::Header::new(xmpp_stanza::Content::Client);
    open.content = context.content();
    xmpp_stanza::Encoder::new(Context::EMPTY).encode(&open, &mut header).unwrap();
    let dialback: &[u8] = b" xmlns:db='jabber:server:dialback'>";
    if header.pop() == Some(b'>') {
        header.extend_from_slice(dialback);
    }
    let mut decoder = Decoder::new(Limits::default()).accept_unknown(true);
    decoder.decode(&mut &header[..]).unwrap().unwrap();
    decoder
}

#[test]
fn websocket_messages_agree_with_expat() {
    let name_of = "xmpp-prosody-strophe-ws";
    let Some(records) = json_lines(&format!("{ROOT}/{name_of}/{name_of}.ws.stanzas.jsonl.gz")) else { return };
    for record in &records {
        let xml = record["xml"].as_str().unwrap().as_bytes();
        let frame = websocket::Frame::decode(xml, &Limits::default()).unwrap();
        if let websocket::Frame::Event(event) = &frame {
            let root = event.element().unwrap();
            assert_eq!(name(&root.root()), record["root"].as_str().unwrap());
            assert_eq!(attributes(&root.root()), json_attributes(&record["attrs"]));
            let children: Vec<String> = root.root().children().map(|child| name(&child)).collect();
            let named: Vec<&str> =
                record["children"].as_array().unwrap().iter().map(|child| child[0].as_str().unwrap()).collect();
            assert_eq!(children, named);
        }
        let mut out = Vec::new();
        xmpp_stanza::Encoder::new(Context::EMPTY).encode(&frame, &mut out).unwrap();
        assert_eq!(websocket::Frame::decode(&out, &Limits::default()).unwrap(), frame);
    }
    assert!(records.len() > 20);
}

#[test]
fn bosh_bodies_agree_with_expat() {
    let name_of = "xmpp-prosody-strophe-bosh";
    let Some(records) = json_lines(&format!("{ROOT}/{name_of}/{name_of}.bosh.stanzas.jsonl.gz")) else { return };
    for record in &records {
        let xml = record["xml"].as_str().unwrap().as_bytes();
        let body = bosh::Body::decode(xml, &Limits::default()).unwrap();
        assert_eq!(attributes(&body.element().root()), json_attributes(&record["attrs"]));
        let children: Vec<String> = body.children().map(|child| name(&child)).collect();
        let named: Vec<&str> =
            record["children"].as_array().unwrap().iter().map(|child| child[0].as_str().unwrap()).collect();
        assert_eq!(children, named);
        body.rid().unwrap();
    }
    assert!(records.len() > 20);
}

#[test]
fn starttls_capture_stops_at_proceed() {
    let Some(bytes) = shared("data/xmpp/captures/zeek-c2s-01-s2c-5222-56048.bin") else { return };
    let events = decode(&bytes, std::iter::empty());
    let Some((.., Event::Nonza(last))) = events.last() else { panic!("{events:?}") };
    assert!(last.root().is(ns::TLS, "proceed"));
}

#[test]
fn old_plain_text_sessions() {
    for name in ["00-c2s-57094-5222", "01-s2c-5222-57094", "02-c2s-57122-5222", "03-s2c-5222-57122"] {
        let Some(bytes) = shared(&format!("data/xmpp/captures/ndpi-{name}.bin")) else { return };
        let events = decode(&bytes, std::iter::empty());
        assert!(events.len() > 8, "{name}: {events:?}");
        assert_eq!(decode(&bytes, std::iter::repeat_n(1, bytes.len())), events);
    }
}
