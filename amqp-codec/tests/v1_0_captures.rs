//! Recorded conversations: they decode whole, at every split and octet by octet, re-encode to equals, and say what Wireshark says.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and some measure time"
)]

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use amqp_codec::v1_0::{Decoder, Described, Encoded, Encoder, Frame, Limits, Performative, Value, descriptor};
use serde_json::Value as Json;

fn captures() -> Vec<PathBuf> {
    let shared = std::env::var_os("CODEC_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let Ok(folder) = std::fs::read_dir(shared.join("captures/dev/amqp10")) else {
        println!("skipped: no captures");
        return Vec::new();
    };
    folder.map(|entry| entry.unwrap().path()).collect()
}

fn limits() -> Limits {
    Limits { max_frame_size: 1 << 20, max_sasl_frame_size: 8_192, ..Limits::default() }
}

/// One peer's open has ten fields by its count and twelve by its octets (Proton, with capabilities and properties set twice). The size does not
/// measure the fields: refused here, while Wireshark reads the first ten.
const MALFORMED: &str = "amqp10-proton-vs-proton.tcp12.s2c.bin";

fn streams() -> Vec<(String, Vec<u8>)> {
    let files =
        captures().into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "bin") && !path.ends_with(MALFORMED))
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect()
}

fn frames(name: &str, octets: &[u8], chunk: usize) -> Vec<Frame<'static>> {
    let mut decoder = Decoder::observer(limits());
    let (mut frames, mut start, mut end) = (Vec::new(), 0, 0);
    while end < octets.len() {
        end = (end + chunk).min(octets.len());
        let mut input = &octets[start..end];
        while let Some(frame) = decoder
            .decode(&mut input)
            .unwrap_or_else(|error| panic!("{name}: {error} after {} octets", decoder.position()))
        {
            frames.push(frame.into_owned());
        }
        start = end - input.len();
    }
    assert_eq!(start, octets.len(), "{name}: octets left");
    frames
}

#[test]
fn conversations_decode_in_pieces_of_any_size() {
    let mut count = 0;
    for (name, octets) in streams() {
        let whole = frames(&name, &octets, usize::MAX);
        count += whole.len();
        for chunk in (1..40).chain([97, 512, 1_460]) {
            if octets.len() * 40 / chunk < 2_000_000 {
                assert!(frames(&name, &octets, chunk) == whole, "{name} in pieces of {chunk}");
            }
        }
        let mut shared = bytes::BytesMut::from(&octets[..]);
        let mut decoder = Decoder::observer(limits());
        let mut all = Vec::new();
        while let Some(frame) = decoder.decode_shared(&mut shared).unwrap() {
            all.push(frame);
        }
        assert!(all == whole, "{name} shared");
    }
    assert!(count == 0 || count > 700, "{count} frames");
}

#[test]
fn conversations_reencode_to_equals() {
    let encoder = Encoder::new(u32::MAX);
    for (name, octets) in streams() {
        for frame in frames(&name, &octets, usize::MAX) {
            let mut out = Vec::new();
            encoder.encode(&frame, &mut out).unwrap_or_else(|error| panic!("{name}: {frame:?}: {error}"));
            assert_eq!(out.len(), encoder.encoded_len(&frame));
            let again = Decoder::established(None, limits()).decode(&mut &out[..]).unwrap().unwrap();
            assert_eq!(again, frame, "{name}");
        }
    }
}

#[test]
fn the_malformed_open_is_refused() {
    for folder in captures() {
        let Ok(octets) = std::fs::read(folder.join(MALFORMED)) else { continue };
        let (mut decoder, mut rest) = (Decoder::observer(limits()), &octets[..]);
        let error = loop {
            match decoder.decode(&mut rest) {
                Ok(frame) => assert!(frame.is_some()),
                Err(error) => break error,
            }
        };
        assert_eq!(
            (error.kind, error.offset, decoder.position()),
            (amqp_codec::v1_0::DecodeErrorKind::SizeMismatch, 153, 60)
        );
    }
}

/// The name that Wireshark gives to a field of a composite, for the fields that are compared.
fn filter(code: u8, field: &str) -> Option<&'static str> {
    Some(match (code, field) {
        (_, "container-id") => "amqp.performative.arguments.containerId",
        (descriptor::OPEN | descriptor::SASL_INIT, "hostname") => "amqp.performative.arguments.hostname",
        (_, "max-frame-size") => "amqp.performative.arguments.maxFrameSize",
        (_, "channel-max") => "amqp.performative.arguments.channelMax",
        (_, "idle-time-out") => "amqp.performative.arguments.idleTimeout",
        (_, "remote-channel") => "amqp.performative.arguments.remoteChannel",
        (_, "next-outgoing-id") => "amqp.performative.arguments.nextOutgoingId",
        (_, "next-incoming-id") => "amqp.performative.arguments.nextIncomingId",
        (_, "incoming-window") => "amqp.performative.arguments.incomingWindow",
        (_, "outgoing-window") => "amqp.performative.arguments.outgoingWindow",
        (_, "handle-max") => "amqp.performative.arguments.handleMax",
        (_, "name") => "amqp.performative.arguments.name",
        (_, "handle") => "amqp.performative.arguments.handle",
        (_, "role") => "amqp.performative.arguments.role",
        (_, "snd-settle-mode") => "amqp.performative.arguments.sndSettleMode",
        (_, "rcv-settle-mode") => "amqp.performative.arguments.rcvSettleMode",
        (_, "initial-delivery-count") => "amqp.performative.arguments.initDeliveryCount",
        (_, "max-message-size") => "amqp.performative.arguments.maxMessageSize",
        (descriptor::FLOW | descriptor::HEADER, "delivery-count") => "amqp.performative.arguments.deliveryCount",
        (_, "link-credit") => "amqp.performative.arguments.linkCredit",
        (_, "available") => "amqp.performative.arguments.available",
        (_, "drain") => "amqp.performative.arguments.drain",
        (_, "echo") => "amqp.performative.arguments.echo",
        (_, "delivery-id") => "amqp.performative.arguments.deliveryId",
        (_, "delivery-tag") => "amqp.performative.arguments.deliveryTag",
        (_, "message-format") => "amqp.performative.arguments.messageFormat",
        (_, "settled") => "amqp.performative.arguments.settled",
        (_, "more") => "amqp.performative.arguments.more",
        (_, "resume") => "amqp.performative.arguments.resume",
        (_, "aborted") => "amqp.performative.arguments.aborted",
        (_, "batchable") => "amqp.performative.arguments.batchable",
        (_, "first") => "amqp.performative.arguments.first",
        (_, "last") => "amqp.performative.arguments.last",
        (_, "closed") => "amqp.performative.arguments.closed",
        (descriptor::SOURCE | descriptor::TARGET, "address") => "amqp.performative.arguments.address.string",
        (descriptor::SOURCE | descriptor::TARGET, "durable") => "amqp.performative.arguments.terminusDurable",
        (descriptor::SOURCE | descriptor::TARGET, "expiry-policy") => "amqp.properties.expiryPolicy",
        (descriptor::SOURCE | descriptor::TARGET, "timeout") => "amqp.properties.timeout",
        (descriptor::SOURCE | descriptor::TARGET, "dynamic") => "amqp.properties.dynamic",
        (_, "distribution-mode") => "amqp.properties.distributionMode",
        (_, "condition") => "amqp.error.condition",
        (_, "description") => "amqp.error.description",
        (_, "txn-id") => "amqp.tx.arguments.txnId",
        (_, "delivery-failed") => "amqp.modified.deliveryFailed",
        (_, "undeliverable-here") => "amqp.modified.undeliverableHere",
        (descriptor::SASL_INIT, "mechanism") => "amqp.sasl.mechanism",
        (_, "initial-response") => "amqp.sasl.initResponse",
        (_, "challenge") => "amqp.sasl.challenge",
        (_, "response") => "amqp.sasl.response",
        (descriptor::SASL_OUTCOME, "code") => "amqp.sasl.saslCode",
        (_, "additional-data") => "amqp.sasl.addData",
        (descriptor::HEADER, "durable") => "amqp.message.durable",
        (descriptor::HEADER, "priority") => "amqp.message.priority",
        (descriptor::HEADER, "ttl") => "amqp.message.ttl",
        (descriptor::HEADER, "first-acquirer") => "amqp.message.firstAcquirer",
        (descriptor::PROPERTIES, "to") => "amqp.message.to.string",
        (descriptor::PROPERTIES, "subject") => "amqp.message.subject",
        (descriptor::PROPERTIES, "reply-to") => "amqp.message.replyTo.string",
        (descriptor::PROPERTIES, "content-type") => "amqp.message.contentType",
        (descriptor::PROPERTIES, "content-encoding") => "amqp.message.contentEncoding",
        (descriptor::PROPERTIES, "group-id") => "amqp.message.groupId",
        (descriptor::PROPERTIES, "group-sequence") => "amqp.message.groupSequence",
        (descriptor::PROPERTIES, "reply-to-group-id") => "amqp.message.replyToGroupId",
        _ => return None,
    })
}

/// A value as Wireshark prints it.
fn text(value: Value<'_>) -> String {
    match value {
        Value::Boolean(truth) => u8::from(truth).to_string(),
        Value::Binary(octets) => octets.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(":"),
        Value::String(text) => text.as_str().to_owned(),
        other => other.to_string(),
    }
}

type Said = BTreeMap<String, Vec<String>>;

fn collect(described: Described<'_>, said: &mut Said) {
    let Value::Ulong(code) = described.descriptor() else { return };
    let (code, Value::List(list)) = (u8::try_from(code).unwrap(), described.value()) else { return };
    for (field, value) in descriptor::fields(code).iter().zip(list.iter()) {
        match (value, filter(code, field)) {
            (Value::Null, _) => {}
            (Value::Described(inner), _) => collect(inner, said),
            (value, Some(filter)) => said.entry(filter.to_owned()).or_default().push(text(value)),
            _ => {}
        }
    }
}

/// What our decoder says of a frame.
fn ours(octets: &[u8]) -> Said {
    let mut said = Said::new();
    let mut put = |name: &str, value: usize| said.insert(name.to_owned(), vec![value.to_string()]);
    put("amqp.length", octets.len());
    put("amqp.doff", usize::from(octets[4]));
    put("amqp.type", usize::from(octets[5]));
    let frame = Decoder::established(None, limits()).decode(&mut { octets }).unwrap().unwrap();
    match &*frame {
        Frame::Amqp { channel, .. } | Frame::Empty { channel } => put("amqp.channel", usize::from(*channel)),
        _ => put("amqp.channel", 0),
    };
    let mut body = &octets[usize::from(octets[4]) * 4..];
    if let Ok(performative) = Encoded::decode(&mut body, &limits())
        && let Value::Described(inner) = performative.value()
    {
        let key = if octets[5] == 0 { "amqp.performative" } else { "amqp.sasl.method" };
        said.insert(key.to_owned(), vec![text(inner.descriptor())]);
        collect(inner, &mut said);
    }
    if let Frame::Amqp { performative: Performative::Transfer(_), payload, .. } = &*frame {
        let mut rest = payload.as_slice();
        while let Ok(section) = Encoded::decode(&mut rest, &limits()) {
            if let Value::Described(inner) = section.value()
                && matches!(inner.descriptor(), Value::Ulong(0x70 | 0x73))
            {
                collect(inner, &mut said);
            }
        }
    }
    said
}

#[test]
fn every_named_field_is_what_wireshark_says() {
    let (mut messages, mut fields) = (0, 0);
    for folder in captures() {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let packed = std::fs::read(folder.join(format!("{name}.pdus.jsonl.gz"))).unwrap();
        let mut lines = String::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut lines).unwrap();
        for line in lines.lines() {
            let pdu: Json = serde_json::from_str(line).unwrap();
            let kind = pdu["type"].as_str().unwrap();
            // Wireshark cannot read described bodies and continued transfers, and says so: nothing to compare with.
            if !kind.starts_with("1.0 ") || pdu.get("expert").is_some() {
                continue;
            }
            let path = folder.join(format!("{name}.tcp{}.{}.bin", pdu["stream"], pdu["dir"].as_str().unwrap()));
            if path.ends_with(MALFORMED) && kind == "1.0 open" {
                continue;
            }
            let octets = std::fs::read(path).unwrap();
            let (offset, len) = (pdu["off"].as_u64().unwrap(), pdu["len"].as_u64().unwrap());
            let from = usize::try_from(offset).unwrap();
            let ours = ours(&octets[from..from + usize::try_from(len).unwrap()]);
            let mut theirs = Said::new();
            for field in pdu["fields"].as_array().unwrap() {
                theirs
                    .entry(field[0].as_str().unwrap().to_owned())
                    .or_default()
                    .push(field[1].as_str().unwrap().to_owned());
            }
            for (filter, said) in &ours {
                // An empty binary is "<MISSING>" to Wireshark.
                if said.iter().any(String::is_empty) {
                    continue;
                }
                assert_eq!(theirs.get(filter), Some(said), "{name} frame {}: {filter}: {line}", pdu["frame"]);
                fields += 1;
            }
            for filter in theirs.keys().filter(|filter| known(filter)) {
                assert!(ours.contains_key(filter), "{name} frame {}: we do not say {filter}: {line}", pdu["frame"]);
            }
            messages += 1;
        }
    }
    println!("{messages} messages, {fields} fields");
    assert!(messages == 0 || (messages > 600 && fields > 5_000), "{messages} messages, {fields} fields");
}

/// Whether this test names the field.
fn known(wanted: &str) -> bool {
    (0..=u8::MAX).any(|code| descriptor::fields(code).iter().any(|field| filter(code, field) == Some(wanted)))
}
