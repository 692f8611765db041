//! The examples of the XEPs: every stanza of a supported specification parses typed and survives a round trip, but for the listed ones.
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

use xmpp_stanza::{Content, Decoder, ElementRef, Encoder, Event, Limits, Stanza, xep};

include!("data/read.rs");

/// The scope that examples are written in.
const HEADER: &str = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' \
    xmlns:db='jabber:server:dialback' version='1.0'>";

/// The example without comments, which RFC 6120 §11.1 forbids and authors like.
fn without_comments(xml: &str) -> String {
    let mut out = String::new();
    let mut rest = xml;
    while let Some((before, comment)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
    }
    out + rest
}

/// The first-level elements of an example; words between them (`SEND:`, `RECV:`) are passed over.
fn events(xml: &str) -> Result<Vec<Event<'static>>, String> {
    let xml = without_comments(xml);
    let mut rest = &xml[..];
    let mut events = Vec::new();
    while let Some(at) = rest.find('<') {
        let text = format!("{HEADER}{}", &rest[at..]);
        let mut decoder = Decoder::new(Limits::default()).accept_unknown(true);
        let mut input = text.as_bytes();
        decoder.decode(&mut input).unwrap();
        match decoder.decode(&mut input) {
            Ok(Some(event)) => events.push(event.into_owned()),
            Ok(None) => return Err("incomplete".into()),
            Err(error) => return Err(format!("{:?}", error.kind)),
        }
        rest = &rest[rest.len() - input.len()..];
    }
    Ok(events)
}

fn check_payloads(element: &ElementRef<'_>, depth: usize, faults: &mut Vec<String>) {
    if let Some(Err(error)) = xep::check(element) {
        faults.push(format!("{{{}}}{}: {error}", element.namespace(), element.name()));
    }
    if depth < 8 {
        element.children().for_each(|child| check_payloads(&child, depth + 1, faults));
    }
}

#[test]
fn every_example() {
    let Some(examples) = json_lines("data/xmpp/xep-examples.jsonl.gz") else { return };
    let (mut stanzas, mut different) = (0, Vec::new());
    for example in &examples {
        let (xep, number) = (example["xep"].as_str().unwrap(), example["n"].as_u64().unwrap());
        if example["kind"] != "wf_wrapped" {
            continue;
        }
        let key = format!("{xep}#{number}");
        let events = match events(example["xml"].as_str().unwrap()) {
            Ok(events) => events,
            Err(error) => {
                different.push((key, error));
                continue;
            }
        };
        for event in events {
            let Event::Stanza(element) = &event else {
                if let Some(element) = event.element() {
                    let mut faults = Vec::new();
                    check_payloads(&element.root(), 0, &mut faults);
                    different.extend(faults.into_iter().map(|fault| (key.clone(), fault)));
                }
                continue;
            };
            stanzas += 1;
            match Stanza::decode(element.clone()) {
                Ok(stanza) => {
                    let mut faults = Vec::new();
                    check_payloads(&element.root(), 0, &mut faults);
                    different.extend(faults.into_iter().map(|fault| (key.clone(), fault)));
                    let mut out = Vec::new();
                    Encoder::established(Content::Client).encode(&stanza, &mut out).unwrap();
                    let mut input = &out[..];
                    let again =
                        Decoder::established(Content::Client, Limits::default()).decode(&mut input).unwrap().unwrap();
                    let Event::Stanza(again) = again else { panic!("{key}") };
                    assert_eq!(Stanza::decode(again).unwrap(), stanza, "{key}");
                }
                Err(fault) => different.push((key.clone(), format!("{:?}", fault.kind))),
            }
        }
    }
    different.dedup();
    let listed: Vec<(&str, &str)> = include_str!("data/xep_differences.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t').and_then(|(key, rest)| Some((key, rest.split_once('\t')?.0))))
        .collect();
    println!("{stanzas} stanzas, {} differences, {} listed", different.len(), listed.len());
    for (key, why) in &different {
        assert!(listed.contains(&(&**key, &**why)), "{key}\t{why}");
    }
    assert_eq!(different.len(), listed.len(), "a listed difference is gone");
}
