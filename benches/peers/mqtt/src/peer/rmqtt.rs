use bytes::BytesMut;
use rmqtt_codec::{v3, v5};
use tokio_util::codec::{Decoder, Encoder};

use crate::codec::Codec;
use crate::rows::Version;
use crate::visit::{self, Visit};

pub struct Rmqtt;

#[derive(Clone)]
pub enum Packets {
    V4(Vec<v3::Packet>),
    V5(Vec<v5::Packet>),
}

const MAX: u32 = 1 << 20;

fn visit_publish<V: Visit>(publish: &rmqtt_codec::types::Publish, v: &mut V) {
    let id = publish.packet_id.map_or(0, u16::from);
    visit::publish(v, publish.dup, publish.qos.value(), publish.retain, publish.topic.as_bytes(), id, &publish.payload);
    if let Some(properties) = &publish.properties {
        crate::visit_ntex_properties!(v, properties);
    }
    v.end();
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
        Packet::Publish(publish) => visit_publish(publish, v),
        Packet::PublishAck { packet_id } => visit::ack(v, 4, packet_id.get(), 0),
        Packet::PublishReceived { packet_id } => visit::ack(v, 5, packet_id.get(), 0),
        Packet::PublishRelease { packet_id } => visit::ack(v, 6, packet_id.get(), 0),
        Packet::PublishComplete { packet_id } => visit::ack(v, 7, packet_id.get(), 0),
        Packet::Subscribe { packet_id, topic_filters } => {
            v.kind(8);
            v.number(u32::from(packet_id.get()));
            for (filter, qos) in topic_filters {
                v.bytes(filter.as_bytes());
                v.number(u32::from(qos.value()));
            }
            v.end();
        }
        Packet::PingRequest => {
            v.kind(12);
            v.end();
        }
        other => panic!("rmqtt-codec: {other:?}"),
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
        Packet::Publish(publish) => visit_publish(publish, v),
        Packet::PublishAck(ack) => visit::ack(v, 4, ack.packet_id.get(), ack.reason_code.into()),
        Packet::PublishReceived(ack) => visit::ack(v, 5, ack.packet_id.get(), ack.reason_code.into()),
        Packet::PublishRelease(ack) => visit::ack(v, 6, ack.packet_id.get(), ack.reason_code.into()),
        Packet::PublishComplete(ack) => visit::ack(v, 7, ack.packet_id.get(), ack.reason_code.into()),
        Packet::Subscribe(subscribe) => {
            v.kind(8);
            v.number(u32::from(subscribe.packet_id.get()));
            for (filter, options) in &subscribe.topic_filters {
                v.bytes(filter.as_bytes());
                v.number(
                    u32::from(options.qos.value())
                        | u32::from(options.no_local) << 2
                        | u32::from(options.retain_as_published) << 3
                        | u32::from(u8::from(options.retain_handling)) << 4,
                );
            }
            v.end();
        }
        Packet::PingRequest => {
            v.kind(12);
            v.end();
        }
        other => panic!("rmqtt-codec: {other:?}"),
    }
}

enum Reader {
    V4(v3::Codec),
    V5(v5::Codec),
}

impl Reader {
    fn new(version: Version) -> Self {
        match version {
            Version::V4 => Self::V4(v3::Codec::new(MAX)),
            Version::V5 => Self::V5(v5::Codec::new(MAX, MAX)),
        }
    }

    fn decode<V: Visit>(&mut self, input: &mut BytesMut, v: &mut V) {
        match self {
            Self::V4(codec) => {
                while let Some((packet, _)) = codec.decode(input).unwrap() {
                    visit_v4(&packet, v);
                }
            }
            Self::V5(codec) => {
                while let Some((packet, _)) = codec.decode(input).unwrap() {
                    visit_v5(&packet, v);
                }
            }
        }
    }
}

impl Codec for Rmqtt {
    const NAME: &'static str = "rmqtt-codec 0.3.1";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    const CHUNKS: bool = true;
    type Input = BytesMut;
    type Packets = Packets;
    type Out = BytesMut;

    fn input(bytes: &'static [u8]) -> Self::Input {
        BytesMut::from(bytes)
    }

    fn decode<V: Visit>(version: Version, mut input: Self::Input, v: &mut V) {
        Reader::new(version).decode(&mut input, v);
    }

    fn chunks<V: Visit>(version: Version, bytes: &'static [u8], size: usize, v: &mut V) {
        let mut reader = Reader::new(version);
        let mut buffer = BytesMut::with_capacity(4096);
        for chunk in bytes.chunks(size) {
            buffer.extend_from_slice(chunk);
            reader.decode(&mut buffer, v);
        }
    }

    fn packets(version: Version, bytes: &'static [u8]) -> Self::Packets {
        let mut input = BytesMut::from(bytes);
        match version {
            Version::V4 => {
                let mut codec = v3::Codec::new(MAX);
                Packets::V4(
                    std::iter::from_fn(|| codec.decode(&mut input).unwrap().map(|(packet, _)| packet)).collect(),
                )
            }
            Version::V5 => {
                let mut codec = v5::Codec::new(MAX, MAX);
                Packets::V5(
                    std::iter::from_fn(|| codec.decode(&mut input).unwrap().map(|(packet, _)| packet)).collect(),
                )
            }
        }
    }

    fn out(capacity: usize) -> Self::Out {
        BytesMut::with_capacity(capacity)
    }

    /// Its encoder takes packets by value, so the time to drop them is part of it.
    fn encode(_: Version, packets: &mut Self::Packets, out: &mut Self::Out) {
        match packets {
            Packets::V4(packets) => {
                let mut codec = v3::Codec::new(MAX);
                packets.drain(..).for_each(|packet| codec.encode(packet, out).unwrap());
            }
            Packets::V5(packets) => {
                let mut codec = v5::Codec::new(MAX, MAX);
                packets.drain(..).for_each(|packet| codec.encode(packet, out).unwrap());
            }
        }
    }

    fn bytes(out: Self::Out) -> Vec<u8> {
        out.to_vec()
    }
}
