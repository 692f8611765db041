//! mqtt-codec, borrowed and shared.

use bytes::{Buf, BytesMut};
use mqtt_codec::{Ack, Decoder, Encoder, Limits, Packet, PacketId, Properties, Property, Role, Subscription};

use crate::codec::Codec;
use crate::macros::decodes_only;
use crate::rows::Version;
use crate::visit::{self, Record, Visit};

/// Packets that borrow from the input.
pub struct Borrowed;
/// The same, encoded by appending to a `Vec`.
pub struct Appended;
/// Packets that share the input's buffer.
pub struct Shared;

const fn version(version: Version) -> mqtt_codec::Version {
    match version {
        Version::V4 => mqtt_codec::Version::V3_1_1,
        Version::V5 => mqtt_codec::Version::V5_0,
    }
}

/// A server's decoder: new when the bytes begin with CONNECT, else for a connection that is under way.
fn decoder(wanted: Version, bytes: &[u8]) -> Decoder {
    match bytes.first() {
        Some(0x10) => Decoder::new(Role::Server, Limits::default()),
        _ => Decoder::established(Role::Server, version(wanted), Limits::default()),
    }
}

#[inline(always)]
fn properties<V: Visit>(properties: &Properties<'_>, v: &mut V) {
    for property in properties {
        let id = property.id().0;
        match property {
            Property::PayloadFormatIndicator(value) => v.property(id, u32::from(value)),
            Property::MessageExpiryInterval(value) => v.property(id, value),
            Property::ContentType(value) | Property::ResponseTopic(value) => v.property_bytes(id, value.as_bytes()),
            Property::CorrelationData(value) => v.property_bytes(id, value),
            Property::SubscriptionIdentifier(value) => v.property(id, value.get()),
            Property::TopicAlias(value) => v.property(id, u32::from(value.get())),
            Property::UserProperty(name, value) => v.user(name.as_bytes(), value.as_bytes()),
            other => panic!("ours: {other:?}"),
        }
    }
}

#[inline]
fn id(id: Option<PacketId>) -> u16 {
    id.map_or(0, PacketId::value)
}

#[inline]
fn ack<V: Visit>(v: &mut V, kind: u8, ack: &Ack<'_>) {
    visit::ack(v, kind, ack.packet_id.value(), ack.reason.0);
}

#[inline(always)]
fn visit<V: Visit>(packet: &Packet<'_>, v: &mut V) {
    match packet {
        Packet::Publish(publish) => {
            let (topic, packet_id) = (publish.topic.as_bytes(), id(publish.delivery.packet_id()));
            visit::publish(
                v,
                publish.dup,
                publish.delivery.qos().bits(),
                publish.retain,
                topic,
                packet_id,
                &publish.payload,
            );
            properties(&publish.properties, v);
            v.end();
        }
        Packet::Connect(connect) => {
            v.kind(1);
            v.bytes(connect.client_id.as_bytes());
            v.number(u32::from(connect.keep_alive));
            v.number(u32::from(connect.clean_start));
            v.end();
        }
        Packet::PubAck(packet) => ack(v, 4, packet),
        Packet::PubRec(packet) => ack(v, 5, packet),
        Packet::PubRel(packet) => ack(v, 6, packet),
        Packet::PubComp(packet) => ack(v, 7, packet),
        Packet::Subscribe(subscribe) => {
            v.kind(8);
            v.number(u32::from(subscribe.packet_id.value()));
            for subscription in &subscribe.subscriptions {
                let Subscription { filter, options } = subscription.unwrap();
                v.bytes(filter.as_bytes());
                v.number(u32::from(options.to_byte()));
            }
            v.end();
        }
        Packet::PingReq => {
            v.kind(12);
            v.end();
        }
        other => panic!("ours: {}", other.packet_type()),
    }
}

/// One packet after the other; each CONNECT begins a connection of its own.
fn each(wanted: Version, mut bytes: &'static [u8], mut take: impl FnMut(Packet<'static>)) -> Result<(), String> {
    let mut reader = decoder(wanted, bytes);
    while !bytes.is_empty() {
        if bytes[0] == 0x10 {
            reader = decoder(wanted, bytes);
        }
        match reader.decode(&mut bytes) {
            Ok(Some(packet)) => take(packet.into_packet()),
            Ok(None) => return Err("an incomplete packet".into()),
            Err(error) => return Err(format!("{error}: {:02x?}", &bytes[..bytes.len().min(64)])),
        }
    }
    Ok(())
}

/// The fields of a stream, as the check compares them.
pub fn fields(wanted: Version, bytes: &'static [u8]) -> Result<Vec<String>, String> {
    let mut record = Record::default();
    each(wanted, bytes, |packet| visit(&packet, &mut record))?;
    Ok(record.lines)
}

/// Properties and subscriptions as slices of values, the way an application hands them over, not in the wire form in which they came.
fn from_values(packet: Packet<'static>) -> Packet<'static> {
    fn listed(properties: Properties<'static>) -> Properties<'static> {
        let properties: &'static Properties<'static> = Box::leak(Box::new(properties));
        let items: Vec<Property<'static>> = properties.iter().collect();
        Properties::from(&*items.leak())
    }
    match packet {
        Packet::Publish(mut publish) => {
            publish.properties = listed(publish.properties);
            Packet::Publish(publish)
        }
        Packet::Connect(mut connect) => {
            connect.properties = listed(connect.properties);
            Packet::Connect(connect)
        }
        Packet::Subscribe(mut subscribe) => {
            let received = Box::leak(Box::new(subscribe.subscriptions));
            let items: Vec<Subscription<'static>> = received.iter().map(Result::unwrap).collect();
            subscribe.subscriptions = (&*items.leak()).into();
            Packet::Subscribe(subscribe)
        }
        other => other,
    }
}

impl Codec for Borrowed {
    const NAME: &'static str = "ours (borrowed)";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    const CHUNKS: bool = true;
    type Input = &'static [u8];
    type Packets = Vec<Packet<'static>>;
    type Out = (Vec<u8>, usize);

    fn input(bytes: &'static [u8]) -> Self::Input {
        bytes
    }

    fn decode<V: Visit>(version: Version, mut input: Self::Input, v: &mut V) {
        let mut decoder = decoder(version, input);
        while let Some(packet) = decoder.decode(&mut input).unwrap() {
            visit(&packet, v);
        }
    }

    fn chunks<V: Visit>(version: Version, bytes: &'static [u8], size: usize, v: &mut V) {
        let mut decoder = decoder(version, bytes);
        let mut buffer = BytesMut::with_capacity(4096);
        for chunk in bytes.chunks(size) {
            buffer.extend_from_slice(chunk);
            let mut input = &buffer[..];
            while let Some(packet) = decoder.decode(&mut input).unwrap() {
                visit(&packet, v);
            }
            let consumed = buffer.len() - input.len();
            buffer.advance(consumed);
        }
    }

    fn packets(version: Version, bytes: &'static [u8]) -> Self::Packets {
        let mut packets = Vec::new();
        each(version, bytes, |packet| packets.push(from_values(packet))).unwrap();
        packets
    }

    fn out(capacity: usize) -> Self::Out {
        (vec![0; capacity], 0)
    }

    /// Into a slice, as mqttrs does.
    fn encode(wanted: Version, packets: &mut Self::Packets, out: &mut Self::Out) {
        let mut encoder = Encoder::new(Role::Client, version(wanted));
        for packet in packets {
            out.1 += encoder.encode_to_slice(packet, &mut out.0[out.1..]).unwrap();
        }
    }

    fn bytes((mut bytes, len): Self::Out) -> Vec<u8> {
        bytes.truncate(len);
        bytes
    }
}

impl Codec for Appended {
    const NAME: &'static str = "ours (appended to a Vec)";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    type Input = &'static [u8];
    type Packets = Vec<Packet<'static>>;
    type Out = Vec<u8>;

    fn input(bytes: &'static [u8]) -> Self::Input {
        bytes
    }

    fn decode<V: Visit>(version: Version, input: Self::Input, v: &mut V) {
        Borrowed::decode(version, input, v);
    }

    fn packets(version: Version, bytes: &'static [u8]) -> Self::Packets {
        Borrowed::packets(version, bytes)
    }

    fn out(capacity: usize) -> Self::Out {
        Vec::with_capacity(capacity)
    }

    fn encode(wanted: Version, packets: &mut Self::Packets, out: &mut Self::Out) {
        let mut encoder = Encoder::new(Role::Client, version(wanted));
        for packet in packets {
            encoder.encode(packet, out).unwrap();
        }
    }

    fn bytes(out: Self::Out) -> Vec<u8> {
        out
    }
}

impl Codec for Shared {
    const NAME: &'static str = "ours (shared)";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    const CHUNKS: bool = true;
    type Input = BytesMut;

    fn input(bytes: &'static [u8]) -> Self::Input {
        BytesMut::from(bytes)
    }

    fn decode<V: Visit>(version: Version, mut input: Self::Input, v: &mut V) {
        let mut decoder = decoder(version, &input);
        while let Some(packet) = decoder.decode_shared(&mut input).unwrap() {
            visit(&packet, v);
        }
    }

    fn chunks<V: Visit>(version: Version, bytes: &'static [u8], size: usize, v: &mut V) {
        let mut decoder = decoder(version, bytes);
        let mut buffer = BytesMut::with_capacity(4096);
        for chunk in bytes.chunks(size) {
            buffer.extend_from_slice(chunk);
            while let Some(packet) = decoder.decode_shared(&mut buffer).unwrap() {
                visit(&packet, v);
            }
        }
    }

    decodes_only!();
}
