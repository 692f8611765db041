use bytes::{Buf, Bytes, BytesMut};
use mqtt5_protocol::packet::MqttPacket;
use mqtt5_protocol::{FixedHeader, Packet, Properties, PropertyValue};

use crate::codec::Codec;
use crate::rows::Version;
use crate::visit::{self, Visit};

pub struct Mqtt5Protocol;

fn properties<V: Visit>(properties: &Properties, v: &mut V) {
    for (id, value) in properties.iter() {
        let id = id as u8;
        match value {
            PropertyValue::Byte(value) => v.property(id, u32::from(*value)),
            PropertyValue::TwoByteInteger(value) => v.property(id, u32::from(*value)),
            PropertyValue::FourByteInteger(value) | PropertyValue::VariableByteInteger(value) => v.property(id, *value),
            PropertyValue::BinaryData(value) => v.property_bytes(id, value),
            PropertyValue::Utf8String(value) => v.property_bytes(id, value.as_bytes()),
            PropertyValue::Utf8StringPair(name, value) => v.user(name.as_bytes(), value.as_bytes()),
        }
    }
}

fn visit<V: Visit>(version: Version, packet: &Packet, v: &mut V) {
    match packet {
        Packet::Connect(connect) => {
            v.kind(1);
            v.bytes(connect.client_id.as_bytes());
            v.number(u32::from(connect.keep_alive));
            v.number(u32::from(connect.clean_start));
            v.end();
        }
        Packet::Publish(publish) => {
            let (topic, id) = (publish.topic_name.as_bytes(), publish.packet_id.unwrap_or(0));
            visit::publish(v, publish.dup, publish.qos as u8, publish.retain, topic, id, &publish.payload);
            properties(&publish.properties, v);
            v.end();
        }
        Packet::PubAck(ack) => visit::ack(v, 4, ack.packet_id, ack.reason_code.into()),
        Packet::PubRec(ack) => visit::ack(v, 5, ack.packet_id, ack.reason_code.into()),
        Packet::PubRel(ack) => visit::ack(v, 6, ack.packet_id, ack.reason_code.into()),
        Packet::PubComp(ack) => visit::ack(v, 7, ack.packet_id, ack.reason_code.into()),
        Packet::Subscribe(subscribe) => {
            v.kind(8);
            v.number(u32::from(subscribe.packet_id));
            for filter in &subscribe.filters {
                v.bytes(filter.filter.as_bytes());
                let options = filter.options.encode();
                v.number(u32::from(if version == Version::V4 { options & 3 } else { options }));
            }
            v.end();
        }
        Packet::PingReq => {
            v.kind(12);
            v.end();
        }
        other => panic!("mqtt5-protocol: {other:?}"),
    }
}

fn next(version: Version, input: &mut Bytes) -> Option<Packet> {
    if !input.has_remaining() {
        return None;
    }
    let header = FixedHeader::decode(input).unwrap();
    let mut body = input.split_to(header.remaining_length as usize);
    let level = if version == Version::V5 { 5 } else { 4 };
    Some(Packet::decode_from_body_with_version(header.packet_type, &header, &mut body, level).unwrap())
}

impl Codec for Mqtt5Protocol {
    const NAME: &'static str = "mqtt5-protocol 0.16.2";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    type Input = Bytes;
    type Packets = Vec<Packet>;
    type Out = BytesMut;

    fn input(bytes: &'static [u8]) -> Self::Input {
        Bytes::copy_from_slice(bytes)
    }

    fn decode<V: Visit>(version: Version, mut input: Self::Input, v: &mut V) {
        while let Some(packet) = next(version, &mut input) {
            visit(version, &packet, v);
        }
    }

    fn packets(version: Version, bytes: &'static [u8]) -> Self::Packets {
        let mut input = Bytes::copy_from_slice(bytes);
        std::iter::from_fn(|| next(version, &mut input)).collect()
    }

    fn out(capacity: usize) -> Self::Out {
        BytesMut::with_capacity(capacity)
    }

    fn encode(_: Version, packets: &mut Self::Packets, out: &mut Self::Out) {
        for packet in packets {
            match packet {
                Packet::Connect(packet) => packet.encode(out),
                Packet::Publish(packet) => packet.encode(out),
                Packet::PubAck(packet) => packet.encode(out),
                Packet::PubRec(packet) => packet.encode(out),
                Packet::PubRel(packet) => packet.encode(out),
                Packet::PubComp(packet) => packet.encode(out),
                Packet::Subscribe(packet) => packet.encode(out),
                Packet::PingReq => mqtt5_protocol::packet::pingreq::PingReqPacket::default().encode(out),
                other => panic!("{other:?}"),
            }
            .unwrap();
        }
    }

    fn bytes(out: Self::Out) -> Vec<u8> {
        out.to_vec()
    }
}
