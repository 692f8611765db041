use ntex_bytes::{BytePageSize, BytePages, BytesMut};
use ntex_codec::{Decoder, Encoder};
use ntex_mqtt::{v3, v5};

use crate::codec::Codec;
use crate::rows::Version;
use crate::visit::{self, Visit};

pub struct Ntex;

#[derive(Clone)]
pub enum Packets {
    V4(Vec<v3::codec::Encoded>),
    V5(Vec<v5::codec::Encoded>),
}

fn visit_v4<V: Visit>(decoded: &v3::codec::Decoded, v: &mut V) {
    use v3::codec::{Decoded, Packet};
    match decoded {
        Decoded::Publish(publish, payload, _) => {
            let id = publish.packet_id.map_or(0, u16::from);
            visit::publish(v, publish.dup, publish.qos.into(), publish.retain, publish.topic.as_bytes(), id, payload);
            v.end();
        }
        Decoded::Packet(Packet::Connect(connect), _) => {
            v.kind(1);
            v.bytes(connect.client_id.as_bytes());
            v.number(u32::from(connect.keep_alive));
            v.number(u32::from(connect.clean_session));
            v.end();
        }
        Decoded::Packet(Packet::PublishAck { packet_id }, _) => visit::ack(v, 4, packet_id.get(), 0),
        Decoded::Packet(Packet::PublishReceived { packet_id }, _) => visit::ack(v, 5, packet_id.get(), 0),
        Decoded::Packet(Packet::PublishRelease { packet_id }, _) => visit::ack(v, 6, packet_id.get(), 0),
        Decoded::Packet(Packet::PublishComplete { packet_id }, _) => visit::ack(v, 7, packet_id.get(), 0),
        Decoded::Packet(Packet::Subscribe { packet_id, topic_filters }, _) => {
            v.kind(8);
            v.number(u32::from(packet_id.get()));
            for (filter, qos) in topic_filters {
                v.bytes(filter.as_bytes());
                v.number(u32::from(u8::from(*qos)));
            }
            v.end();
        }
        Decoded::Packet(Packet::PingRequest, _) => {
            v.kind(12);
            v.end();
        }
        other => panic!("ntex-mqtt: {other:?}"),
    }
}

fn visit_v5<V: Visit>(decoded: &v5::codec::Decoded, v: &mut V) {
    use v5::codec::{Decoded, Packet};
    match decoded {
        Decoded::Publish(publish, payload, _) => {
            let id = publish.packet_id.map_or(0, u16::from);
            visit::publish(v, publish.dup, publish.qos.into(), publish.retain, publish.topic.as_bytes(), id, payload);
            crate::visit_ntex_properties!(v, publish.properties);
            v.end();
        }
        Decoded::Packet(Packet::Connect(connect), _) => {
            v.kind(1);
            v.bytes(connect.client_id.as_bytes());
            v.number(u32::from(connect.keep_alive));
            v.number(u32::from(connect.clean_start));
            v.end();
        }
        Decoded::Packet(Packet::PublishAck(ack), _) => visit::ack(v, 4, ack.packet_id.get(), ack.reason_code.into()),
        Decoded::Packet(Packet::PublishReceived(ack), _) => {
            visit::ack(v, 5, ack.packet_id.get(), ack.reason_code.into())
        }
        Decoded::Packet(Packet::PublishRelease(ack), _) => {
            visit::ack(v, 6, ack.packet_id.get(), ack.reason_code.into())
        }
        Decoded::Packet(Packet::PublishComplete(ack), _) => {
            visit::ack(v, 7, ack.packet_id.get(), ack.reason_code.into())
        }
        Decoded::Packet(Packet::Subscribe(subscribe), _) => {
            v.kind(8);
            v.number(u32::from(subscribe.packet_id.get()));
            for (filter, options) in &subscribe.topic_filters {
                v.bytes(filter.as_bytes());
                v.number(
                    u32::from(u8::from(options.qos))
                        | u32::from(options.no_local) << 2
                        | u32::from(options.retain_as_published) << 3
                        | u32::from(u8::from(options.retain_handling)) << 4,
                );
            }
            v.end();
        }
        Decoded::Packet(Packet::PingRequest, _) => {
            v.kind(12);
            v.end();
        }
        other => panic!("ntex-mqtt: {other:?}"),
    }
}

impl Codec for Ntex {
    const NAME: &'static str = "ntex-mqtt 9.0.0";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    type Input = BytesMut;
    type Packets = Packets;
    type Out = BytePages;

    fn input(bytes: &'static [u8]) -> Self::Input {
        BytesMut::from(bytes)
    }

    fn decode<V: Visit>(version: Version, mut input: Self::Input, v: &mut V) {
        match version {
            Version::V4 => {
                let codec = v3::codec::Codec::new();
                while let Some(decoded) = codec.decode(&mut input).unwrap() {
                    visit_v4(&decoded, v);
                }
            }
            Version::V5 => {
                let codec = v5::codec::Codec::new();
                while let Some(decoded) = codec.decode(&mut input).unwrap() {
                    visit_v5(&decoded, v);
                }
            }
        }
    }

    fn packets(version: Version, bytes: &'static [u8]) -> Self::Packets {
        let mut input = BytesMut::from(bytes);
        match version {
            Version::V4 => {
                use v3::codec::{Codec, Decoded, Encoded};
                let codec = Codec::new();
                Packets::V4(
                    std::iter::from_fn(|| codec.decode(&mut input).unwrap())
                        .map(|decoded| match decoded {
                            Decoded::Packet(packet, _) => Encoded::Packet(packet),
                            Decoded::Publish(publish, payload, _) => Encoded::Publish(publish, Some(payload)),
                            Decoded::PayloadChunk(payload, _) => Encoded::PayloadChunk(payload),
                        })
                        .collect(),
                )
            }
            Version::V5 => {
                use v5::codec::{Codec, Decoded, Encoded};
                let codec = Codec::new();
                Packets::V5(
                    std::iter::from_fn(|| codec.decode(&mut input).unwrap())
                        .map(|decoded| match decoded {
                            Decoded::Packet(packet, _) => Encoded::Packet(packet),
                            Decoded::Publish(publish, payload, _) => Encoded::Publish(publish, Some(payload)),
                            Decoded::PayloadChunk(payload, _) => Encoded::PayloadChunk(payload),
                        })
                        .collect(),
                )
            }
        }
    }

    fn out(_: usize) -> Self::Out {
        BytePages::new(BytePageSize::default())
    }

    /// Its encoder takes packets by value, so the time to drop them is part of it; it writes into pages that grow.
    fn encode(_: Version, packets: &mut Self::Packets, out: &mut Self::Out) {
        match packets {
            Packets::V4(packets) => {
                let codec = v3::codec::Codec::new();
                packets.drain(..).for_each(|packet| codec.encodev(packet, out).unwrap());
            }
            Packets::V5(packets) => {
                let codec = v5::codec::Codec::new();
                packets.drain(..).for_each(|packet| codec.encodev(packet, out).unwrap());
            }
        }
    }

    fn bytes(mut out: Self::Out) -> Vec<u8> {
        out.freeze().to_vec()
    }
}
