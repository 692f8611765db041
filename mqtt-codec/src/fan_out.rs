//! One PUBLISH for many subscribers: what they have in common is prepared once, and each gets a head of its own.

use core::num::{NonZeroU16, NonZeroU32};

use bytes::BufMut;

use crate::binary::Binary;
use crate::error::{DecodeErrorKind, EncodeError};
use crate::limits::Limits;
use crate::packet::{Packet, Publish, flags, write_front};
use crate::properties::Properties;
use crate::property::{Place, Property, PropertyId};
use crate::qos::Delivery;
use crate::topic::Topic;
use crate::version::Version;
use crate::wire::{Sink, Slice, varint_len};

/// An application message that a server passes on to its subscribers (MQTT 5.0 §3.3).
///
/// Topic, payload and common properties are never copied: [`slices`](Self::slices) writes what one subscriber gets for itself into a
/// few bytes of the caller's, and lends the rest for a vectored write. The publisher's topic alias and subscription identifiers
/// are left out: they mean nothing on another connection (§3.3.2.3.4, §3.3.2.3.8). DUP, QoS and RETAIN of the publisher are left to
/// [`Recipient`]. A server that kept the message for a while reduces its Message Expiry Interval first \[MQTT-3.3.2-6\], with
/// [`Properties::edited`].
///
/// ```
/// use mqtt_codec::{FanOut, Publish, Recipient, Topic, Version};
///
/// let fan_out = FanOut::new(Publish::new(Topic::new("a/b")?, b"hi"))?;
/// let mut room = [0; FanOut::HEAD_LEN];
/// let slices = fan_out.slices(&Recipient::new(Version::V5_0), &mut room)?;
/// assert_eq!(slices.concat(), b"\x30\x08\x00\x03a/b\x00hi");
/// let slices = fan_out.slices(&Recipient::new(Version::V3_1_1), &mut room)?;
/// assert_eq!(slices.concat(), b"\x30\x07\x00\x03a/bhi");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct FanOut<'p> {
    topic: Topic<'p>,
    /// In wire form; for subscribers of 5.0.
    properties: Binary<'p>,
    payload: Binary<'p>,
}

/// What one subscriber gets of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipient<'r> {
    /// The version of its connection. A 3.x subscriber gets no properties.
    pub version: Version,
    /// Quality of service, with a packet identifier of its connection where there is one (§3.3.1.2).
    pub delivery: Delivery,
    /// Sent again (§3.3.1.1).
    pub dup: bool,
    /// A retained message, or one that is passed on as published (§3.3.1.3).
    pub retain: bool,
    /// The topic alias, 5.0 only (§3.3.2.3.4).
    pub alias: Alias,
    /// The identifiers of the subscriptions that caused the delivery, 5.0 only (§3.3.2.3.8).
    pub subscription_ids: &'r [NonZeroU32],
    /// Its Maximum Packet Size in bytes \[MQTT-3.1.2-24\].
    pub max_packet: usize,
}

/// How a topic alias is used for one subscriber (MQTT 5.0 §3.3.2.3.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Alias {
    /// The topic name alone.
    #[default]
    None,
    /// The topic name, which the alias stands for from now on.
    Set(NonZeroU16),
    /// The alias in place of the topic name.
    Use(NonZeroU16),
}

impl Recipient<'_> {
    /// QoS 0, nothing of its own, and packets of any size.
    pub const fn new(version: Version) -> Self {
        Self {
            version,
            delivery: Delivery::AtMostOnce,
            dup: false,
            retain: false,
            alias: Alias::None,
            subscription_ids: &[],
            max_packet: Limits::MAX_PACKET,
        }
    }
}

/// The lengths of one subscriber's packet, whose rules hold.
struct Plan<'f> {
    topic: &'f [u8],
    alias: Option<NonZeroU16>,
    /// Bytes of the subscription identifiers.
    ids: usize,
    /// Bytes of all properties.
    properties: usize,
    remaining: usize,
}

impl<'p> FanOut<'p> {
    /// Bytes of room that a head takes at most; five more for each subscription identifier.
    pub const HEAD_LEN: usize = 16;

    /// Prepares a message for its subscribers. What has to be left out of the properties, or is lent as a slice of items, costs a copy of them,
    /// once.
    ///
    /// # Errors
    /// [`DecodeErrorKind::EmptyTopic`] if the topic is an alias still, and properties that a PUBLISH may not carry.
    pub fn new(publish: Publish<'p>) -> Result<Self, EncodeError> {
        publish.properties.check_sendable(Place::Publish)?;
        if publish.topic.is_empty() {
            return Err(EncodeError::Rule(DecodeErrorKind::EmptyTopic)); // [MQTT-4.7.3-1]
        }
        Ok(Self { topic: publish.topic, properties: common(publish.properties), payload: publish.payload })
    }

    /// The topic name.
    pub const fn topic(&self) -> &Topic<'p> {
        &self.topic
    }

    /// The application's bytes.
    pub const fn payload(&self) -> &Binary<'p> {
        &self.payload
    }

    /// The packet for one subscriber, in five slices of which some may be empty: fixed header and topic length, topic, what the subscriber gets
    /// for itself, common properties, payload. The first and the third are written into `room`.
    ///
    /// # Errors
    /// [`EncodeError::PacketTooLarge`] beyond the subscriber's Maximum Packet Size, [`EncodeError::NoRoom`], and what the version or
    /// the quality of service forbids.
    #[inline]
    pub fn slices<'h>(&'h self, to: &Recipient<'_>, room: &'h mut [u8]) -> Result<[&'h [u8]; 5], EncodeError> {
        let plan = self.plan(to)?;
        let needed = plan.ids.saturating_add(Self::HEAD_LEN);
        let len = room.len();
        let (Some((front, middle)), true) = (room.split_first_chunk_mut::<FRONT>(), len >= needed) else {
            return Err(EncodeError::NoRoom { needed, room: len });
        };
        let front = written(front, |out| write_front(first(to), plan.remaining, plan.topic.len(), out));
        let middle = written(middle, |out| plan.write_middle(to, out));
        let properties = if to.version.is_v5() { self.properties.as_slice() } else { &[] };
        Ok([front, plan.topic, middle, properties, &self.payload])
    }

    /// Bytes of the whole packet for one subscriber.
    ///
    /// # Errors
    /// As [`slices`](Self::slices), but for the room.
    pub fn encoded_len(&self, to: &Recipient<'_>) -> Result<usize, EncodeError> {
        self.plan(to).map(|plan| Packet::packet_len(plan.remaining))
    }

    /// Appends the whole packet for one subscriber, or nothing.
    ///
    /// # Errors
    /// As [`slices`](Self::slices).
    pub fn encode(&self, to: &Recipient<'_>, out: &mut impl BufMut) -> Result<(), EncodeError> {
        let plan = self.plan(to)?;
        crate::encoder::room(Packet::packet_len(plan.remaining), out.remaining_mut())?;
        let out = write_front(first(to), plan.remaining, plan.topic.len(), out).slice(plan.topic);
        let out = plan.write_middle(to, out);
        let out = if to.version.is_v5() { out.slice(&self.properties) } else { out };
        out.slice(&self.payload);
        Ok(())
    }

    /// All rules; the lengths if they hold.
    #[inline]
    fn plan(&self, to: &Recipient<'_>) -> Result<Plan<'_>, EncodeError> {
        let id = if matches!(to.delivery, Delivery::AtMostOnce) { 0 } else { 2_usize };
        if to.dup && id == 0 {
            return Err(EncodeError::Rule(DecodeErrorKind::DupWithoutQoS)); // [MQTT-3.3.1-2]
        }
        let topic = self.topic.as_bytes();
        let (topic, alias) = match to.alias {
            Alias::None => (topic, None),
            Alias::Set(alias) => (topic, Some(alias)),
            Alias::Use(alias) => (&[][..], Some(alias)),
        };
        let (mut ids, mut properties) = (0, 0_usize);
        // Lengths of what lies in memory at once: their sum does not wrap.
        let mut body = self.payload.len().wrapping_add(topic.len()).wrapping_add(id).wrapping_add(2);
        if to.version.is_v5() {
            ids = ids_len(to.subscription_ids)?;
            let alias = if alias.is_some() { 3 } else { 0 };
            properties = self.properties.len().wrapping_add(ids).wrapping_add(alias);
            body = body.wrapping_add(varint_len(properties)).wrapping_add(properties);
        } else if alias.is_some() {
            return Err(EncodeError::NotInVersion("a topic alias", to.version));
        } else if !to.subscription_ids.is_empty() {
            return Err(EncodeError::NotInVersion("a subscription identifier", to.version));
        }
        let (len, max) = (Packet::packet_len(body), to.max_packet.min(Limits::MAX_PACKET));
        if len > max {
            return Err(EncodeError::PacketTooLarge { len, max }); // [MQTT-3.1.2-24]
        }
        Ok(Plan { topic, alias, ids, properties, remaining: body })
    }
}

/// Bytes of a fixed header and a topic length at most.
const FRONT: usize = 7;

#[inline]
const fn first(to: &Recipient<'_>) -> u8 {
    0x30 | flags(to.dup, to.delivery.qos(), to.retain)
}

/// Bytes of the subscription identifiers as properties.
#[inline]
fn ids_len(ids: &[NonZeroU32]) -> Result<usize, EncodeError> {
    let mut len = 0_usize;
    for id in ids {
        if id.get() > Property::MAX_INTEGER {
            return Err(EncodeError::PropertyValue);
        }
        len = len.wrapping_add(varint_len(id.get() as usize)).wrapping_add(1);
    }
    Ok(len)
}

impl Plan<'_> {
    /// Packet identifier, property length, alias and subscription identifiers.
    #[inline]
    fn write_middle<S: Sink>(&self, to: &Recipient<'_>, out: S) -> S {
        let id = to.delivery.packet_id().map(|id| id.value().to_be_bytes());
        if !to.version.is_v5() {
            return id.iter().fold(out, |out, id| out.array(*id));
        }
        const ALIAS: u8 = PropertyId::TOPIC_ALIAS.0;
        let alias = self.alias.map(|alias| alias.get().to_be_bytes());
        // Few calls, each of several bytes.
        let out = match (id, alias, u8::try_from(self.properties)) {
            (Some([a, b]), Some([c, d]), Ok(len @ 0..=0x7f)) => out.array([a, b, len, ALIAS, c, d]),
            (Some([a, b]), None, Ok(len @ 0..=0x7f)) => out.array([a, b, len]),
            (None, Some([c, d]), Ok(len @ 0..=0x7f)) => out.array([len, ALIAS, c, d]),
            (None, None, Ok(len @ 0..=0x7f)) => out.u8(len),
            (id, alias, _) => {
                let out = id.iter().fold(out, |out, id| out.array(*id)).varint(self.properties);
                alias.iter().fold(out, |out, [c, d]| out.array([ALIAS, *c, *d]))
            }
        };
        to.subscription_ids.iter().fold(out, |out, id| match u8::try_from(id.get()) {
            Ok(id @ 0..=0x7f) => out.array([PropertyId::SUBSCRIPTION_IDENTIFIER.0, id]),
            _ => out.u8(PropertyId::SUBSCRIPTION_IDENTIFIER.0).varint(id.get() as usize),
        })
    }
}

/// The part of `room` that `write` fills.
#[inline(always)]
fn written(room: &mut [u8], write: impl FnOnce(Slice<'_>) -> Slice<'_>) -> &[u8] {
    let len = room.len().saturating_sub(write(Slice(room)).0.len());
    room.get(..len).unwrap_or_default()
}

/// What holds for every subscriber.
fn common(properties: Properties<'_>) -> Binary<'_> {
    const OWN: [PropertyId; 2] = [PropertyId::TOPIC_ALIAS, PropertyId::SUBSCRIPTION_IDENTIFIER];
    if OWN.into_iter().any(|id| properties.contains(id)) {
        Properties::to_wire(properties.iter().filter(|property| !OWN.contains(&property.id())))
    } else {
        properties.into_wire()
    }
}
