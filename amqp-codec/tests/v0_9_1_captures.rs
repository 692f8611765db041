//! Real conversations: every frame agrees with Wireshark's dissection, re-encodes octet for octet, and is the same however it is cut.
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

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use amqp_codec::v0_9_1::{
    Argument, Array, DecodeErrorKind, Decoder, Dialect, Encoder, FieldTable, Frame, Limits, Property, Value,
};
use serde_json::Value as Json;

fn captures() -> Option<PathBuf> {
    let shared = std::env::var_os("CODEC_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let folder = shared.join("captures/dev/amqp091");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no captures at {}", folder.display());
    None
}

fn folders() -> Vec<PathBuf> {
    let Some(folder) = captures() else { return Vec::new() };
    let mut folders: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn named(folder: &Path, suffix: &str) -> PathBuf {
    folder.join(format!("{}{suffix}", folder.file_name().unwrap().to_str().unwrap()))
}

/// The dissection, one object per frame, in capture order.
fn dissection(folder: &Path) -> Vec<Json> {
    let mut text = String::new();
    let file = fs::File::open(named(folder, ".pdus.jsonl.gz")).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn tuned() -> Decoder {
    let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits { channel_max: u16::MAX, ..Limits::default() });
    decoder.tuned(131_072, 0);
    decoder
}

fn colons(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(":")
}

/// What Wireshark prints for a table: each field on a line, containers before their content. Times and byte arrays stand elsewhere.
fn table_lines(table: &FieldTable<'_>, lines: &mut Vec<String>) {
    for field in table {
        value_lines(field.name.as_str(), &field.value, lines);
    }
}

fn array_lines(array: &Array<'_>, lines: &mut Vec<String>) {
    for (place, (_, value)) in array.iter().enumerate() {
        value_lines(&format!("[{place}]"), &value, lines);
    }
}

fn value_lines(name: &str, value: &Value<'_>, lines: &mut Vec<String>) {
    let (kind, text) = match value {
        Value::Boolean(value) => ("boolean", value.to_string()),
        Value::I8(value) => ("byte", value.to_string()),
        Value::U8(value) => ("unsigned byte", value.to_string()),
        Value::I16(value) => ("short int", value.to_string()),
        Value::U16(value) => ("short uint", value.to_string()),
        Value::I32(value) => ("integer", value.to_string()),
        Value::U32(value) => ("unsigned integer", value.to_string()),
        Value::I64(value) => ("long int", value.to_string()),
        Value::F32(value) => ("float", format!("{value:.6}")),
        Value::F64(value) => ("double", format!("{value:.6}")),
        Value::Decimal(decimal) => {
            ("decimal", format!("{:.6}", f64::from(decimal.signed()) / 10_f64.powi(i32::from(decimal.scale))))
        }
        Value::LongString(octets) => ("string", String::from_utf8(octets.to_vec()).unwrap()),
        Value::Void => ("void", String::new()),
        Value::Table(table) => {
            lines.push(format!("{name} (field table)"));
            return table_lines(table, lines);
        }
        Value::Array(array) => {
            lines.push(format!("{name} (array)"));
            return array_lines(array, lines);
        }
        Value::Timestamp(_) | Value::Octets(_) => return,
        other => panic!("{other:?} is not in the captures"),
    };
    lines.push(format!("{name} ({kind}): {text}"));
}

/// What Wireshark must say of a frame: pairs of field name and text, in order. An empty string prints as its label.
fn expected(frame: &Frame<'_>, len: usize) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut push = |name: &str, text: String| fields.push((name.to_owned(), text));
    let kind = match frame {
        Frame::ProtocolHeader(_) => return fields,
        Frame::Method { .. } => 1,
        Frame::Header { .. } => 2,
        Frame::Body { .. } => 3,
        Frame::Heartbeat => 8,
    };
    push("amqp.type", kind.to_string());
    push("amqp.channel", frame.channel().to_string());
    push("amqp.length", (len - 8).to_string());
    let mut lines = Vec::new();
    match frame {
        Frame::Method { method, .. } => {
            push("amqp.method.class", method.id().class.to_string());
            push("amqp.method.method", method.id().method.to_string());
            let full = method.name();
            // Wireshark 4.0 does not know these.
            let unknown = ["connection.update-secret", "connection.update-secret-ok", "exchange.unbind-ok"];
            method.arguments(&mut |name, argument| {
                if unknown.contains(&full) {
                    return;
                }
                let name = match (full, name) {
                    ("connection.open", "reserved_1") => "capabilities",
                    ("connection.open", "reserved_2") => "insist",
                    ("connection.open-ok", "reserved_1") => "known_hosts",
                    ("channel.open", "reserved_1") => "out_of_band",
                    ("channel.open-ok", "reserved_1") => "channel_id",
                    ("basic.get-empty", "reserved_1") => "cluster_id",
                    (_, "reserved_1") => "ticket",
                    (_, "no_wait") => "nowait",
                    ("basic.consume", "arguments") => "filter",
                    (_, name) => name,
                };
                let text = match argument {
                    Argument::Bit(bit) => u8::from(bit).to_string(),
                    Argument::Octet(value) => value.to_string(),
                    Argument::Short(value) => value.to_string(),
                    Argument::Long(value) => value.to_string(),
                    Argument::LongLong(value) => value.to_string(),
                    Argument::ReplyCode(code) => code.to_string(),
                    Argument::ShortStr(text) => text.to_string(),
                    Argument::LongStr(octets) => colons(octets),
                    Argument::Sensitive(secret) => colons(&secret.0),
                    Argument::Table(table) => {
                        table_lines(table, &mut lines);
                        String::new()
                    }
                    other => panic!("{other:?}"),
                };
                push(&format!("amqp.method.arguments.{name}"), text);
            });
        }
        Frame::Header { header, .. } => {
            push("amqp.header.class", "60".to_owned());
            push("amqp.header.weight", "0".to_owned());
            push("amqp.header.body-size", header.body_size.to_string());
            push("amqp.header.property-flags", format!("{:#06x}", header.properties.flags()));
            for property in &header.properties {
                let text = match &property {
                    Property::Headers(table) => {
                        table_lines(table, &mut lines);
                        String::new()
                    }
                    Property::DeliveryMode(octet) | Property::Priority(octet) => octet.to_string(),
                    // 1,760,000,000 is the only one.
                    Property::Timestamp(1_760_000_000) => "Oct  9, 2025 08:53:20.000000000 UTC".to_owned(),
                    Property::Timestamp(other) => panic!("{other}"),
                    Property::ContentType(text)
                    | Property::ContentEncoding(text)
                    | Property::CorrelationId(text)
                    | Property::ReplyTo(text)
                    | Property::Expiration(text)
                    | Property::MessageId(text)
                    | Property::Type(text)
                    | Property::UserId(text)
                    | Property::AppId(text)
                    | Property::ClusterId(text) => text.to_string(),
                };
                push(&format!("amqp.method.properties.{}", property.name().replace('-', "_")), text);
            }
        }
        Frame::Body { payload, .. } => push("amqp.payload", colons(payload)),
        Frame::Heartbeat | Frame::ProtocolHeader(_) => {}
    }
    lines.into_iter().for_each(|line| push("amqp.field", line));
    fields
}

/// Whether the dissection says the same; `have` keeps what was not looked at.
fn agrees(want: &[(String, String)], have: &[(String, String)]) -> Result<(), String> {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, text) in have {
        by_name.entry(name).or_default().push(text);
    }
    for (name, text) in want {
        let texts = by_name.get_mut(name.as_str()).ok_or_else(|| format!("Wireshark has no {name} ({text})"))?;
        if texts.is_empty() {
            return Err(format!("Wireshark has too few {name} ({text})"));
        }
        let theirs = texts.remove(0);
        let long =
            name == "amqp.payload" && theirs.len() < text.len() && text.starts_with(theirs.trim_end_matches('…'));
        // An empty value prints as its label, `Exchange: `; a table prints as its title.
        let empty = text.is_empty() && (theirs.is_empty() || theirs.ends_with(": ") || theirs.ends_with("<MISSING>"));
        let title = text.is_empty()
            && ["Arguments", "Headers", "Filter", "Client-Properties", "Server-Properties"].contains(&theirs);
        // Line ends print as blanks, and in arguments every octet above 127 as U+FFFD.
        let ascii: String =
            text.bytes().map(|octet| if octet < 128 { char::from(octet) } else { '\u{FFFD}' }).collect();
        let same = theirs == text || theirs == ascii.replace('\n', " ");
        if !same && !empty && !title && !long {
            return Err(format!("{name}: ours {text:?}, Wireshark's {theirs:?}"));
        }
    }
    // Nothing of these may be left over: every field of the dissection was met.
    for (name, texts) in by_name {
        let derived = name == "amqp.method.arguments.publish_number" || name == "amqp.message_in";
        if !texts.is_empty()
            && !derived
            && (name.starts_with("amqp.method.arguments.")
                || name.starts_with("amqp.method.properties.")
                || name == "amqp.field")
        {
            return Err(format!("Wireshark also has {name} {texts:?}"));
        }
    }
    Ok(())
}

#[test]
fn every_frame_agrees_with_wireshark() {
    let (mut frames, mut fields, mut refused) = (0, 0, BTreeMap::<String, usize>::new());
    for folder in folders() {
        for pdu in dissection(&folder) {
            let side = pdu["dir"].as_str().unwrap();
            let stream = fs::read(named(&folder, &format!(".tcp{}.{side}.bin", pdu["stream"]))).unwrap();
            let (off, len) = (pdu["off"].as_u64().unwrap() as usize, pdu["len"].as_u64().unwrap() as usize);
            let octets = &stream[off..off + len];
            let mut input = octets;
            let frame = match tuned().decode(&mut input) {
                Ok(frame) => frame.unwrap_or_else(|| panic!("{pdu} is incomplete")),
                Err(error) => {
                    *refused.entry(format!("{:?} {}", error.kind, error.reply().code)).or_default() += 1;
                    continue;
                }
            };
            assert_eq!(input.len(), 0, "{pdu}");
            let have: Vec<(String, String)> = pdu["fields"]
                .as_array()
                .unwrap()
                .iter()
                .map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned()))
                .collect();
            let want = expected(&frame, len);
            if let Err(difference) = agrees(&want, &have) {
                panic!("{} stream {} offset {off}: {difference}\n{frame}", folder.display(), pdu["stream"]);
            }
            frames += 1;
            fields += want.len();

            let mut encoder = Encoder::new();
            encoder.tuned(0);
            let mut out = Vec::new();
            encoder.encode(&frame, &mut out).unwrap();
            assert_eq!(out.len(), encoder.encoded_len(&frame));
            assert!(out == octets, "{frame} does not re-encode to the same octets");
            assert_eq!(frame, frame.clone().into_owned());
        }
    }
    if captures().is_some() {
        println!("{frames} frames, {fields} fields agree; refused: {refused:?}");
        assert!(frames > 850 && fields > 6_000, "{frames} frames, {fields} fields");
        let refused: Vec<_> = refused.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
        assert_eq!(refused, REFUSED);
    }
}

/// The malformed frames that were sent to RabbitMQ on purpose.
const REFUSED: [(&str, usize); 8] = [
    ("ArgumentsCutShort 502", 1),
    ("ConnectionMethodOnChannel 503", 1),
    ("FrameEndMissing 501", 2),
    ("HeartbeatNotEmpty 501", 1),
    ("HeartbeatOnChannel 503", 1),
    ("UnknownClass 503", 1),
    ("UnknownFrameType 501", 2),
    ("UnknownMethod 503", 1),
];

/// Frames of one direction, and the error that ended it.
fn run(
    stream: &[u8],
    chunks: &mut dyn Iterator<Item = usize>,
) -> (Vec<Frame<'static>>, Option<(DecodeErrorKind, usize)>, u64) {
    let mut decoder = tuned();
    let (mut frames, mut start, mut end) = (Vec::new(), 0, 0);
    loop {
        let mut input = &stream[start..end];
        let before = input.len();
        match decoder.decode(&mut input) {
            Ok(Some(frame)) => {
                frames.push(frame.into_owned());
                start += before - input.len();
            }
            Ok(None) => {
                assert_eq!(before, input.len());
                assert!(decoder.needed() > 0);
                if end == stream.len() {
                    return (frames, None, decoder.position());
                }
                end = stream.len().min(end + chunks.next().unwrap().max(1));
            }
            Err(error) => {
                let mut rest = &stream[end..];
                assert_eq!(decoder.decode(&mut rest), Err(error), "a failed decoder stays failed");
                return (frames, Some((error.kind, error.offset)), decoder.position());
            }
        }
    }
}

#[test]
fn every_stream_is_the_same_at_every_cut() {
    let mut streams = 0;
    for folder in folders() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "bin") {
                continue;
            }
            let stream = fs::read(&path).unwrap();
            let whole = run(&stream, &mut std::iter::repeat(stream.len()));
            for size in [1, 2, 3, 7, 64, 1_460, 65_536] {
                if size == 1 && stream.len() > 20_000 {
                    continue;
                }
                let cut = run(&stream, &mut std::iter::repeat(size));
                assert!(cut == whole, "{} in pieces of {size}", path.display());
            }
            // Every single cut of the shorter ones.
            for cut in 0..stream.len().min(700) {
                let mut pieces = [cut, stream.len()].into_iter().chain(std::iter::repeat(stream.len()));
                assert!(run(&stream, &mut pieces) == whole, "{} cut at {cut}", path.display());
            }
            // The shared form.
            let mut decoder = tuned();
            let mut buffer = bytes::BytesMut::from(stream.as_slice());
            let mut frames = Vec::new();
            while let Ok(Some(frame)) = decoder.decode_shared(&mut buffer) {
                frames.push(frame);
            }
            assert!(frames == whole.0, "{} shared", path.display());
            streams += 1;
        }
    }
    println!("{streams} streams");
    assert!(streams > 0 || captures().is_none());
}
