//! MQTT 5.0 §3.3 PUBLISH: an application message.

use core::fmt;

use crate::binary::Binary;
use crate::encoder::Sending;
use crate::error::{DecodeError, DecodeErrorKind, EncodeError};
use crate::packet::{Ack, Body, FixedHeader, Packet, PacketType, fmt_properties};
use crate::properties::Properties;
use crate::property::{Place, PropertyId};
use crate::qos::{Delivery, QoS};
use crate::reason::ReasonCode;
use crate::text::Text;
use crate::topic::Topic;
use crate::version::{Role, Version};
use crate::wire::{Fault, Keep, Reader, Sink, varint};

/// PUBLISH (MQTT 5.0 §3.3).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Publish<'a> {
    /// Sent again after a lost connection; never with QoS 0 (§3.3.1.1).
    pub dup: bool,
    /// Quality of service, with the packet identifier where there is one (§3.3.1.2, §3.3.2.2).
    pub delivery: Delivery,
    /// To be kept for later subscribers, or from that store (§3.3.1.3).
    pub retain: bool,
    /// The topic name; [`Topic::ALIASED`] with a topic alias among the properties (§3.3.2.1).
    pub topic: Topic<'a>,
    /// Properties, 5.0 only (§3.3.2.3).
    pub properties: Properties<'a>,
    /// The application's bytes (§3.3.3).
    pub payload: Binary<'a>,
}

const RETAIN: u8 = 0x01;
const DUP: u8 = 0x08;

impl<'a> Publish<'a> {
    /// A QoS 0 PUBLISH without properties.
    pub fn new(topic: Topic<'a>, payload: impl Into<Binary<'a>>) -> Self {
        Self { topic, payload: payload.into(), ..Self::default() }
    }

    /// The low four bits of the first byte (§3.3.1).
    pub(crate) const fn flags(&self) -> u8 {
        flags(self.dup, self.delivery.qos(), self.retain)
    }

    /// Whether it may be sent. Most have nothing that a rule speaks of.
    #[inline(always)]
    pub(crate) fn check_plain(&self, sending: &Sending) -> Result<(), EncodeError> {
        let plain = self.properties.is_empty() && !self.dup && !self.topic.is_empty();
        if plain { Ok(()) } else { self.check(sending, PacketType::Publish) }
    }

    /// Bytes of topic, identifier and properties.
    #[inline]
    pub(crate) fn head_len(&self, version: Version) -> usize {
        let id = if matches!(self.delivery, Delivery::AtMostOnce) { 2 } else { 4 };
        let properties = if version.is_v5() { self.properties.framed_len() } else { 0 };
        // A topic name is no longer than 65,535 bytes.
        self.topic.len().wrapping_add(id).saturating_add(properties)
    }

    /// Writes the whole head, fixed header included: few calls, each of several bytes.
    #[inline(always)]
    pub(crate) fn write_head<S: Sink>(&self, version: Version, remaining: usize, out: S) -> S {
        let topic = self.topic.as_bytes();
        let out = write_front(0x30 | self.flags(), remaining, topic.len(), out).slice(topic);
        let id = self.delivery.packet_id().map(|id| id.value().to_be_bytes());
        match (id, version.is_v5() && self.properties.is_empty()) {
            (Some([hi, lo]), true) => out.array([hi, lo, 0]),
            (None, true) => out.u8(0),
            (Some(id), false) => self.properties.write_in(version, out.array(id)),
            (None, false) => self.properties.write_in(version, out),
        }
    }

    #[inline]
    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Publish<'static> {
        Publish {
            dup: self.dup,
            delivery: self.delivery,
            retain: self.retain,
            topic: self.topic.keep(keep),
            properties: self.properties.keep(keep),
            payload: keep.binary(self.payload),
        }
    }
}

impl Body for Publish<'_> {
    fn check(&self, sending: &Sending, _: PacketType) -> Result<(), EncodeError> {
        sending.properties(&self.properties, Place::Publish)?;
        if self.dup && matches!(self.delivery, Delivery::AtMostOnce) {
            return Err(EncodeError::Rule(DecodeErrorKind::DupWithoutQoS)); // [MQTT-3.3.1-2]
        }
        if self.topic.is_empty() && !self.properties.contains(PropertyId::TOPIC_ALIAS) {
            return Err(EncodeError::Rule(DecodeErrorKind::EmptyTopic)); // [MQTT-4.7.3-1]
        }
        if matches!(sending.role, Role::Client) && self.properties.contains(PropertyId::SUBSCRIPTION_IDENTIFIER) {
            return Err(EncodeError::Rule(DecodeErrorKind::SubscriptionIdFromClient)); // [MQTT-3.3.4-6]
        }
        Ok(())
    }

    #[inline]
    fn body_len(&self, version: Version) -> usize {
        self.head_len(version).saturating_add(self.payload.len())
    }

    fn write<S: Sink>(&self, header: FixedHeader, version: Version, out: S) -> S {
        self.write_head(version, header.remaining, out).slice(&self.payload)
    }
}

/// A PUBLISH that was refused is not sent on.
impl Body for Refused<'_> {
    fn check(&self, _: &Sending, _: PacketType) -> Result<(), EncodeError> {
        Err(EncodeError::Refused)
    }

    fn body_len(&self, _: Version) -> usize {
        let lens = [self.topic.len(), self.properties.framed_len(), self.payload.len(), 4];
        lens.into_iter().fold(0, usize::saturating_add)
    }

    fn write<S: Sink>(&self, _: FixedHeader, _: Version, out: S) -> S {
        out
    }
}

/// The low four bits of the first byte (§3.3.1).
#[inline]
pub(crate) const fn flags(dup: bool, qos: QoS, retain: bool) -> u8 {
    (if dup { DUP } else { 0 }) | qos.bits() << 1 | if retain { RETAIN } else { 0 }
}

/// Writes the fixed header and the length of the topic name, in one go.
#[inline(always)]
pub(crate) fn write_front<S: Sink>(first: u8, remaining: usize, topic_len: usize, out: S) -> S {
    let [.., hi, lo] = topic_len.to_be_bytes();
    match varint(remaining) {
        ([a, ..], 1) => out.array([first, a, hi, lo]),
        ([a, b, ..], 2) => out.array([first, a, b, hi, lo]),
        ([a, b, c, _], 3) => out.array([first, a, b, c, hi, lo]),
        ([a, b, c, d], _) => out.array([first, a, b, c, d, hi, lo]),
    }
}

/// What stands before the payload of a received PUBLISH.
pub(crate) struct Head<'a> {
    dup: bool,
    delivery: Delivery,
    retain: bool,
    topic: &'a str,
    /// Where the topic starts, if it has a wildcard.
    pub(crate) wildcard: Option<usize>,
    properties: Properties<'a>,
}

impl<'a> Head<'a> {
    #[inline(always)]
    pub(crate) fn decode(reader: &mut Reader<'a, '_>, flags: u8) -> Result<Self, Fault> {
        let dup = flags & DUP != 0;
        let Some(qos) = QoS::from_bits(flags >> 1 & 3) else {
            return Err(Fault { kind: DecodeErrorKind::InvalidQoS, offset: 0 }); // [MQTT-3.3.1-4]
        };
        if dup && matches!(qos, QoS::AtMostOnce) {
            return Err(Fault { kind: DecodeErrorKind::DupWithoutQoS, offset: 0 }); // [MQTT-3.3.1-2]
        }
        // [MQTT-3.3.2-1] The topic name comes first, and is a UTF-8 string.
        let (topic, wildcard) = reader.name()?;
        let topic_end = reader.offset();
        let delivery = match qos {
            QoS::AtMostOnce => Delivery::AtMostOnce, // [MQTT-2.2.1-2] [3.1.1: MQTT-2.3.1-5] no identifier
            QoS::AtLeastOnce => Delivery::AtLeastOnce(reader.packet_id()?),
            QoS::ExactlyOnce => Delivery::ExactlyOnce(reader.packet_id()?),
        };
        let properties = Properties::decode(reader, Place::Publish)?;
        if topic.is_empty() && !properties.contains(PropertyId::TOPIC_ALIAS) {
            // §3.3.2.1, [MQTT-4.7.3-1]: a Protocol Error without an alias; 3.1.1 has none.
            return Err(Fault { kind: DecodeErrorKind::EmptyTopic, offset: topic_end.saturating_sub(2) });
        }
        if matches!(reader.rules.from, Role::Client) && properties.contains(PropertyId::SUBSCRIPTION_IDENTIFIER) {
            // [MQTT-3.3.4-6]
            return Err(reader.fault(DecodeErrorKind::SubscriptionIdFromClient));
        }
        // [MQTT-3.3.2-2] A wildcard spoils the message, not the connection: the caller decides.
        let wildcard = if wildcard { Some(topic_end.saturating_sub(topic.len())) } else { None };
        Ok(Self { dup, delivery, retain: flags & RETAIN != 0, topic, wildcard, properties })
    }

    #[inline(always)]
    pub(crate) fn publish(self, payload: &'a [u8]) -> Publish<'a> {
        Publish {
            dup: self.dup,
            delivery: self.delivery,
            retain: self.retain,
            topic: Topic::checked(self.topic),
            properties: self.properties,
            payload: Binary::Borrowed(payload),
        }
    }

    /// The same for a topic with a wildcard.
    #[cold]
    pub(crate) fn refuse(self, payload: &'a [u8], version: Version) -> Packet<'a> {
        Packet::Refused(Refused {
            version,
            topic_offset: self.wildcard.and_then(|offset| u8::try_from(offset).ok()).unwrap_or_default(),
            dup: self.dup,
            delivery: self.delivery,
            retain: self.retain,
            topic: Text::Borrowed(self.topic),
            properties: self.properties,
            payload: Binary::Borrowed(payload),
        })
    }
}

/// A PUBLISH whose topic name has a wildcard: read to its end, not to be delivered.
///
/// The connection may live on. [`answer`](Self::answer) is what 5.0 lets the receiver say; without an answer the connection is
/// closed with [`error`](Self::error)'s reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused<'a> {
    version: Version,
    /// Bytes before the topic name.
    topic_offset: u8,
    /// Sent again after a lost connection.
    pub dup: bool,
    /// Quality of service and packet identifier.
    pub delivery: Delivery,
    /// To be kept for later subscribers.
    pub retain: bool,
    /// The text in place of the topic name.
    pub topic: Text<'a>,
    /// Properties, 5.0 only.
    pub properties: Properties<'a>,
    /// The application's bytes.
    pub payload: Binary<'a>,
}

impl Refused<'_> {
    /// What is wrong, and where.
    pub fn error(&self) -> DecodeError {
        let fault = Fault { kind: DecodeErrorKind::WildcardInTopic, offset: usize::from(self.topic_offset) };
        fault.in_packet(PacketType::Publish, Some(self.version))
    }

    /// PUBACK or PUBREC with Topic Name invalid (0x90); none with QoS 0, and none in 3.x, where the connection is closed
    /// (MQTT 5.0 §3.4.2.1, §4.13.2).
    pub const fn answer(&self) -> Option<Packet<'static>> {
        match (self.version, self.delivery) {
            (Version::V5_0, Delivery::AtLeastOnce(id)) => {
                Some(Packet::PubAck(Ack::new(id, ReasonCode::TOPIC_NAME_INVALID)))
            }
            (Version::V5_0, Delivery::ExactlyOnce(id)) => {
                Some(Packet::PubRec(Ack::new(id, ReasonCode::TOPIC_NAME_INVALID)))
            }
            _ => None,
        }
    }

    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Refused<'static> {
        Refused {
            version: self.version,
            topic_offset: self.topic_offset,
            dup: self.dup,
            delivery: self.delivery,
            retain: self.retain,
            topic: keep.text(self.topic),
            properties: self.properties.keep(keep),
            payload: keep.binary(self.payload),
        }
    }
}

impl fmt::Display for Publish<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PUBLISH {}", self.delivery.qos())?;
        if let Some(id) = self.delivery.packet_id() {
            write!(f, " id={id}")?;
        }
        f.write_str(if self.dup { " dup" } else { "" })?;
        f.write_str(if self.retain { " retain" } else { "" })?;
        write!(f, " topic={}", self.topic)?;
        fmt_properties(&self.properties, f)?;
        write!(f, " {} B", self.payload.len())
    }
}

impl fmt::Display for Refused<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PUBLISH {} topic={} refused: {}", self.delivery.qos(), self.topic, DecodeErrorKind::WildcardInTopic)
    }
}
