//! Real conversations: decoded at every split, compared with Wireshark's dissection field by field, encoded again byte for byte; and what
//! brokers answered to malformed packets, compared with what we say.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use bytes::BytesMut;
use mqtt_codec::{DecodeError, Decoder, Deviations, Encoder, Limits, Packet, Received, Reply, Role, Version};
use serde_json::Value;

#[path = "support/data.rs"]
mod data;
#[path = "support/oracle.rs"]
mod oracle;
use data::hex;

/// One direction of a connection, and the other one's first packet if it is needed to know the version.
struct Stream {
    name: String,
    role: Role,
    version: Version,
    bytes: Vec<u8>,
}

impl Stream {
    fn decoder(&self) -> Decoder {
        let allowed = Deviations::DEFAULT.with(Deviations::BRIDGE_BIT);
        Decoder::new(self.role, Limits::MAX).expect_version(self.version).allow(allowed)
    }
}

/// The captures' folders, but the one with bad input, whose packets `what_brokers_answered` judges.
fn folders() -> Option<Vec<PathBuf>> {
    let root = data::shared("captures/dev/mqtt")?;
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| !folder.ends_with("mqtt-mosquitto-badinput"));
    folders.sort();
    Some(folders)
}

/// The version that the CONNECT at the beginning names, without the bridge bit.
fn version(client: &[u8]) -> Option<Version> {
    let head = client.get(..20).unwrap_or(client);
    let level =
        |name: &[u8]| head.windows(name.len()).position(|window| window == name).map(|at| head[at + name.len()] & 0x7f);
    match level(b"MQIsdp").or_else(|| level(b"MQTT"))? {
        3 => Some(Version::V3_1),
        4 => Some(Version::V3_1_1),
        5 => Some(Version::V5_0),
        _ => None,
    }
}

/// Both directions of each TCP connection of a capture. Payloads of WebSocket messages are put together first.
fn streams(folder: &Path) -> Vec<Stream> {
    let files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let ends = |path: &Path, end: &str| path.to_str().unwrap().ends_with(end);
    let websocket = files.iter().any(|path| ends(path, ".wsmsgs"));
    let suffix = if websocket { "wsmsgs" } else { "bin" };
    let mut streams = Vec::new();
    for client in files.iter().filter(|path| ends(path, &format!(".c2s.{suffix}"))) {
        let server = PathBuf::from(client.to_str().unwrap().replace(".c2s.", ".s2c."));
        let read = |path: &Path| {
            let bytes = fs::read(path).unwrap_or_default();
            if websocket { unframed(&bytes) } else { bytes }
        };
        let (sent, received) = (read(client), read(&server));
        let version = version(&sent).unwrap_or_else(|| panic!("{}: no CONNECT", client.display()));
        let name = client.file_name().unwrap().to_str().unwrap().to_owned();
        let answer = name.replace(".c2s.", ".s2c.");
        streams.push(Stream { name, role: Role::Server, version, bytes: sent });
        streams.push(Stream { name: answer, role: Role::Client, version, bytes: received });
    }
    streams
}

/// Repeated: a length of four bytes, and so many bytes.
fn unframed(mut bytes: &[u8]) -> Vec<u8> {
    let mut payload = Vec::new();
    while let Some((len, rest)) = bytes.split_first_chunk::<4>() {
        let (message, rest) = rest.split_at(u32::from_be_bytes(*len) as usize);
        payload.extend_from_slice(message);
        bytes = rest;
    }
    payload
}

fn gunzip(path: &Path) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text
}

/// Every packet with the bytes it was read from.
fn packets(stream: &Stream) -> Vec<(Packet<'_>, &[u8])> {
    let (mut decoder, mut input, mut packets) = (stream.decoder(), &stream.bytes[..], Vec::new());
    loop {
        let before = input;
        match decoder.decode(&mut input) {
            Ok(Some(packet)) => packets.push((packet.into_packet(), &before[..before.len() - input.len()])),
            Ok(None) => {
                assert!(input.is_empty(), "{}: {} bytes of an incomplete packet", stream.name, input.len());
                return packets;
            }
            Err(error) => panic!("{} at {}: {error}", stream.name, decoder.position()),
        }
    }
}

#[test]
fn every_capture_decodes_and_encodes_to_the_same_bytes() {
    let Some(folders) = folders() else { return };
    let mut counts: BTreeMap<Version, usize> = BTreeMap::new();
    let mut other_spelling = 0_usize;
    for stream in folders.iter().flat_map(|folder| streams(folder)) {
        let mut encoder = Encoder::new(stream.role.peer(), stream.version);
        for (packet, bytes) in packets(&stream) {
            let mut out = Vec::new();
            encoder.encode(&packet, &mut out).unwrap_or_else(|error| panic!("{}: {packet}: {error}", stream.name));
            assert_eq!(out.len(), encoder.encoded_len(&packet), "{packet}");
            *counts.entry(stream.version).or_default() += 1;
            if out != bytes {
                assert!(
                    long_form(&packet, bytes),
                    "{}: {packet}\n  read  {bytes:02x?}\n  wrote {out:02x?}",
                    stream.name
                );
                other_spelling += 1;
            }
        }
    }
    println!("{counts:?} packets, {other_spelling} of them in a longer form than ours");
    assert!(counts.len() == 3 && counts.values().sum::<usize>() > 1_500, "{counts:?}");
}

/// The only forms that we do not write: an acknowledgement, DISCONNECT or AUTH that spells out what its short form implies.
fn long_form(packet: &Packet<'_>, bytes: &[u8]) -> bool {
    match packet {
        Packet::PubAck(ack) | Packet::PubRec(ack) | Packet::PubRel(ack) | Packet::PubComp(ack) => {
            ack.properties.is_empty() && (bytes.len() == 5 || bytes.len() == 6)
        }
        Packet::Disconnect(disconnect) => disconnect.properties.is_empty() && (bytes.len() == 3 || bytes.len() == 4),
        _ => false,
    }
}

/// What came out of a stream, independent of its buffer.
type Run = (Vec<Packet<'static>>, Result<usize, DecodeError>);

fn whole(stream: &Stream) -> Run {
    let (mut decoder, mut input, mut packets) = (stream.decoder(), &stream.bytes[..], Vec::new());
    loop {
        match decoder.decode(&mut input) {
            Ok(Some(packet)) => packets.push(packet.into_owned()),
            Ok(None) => return (packets, Ok(input.len())),
            Err(error) => return (packets, Err(error)),
        }
    }
}

/// The stream in the given pieces, shared or borrowed.
fn split<'s>(stream: &'s Stream, pieces: impl Iterator<Item = &'s [u8]>, shared: bool) -> Run {
    let (mut decoder, mut buffer, mut packets) = (stream.decoder(), BytesMut::new(), Vec::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            let packet = if shared {
                decoder.decode_shared(&mut buffer)
            } else {
                let mut input = &buffer[..];
                let packet = decoder.decode(&mut input).map(|packet| packet.map(Received::into_owned));
                let consumed = buffer.len() - input.len();
                let _ = buffer.split_to(consumed);
                packet
            };
            match packet {
                Ok(Some(packet)) => packets.push(packet),
                Ok(None) => break,
                Err(error) => return (packets, Err(error)),
            }
        }
    }
    (packets, Ok(buffer.len()))
}

#[test]
fn every_split_gives_the_same_packets() {
    let Some(folders) = folders() else { return };
    let mut splits = 0_usize;
    for stream in folders.iter().flat_map(|folder| streams(folder)) {
        let expected = whole(&stream);
        let len = stream.bytes.len();
        for shared in [false, true] {
            // Short streams at every point; long ones at every point of their first and last packets, and in pieces of several sizes.
            let cuts = (0..=len).filter(|cut| len < 1_500 || *cut < 200 || *cut + 200 > len);
            for cut in cuts {
                let (head, tail) = stream.bytes.split_at(cut);
                assert_eq!(split(&stream, [head, tail].into_iter(), shared), expected, "{} cut at {cut}", stream.name);
                splits += 1;
            }
            for size in [1, 7, 1_460] {
                assert_eq!(split(&stream, stream.bytes.chunks(size), shared), expected, "{} by {size}", stream.name);
            }
        }
    }
    assert!(splits > 10_000, "{splits} splits");
}

#[test]
fn wireshark_says_the_same() {
    let Some(folders) = folders() else { return };
    let mut compared = 0_usize;
    for folder in &folders {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let websocket = name.ends_with("-ws");
        let dissection = folder.join(format!("{name}{}.pdus.jsonl.gz", if websocket { ".unws" } else { "" }));
        let mut told: BTreeMap<(u64, String), Vec<Value>> = BTreeMap::new();
        for line in gunzip(&dissection).lines() {
            let pdu: Value = serde_json::from_str(line).unwrap();
            let key = (pdu["stream"].as_u64().unwrap(), pdu["dir"].as_str().unwrap().to_owned());
            told.entry(key).or_default().push(pdu);
        }
        for stream in streams(folder) {
            let number: u64 = stream.name.split(".tcp").nth(1).unwrap().split('.').next().unwrap().parse().unwrap();
            let direction = if stream.role == Role::Server { "c2s" } else { "s2c" };
            let pdus = told.remove(&(number, direction.to_owned())).unwrap_or_default();
            let ours = packets(&stream);
            assert_eq!(ours.len(), pdus.len(), "{}", stream.name);
            for ((packet, bytes), pdu) in ours.iter().zip(&pdus) {
                compare(&stream, packet, bytes, pdu);
                compared += 1;
            }
        }
        assert!(told.is_empty(), "{name}: dissected, and not read by us: {:?}", told.keys());
    }
    println!("{compared} packets agree");
    assert!(compared > 1_500);
}

fn compare(stream: &Stream, packet: &Packet<'_>, bytes: &[u8], pdu: &Value) {
    let at = format!("{} frame {}: {packet}", stream.name, pdu["frame"]);
    assert_eq!(pdu["type"], packet.packet_type().name(), "{at}");
    assert_eq!(pdu["len"], bytes.len(), "{at}");
    let header = 1 + bytes[1..].iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
    let ours = oracle::dissect(packet, stream.version, bytes[0], bytes.len() - header);
    let theirs: Vec<(&str, &str)> = pdu["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
        .collect();
    let names = |fields: &mut dyn Iterator<Item = &str>| fields.map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        names(&mut ours.iter().map(|(name, _)| name.as_str())),
        names(&mut theirs.iter().map(|(name, _)| *name)),
        "{at}: other fields"
    );
    for ((name, ours), (_, theirs)) in ours.iter().zip(&theirs) {
        let Some(ours) = ours else { continue };
        // Long values are cut short in the dissection.
        let same =
            ours == theirs || (theirs.len() >= 200 && ours.starts_with(theirs.trim_end_matches(['.', '\u{2026}'])));
        assert!(same, "{at}: {name}: {ours:?}, Wireshark {theirs:?}");
    }
}

/// Where a broker and we disagree whether a packet is acceptable, and why we keep our reading. Stage or version, case, reason.
const ARGUED: &[(&str, &str, &str)] = &[
    (
        "first-packet",
        "bridge-bit-v4",
        "let pass when Deviations::BRIDGE_BIT is allowed; the standard has no level 0x84",
    ),
    ("first-packet", "bridge-bit-v3", "as before"),
    ("first-packet", "v5-authdata-nomethod", "5.0 §3.1.2.11.10: a Protocol Error"),
    ("first-packet", "v5-will-pfi2", "5.0 §3.1.3.2.3: 0 or 1"),
    ("4", "pub-qos0-dup", "[MQTT-3.3.1-2]"),
    (
        "4",
        "sub-share-nogroup",
        "a bad filter is a value with its text: 3.1.1 knows no shares, its brokers do, so the caller decides",
    ),
    ("4", "sub-share-wild", "as before"),
    ("4", "sub-share-nofilter", "as before"),
    ("4", "puback-len3-v", "3.1.1 §3.4.1: Remaining Length 2"),
    ("4", "ping-payload", "3.1.1 §3.12: Remaining Length 0"),
    ("4", "ping-flags", "[MQTT-2.2.2-2]"),
    ("4", "pingresp", "a packet of the server's, from a client"),
    ("4", "suback", "as before"),
    ("4", "unsuback", "as before"),
    ("5", "pub-qos0-dup", "[MQTT-3.3.1-2]"),
    ("5", "sub-share-nogroup", "[MQTT-4.8.2-1]: 0x8F for this filter"),
    ("5", "sub-share-wild", "[MQTT-4.8.2-1]: 0x8F for this filter"),
    ("5", "sub-share-nofilter", "[MQTT-4.8.2-2]: 0x8F for this filter"),
    ("5", "ping-payload", "5.0 §3.12: Remaining Length 0"),
    ("5", "ping-flags", "[MQTT-2.1.3-1]"),
    ("5", "pingresp", "a packet of the server's, from a client"),
    ("5", "disc-payload", "an ordinary DISCONNECT with 0x04, after which the broker closes"),
    ("5", "disc-server-only-reason", "0x8E from a client: the broker closes after any DISCONNECT"),
    ("5", "type15", "an AUTH of length 0; whether AUTH may come depends on CONNECT"),
    ("5", "auth-reason0", "as before"),
    ("5", "pub-alias-big", "the session knows the Topic Alias Maximum"),
    ("5", "pub-unknown-alias", "the session knows the aliases"),
    ("5", "pub-pfi2", "5.0 §3.3.2.3.2: 0 or 1"),
    ("5", "pub-subid", "[MQTT-3.3.4-6]"),
    ("5", "pub-resp-wild", "[MQTT-3.3.2-14]"),
    ("5", "sub-share-nl", "[MQTT-3.8.3-4]"),
    ("5", "puback-badreason", "[MQTT-3.4.2-1]"),
    ("5", "disc-expiry-from0", "the session knows the expiry that CONNECT named"),
];

/// Whether the broker took the packet: it did not close, and if it answered CONNECT, then with success.
fn taken(answer: &Value) -> bool {
    let reply = answer["reply"].as_str().unwrap_or_default();
    let refused = reply.starts_with("20") && !matches!(hex(&reply[..reply.len() / 2 * 2])[..], [_, _, _, 0, ..]);
    answer["closed"] == false && !refused
}

fn ours(stage: &str, version: Option<&str>, bytes: &[u8]) -> Option<Result<(), Reply>> {
    let mut decoder = match (stage, version) {
        ("first-packet", _) => Decoder::new(Role::Server, Limits::MAX),
        (_, Some("5")) => Decoder::established(Role::Server, Version::V5_0, Limits::MAX),
        _ => Decoder::established(Role::Server, Version::V3_1_1, Limits::MAX),
    };
    match decoder.decode(&mut &bytes[..]).map(|packet| packet.map(Packet::from)) {
        Ok(None) => None,
        Ok(Some(Packet::Refused(refused))) => Some(Err(refused.error().reply())),
        Ok(Some(Packet::Subscribe(subscribe))) if subscribe.subscriptions.iter().any(|one| one.is_err()) => {
            Some(Err(Reply::Close))
        }
        Ok(Some(_)) => Some(Ok(())),
        Err(error) => Some(Err(error.reply())),
    }
}

#[test]
fn what_brokers_answered() {
    let Some(path) = data::shared("captures/dev/verdicts/verdict-mqtt.jsonl") else { return };
    let text = fs::read_to_string(path).unwrap();
    let mut differences = Vec::new();
    let mut compared = 0_usize;
    for answer in text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        // The strictest broker of those that were asked everything.
        if answer["server"] != "mosquitto-2.0.11" {
            continue;
        }
        let digits = answer["sent"].as_str().unwrap();
        if digits.len() as u64 != 2 * answer["sent_len"].as_u64().unwrap() {
            continue; // cut short in the record
        }
        let (stage, case) = (answer["stage"].as_str().unwrap(), answer["case"].as_str().unwrap());
        let version = answer["version"].as_u64().map(|level| level.to_string());
        let Some(verdict) = ours(stage, version.as_deref(), &hex(digits)) else { continue };
        compared += 1;
        if verdict.is_ok() != taken(&answer) {
            differences.push((version.unwrap_or_else(|| stage.to_owned()), case.to_owned(), verdict));
        }
    }
    let argued = |version: &str, case: &str| ARGUED.iter().any(|(at, name, _)| *at == version && *name == case);
    for (version, case, verdict) in &differences {
        assert!(argued(version, case), "{version} {case}: we say {verdict:?}, Mosquitto otherwise");
    }
    // An argument about nothing must leave the list.
    assert_eq!(differences.len(), ARGUED.len());
    assert!(compared > 150, "{compared}");
}
