use mqtt_proto::{PollHeader, QosPid, v3, v5};

use crate::codec::Codec;
use crate::rows::Version;
use crate::visit::{self, Visit};

pub struct MqttProto;

#[derive(Clone)]
pub enum Packets {
    V4(Vec<v3::Packet>),
    V5(Vec<v5::Packet>),
}

fn pid(qos: QosPid) -> (u8, u16) {
    match qos {
        QosPid::Level0 => (0, 0),
        QosPid::Level1(id) => (1, id.value()),
        QosPid::Level2(id) => (2, id.value()),
    }
}

fn visit_v4<V: Visit>(packet: &v3::Packet, v: &mut V) {
    use v3::Packet;
    match packet {
        Packet::Connect(connect) => {
            v.kind(1);
            v.bytes(connect.client_id.as_bytes());
            v.number(u32::from(connect.keep_alive));
            v.number(u32::from(connect.clean_session));
            v.end();
        }
        Packet::Publish(publish) => {
            let (qos, id) = pid(publish.qos_pid);
            visit::publish(v, publish.dup, qos, publish.retain, publish.topic_name.as_bytes(), id, &publish.payload);
            v.end();
        }
        Packet::Puback(id) => visit::ack(v, 4, id.value(), 0),
        Packet::Pubrec(id) => visit::ack(v, 5, id.value(), 0),
        Packet::Pubrel(id) => visit::ack(v, 6, id.value(), 0),
        Packet::Pubcomp(id) => visit::ack(v, 7, id.value(), 0),
        Packet::Subscribe(subscribe) => {
            v.kind(8);
            v.number(u32::from(subscribe.pid.value()));
            for (filter, qos) in &subscribe.topics {
                v.bytes(filter.as_bytes());
                v.number(*qos as u32);
            }
            v.end();
        }
        Packet::Pingreq => {
            v.kind(12);
            v.end();
        }
        other => panic!("mqtt-proto: {other:?}"),
    }
}

fn visit_v5<V: Visit>(packet: &v5::Packet, v: &mut V) {
    use v5::Packet;
    match packet {
        Packet::Connect(connect) => {
            v.kind(1);
            v.bytes(connect.client_id.as_bytes());
            v.number(u32::from(connect.keep_alive));
            v.number(u32::from(connect.clean_start));
            v.end();
        }
        Packet::Publish(publish) => {
            let (qos, id) = pid(publish.qos_pid);
            visit::publish(v, publish.dup, qos, publish.retain, publish.topic_name.as_bytes(), id, &publish.payload);
            let properties = &publish.properties;
            if let Some(value) = properties.payload_is_utf8 {
                v.property(0x01, u32::from(value));
            }
            if let Some(value) = properties.message_expiry_interval {
                v.property(0x02, value);
            }
            if let Some(value) = &properties.content_type {
                v.property_bytes(0x03, value.as_bytes());
            }
            if let Some(value) = &properties.response_topic {
                v.property_bytes(0x08, value.as_bytes());
            }
            if let Some(value) = &properties.correlation_data {
                v.property_bytes(0x09, value);
            }
            if let Some(value) = properties.subscription_id {
                v.property(0x0b, value.value());
            }
            if let Some(value) = properties.topic_alias {
                v.property(0x23, u32::from(value));
            }
            for property in &properties.user_properties {
                v.user(property.name.as_bytes(), property.value.as_bytes());
            }
            v.end();
        }
        Packet::Puback(ack) => visit::ack(v, 4, ack.pid.value(), ack.reason_code as u8),
        Packet::Pubrec(ack) => visit::ack(v, 5, ack.pid.value(), ack.reason_code as u8),
        Packet::Pubrel(ack) => visit::ack(v, 6, ack.pid.value(), ack.reason_code as u8),
        Packet::Pubcomp(ack) => visit::ack(v, 7, ack.pid.value(), ack.reason_code as u8),
        Packet::Subscribe(subscribe) => {
            v.kind(8);
            v.number(u32::from(subscribe.pid.value()));
            for (filter, options) in &subscribe.topics {
                v.bytes(filter.as_bytes());
                v.number(u32::from(options.to_u8()));
            }
            v.end();
        }
        Packet::Pingreq => {
            v.kind(12);
            v.end();
        }
        other => panic!("mqtt-proto: {other:?}"),
    }
}

/// Its fastest way from a buffer: the header read outside, then `decode_buffer` over the body. (`Packet::decode` runs an async reader over the same bytes
/// and takes twice as long.)
fn next<H: PollHeader>(bytes: &mut &[u8]) -> Option<H::Packet>
where
    H::Error: std::fmt::Debug,
{
    let (first, header_len, total) = super::frame(bytes)?;
    let body = bytes.get(header_len..total)?;
    let header = H::new_with(first, (total - header_len) as u32, total as u32).unwrap();
    *bytes = &bytes[total..];
    if let Some(packet) = header.build_empty_packet() {
        return Some(packet);
    }
    Some(header.decode_buffer(body, &mut 0).unwrap())
}

impl Codec for MqttProto {
    const NAME: &'static str = "mqtt-proto 0.4.0";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    type Input = &'static [u8];
    type Packets = Packets;
    type Out = Vec<u8>;

    fn input(bytes: &'static [u8]) -> Self::Input {
        bytes
    }

    fn decode<V: Visit>(version: Version, mut input: Self::Input, v: &mut V) {
        match version {
            Version::V4 => {
                while let Some(packet) = next::<v3::Header>(&mut input) {
                    visit_v4(&packet, v);
                }
            }
            Version::V5 => {
                while let Some(packet) = next::<v5::Header>(&mut input) {
                    visit_v5(&packet, v);
                }
            }
        }
    }

    fn packets(version: Version, mut bytes: &'static [u8]) -> Self::Packets {
        match version {
            Version::V4 => Packets::V4(std::iter::from_fn(|| next::<v3::Header>(&mut bytes)).collect()),
            Version::V5 => Packets::V5(std::iter::from_fn(|| next::<v5::Header>(&mut bytes)).collect()),
        }
    }

    fn out(capacity: usize) -> Self::Out {
        Vec::with_capacity(capacity)
    }

    /// Its encoder makes a vector for each packet; it is appended to the outgoing buffer, as whoever fills one buffer must.
    fn encode(_: Version, packets: &mut Self::Packets, out: &mut Self::Out) {
        match packets {
            Packets::V4(packets) => {
                packets.iter().for_each(|packet| out.extend_from_slice(packet.encode().unwrap().as_ref()))
            }
            Packets::V5(packets) => {
                packets.iter().for_each(|packet| out.extend_from_slice(packet.encode().unwrap().as_ref()))
            }
        }
    }

    fn bytes(out: Self::Out) -> Vec<u8> {
        out
    }
}
