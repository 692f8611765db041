//! Not codecs: the least that can be done to a small PUBLISH of QoS 0.

use bytes::{Buf, Bytes, BytesMut};

use crate::codec::Codec;
use crate::macros::decodes_only;
use crate::rows::Version;
use crate::visit::{self, Visit};

/// Topic and payload of a PUBLISH whose lengths take a byte each, the rest of the input, and whether all of it is there.
fn cut(version: Version, input: &[u8]) -> Option<(u8, &[u8], &[u8], &[u8])> {
    let (&[first, length], rest) = input.split_first_chunk::<2>()?;
    let (body, next) = rest.split_at_checked(usize::from(length))?;
    let (&topic_len, rest) = body.split_first_chunk::<2>()?;
    let (topic, payload) = rest.split_at_checked(usize::from(u16::from_be_bytes(topic_len)))?;
    let payload = if version == Version::V5 { payload.split_first()?.1 } else { payload };
    Some((first, topic, payload, next))
}

fn visit<V: Visit>(v: &mut V, first: u8, topic: &str, payload: &[u8]) {
    visit::publish(v, first & 8 != 0, first >> 1 & 3, first & 1 != 0, topic.as_bytes(), 0, payload);
    v.end();
}

/// Cuts it up and checks that the topic is UTF-8.
pub struct Slice;

/// The same with a handle on the buffer for the topic, and one for the payload.
pub struct Split;

/// Writes topic and payload behind their lengths and checks nothing.
pub struct Write;

impl Codec for Slice {
    const NAME: &'static str = "slice and check UTF-8";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    type Input = &'static [u8];

    fn input(bytes: &'static [u8]) -> Self::Input {
        bytes
    }

    fn decode<V: Visit>(version: Version, mut input: Self::Input, v: &mut V) {
        while let Some((first, topic, payload, next)) = cut(version, input) {
            let Ok(topic) = std::str::from_utf8(topic) else { return };
            visit(v, first, topic, payload);
            input = next;
        }
    }

    decodes_only!();
}

impl Codec for Split {
    const NAME: &'static str = "split and check UTF-8 (shared)";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    type Input = BytesMut;

    fn input(bytes: &'static [u8]) -> Self::Input {
        BytesMut::from(bytes)
    }

    fn decode<V: Visit>(version: Version, mut input: Self::Input, v: &mut V) {
        while let Some((first, topic, payload, next)) = cut(version, &input) {
            let (topic_len, payload_len, len) = (topic.len(), payload.len(), input.len() - next.len());
            let mut bytes: Bytes = input.split_to(len).freeze();
            let topic = bytes.slice(4..4 + topic_len);
            bytes.advance(len - payload_len);
            let Ok(topic) = std::str::from_utf8(&topic) else { return };
            visit(v, first, topic, &bytes);
        }
    }

    decodes_only!();
}

impl Codec for Write {
    const NAME: &'static str = "plain writer";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    type Input = ();
    type Packets = Vec<(u8, &'static [u8], &'static [u8])>;
    type Out = Vec<u8>;

    fn input(_: &'static [u8]) -> Self::Input {}
    fn decode<V: Visit>(_: Version, (): Self::Input, _: &mut V) {}

    fn packets(version: Version, mut bytes: &'static [u8]) -> Self::Packets {
        let mut packets = Vec::new();
        while let Some((first, topic, payload, next)) = cut(version, bytes) {
            packets.push((first, topic, payload));
            bytes = next;
        }
        packets
    }

    fn out(capacity: usize) -> Self::Out {
        Vec::with_capacity(capacity)
    }

    fn encode(version: Version, packets: &mut Self::Packets, out: &mut Self::Out) {
        let v5 = version == Version::V5;
        for (first, topic, payload) in packets {
            let [high, low] = (topic.len() as u16).to_be_bytes();
            out.extend_from_slice(&[*first, (2 + topic.len() + usize::from(v5) + payload.len()) as u8, high, low]);
            out.extend_from_slice(topic);
            if v5 {
                out.push(0);
            }
            out.extend_from_slice(payload);
        }
    }

    fn bytes(out: Self::Out) -> Vec<u8> {
        out
    }
}
