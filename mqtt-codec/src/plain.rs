//! The packets that a busy connection is made of, in the form in which nearly all of them come, read in one go.
//!
//! Whatever is unusual, be it wrong or merely rare, is left alone here: the exact readers in `packet/` judge it from its first byte. So nothing
//! here makes an error or counts an offset, and everything stays in registers. What passes here passes there, with the same result
//! (a property test below).

use bytes::{Buf, BytesMut};

use crate::binary::Binary;
use crate::check;
use crate::limits::Limits;
use crate::packet::{Ack, Packet, Publish};
use crate::properties::Properties;
use crate::property::PropertyId;
use crate::qos::{Delivery, PacketId};
use crate::reason::ReasonCode;
use crate::topic::Topic;
use crate::version::Role;
use crate::wire::Rules;

/// The first byte of the packet at the front of the input, its body if that is shorter than `harmless`, and what follows it.
#[inline(always)]
pub(crate) fn frame(input: &[u8], harmless: usize) -> Option<(u8, &[u8], &[u8])> {
    let (&first, after) = input.split_first()?;
    let (len, after) = match after {
        [len @ 0..=0x7f, after @ ..] => (usize::from(*len), after),
        [low, high @ 1..=0x7f, after @ ..] => (usize::from(low & 0x7f) | usize::from(*high) << 7, after),
        _ => return None,
    };
    if len >= harmless {
        return None;
    }
    let (body, rest) = after.split_at_checked(len)?;
    Some((first, body, rest))
}

/// A PUBLISH or an acknowledgement. Nothing but these may come at any time, from both sides, and in every version.
#[inline]
pub(crate) fn acknowledgement<'a>(first: u8, body: &'a [u8]) -> Option<Packet<'a>> {
    match (first, body) {
        (0x40, &[high, low]) => ack(high, low).map(Packet::PubAck),
        (0x50, &[high, low]) => ack(high, low).map(Packet::PubRec),
        (0x62, &[high, low]) => ack(high, low).map(Packet::PubRel),
        (0x70, &[high, low]) => ack(high, low).map(Packet::PubComp),
        _ => None,
    }
}

/// The fields of a PUBLISH, before it is decided how to keep them: what they say, or how long they are (MQTT 5.0 §3.3).
pub(crate) struct Fields<Topic, Bytes> {
    dup: bool,
    delivery: Delivery,
    retain: bool,
    topic: Topic,
    /// The properties, and the identifiers among them.
    wire: Bytes,
    seen: u64,
    payload: Bytes,
}

/// Where they lie in the packet.
pub(crate) type Borrowed<'a> = Fields<&'a str, &'a [u8]>;

impl<'a> Borrowed<'a> {
    #[inline(always)]
    pub(crate) fn borrow(self) -> Publish<'a> {
        let Self { dup, delivery, retain, topic, wire, seen, payload } = self;
        let (topic, properties) = (Topic::checked(topic), Properties::checked(wire, seen));
        Publish { dup, delivery, retain, topic, properties, payload: Binary::Borrowed(payload) }
    }

    /// Their lengths, so that the packet can be taken from the input that it lies in.
    #[inline(always)]
    pub(crate) const fn lengths(&self) -> Fields<usize, usize> {
        let Self { dup, delivery, retain, topic, wire, seen, payload } = *self;
        Fields { dup, delivery, retain, topic: topic.len(), wire: wire.len(), seen, payload: payload.len() }
    }
}

impl Fields<usize, usize> {
    /// The packet of `len` bytes at the front of the input, its fields cut off from there: nothing but what is cut knows that it shares, so that it
    /// can stay in registers.
    #[inline(always)]
    pub(crate) fn share(self, input: &mut BytesMut, len: usize, body_len: usize) -> Publish<'static> {
        let Self { dup, delivery, retain, topic, wire, seen, payload } = self;
        let mut head = input.split_to(len.wrapping_sub(payload));
        let payload = input.split_to(payload).freeze();
        let properties = match wire {
            0 => Properties::EMPTY,
            _ => Properties::shared(head.split_off(head.len().wrapping_sub(wire)).freeze(), seen),
        };
        // The fixed header and the topic's length.
        head.advance(len.wrapping_sub(body_len).wrapping_add(2));
        head.truncate(topic);
        let topic = Topic::shared(head.freeze());
        Publish { dup, delivery, retain, topic, properties, payload: Binary::Shared(payload) }
    }
}

/// MQTT 5.0 §3.3.
#[inline(always)]
pub(crate) fn publish<'a>(first: u8, body: &'a [u8], rules: Rules<'_>) -> Option<Borrowed<'a>> {
    let (topic, rest) = field(body)?;
    let topic = check::plain_name(topic)?;
    let (dup, retain) = (first & 0x08 != 0, first & 0x01 != 0);
    let (delivery, rest) = if first & 0x06 == 0 {
        if dup {
            return None;
        }
        (Delivery::AtMostOnce, rest)
    } else {
        let (&[high, low], rest) = rest.split_first_chunk::<2>()?;
        let id = id(high, low)?;
        match first & 0x06 {
            0x02 => (Delivery::AtLeastOnce(id), rest),
            0x04 => (Delivery::ExactlyOnce(id), rest),
            _ => return None,
        }
    };
    let (wire, seen, payload): (&[u8], _, _) = match rest {
        _ if !rules.version.is_v5() => (&[], 0, rest),
        [0, payload @ ..] => (&[], 0, payload),
        [len @ 1..=0x7f, rest @ ..] => {
            let (wire, payload) = rest.split_at_checked(usize::from(*len))?;
            (wire, publish_properties(wire, rules.from, rules.limits)?, payload)
        }
        _ => return None,
    };
    if topic.is_empty() && seen & PropertyId::TOPIC_ALIAS.bit() == 0 {
        return None;
    }
    Some(Fields { dup, delivery, retain, topic, wire, seen, payload })
}

/// The four acknowledgements of success, in their shortest form (MQTT 5.0 §3.4.2.1).
#[inline(always)]
fn ack<'a>(high: u8, low: u8) -> Option<Ack<'a>> {
    Some(Ack::new(id(high, low)?, ReasonCode::SUCCESS))
}

#[inline(always)]
fn id(high: u8, low: u8) -> Option<PacketId> {
    PacketId::new(u16::from_be_bytes([high, low]))
}

/// The identifiers in a property list of at most 127 bytes, as bits: MQTT 5.0 §3.3.2.3.
#[inline(never)]
fn publish_properties(mut rest: &[u8], from: Role, limits: &Limits) -> Option<u64> {
    let (mut seen, mut users) = (0, 0_usize);
    while let Some((&id, value)) = rest.split_first() {
        let id = PropertyId(id);
        rest = match id {
            PropertyId::USER_PROPERTY => {
                users = users.wrapping_add(1);
                text(text(value)?)?
            }
            _ if seen & id.bit() != 0 => return None,
            PropertyId::PAYLOAD_FORMAT_INDICATOR => match value {
                [0 | 1, rest @ ..] => rest,
                _ => return None,
            },
            PropertyId::MESSAGE_EXPIRY_INTERVAL => value.split_first_chunk::<4>()?.1,
            PropertyId::CONTENT_TYPE => text(value)?,
            PropertyId::RESPONSE_TOPIC => match field(value)? {
                (name, rest) if !name.is_empty() && check::is_plain_name(name) => rest,
                _ => return None,
            },
            PropertyId::CORRELATION_DATA => field(value)?.1,
            PropertyId::SUBSCRIPTION_IDENTIFIER => match (from, value) {
                (Role::Server, [1..=0x7f, rest @ ..]) => rest,
                _ => return None,
            },
            PropertyId::TOPIC_ALIAS => match value {
                [0, 0, ..] => return None,
                [_, _, rest @ ..] => rest,
                _ => return None,
            },
            _ => return None,
        };
        seen |= id.bit();
    }
    (users <= limits.max_user_properties && limits.max_properties >= 0x7f).then_some(seen)
}

/// What follows a plain string.
#[inline(always)]
fn text(input: &[u8]) -> Option<&[u8]> {
    let (text, rest) = field(input)?;
    check::is_plain(text).then_some(rest)
}

/// A field behind its length of two bytes, and what follows.
#[inline(always)]
fn field(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = input.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;
    use bytes::BytesMut;
    use proptest::prelude::*;

    use crate::{Deviations, Limits, Role, Version, decoder::Decoder};

    /// A length of one or two bytes and what it counts.
    fn framed(body: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        crate::wire::Sink::varint(&mut out, body.len());
        out.extend_from_slice(body);
        out
    }

    fn field(bytes: &[u8]) -> Vec<u8> {
        [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
    }

    /// Text that is plain, has a wildcard, is not ASCII, or is not even text.
    fn text() -> impl Strategy<Value = Vec<u8>> {
        const ODD: &[&[u8]] = &[b"", b"a/+", b"#", b"\xc3\xa4", b"\x7f", b"\0", b"\xef\xbf\xbf", b"\xff"];
        let odd = prop::sample::select(ODD);
        prop_oneof![
            4 => "[ -~&&[^+#]]{0,40}".prop_map(String::into_bytes),
            1 => ("[a-z/]{0,20}", odd, "[a-z/]{0,20}").prop_map(|(a, b, c)| [a.as_bytes(), b, c.as_bytes()].concat()),
        ]
    }

    fn property() -> impl Strategy<Value = Vec<u8>> {
        const SUBSCRIPTION_IDS: &[&[u8]] = &[&[0x0b, 0], &[0x0b, 1], &[0x0b, 0x80, 1], &[0x0b, 0x80, 0]];
        prop_oneof![
            (0..3_u8).prop_map(|value| vec![0x01, value]),
            any::<[u8; 4]>().prop_map(|value| [&[0x02][..], &value].concat()),
            (prop::sample::select(&[0x03_u8, 0x08, 0x09, 0x1f][..]), text()).prop_map(|(id, text)| [
                &[id][..],
                &field(&text)
            ]
            .concat()),
            prop::sample::select(SUBSCRIPTION_IDS).prop_map(<[u8]>::to_vec),
            (0..2_u8, 0..2_u8).prop_map(|(high, low)| vec![0x23, high, low]),
            (text(), text()).prop_map(|(name, value)| [&[0x26][..], &field(&name), &field(&value)].concat()),
            prop::collection::vec(any::<u8>(), 0..4),
        ]
    }

    fn packet() -> impl Strategy<Value = Vec<u8>> {
        let properties = prop::collection::vec(property(), 0..4).prop_map(|list| framed(&list.concat()));
        let parts = (
            text(),
            prop::option::of(0..3_u16),
            prop::option::of(properties),
            prop::collection::vec(any::<u8>(), 0..90),
        );
        let body = prop_oneof![
            4 => parts.prop_map(|(topic, id, properties, payload)| {
                let id = id.map_or(Vec::new(), |id| id.to_be_bytes().to_vec());
                [field(&topic), id, properties.unwrap_or_default(), payload].concat()
            }),
            1 => prop::collection::vec(0..3_u8, 0..5),
        ];
        let first = prop_oneof![4 => 0x30..=0x3f_u8, 1 => 0x30..=0x7f_u8];
        (first, body).prop_map(|(first, body)| [&[first][..], &framed(&body)].concat())
    }

    /// Each the default, or a bound that packets of these lengths meet.
    fn limits() -> impl Strategy<Value = (usize, usize, usize, usize)> {
        let Limits { max_packet, max_string, max_properties, max_user_properties, .. } = Limits::default();
        let either = |usual: usize, tight: core::ops::Range<usize>| prop_oneof![Just(usual), tight];
        (
            either(max_packet, 0..180),
            either(max_string, 0..60),
            either(max_properties, 0..200),
            either(max_user_properties, 0..3),
        )
    }

    /// Around the length whose own length takes a second byte, too.
    #[test]
    fn the_largest_packet_passes_and_no_larger() {
        for body in 3..200 {
            let packet = [b"\x30", &*framed(&[b"\0\x01a", &*vec![0; body - 3]].concat())].concat();
            for max_packet in packet.len() - 3..packet.len() + 3 {
                let limits = Limits { max_packet, ..Limits::default() };
                let mut decoder = Decoder::established(Role::Server, Version::V3_1_1, limits);
                assert_eq!(decoder.decode(&mut &packet[..]).is_ok(), packet.len() <= max_packet, "{body} {max_packet}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        /// What is read here is what the exact readers read, and what is left to them is not lost.
        #[test]
        fn plain_and_exact_agree(
            bytes in packet(),
            v5: bool,
            server: bool,
            deviant: bool,
            (max_packet, max_string, max_properties, max_user_properties) in limits(),
        ) {
            let limits = Limits { max_packet, max_string, max_properties, max_user_properties, ..Limits::default() };
            let version = if v5 { Version::V5_0 } else { Version::V3_1_1 };
            let role = if server { Role::Server } else { Role::Client };
            let allowed = if deviant { Deviations::ALL } else { Deviations::NONE };
            let mut decoder = Decoder::established(role, version, limits).allow(allowed);
            let mut exact = decoder.clone();
            let mut input = &bytes[..];
            let (mut sharing, mut buffer, mut shared) = (decoder.clone(), BytesMut::from(&bytes[..]), None);
            let mut exactly = exact.clone();
            let result = exactly.decode_shared_exactly(&mut BytesMut::from(&bytes[..]), &mut shared);
            prop_assert_eq!(sharing.decode_shared(&mut buffer), result.map(|()| shared));
            prop_assert_eq!(sharing.position(), exactly.position());
            prop_assert_eq!(decoder.decode(&mut input), exact.decode_exactly(&mut &bytes[..]));
            prop_assert!(sharing.position() == 0 || buffer == input);
            prop_assert_eq!(decoder.deviations(), exact.deviations());
            prop_assert_eq!(decoder.position(), exact.position());
        }
    }
}
