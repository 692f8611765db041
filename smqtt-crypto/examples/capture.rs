//! A device registers, announces a key, publishes under it and asks for another's: one MQTT 5.0 connection with an envelope of nearly
//! every type, as a pcap file. Its randomness is fixed, so that the file is the same every time: `captures/smqtt.pcap`.
//!
//! `cargo run -p smqtt-crypto --example capture -- captures/smqtt.pcap`
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "an example, of packets of a known size"
)]

use bytes::BytesMut;
use mqtt_codec::{Encoder, Packet, Property, Publish, Role, Topic, Version};
use smqtt_crypto::abe::PublicKey;
use smqtt_crypto::curve::Pure;
use smqtt_crypto::envelope::{Envelope, KeyId, KeyRequest, Role as Wish};
use smqtt_crypto::*;

type Outcome<T> = Result<T, Box<dyn core::error::Error>>;

/// One TCP connection in a pcap file whose packets begin with the IPv4 header.
#[derive(Debug)]
struct Pcap {
    out: Vec<u8>,
    time: u32,
    /// The next sequence numbers of client and server.
    next: [u32; 2],
}

impl Pcap {
    fn new() -> Self {
        // Magic, version 2.4, no zone, no accuracy, snap length, LINKTYPE_RAW.
        let mut out = Vec::new();
        for word in [0xA1B2_C3D4u32, 0x0002_0004, 0, 0, 65_535, 101] {
            out.extend_from_slice(&word.to_be_bytes());
        }
        let mut pcap = Self { out, time: 0, next: [0, 0] };
        pcap.packet(0, 0x02, &[]);
        pcap.packet(1, 0x12, &[]);
        pcap
    }

    /// A TCP segment with these flags; SYN counts as one byte.
    fn packet(&mut self, from: usize, flags: u8, payload: &[u8]) {
        let (ports, [own, peer]) = ([50_001u16, 1883], [self.next[from], self.next[1 - from]]);
        let mut segment = Vec::new();
        segment.extend_from_slice(&ports[from].to_be_bytes());
        segment.extend_from_slice(&ports[1 - from].to_be_bytes());
        segment.extend_from_slice(&own.to_be_bytes());
        segment.extend_from_slice(&peer.to_be_bytes());
        segment.extend_from_slice(&[0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]);
        segment.extend_from_slice(payload);
        let addresses = [[127, 0, 0, 1 + from as u8], [127, 0, 0, 2 - from as u8]].concat();
        let pseudo = [&addresses, &[0, 6][..], &(segment.len() as u16).to_be_bytes(), &segment].concat();
        segment[16..18].copy_from_slice(&checksum(&pseudo).to_be_bytes());
        let mut header = vec![0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0];
        header[2..4].copy_from_slice(&(20 + segment.len() as u16).to_be_bytes());
        header.extend_from_slice(&addresses);
        let sum = checksum(&header).to_be_bytes();
        header[10..12].copy_from_slice(&sum);
        let len = (header.len() + segment.len()) as u32;
        for word in [1_795_000_000, self.time, len, len] {
            self.out.extend_from_slice(&word.to_be_bytes());
        }
        self.out.extend([header, segment].concat());
        self.time += 1000;
        self.next[from] += payload.len() as u32 + u32::from(flags >> 1 & 1);
    }
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)));
    let sum: u32 = words.sum();
    let sum = (sum & 0xFFFF) + (sum >> 16);
    !((sum & 0xFFFF) + (sum >> 16)) as u16
}

fn publish(pcap: &mut Pcap, from: Role, topic: &str, retain: bool, envelope: &[u8]) -> Outcome<()> {
    let mut publish = Publish::new(Topic::new(topic)?, envelope);
    publish.retain = retain;
    publish.properties.push(Property::ContentType("application/vnd.smqtt"))?;
    let mut wire = BytesMut::new();
    Encoder::new(from, Version::V5_0).encode(&Packet::Publish(publish), &mut wire)?;
    pcap.packet(usize::from(from == Role::Server), 0x18, &wire);
    Ok(())
}

/// The file's bytes.
///
/// # Errors
/// Whatever goes wrong on the way.
pub fn capture(random: &mut dyn Random) -> Outcome<Vec<u8>> {
    let (topic, now) = ("house/kitchen/temperature", Epoch(481));
    let authority = Authority::<Pure>::setup(Kem::FABEO_KP, 3600, random)?;
    let mut pcap = Pcap::new();
    // CONNECT and CONNACK of MQTT 5.0: client identifier "k", clean start, keep alive 60; session not present, success.
    pcap.packet(0, 0x18, b"\x10\x0E\x00\x04MQTT\x05\x02\x00\x3C\x00\x00\x01k");
    pcap.packet(1, 0x18, b"\x20\x03\x00\x00\x00");
    publish(&mut pcap, Role::Server, "smqtt/params", true, &authority.public_params())?;

    let signing = Signing::generate(random)?;
    let enrolment = Enrolment::new(signing.clone(), random)?;
    let request = enrolment.request(Wish::Publisher, "kitchen", &["house/kitchen/#"]).ok_or("identity")?;
    publish(&mut pcap, Role::Client, "smqtt/register", false, &request)?;
    let Envelope::RegisterRequest(request) = Envelope::decode(&request, &Limits::default())? else {
        return Err("not a request".into());
    };
    let grant = Grant::Publish { filters: &["house/kitchen/#"], first: Epoch(480), last: Epoch(503) };
    let response = authority.respond(&request, grant, random)?;
    publish(&mut pcap, Role::Server, "smqtt/register/kitchen", false, &response)?;
    let (params, Enrolled::Credential(credential)) =
        enrolment.accept(&response, &authority.verifying_key(), &Limits::default())?
    else {
        return Err("no credential".into());
    };

    let public = Box::new(PublicKey::<Pure>::from_params(&params)?);
    let mut publisher = Publisher::new(public, signing, &credential, PublisherConfig::default())?;
    let (none, labels) = (Properties::default(), Labels::new(&[Label::text("room", "kitchen")]).ok_or("labels")?);
    let mut will = Vec::new();
    publisher.publish_self_contained(
        ("house/kitchen/state", now, Access::Open),
        &none,
        b"offline",
        random,
        &mut will,
    )?;
    publish(&mut pcap, Role::Client, "house/kitchen/state", true, &will)?;
    let notice = authority.epoch_notice(now, 2);
    publish(&mut pcap, Role::Server, "smqtt/notice", true, &notice)?;
    publisher.notice(&notice, &authority.verifying_key())?;
    let mut announce = Vec::new();
    let key_id = publisher.encrypt(topic, now, Access::Labels(&labels), random, &mut announce)?;
    let companion = announce_topic("house", publisher.sender(), key_id);
    publish(&mut pcap, Role::Client, &companion, true, &announce)?;
    for text in ["21.5", "21.6", "21.4"] {
        let mut data = Vec::new();
        publisher.publish(topic, now, &none, text.as_bytes(), &mut data)?;
        publish(&mut pcap, Role::Client, topic, false, &data)?;
    }
    let mut wanted = Vec::new();
    KeyRequest { key_id: KeyId(*b"unknown!") }.encode(&mut wanted);
    publish(&mut pcap, Role::Client, "smqtt/wanted", false, &wanted)?;
    pcap.packet(0, 0x18, b"\xE0\x00");
    Ok(pcap.out)
}

/// Not random: these secrets protect nothing, and the file is to be the same every time.
pub fn fixed() -> impl FnMut(&mut [u8]) -> Result<(), RandomError> {
    let mut state = 0u64;
    move |out: &mut [u8]| {
        for byte in out {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (state >> 56) as u8;
        }
        Ok(())
    }
}

#[allow(dead_code, reason = "the test that includes this file calls `capture`")]
fn main() -> Outcome<()> {
    let path = std::env::args().nth(1).ok_or("name the file to write")?;
    std::fs::write(path, capture(&mut fixed())?)?;
    Ok(())
}
