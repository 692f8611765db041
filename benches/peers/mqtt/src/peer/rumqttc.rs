use bytes::BytesMut;
use rumqttc::mqttbytes::{Error as ErrorV4, v4};
use rumqttc::v5::mqttbytes::{Error as ErrorV5, v5};

use crate::codec::Codec;
use crate::rows::Version;
use crate::visit::{self, Visit};

pub struct Rumqttc;

#[derive(Clone)]
pub enum Packets {
    V4(Vec<v4::Packet>),
    V5(Vec<v5::Packet>),
}

const MAX: usize = 1 << 20;

fn visit_v4<V: Visit>(packet: &v4::Packet, v: &mut V) {
    use v4::Packet;
    match packet {
        Packet::Connect(connect) => {
            v.kind(1);
            v.bytes(connect.client_id.as_bytes());
            v.number(u32::from(connect.keep_alive));
            v.number(u32::from(connect.clean_session));
            v.end();
        }
        Packet::Publish(publish) => {
            let topic = publish.topic.as_bytes();
            visit::publish(v, publish.dup, publish.qos as u8, publish.retain, topic, publish.pkid, &publish.payload);
            v.end();
        }
        Packet::PubAck(ack) => visit::ack(v, 4, ack.pkid, 0),
        Packet::PubRec(ack) => visit::ack(v, 5, ack.pkid, 0),
        Packet::PubRel(ack) => visit::ack(v, 6, ack.pkid, 0),
        Packet::PubComp(ack) => visit::ack(v, 7, ack.pkid, 0),
        Packet::Subscribe(subscribe) => {
            v.kind(8);
            v.number(u32::from(subscribe.pkid));
            for filter in &subscribe.filters {
                v.bytes(filter.path.as_bytes());
                v.number(filter.qos as u32);
            }
            v.end();
        }
        Packet::PingReq => {
            v.kind(12);
            v.end();
        }
        other => panic!("rumqttc: {other:?}"),
    }
}

fn visit_v5<V: Visit>(packet: &v5::Packet, v: &mut V) {
    use v5::Packet;
    match packet {
        Packet::Connect(connect, _, _) => {
            v.kind(1);
            v.bytes(connect.client_id.as_bytes());
            v.number(u32::from(connect.keep_alive));
            v.number(u32::from(connect.clean_start));
            v.end();
        }
        Packet::Publish(publish) => {
            visit::publish(
                v,
                publish.dup,
                publish.qos as u8,
                publish.retain,
                &publish.topic,
                publish.pkid,
                &publish.payload,
            );
            if let Some(properties) = &publish.properties {
                crate::visit_publish_properties!(v, properties);
            }
            v.end();
        }
        Packet::PubAck(ack) => visit::ack(v, 4, ack.pkid, ack.reason as u8),
        Packet::PubRec(ack) => visit::ack(v, 5, ack.pkid, ack.reason as u8),
        Packet::PubRel(ack) => visit::ack(v, 6, ack.pkid, ack.reason as u8),
        Packet::PubComp(ack) => visit::ack(v, 7, ack.pkid, ack.reason as u8),
        Packet::Subscribe(subscribe) => {
            v.kind(8);
            v.number(u32::from(subscribe.pkid));
            for filter in &subscribe.filters {
                v.bytes(filter.path.as_bytes());
                let handling = match filter.retain_forward_rule {
                    v5::RetainForwardRule::OnEverySubscribe => 0,
                    v5::RetainForwardRule::OnNewSubscribe => 1,
                    v5::RetainForwardRule::Never => 2,
                };
                v.number(
                    filter.qos as u32
                        | u32::from(filter.nolocal) << 2
                        | u32::from(filter.preserve_retain) << 3
                        | handling << 4,
                );
            }
            v.end();
        }
        Packet::PingReq(_) => {
            v.kind(12);
            v.end();
        }
        other => panic!("rumqttc: {other:?}"),
    }
}

fn decode<V: Visit>(version: Version, input: &mut BytesMut, v: &mut V) {
    match version {
        Version::V4 => loop {
            match v4::Packet::read(input, MAX) {
                Ok(packet) => visit_v4(&packet, v),
                Err(ErrorV4::InsufficientBytes(_)) => return,
                Err(error) => panic!("{error:?}"),
            }
        },
        Version::V5 => loop {
            match v5::Packet::read(input, None) {
                Ok(packet) => visit_v5(&packet, v),
                Err(ErrorV5::InsufficientBytes(_)) => return,
                Err(error) => panic!("{error:?}"),
            }
        },
    }
}

impl Codec for Rumqttc {
    const NAME: &'static str = "rumqttc 0.25.1";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    const CHUNKS: bool = true;
    type Input = BytesMut;
    type Packets = Packets;
    /// What was written, and a buffer for CONNECT alone: its encoder patches the connect flags at a fixed index of the buffer, which is
    /// right for the first packet in it only.
    type Out = (BytesMut, BytesMut);

    fn input(bytes: &'static [u8]) -> Self::Input {
        BytesMut::from(bytes)
    }

    fn decode<V: Visit>(version: Version, mut input: Self::Input, v: &mut V) {
        decode(version, &mut input, v);
    }

    fn chunks<V: Visit>(version: Version, bytes: &'static [u8], size: usize, v: &mut V) {
        let mut buffer = BytesMut::with_capacity(4096);
        for chunk in bytes.chunks(size) {
            buffer.extend_from_slice(chunk);
            decode(version, &mut buffer, v);
        }
    }

    fn packets(version: Version, bytes: &'static [u8]) -> Self::Packets {
        let mut input = BytesMut::from(bytes);
        match version {
            Version::V4 => Packets::V4(std::iter::from_fn(|| v4::Packet::read(&mut input, MAX).ok()).collect()),
            Version::V5 => Packets::V5(std::iter::from_fn(|| v5::Packet::read(&mut input, None).ok()).collect()),
        }
    }

    fn out(capacity: usize) -> Self::Out {
        (BytesMut::with_capacity(capacity), BytesMut::with_capacity(256))
    }

    fn encode(_: Version, packets: &mut Self::Packets, (out, connect): &mut Self::Out) {
        macro_rules! write {
            ($packets:expr, $module:ident, $max:expr) => {
                for packet in $packets {
                    if let $module::Packet::Connect(..) = packet {
                        connect.clear();
                        packet.write(connect, $max).unwrap();
                        out.extend_from_slice(connect);
                    } else {
                        packet.write(out, $max).unwrap();
                    }
                }
            };
        }
        match packets {
            Packets::V4(packets) => write!(packets, v4, MAX),
            Packets::V5(packets) => write!(packets, v5, None),
        }
    }

    fn bytes(out: Self::Out) -> Vec<u8> {
        out.0.to_vec()
    }
}
