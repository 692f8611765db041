//! Not a codec: the least that can be done to a PUBLISH of QoS 0, cutting it up and checking that the topic is UTF-8.

use crate::codec::Codec;
use crate::rows::Version;
use crate::visit::{self, Visit};

pub struct Floor;

impl Codec for Floor {
    const NAME: &'static str = "slice and check UTF-8";
    const VERSIONS: &'static [Version] = &[Version::V4, Version::V5];
    type Input = &'static [u8];
    type Packets = ();
    type Out = ();

    fn input(bytes: &'static [u8]) -> Self::Input {
        bytes
    }

    fn decode<V: Visit>(version: Version, mut input: Self::Input, v: &mut V) {
        while let Some((&[first, length], rest)) = input.split_first_chunk::<2>() {
            let Some((body, next)) = rest.split_at_checked(usize::from(length)) else { return };
            let Some((&topic_len, rest)) = body.split_first_chunk::<2>() else { return };
            let Some((topic, mut payload)) = rest.split_at_checked(usize::from(u16::from_be_bytes(topic_len))) else {
                return;
            };
            let Ok(topic) = std::str::from_utf8(topic) else { return };
            if version == Version::V5 {
                let Some((_, rest)) = payload.split_first() else { return };
                payload = rest;
            }
            visit::publish(v, first & 8 != 0, first >> 1 & 3, first & 1 != 0, topic.as_bytes(), 0, payload);
            v.end();
            input = next;
        }
    }

    fn packets(_: Version, _: &'static [u8]) -> Self::Packets {}
    fn out(_: usize) -> Self::Out {}
    fn encode(_: Version, (): &mut Self::Packets, (): &mut Self::Out) {}
    fn bytes((): Self::Out) -> Vec<u8> {
        Vec::new()
    }
}
