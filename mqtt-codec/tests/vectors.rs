//! Single-packet vectors, byte-exact sequences, crash regressions and recorded streams of others. They lie beside the repository.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use bytes::BytesMut;
use mqtt_codec::{
    DecodeError, DecodeErrorKind, Decoder, Encoder, Limits, Packet, ReasonCode, Received, Reply, Role, Version,
};

#[path = "support/data.rs"]
mod data;
use data::hex;

/// One line of `mqtt_vectors.tsv`.
struct Vector {
    id: String,
    version: Version,
    /// Our roles: the packet may come from the other side of each.
    roles: Vec<Role>,
    accept: bool,
    class: String,
    codes: Vec<String>,
    bytes: Vec<u8>,
}

fn version(level: &str) -> Version {
    match level {
        "3" => Version::V3_1,
        "4" => Version::V3_1_1,
        "5" => Version::V5_0,
        other => panic!("version {other}"),
    }
}

/// Who receives the packet. A vector for both directions whose type, or AUTH code, only one side may send is judged by that side's receiver.
fn roles(direction: &str, bytes: &[u8]) -> Vec<Role> {
    match (direction, bytes) {
        ("c2s", _) => vec![Role::Server],
        ("s2c", _) => vec![Role::Client],
        (_, [first, ..]) if [1, 8, 10, 12].contains(&(first >> 4)) => vec![Role::Server],
        (_, [first, ..]) if [2, 9, 11, 13].contains(&(first >> 4)) => vec![Role::Client],
        // Table 3-12: Success from the server, Re-authenticate from the client.
        (_, [0xf0, _, 0x00, ..]) => vec![Role::Client],
        (_, [0xf0, _, 0x19, ..]) => vec![Role::Server],
        _ => vec![Role::Server, Role::Client],
    }
}

fn vectors() -> Option<Vec<Vector>> {
    let lines = data::lines("data/mqtt/mqtt_vectors.tsv")?;
    Some(
        lines
            .iter()
            .map(|line| {
                let columns: Vec<&str> = line.split('\t').collect();
                let [id, level, direction, expect, class, codes, _reference, _description, digits] = columns[..] else {
                    panic!("nine columns: {line}")
                };
                Vector {
                    id: id.to_owned(),
                    version: version(level),
                    roles: roles(direction, &hex(digits)),
                    accept: expect == "accept",
                    class: class.to_owned(),
                    codes: codes.split('|').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
                    bytes: hex(digits),
                }
            })
            .collect(),
    )
}

/// A decoder in the state in which the packet makes sense: CONNECT and CONNACK come first, everything else later.
fn decoder(role: Role, version: Version, bytes: &[u8]) -> Decoder {
    match bytes.first().map(|first| first >> 4) {
        Some(1) => Decoder::new(role, Limits::default()),
        Some(2) => Decoder::new(role, Limits::default()).expect_version(version),
        _ => Decoder::established(role, version, Limits::default()),
    }
}

/// What became of a packet: the packet, or the reason code of its refusal and whether the connection lives on.
enum Verdict {
    Accepted,
    Refused { code: ReasonCode, reply: Option<Reply> },
    Incomplete,
}

fn verdict(decoder: &mut Decoder, input: &mut &[u8]) -> Verdict {
    match decoder.decode(input).map(|packet| packet.map(Packet::from)) {
        Ok(None) => Verdict::Incomplete,
        Err(error) => Verdict::Refused { code: error.kind.reason_code(), reply: Some(error.reply()) },
        Ok(Some(Packet::Refused(refused))) => {
            Verdict::Refused { code: refused.error().kind.reason_code(), reply: None }
        }
        Ok(Some(Packet::Subscribe(subscribe))) => match subscribe.subscriptions.iter().find_map(Result::err) {
            Some(bad) => Verdict::Refused { code: bad.reason_code(), reply: None },
            None => Verdict::Accepted,
        },
        Ok(Some(Packet::Unsubscribe(unsubscribe))) => match unsubscribe.filters.iter().find_map(Result::err) {
            Some(bad) => Verdict::Refused { code: bad.reason_code(), reply: None },
            None => Verdict::Accepted,
        },
        Ok(Some(_)) => Verdict::Accepted,
    }
}

/// All of them; no deviation is argued.
#[test]
fn every_vector_gets_its_verdict_and_its_reason_code() {
    let Some(vectors) = vectors() else { return };
    assert_eq!(vectors.len(), 551);
    let mut faults = Vec::new();
    for vector in &vectors {
        for &role in &vector.roles {
            let mut input = &vector.bytes[..];
            let mut decoder = decoder(role, vector.version, input);
            let outcome = verdict(&mut decoder, &mut input);
            if let Some(fault) = judge(vector, outcome, input) {
                faults.push(format!("{} ({role:?}): {fault}", vector.id));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), vectors.len(), faults.join("\n"));
}

fn judge(vector: &Vector, outcome: Verdict, rest: &[u8]) -> Option<String> {
    match (vector.accept, outcome) {
        // Implementations may differ.
        _ if vector.class == "may" => None,
        (_, Verdict::Incomplete) => Some("taken for incomplete".to_owned()),
        (true, Verdict::Accepted) => (!rest.is_empty()).then(|| "not read to the end".to_owned()),
        (true, Verdict::Refused { code, .. }) => Some(format!("refused with {code}")),
        (false, Verdict::Accepted) => Some("accepted".to_owned()),
        (false, Verdict::Refused { code, reply }) => wrong_code(vector, code, reply),
    }
}

/// 5.0 names a reason code. 3.x closes without a word, but for CONNACK 0x01 and 0x02.
fn wrong_code(vector: &Vector, code: ReasonCode, reply: Option<Reply>) -> Option<String> {
    let named = |wanted: &str| u8::from_str_radix(wanted, 16) == Ok(code.0);
    if vector.version == Version::V5_0 {
        let right = vector.codes.iter().any(|wanted| named(wanted));
        return (!right && !vector.codes.is_empty())
            .then(|| format!("{code} instead of {}", vector.codes.join(" or ")));
    }
    let wanted = match vector.codes.first().map(String::as_str) {
        Some("rc2") => Reply::ConnAck(ReasonCode::CLIENT_IDENTIFIER_NOT_VALID),
        Some("84") => Reply::ConnAck(ReasonCode::UNSUPPORTED_PROTOCOL_VERSION),
        _ => Reply::Close,
    };
    match reply {
        Some(reply) if reply != wanted => Some(format!("{reply:?} instead of {wanted:?}")),
        _ => None,
    }
}

#[test]
fn accepted_vectors_encode_to_the_same_packet() {
    let Some(vectors) = vectors() else { return };
    let mut identical = 0_usize;
    let accepted: Vec<&Vector> = vectors.iter().filter(|vector| vector.accept && vector.class != "may").collect();
    for vector in &accepted {
        for &role in &vector.roles {
            let packet = decoder(role, vector.version, &vector.bytes).decode(&mut &vector.bytes[..]).unwrap().unwrap();
            let mut out = Vec::new();
            let mut encoder = Encoder::new(role.peer(), vector.version);
            encoder.encode(&packet, &mut out).unwrap_or_else(|error| panic!("{}: {error}", vector.id));
            assert_eq!(out.len(), encoder.encoded_len(&packet), "{}", vector.id);
            let again = decoder(role, vector.version, &out).decode(&mut &out[..]).unwrap().unwrap();
            assert_eq!(again, packet, "{}", vector.id);
            identical += usize::from(out == vector.bytes);
        }
    }
    println!("{identical} re-encode byte for byte");
    assert!(identical >= accepted.len());
}

/// Laws 3 and 4 on each vector: no strict prefix is anything but incomplete, `needed` never asks for more than is missing, and single bytes
/// end with the same packet or error as the whole.
#[test]
fn prefixes_are_incomplete_and_single_bytes_change_nothing() {
    let Some(vectors) = vectors() else { return };
    for vector in vectors.iter().filter(|vector| vector.bytes.len() < 2_000) {
        let role = vector.roles[0];
        let fresh = || decoder(role, vector.version, &vector.bytes);
        let whole = fresh().decode(&mut &vector.bytes[..]).map(|packet| packet.map(Received::into_owned));
        let mut single = fresh();
        for end in 0..vector.bytes.len() {
            let mut input = &vector.bytes[..end];
            match single.decode(&mut input) {
                Ok(None) => {
                    assert_eq!(input.len(), end, "{}: consumed of a prefix", vector.id);
                    let missing = vector.bytes.len() - end;
                    assert!(single.needed() >= 1, "{}: needs nothing", vector.id);
                    assert!(whole.is_err() || single.needed() <= missing, "{}: needs too much", vector.id);
                }
                // The fixed header alone may be wrong.
                Err(error) => assert_eq!(Err(error), whole.clone().map(drop), "{} at {end}", vector.id),
                Ok(Some(packet)) => assert!(vector.bytes.len() > end, "{}: {packet} from a prefix", vector.id),
            }
        }
        let mut shared = BytesMut::from(&vector.bytes[..]);
        assert_eq!(fresh().decode_shared(&mut shared), whole, "{}: shared", vector.id);
        assert_eq!(
            single.decode(&mut &vector.bytes[..]).map(|packet| packet.map(Received::into_owned)),
            whole,
            "{}",
            vector.id
        );
    }
}

/// What a decoder makes of a whole stream: the packets, and how it ended.
fn run(decoder: &mut Decoder, mut input: &[u8]) -> (Vec<Packet<'static>>, Result<usize, DecodeError>) {
    let mut packets = Vec::new();
    loop {
        match decoder.decode(&mut input) {
            Ok(Some(packet)) => packets.push(packet.into_owned()),
            Ok(None) => return (packets, Ok(input.len())),
            Err(error) => return (packets, Err(error)),
        }
    }
}

/// Streams that crashed other brokers: we terminate, never panic, and say the same of every split.
#[test]
fn streams_that_crashed_others() {
    let Some(lines) = data::lines("data/mqtt/nanomq_fuzzy_test.txt") else { return };
    let mut packets = 0;
    for line in &lines {
        let bytes = hex(line.trim());
        for role in [Role::Server, Role::Client] {
            for version in [None, Some(Version::V3_1_1), Some(Version::V5_0)] {
                let fresh = || match version {
                    None => Decoder::new(role, Limits::default()),
                    Some(version) => Decoder::established(role, version, Limits::default()),
                };
                let (seen, end) = run(&mut fresh(), &bytes);
                packets += seen.len();
                assert_eq!(chunked(&mut fresh(), &bytes, 1), (seen, end), "{line}");
            }
        }
    }
    assert!(packets > lines.len() / 2, "hardly anything decoded: {packets}");
}

/// The same stream in pieces of `size`, through a buffer that keeps what was not consumed.
fn chunked(decoder: &mut Decoder, bytes: &[u8], size: usize) -> (Vec<Packet<'static>>, Result<usize, DecodeError>) {
    let mut buffer = BytesMut::new();
    let mut packets = Vec::new();
    for chunk in bytes.chunks(size) {
        buffer.extend_from_slice(chunk);
        loop {
            match decoder.decode_shared(&mut buffer) {
                Ok(Some(packet)) => packets.push(packet),
                Ok(None) => break,
                Err(error) => return (packets, Err(error)),
            }
        }
    }
    (packets, Ok(buffer.len()))
}

/// Recorded MQTT streams of others, each at every split.
#[test]
fn recorded_streams() {
    let Some(lines) = data::lines("data/mqtt/pcap_streams.tsv") else { return };
    let mut packets = 0;
    for line in &lines {
        let columns: Vec<&str> = line.split('\t').collect();
        let [file, flow, direction, _len, digits] = columns[..] else { panic!("five columns: {line}") };
        let bytes = hex(digits);
        let role = if direction == "c2s" { Role::Server } else { Role::Client };
        let level =
            if file.contains("mqtt5") || file.contains("frames-truncated") { Version::V5_0 } else { Version::V3_1_1 };
        let level = if file.contains("mqtt31-") || file.starts_with("zeek") { Version::V3_1 } else { level };
        let begins = matches!(bytes.first(), Some(0x10 | 0x20));
        let fresh = || match begins {
            true if role == Role::Server => Decoder::new(role, Limits::default()),
            true => Decoder::new(role, Limits::default()).expect_version(level),
            false => Decoder::established(role, level, Limits::default()),
        };
        let (seen, end) = run(&mut fresh(), &bytes);
        let fault = ENDS.iter().find(|(name, way, _)| file.contains(name) && *way == direction).map(|(.., kind)| *kind);
        assert_eq!(end.map_err(|error| error.kind), fault.map_or(Ok(0), Err), "{file} {flow} {direction}");
        packets += seen.len();
        for size in [1, 2, 3, 7] {
            assert_eq!(chunked(&mut fresh(), &bytes, size), (seen.clone(), end), "{file} {flow} by {size}");
        }
    }
    println!("{packets} packets");
    assert!(packets > 80, "{packets}");
}

/// Streams that are broken on purpose, and how they end.
const ENDS: &[(&str, &str, DecodeErrorKind)] = &[
    ("events-unassigned-msgtype", "c2s", DecodeErrorKind::ReservedPacketType),
    // The property length runs past the packet.
    ("mqtt5-excessiveproplen", "c2s", DecodeErrorKind::Truncated),
    // The will's Payload Format Indicator is 0x90.
    ("mqtt5-pub-mosquittoprops", "c2s", DecodeErrorKind::PropertyValue),
    ("mqtt5-sub-mosquittoprops", "c2s", DecodeErrorKind::PropertyValue),
];

/// One line of `mosquitto_flat.tsv`: what is sent to a broker or a client, and what Mosquitto's own answers.
struct Exchange {
    name: String,
    role: Role,
    version: Version,
    connected: bool,
    disconnects: bool,
    /// The bytes sent to us, one packet each, and the answer to each.
    steps: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

fn exchanges() -> Option<Vec<Exchange>> {
    let lines = data::lines("data/mqtt/mosquitto_flat.tsv")?;
    let parse = |line: &String| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [side, file, _group, test, level, connected, disconnects, sequence] = columns[..] else { panic!("{line}") };
        let mut steps: Vec<(Vec<u8>, Option<Vec<u8>>)> = Vec::new();
        for step in sequence.split(' ') {
            match step.split_once(':') {
                Some(("S", digits)) => steps.push((hex(digits), None)),
                Some(("R", digits)) => steps.last_mut().unwrap().1 = Some(hex(digits)),
                _ => {}
            }
        }
        Exchange {
            name: format!("{side} {file} {level} {test}"),
            role: if side == "broker" { Role::Server } else { Role::Client },
            version: version(level),
            connected: connected == "1",
            disconnects: disconnects == "1",
            steps,
        }
    };
    Some(lines.iter().map(parse).collect())
}

/// Mosquitto's byte-exact sequences. Each complete packet gets a verdict; the last one's is compared with what Mosquitto does. It may close for
/// reasons that a codec does not know (an ordinary DISCONNECT, a CONNACK that refuses, session state), so that we may accept what it refuses, but we refuse nothing
/// that it takes, but for what is argued below.
#[test]
fn sequences_of_mosquitto() {
    let Some(exchanges) = exchanges() else { return };
    let (mut refused, mut faults) = (0_usize, Vec::new());
    for exchange in &exchanges {
        let mut decoder = if exchange.connected {
            Decoder::established(exchange.role, exchange.version, Limits::default())
        } else {
            Decoder::new(exchange.role, Limits::default())
        };
        let mut last = Verdict::Incomplete;
        for (bytes, _) in &exchange.steps {
            let mut input = &bytes[..];
            last = verdict(&mut decoder, &mut input);
        }
        match last {
            // Mosquitto's library lets DUP with QoS 0 pass, against [MQTT-3.3.1-2]; its broker does not.
            Verdict::Refused { .. } if exchange.name == "lib PUBLISH.json 4 38 QoS 0 Dup 1" => {}
            Verdict::Refused { code, .. } if !exchange.disconnects => faults.push(format!("{}: {code}", exchange.name)),
            Verdict::Refused { .. } => refused += 1,
            _ => {}
        }
    }
    let total = exchanges.iter().filter(|exchange| exchange.disconnects).count();
    println!("{refused} of the {total} that Mosquitto refuses are refused by the codec alone");
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
    assert!(refused >= 1_396);
}
