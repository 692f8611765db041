//! The ledgers of AMQP 0-9-1: every rule of the XML, every constraint of the text and every erratum is either enforced where the ledger says and
//! shown by the test that it names, or has a reason why it is not a codec's business.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::too_many_lines,
    reason = "a test says where it fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use amqp_codec::v0_9_1::{FRAME_END, FRAME_MIN_SIZE, FrameType, ReplyCode};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The lines of a ledger: id, where, test, note.
fn ledger(name: &str) -> Vec<[String; 4]> {
    let text = read(&format!("spec/{name}"));
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let columns: Vec<String> = line.split('\t').map(str::to_owned).collect();
            columns.try_into().unwrap_or_else(|_| panic!("{name}: four columns in {line:?}"))
        })
        .collect()
}

/// Checks a ledger; `citation` is what the source must say.
fn check(name: &str, citation: impl Fn(&str) -> String) -> usize {
    let mut ids = BTreeSet::new();
    let mut enforced = 0_usize;
    for [id, source, test, note] in ledger(name) {
        assert!(ids.insert(id.clone()), "{name}: {id} stands twice");
        if source == "-" || test == "-" {
            assert!(source == test && note.len() > 10, "{name}: {id} has neither a citation with a test nor a reason");
            continue;
        }
        assert!(read(&source).contains(&citation(&id)), "{name}: {} is not cited in {source}", citation(&id));
        let (file, function) = test.split_once("::").expect("file::function");
        assert!(read(file).contains(&format!("fn {function}()")), "{name}: {id} names {test}, which does not exist");
        enforced = enforced.wrapping_add(1);
    }
    enforced
}

#[test]
fn every_rule_is_enforced_or_has_a_reason() {
    let rules = check("amqp-0-9-1-rules.tsv", str::to_owned);
    // `§4.2.3 type` is cited as `AMQP 0-9-1 §4.2.3`; `errata 3` may stand in a list of errata.
    let text = check("amqp-0-9-1-text.tsv", |id| match id.strip_prefix('§') {
        Some(section) => format!("§{}", section.split(' ').next().unwrap()),
        None => "errata".to_owned(),
    });
    println!("{rules} rules of the XML and {text} constraints of the text are enforced here");
    assert!(rules >= 9 && text >= 40);
}

fn xml() -> Option<String> {
    let shared = std::env::var_os("CODEC_DATA").map_or_else(|| root().join("../../shared"), PathBuf::from);
    let path = shared.join("data/amqp/spec-091/rabbitmq-amqp-0.9.1-spec/amqp0-9-1.xml");
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: no specification at {}", path.display());
    }
    text
}

/// The value of an attribute, with or without blanks around its `=`.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, tail) = tag.split_once(&format!(" {name}"))?;
    tail.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?.split('"').next()
}

#[test]
fn no_rule_of_the_xml_is_missing() {
    let Some(xml) = xml() else { return };
    let ids: BTreeSet<String> = ledger("amqp-0-9-1-rules.tsv").into_iter().map(|[id, ..]| id).collect();
    let mut path: Vec<(&str, String)> = Vec::new();
    let mut found = BTreeSet::new();
    let mut rest = xml.as_str();
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        if rest.starts_with("<!--") {
            rest = &rest[rest.find("-->").unwrap()..];
            continue;
        }
        let end = rest.find('>').unwrap();
        let tag = &rest[1..end];
        rest = &rest[end..];
        for kind in ["class", "method", "field", "domain"] {
            let opens = tag.strip_prefix(kind).is_some_and(|tail| tail.starts_with(char::is_whitespace));
            if opens && !tag.ends_with('/') {
                path.push((kind, attribute(tag, "name").unwrap().to_owned()));
            } else if tag.strip_prefix('/').is_some_and(|name| name == kind) {
                assert_eq!(path.pop().unwrap().0, kind);
            }
        }
        if tag.starts_with("rule") {
            let names: Vec<_> = path.iter().map(|(_, name)| name.as_str()).collect();
            found.insert(format!("{}.{}", names.join("."), attribute(tag, "name").unwrap().replace(' ', "-")));
        }
    }
    assert_eq!(found.len(), 115);
    assert_eq!(ids, found);
}

#[test]
fn the_reply_codes_are_those_of_the_xml() {
    assert_eq!(ReplyCode::NO_ROUTE.name(), Some("no-route"));
    assert!(ReplyCode::NO_ROUTE.is_soft() && !ReplyCode::NO_ROUTE.is_hard());
    let Some(xml) = xml() else { return };
    let mut count = 0_usize;
    for tag in xml.split('<').filter(|tag| tag.starts_with("constant ")) {
        let (name, value) = (attribute(tag, "name").unwrap(), attribute(tag, "value").unwrap().parse::<u16>().unwrap());
        count = count.wrapping_add(1);
        match name {
            "frame-method" => assert_eq!(value, u16::from(FrameType::METHOD.0)),
            "frame-header" => assert_eq!(value, u16::from(FrameType::HEADER.0)),
            "frame-body" => assert_eq!(value, u16::from(FrameType::BODY.0)),
            "frame-heartbeat" => assert_eq!(value, u16::from(FrameType::HEARTBEAT.0)),
            "frame-min-size" => assert_eq!(u32::from(value), FRAME_MIN_SIZE),
            "frame-end" => assert_eq!(value, u16::from(FRAME_END)),
            _ => {
                let code = ReplyCode(value);
                assert_eq!(code.name(), Some(name));
                assert_eq!(code.is_soft(), attribute(tag, "class") == Some("soft-error"), "{name}");
                assert_eq!(code.is_hard(), attribute(tag, "class") == Some("hard-error"), "{name}");
            }
        }
    }
    assert!(count > 20);
}
