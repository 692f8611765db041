//! The bytes, written by a few lines of their own so that no contestant made them.

/// MQTT 3.1.1 or 5.0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    V4,
    V5,
}

/// What is done with a row's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// The whole buffer at once.
    Decode,
    /// In pieces of so many bytes.
    Chunks(usize),
    /// Back from the decoded values.
    Encode,
}

pub struct Row {
    pub name: &'static str,
    pub version: Version,
    pub work: Work,
    pub packets: usize,
    pub bytes: &'static [u8],
}

fn string(out: &mut Vec<u8>, text: &[u8]) {
    out.extend_from_slice(&u16::try_from(text.len()).unwrap().to_be_bytes());
    out.extend_from_slice(text);
}

fn integer(out: &mut Vec<u8>, mut value: usize) {
    while value > 127 {
        out.push((value & 127) as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    integer(&mut out, body.len());
    out.extend_from_slice(body);
    out
}

fn user(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.push(0x26);
    string(out, name);
    string(out, value);
}

/// Properties of a PUBLISH, in the order of their numbers: `count` of 0, 3, 5 or 7, two of the last two kinds being user properties.
fn properties(count: usize) -> Vec<u8> {
    let mut out = Vec::new();
    if count == 3 {
        out.extend_from_slice(&[0x02, 0, 0, 1, 0x2c]);
        out.push(0x03);
        string(&mut out, b"application/json");
        user(&mut out, b"site", b"north");
    }
    if count >= 5 {
        out.extend_from_slice(&[0x01, 1, 0x02, 0, 0, 0x0e, 0x10]);
        out.push(0x03);
        string(&mut out, b"application/json");
    }
    if count >= 7 {
        out.push(0x08);
        string(&mut out, b"replies/device-0042");
        out.push(0x09);
        string(&mut out, b"\x00\x01\x02\x03\x04\x05\x06\x07");
    }
    if count >= 5 {
        user(&mut out, b"trace-id", b"4bf92f3577b34da6");
        user(&mut out, b"tenant", b"factory-7");
    }
    out
}

fn publish(version: Version, flags: u8, topic: &[u8], id: u16, property_count: usize, payload: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    string(&mut body, topic);
    if flags & 0b0110 != 0 {
        body.extend_from_slice(&id.to_be_bytes());
    }
    if version == Version::V5 {
        let properties = properties(property_count);
        integer(&mut body, properties.len());
        body.extend_from_slice(&properties);
    }
    body.extend_from_slice(payload);
    packet(0x30 | flags, &body)
}

fn connect(version: Version) -> Vec<u8> {
    let mut body = Vec::new();
    string(&mut body, b"MQTT");
    body.push(if version == Version::V5 { 5 } else { 4 });
    body.push(0b1100_0010);
    body.extend_from_slice(&60u16.to_be_bytes());
    if version == Version::V5 {
        body.extend_from_slice(&[8, 0x11, 0, 0, 0x0e, 0x10, 0x21, 0, 20]);
    }
    string(&mut body, b"device-0042");
    string(&mut body, b"factory");
    string(&mut body, b"correct horse");
    packet(0x10, &body)
}

fn subscribe(version: Version, id: u16, count: usize) -> Vec<u8> {
    let mut body = id.to_be_bytes().to_vec();
    if version == Version::V5 {
        body.push(0);
    }
    for index in 0..count {
        string(&mut body, format!("factory/line-{index}/+/temperature").as_bytes());
        body.push((index % 3) as u8);
    }
    packet(0x82, &body)
}

fn ack(first: u8, id: u16) -> Vec<u8> {
    packet(first, &id.to_be_bytes())
}

/// A device's side of a busy connection, 1,000 packets: CONNECT, SUBSCRIBE, then mostly small telemetry, acknowledgements and a ping now and
/// then; in 5.0 two PUBLISH in five carry three properties. A fixed generator of pseudo-random numbers chooses.
pub fn stream(version: Version, packets: usize) -> Vec<u8> {
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let mut random = move |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    let mut out = connect(version);
    out.extend(subscribe(version, 1, 3));
    for index in 2..packets {
        let id = 1 + (index % 4000) as u16;
        let topic = format!("factory/line-{}/machine-{}/temperature", random(8), random(40));
        let payload: Vec<u8> = (0..16 + random(112)).map(|n| b'0' + (n % 10) as u8).collect();
        let count = if version == Version::V5 && random(5) < 2 { 3 } else { 0 };
        let bytes = match random(100) {
            0..52 => publish(version, 0, topic.as_bytes(), 0, count, &payload),
            52..56 => publish(version, 1, topic.as_bytes(), 0, count, &payload),
            56..72 => publish(version, 0b0010, topic.as_bytes(), id, count, &payload),
            72..76 => publish(version, 0b0100, topic.as_bytes(), id, count, &payload),
            76..86 => ack(0x40, id),
            86..89 => ack(0x50, id),
            89..92 => ack(0x62, id),
            92..95 => ack(0x70, id),
            95..97 => subscribe(version, id, 2),
            _ => packet(0xc0, &[]),
        };
        out.extend(bytes);
    }
    out
}

fn repeat(one: Vec<u8>, packets: usize) -> &'static [u8] {
    Box::leak(one.repeat(packets).into_boxed_slice())
}

const TOPIC: &[u8] = b"factory/line-3/temp/0042";

/// Every row of the table.
pub fn all() -> Vec<Row> {
    use Version::{V4, V5};
    use Work::{Chunks, Decode, Encode};
    let payload = |len: usize| (0..len).map(|n| b'a' + (n % 26) as u8).collect::<Vec<u8>>();
    let n = 1_000;
    let mut rows = Vec::new();
    let mut row = |name, version, work, packets, bytes| rows.push(Row { name, version, work, packets, bytes });
    for (work, names) in [
        (Decode, ["decode-v4-publish-16", "decode-v4-publish-64", "decode-v5-publish-16", "decode-v5-publish-64"]),
        (Encode, ["encode-v4-publish-16", "encode-v4-publish-64", "encode-v5-publish-16", "encode-v5-publish-64"]),
    ] {
        row(names[0], V4, work, n, repeat(publish(V4, 0, TOPIC, 0, 0, &payload(16)), n));
        row(names[1], V4, work, n, repeat(publish(V4, 0, TOPIC, 0, 0, &payload(64)), n));
        row(names[2], V5, work, n, repeat(publish(V5, 0, TOPIC, 0, 0, &payload(16)), n));
        row(names[3], V5, work, n, repeat(publish(V5, 0, TOPIC, 0, 0, &payload(64)), n));
    }
    row("decode-v5-publish-5-properties", V5, Decode, n, repeat(publish(V5, 2, TOPIC, 7, 5, &payload(64)), n));
    row("decode-v5-publish-7-properties", V5, Decode, n, repeat(publish(V5, 2, TOPIC, 7, 7, &payload(64)), n));
    row("decode-v4-mixed", V4, Decode, n, repeat(stream(V4, n), 1));
    row("decode-v4-mixed-1460", V4, Chunks(1460), n, repeat(stream(V4, n), 1));
    row("decode-v4-mixed-bytewise", V4, Chunks(1), n, repeat(stream(V4, n), 1));
    row("decode-v5-mixed", V5, Decode, n, repeat(stream(V5, n), 1));
    row("decode-v5-mixed-1460", V5, Chunks(1460), n, repeat(stream(V5, n), 1));
    row("decode-v5-mixed-bytewise", V5, Chunks(1), n, repeat(stream(V5, n), 1));
    row("encode-v5-publish-5-properties", V5, Encode, n, repeat(publish(V5, 2, TOPIC, 7, 5, &payload(64)), n));
    row("encode-v4-connect", V4, Encode, n, repeat(connect(V4), n));
    row("encode-v5-connect", V5, Encode, n, repeat(connect(V5), n));
    row("encode-v4-subscribe-8", V4, Encode, n, repeat(subscribe(V4, 9, 8), n));
    row("encode-v5-subscribe-8", V5, Encode, n, repeat(subscribe(V5, 9, 8), n));
    row("encode-v4-mixed", V4, Encode, n, repeat(stream(V4, n), 1));
    row("encode-v5-mixed", V5, Encode, n, repeat(stream(V5, n), 1));
    rows
}
