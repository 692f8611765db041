//! MQTT 5.0 §3.8 SUBSCRIBE: a client asks for messages.

use core::fmt;

use crate::deviation::Deviations;
use crate::encoder::Sending;
use crate::error::{DecodeErrorKind, EncodeError};
use crate::filter::{BadFilter, TopicFilter};
use crate::list::{Entry, List, Put, list_type};
use crate::packet::{Body, FixedHeader, PacketType, fmt_properties};
use crate::properties::Properties;
use crate::property::Place;
use crate::qos::{PacketId, QoS};
use crate::version::Version;
use crate::wire::{Fault, Keep, Reader, Sink};

/// SUBSCRIBE (MQTT 5.0 §3.8).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Subscribe<'a> {
    /// The identifier that SUBACK repeats.
    pub packet_id: PacketId,
    /// Properties, 5.0 only (§3.8.2.1).
    pub properties: Properties<'a>,
    /// The subscriptions, at least one (§3.8.3).
    pub subscriptions: Subscriptions<'a>,
}

/// One subscription of a SUBSCRIBE (MQTT 5.0 §3.8.3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Subscription<'a> {
    /// What topics it is for.
    pub filter: TopicFilter<'a>,
    /// How messages are to be delivered.
    pub options: SubscriptionOptions,
}

/// The options of a subscription (MQTT 5.0 §3.8.3.1). In 3.x there is the QoS alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SubscriptionOptions {
    /// The highest quality of service that the subscriber wants.
    pub maximum_qos: QoS,
    /// Not to send the subscriber's own messages back.
    pub no_local: bool,
    /// To keep the RETAIN flag as it was published.
    pub retain_as_published: bool,
    /// When retained messages are sent.
    pub retain_handling: RetainHandling,
}

/// When retained messages are sent (MQTT 5.0 §3.8.3.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum RetainHandling {
    /// At every subscription.
    #[default]
    Send = 0,
    /// If the subscription did not exist.
    SendIfNew = 1,
    /// Never.
    DoNotSend = 2,
}

impl From<QoS> for SubscriptionOptions {
    fn from(maximum_qos: QoS) -> Self {
        Self { maximum_qos, ..Self::default() }
    }
}

impl SubscriptionOptions {
    /// The byte on the wire.
    pub const fn to_byte(self) -> u8 {
        let no_local = if self.no_local { 0x04 } else { 0 };
        let retain_as_published = if self.retain_as_published { 0x08 } else { 0 };
        self.maximum_qos.bits() | no_local | retain_as_published | (self.retain_handling as u8) << 4
    }

    /// The options in a byte, whose reserved bits are not looked at; `None` for QoS 3 or retain handling 3.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        let Some(maximum_qos) = QoS::from_bits(byte & 3) else { return None };
        let retain_handling = match byte >> 4 & 3 {
            0 => RetainHandling::Send,
            1 => RetainHandling::SendIfNew,
            2 => RetainHandling::DoNotSend,
            _ => return None,
        };
        Some(Self { maximum_qos, no_local: byte & 4 != 0, retain_as_published: byte & 8 != 0, retain_handling })
    }
}

list_type! {
    /// The subscriptions of a SUBSCRIBE, in wire form.
    ///
    /// A filter that breaks the rules spoils its own entry only: it is read as [`BadFilter`], with the code for its place in
    /// SUBACK. To send subscriptions, lend a slice (`Subscriptions::from(&[..])`) or [`push`](Subscriptions::push) them.
    Subscriptions, SubscriptionsIter, Subscription, Result<Subscription<'p>, BadFilter<'p>>
}

impl Subscriptions<'_> {
    /// Appends a subscription. What was borrowed is copied first.
    pub fn push(&mut self, subscription: &Subscription<'_>) {
        self.0.push(subscription);
    }
}

impl<'a> From<&'a [Subscription<'a>]> for Subscriptions<'a> {
    fn from(items: &'a [Subscription<'a>]) -> Self {
        Self(List::lend(items))
    }
}

impl<'a, const N: usize> From<&'a [Subscription<'a>; N]> for Subscriptions<'a> {
    fn from(items: &'a [Subscription<'a>; N]) -> Self {
        Self::from(items.as_slice())
    }
}

/// An option that may not go with a shared subscription, and one that 3.x does not have.
const NO_LOCAL_SHARED: u8 = 1;
const NOT_QOS: u8 = 2;

const fn marks((filter, options): (&str, SubscriptionOptions)) -> u8 {
    let byte = options.to_byte();
    let shared = matches!(filter.as_bytes(), [b'$', b's', b'h', b'a', b'r', b'e', b'/', ..]);
    (if options.no_local && shared { NO_LOCAL_SHARED } else { 0 }) | if byte > 2 { NOT_QOS } else { 0 }
}

impl Put for Subscription<'_> {
    fn wire_len(&self) -> usize {
        self.filter.len().saturating_add(3)
    }

    #[inline]
    fn write<S: Sink>(&self, out: S) -> S {
        out.field(self.filter.as_bytes()).u8(self.options.to_byte())
    }

    fn marks(&self) -> u8 {
        marks((&self.filter, self.options))
    }

    /// The options of one entry go with the length of the next.
    #[inline]
    fn write_all<S: Sink>(entries: &[Self], out: S) -> S {
        let Some((first, rest)) = entries.split_first() else { return out };
        let mut out = out.field(first.filter.as_bytes());
        let mut options = first.options.to_byte();
        for Self { filter, options: next } in rest {
            let [.., hi, lo] = filter.len().to_be_bytes();
            out = out.array([options, hi, lo]).slice(filter.as_bytes());
            options = next.to_byte();
        }
        out.u8(options)
    }
}

impl<'a> Entry<'a> for Subscription<'a> {
    type Read = Result<Self, BadFilter<'a>>;

    fn read(rest: &mut &'a [u8]) -> Option<Self::Read> {
        let (text, options) = read(rest)?;
        Some(BadFilter::check(text).map(|filter| Self { filter, options }))
    }

    fn lend(&'a self) -> Self::Read {
        Ok(Self { filter: self.filter.borrowed(), options: self.options })
    }
}

/// A filter and its options, which were checked when they were decoded.
fn read<'a>(rest: &mut &'a [u8]) -> Option<(&'a str, SubscriptionOptions)> {
    let text = super::read_text(rest)?;
    let (&options, after) = rest.split_first()?;
    *rest = after;
    // A retain handling of 3 is here only as unused bits of 3.x that were let pass.
    let options = SubscriptionOptions::from_byte(options).or(SubscriptionOptions::from_byte(options & 3))?;
    Some((text, options))
}

impl<'a> Subscribe<'a> {
    pub(crate) fn decode(reader: &mut Reader<'a, '_>) -> Result<Self, Fault> {
        let packet_id = reader.packet_id()?;
        let properties = Properties::decode(reader, Place::Subscribe)?;
        let wire = reader.rest;
        let mut count = 0_usize;
        while !reader.rest.is_empty() {
            count = count.wrapping_add(1);
            if count > reader.rules.limits.max_filters {
                return Err(reader.fault(DecodeErrorKind::TooManyFilters));
            }
            let start = reader.rest;
            reader.check_text()?; // [MQTT-3.8.3-1]
            check_options(reader, start)?;
        }
        if count == 0 {
            return Err(reader.fault(DecodeErrorKind::NoFilters)); // [MQTT-3.8.3-2] [3.1.1: MQTT-3.8.3-3]
        }
        Ok(Self { packet_id, properties, subscriptions: Subscriptions(List::Borrowed(wire)) })
    }

    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Subscribe<'static> {
        Subscribe {
            packet_id: self.packet_id,
            properties: self.properties.keep(keep),
            subscriptions: Subscriptions(self.subscriptions.0.keep(keep)),
        }
    }
}

impl Body for Subscribe<'_> {
    #[inline]
    fn check(&self, sending: &Sending, _: PacketType) -> Result<(), EncodeError> {
        sending.properties(&self.properties, Place::Subscribe)?;
        if self.subscriptions.is_empty() {
            return Err(EncodeError::Rule(DecodeErrorKind::NoFilters)); // [MQTT-3.8.3-2]
        }
        let marks = match self.subscriptions.0.wire() {
            Err(items) => items.marks,
            // A proxy may pass on bad filters that it received: the receiver answers 0x8F for each.
            Ok(mut wire) => core::iter::from_fn(|| read(&mut wire)).fold(0, |all, entry| all | marks(entry)),
        };
        if marks & NO_LOCAL_SHARED != 0 {
            return Err(EncodeError::Rule(DecodeErrorKind::NoLocalShared)); // [MQTT-3.8.3-4]
        }
        if marks & NOT_QOS != 0 && !sending.version.is_v5() {
            return Err(EncodeError::NotInVersion("a subscription option other than QoS", sending.version));
        }
        Ok(())
    }

    #[inline]
    fn body_len(&self, version: Version) -> usize {
        let properties = if version.is_v5() { self.properties.framed_len() } else { 0 };
        self.subscriptions.0.wire_len().saturating_add(properties).saturating_add(2)
    }

    #[inline]
    fn write<S: Sink>(&self, header: FixedHeader, version: Version, out: S) -> S {
        let out = header.write(out).u16(self.packet_id.value());
        self.subscriptions.0.write(self.properties.write_in(version, out))
    }
}

/// The options byte behind a filter (§3.8.3.1), which begins with its length.
fn check_options(reader: &mut Reader<'_, '_>, filter: &[u8]) -> Result<(), Fault> {
    let at = reader.offset();
    let byte = reader.u8()?;
    let reserved = if reader.is_v5() { 0xc0 } else { 0xfc };
    if byte & reserved != 0 {
        // [MQTT-3.8.3-5] [3.1.1: MQTT-3-8.3-4]; in 3.1 the bits are unused.
        let unused = super::unused_in_v3_1(reader.rules.version);
        let deviation = if unused.is_empty() { Deviations::RESERVED_SUBSCRIPTION_BITS } else { unused };
        reader.deviate_at(at, deviation, DecodeErrorKind::ReservedSubscriptionBits)?;
    }
    let Some(options) = SubscriptionOptions::from_byte(byte & !reserved) else {
        return Err(Fault { kind: DecodeErrorKind::SubscriptionOptions, offset: at }); // §3.8.3.1
    };
    if options.no_local && filter.get(2..).is_some_and(|filter| filter.starts_with(b"$share/")) {
        return Err(Fault { kind: DecodeErrorKind::NoLocalShared, offset: at }); // [MQTT-3.8.3-4]
    }
    Ok(())
}

impl fmt::Display for Subscribe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SUBSCRIBE id={}", self.packet_id)?;
        for subscription in &self.subscriptions {
            match subscription {
                Ok(Subscription { filter, options }) => write!(f, " {filter} {}", options.maximum_qos)?,
                Err(bad) => write!(f, " {:?} (bad filter)", bad.text)?,
            }
        }
        fmt_properties(&self.properties, f)
    }
}
