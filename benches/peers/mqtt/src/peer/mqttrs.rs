use mqttrs::{Packet, QosPid, decode_slice, encode_slice};

use crate::codec::Codec;
use crate::rows::Version;
use crate::visit::{self, Visit};

pub struct Mqttrs;

fn len(bytes: &[u8]) -> usize {
    super::frame(bytes).map_or(0, |(_, _, total)| total)
}

fn visit<V: Visit>(packet: &Packet<'_>, v: &mut V) {
    match packet {
        Packet::Connect(connect) => {
            v.kind(1);
            v.bytes(connect.client_id.as_bytes());
            v.number(u32::from(connect.keep_alive));
            v.number(u32::from(connect.clean_session));
            v.end();
        }
        Packet::Publish(publish) => {
            let (qos, id) = match publish.qospid {
                QosPid::AtMostOnce => (0, 0),
                QosPid::AtLeastOnce(id) => (1, id.get()),
                QosPid::ExactlyOnce(id) => (2, id.get()),
            };
            visit::publish(v, publish.dup, qos, publish.retain, publish.topic_name.as_bytes(), id, publish.payload);
            v.end();
        }
        Packet::Puback(id) => visit::ack(v, 4, id.get(), 0),
        Packet::Pubrec(id) => visit::ack(v, 5, id.get(), 0),
        Packet::Pubrel(id) => visit::ack(v, 6, id.get(), 0),
        Packet::Pubcomp(id) => visit::ack(v, 7, id.get(), 0),
        Packet::Subscribe(subscribe) => {
            v.kind(8);
            v.number(u32::from(subscribe.pid.get()));
            for topic in &subscribe.topics {
                v.bytes(topic.topic_path.as_bytes());
                v.number(topic.qos as u32);
            }
            v.end();
        }
        Packet::Pingreq => {
            v.kind(12);
            v.end();
        }
        other => panic!("mqttrs: {other:?}"),
    }
}

impl Codec for Mqttrs {
    const NAME: &'static str = "mqttrs 0.4.1 (borrowed)";
    const VERSIONS: &'static [Version] = &[Version::V4];
    type Input = &'static [u8];
    type Packets = Vec<Packet<'static>>;
    type Out = (Vec<u8>, usize);

    fn input(bytes: &'static [u8]) -> Self::Input {
        bytes
    }

    /// `decode_slice` does not say how much it read, so its caller reads the length again.
    fn decode<V: Visit>(_: Version, mut input: Self::Input, v: &mut V) {
        while let Some(packet) = decode_slice(input).unwrap() {
            visit(&packet, v);
            input = &input[len(input)..];
        }
    }

    fn packets(_: Version, mut bytes: &'static [u8]) -> Self::Packets {
        let mut packets = Vec::new();
        while let Some(packet) = decode_slice(bytes).unwrap() {
            packets.push(packet);
            bytes = &bytes[len(bytes)..];
        }
        packets
    }

    fn out(capacity: usize) -> Self::Out {
        (vec![0; capacity], 0)
    }

    fn encode(_: Version, packets: &mut Self::Packets, out: &mut Self::Out) {
        for packet in packets {
            out.1 += encode_slice(packet, &mut out.0[out.1..]).unwrap();
        }
    }

    fn bytes((mut bytes, len): Self::Out) -> Vec<u8> {
        bytes.truncate(len);
        bytes
    }
}
