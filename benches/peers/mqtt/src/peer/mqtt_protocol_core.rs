use std::sync::Arc;

use mqtt_protocol_core::mqtt::packet::{
    DecodeResult, GenericPacketTrait, Packet, Property, VariableByteInteger, v3_1_1, v5_0,
};

use crate::codec::Codec;
use crate::rows::Version;
use crate::visit::{self, Visit};

pub struct MqttProtocolCore;

fn properties<V: Visit>(properties: &[Property], v: &mut V) {
    for property in properties {
        match property {
            Property::PayloadFormatIndicator(value) => v.property(0x01, u32::from(value.val())),
            Property::MessageExpiryInterval(value) => v.property(0x02, value.val()),
            Property::ContentType(value) => v.property_bytes(0x03, value.val().as_bytes()),
            Property::ResponseTopic(value) => v.property_bytes(0x08, value.val().as_bytes()),
            Property::CorrelationData(value) => v.property_bytes(0x09, value.val()),
            Property::SubscriptionIdentifier(value) => v.property(0x0b, value.val()),
            Property::TopicAlias(value) => v.property(0x23, u32::from(value.val())),
            Property::UserProperty(value) => v.user(value.key().as_bytes(), value.val().as_bytes()),
            other => panic!("mqtt-protocol-core: {other:?}"),
        }
    }
}

fn visit<V: Visit>(packet: &Packet, v: &mut V) {
    macro_rules! connect {
        ($packet:expr) => {{
            v.kind(1);
            v.bytes($packet.client_id().as_bytes());
            v.number(u32::from($packet.keep_alive()));
            v.number(u32::from($packet.clean_start()));
            v.end();
        }};
    }
    macro_rules! publish {
        ($packet:expr) => {{
            let (topic, id) = ($packet.topic_name().as_bytes(), $packet.packet_id().unwrap_or(0));
            visit::publish(
                v,
                $packet.dup(),
                $packet.qos() as u8,
                $packet.retain(),
                topic,
                id,
                $packet.payload().as_slice(),
            );
        }};
    }
    macro_rules! subscribe {
        ($packet:expr) => {{
            v.kind(8);
            v.number(u32::from($packet.packet_id()));
            for entry in $packet.entries() {
                v.bytes(entry.topic_filter().as_bytes());
                v.number(u32::from(entry.sub_opts().to_buffer()[0]));
            }
            v.end();
        }};
    }
    match packet {
        Packet::V3_1_1Connect(packet) => connect!(packet),
        Packet::V5_0Connect(packet) => connect!(packet),
        Packet::V3_1_1Publish(packet) => {
            publish!(packet);
            v.end();
        }
        Packet::V5_0Publish(packet) => {
            publish!(packet);
            properties(packet.props(), v);
            v.end();
        }
        Packet::V3_1_1Puback(packet) => visit::ack(v, 4, packet.packet_id(), 0),
        Packet::V3_1_1Pubrec(packet) => visit::ack(v, 5, packet.packet_id(), 0),
        Packet::V3_1_1Pubrel(packet) => visit::ack(v, 6, packet.packet_id(), 0),
        Packet::V3_1_1Pubcomp(packet) => visit::ack(v, 7, packet.packet_id(), 0),
        Packet::V5_0Puback(packet) => {
            visit::ack(v, 4, packet.packet_id(), packet.reason_code().map_or(0, |code| code as u8))
        }
        Packet::V5_0Pubrec(packet) => {
            visit::ack(v, 5, packet.packet_id(), packet.reason_code().map_or(0, |code| code as u8))
        }
        Packet::V5_0Pubrel(packet) => {
            visit::ack(v, 6, packet.packet_id(), packet.reason_code().map_or(0, |code| code as u8))
        }
        Packet::V5_0Pubcomp(packet) => {
            visit::ack(v, 7, packet.packet_id(), packet.reason_code().map_or(0, |code| code as u8))
        }
        Packet::V3_1_1Subscribe(packet) => subscribe!(packet),
        Packet::V5_0Subscribe(packet) => subscribe!(packet),
        Packet::V3_1_1Pingreq(_) | Packet::V5_0Pingreq(_) => {
            v.kind(12);
            v.end();
        }
        other => panic!("mqtt-protocol-core: {other:?}"),
    }
}

/// Its parsers, one per packet type, want the body as a slice, or as an `Arc<[u8]>` for a PUBLISH; its connection makes the same copies.
fn next(version: Version, input: &mut &[u8]) -> Option<Packet> {
    let (&first, rest) = input.split_first()?;
    let DecodeResult::Ok(length, used) = VariableByteInteger::decode_stream(rest) else { return None };
    let (body, next) = rest.get(used..)?.split_at_checked(length.to_u32() as usize)?;
    *input = next;
    Some(match (version, first >> 4) {
        (Version::V4, 1) => v3_1_1::Connect::parse(body).unwrap().0.into(),
        (Version::V4, 3) => v3_1_1::Publish::parse(first & 15, Arc::from(body)).unwrap().0.into(),
        (Version::V4, 4) => v3_1_1::Puback::parse(body).unwrap().0.into(),
        (Version::V4, 5) => v3_1_1::Pubrec::parse(body).unwrap().0.into(),
        (Version::V4, 6) => v3_1_1::Pubrel::parse(body).unwrap().0.into(),
        (Version::V4, 7) => v3_1_1::Pubcomp::parse(body).unwrap().0.into(),
        (Version::V4, 8) => v3_1_1::Subscribe::parse(body).unwrap().0.into(),
        (Version::V4, 12) => v3_1_1::Pingreq::parse(body).unwrap().0.into(),
        (Version::V5, 1) => v5_0::Connect::parse(body).unwrap().0.into(),
        (Version::V5, 3) => v5_0::Publish::parse(first & 15, Arc::from(body)).unwrap().0.into(),
        (Version::V5, 4) => v5_0::Puback::parse(body).unwrap().0.into(),
        (Version::V5, 5) => v5_0::Pubrec::parse(body).unwrap().0.into(),
        (Version::V5, 6) => v5_0::Pubrel::parse(body).unwrap().0.into(),
        (Version::V5, 7) => v5_0::Pubcomp::parse(body).unwrap().0.into(),
        (Version::V5, 8) => v5_0::Subscribe::parse(body).unwrap().0.into(),
        (Version::V5, 12) => v5_0::Pingreq::parse(body).unwrap().0.into(),
        (_, kind) => panic!("mqtt-protocol-core: packet type {kind}"),
    })
}

impl Codec for MqttProtocolCore {
    const NAME: &'static str = "mqtt-protocol-core 0.7.9";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    type Input = &'static [u8];
    type Packets = Vec<Packet>;
    type Out = Vec<u8>;

    fn input(bytes: &'static [u8]) -> Self::Input {
        bytes
    }

    fn decode<V: Visit>(version: Version, mut input: Self::Input, v: &mut V) {
        while let Some(packet) = next(version, &mut input) {
            visit(&packet, v);
        }
    }

    fn packets(version: Version, mut bytes: &'static [u8]) -> Self::Packets {
        std::iter::from_fn(|| next(version, &mut bytes)).collect()
    }

    fn out(capacity: usize) -> Self::Out {
        Vec::with_capacity(capacity)
    }

    /// `to_buffers` (a list of slices for a vectored write) is its faster way; the slices are appended to the outgoing buffer.
    fn encode(_: Version, packets: &mut Self::Packets, out: &mut Self::Out) {
        for packet in packets {
            for slice in packet.to_buffers() {
                out.extend_from_slice(&slice);
            }
        }
    }

    fn bytes(out: Self::Out) -> Vec<u8> {
        out
    }
}
