//! MQTT 5.0 §3.10 UNSUBSCRIBE: a client ends subscriptions.

use core::fmt;

use crate::encoder::Sending;
use crate::error::{DecodeErrorKind, EncodeError};
use crate::filter::{BadFilter, TopicFilter};
use crate::list::{Entry, List, Put, list_type};
use crate::packet::{Body, FixedHeader, PacketType, fmt_properties};
use crate::properties::Properties;
use crate::property::Place;
use crate::qos::PacketId;
use crate::version::Version;
use crate::wire::{Fault, Keep, Reader, Sink};

/// UNSUBSCRIBE (MQTT 5.0 §3.10).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Unsubscribe<'a> {
    /// The identifier that UNSUBACK repeats.
    pub packet_id: PacketId,
    /// Properties, 5.0 only (§3.10.2.1).
    pub properties: Properties<'a>,
    /// The filters, at least one (§3.10.3).
    pub filters: Filters<'a>,
}

list_type! {
    /// The topic filters of an UNSUBSCRIBE, in wire form.
    ///
    /// A filter that breaks the rules is read as [`BadFilter`], with the code for its place in UNSUBACK. To send filters,
    /// lend a slice (`Filters::from(&[..])`) or [`push`](Filters::push) them.
    Filters, FiltersIter, TopicFilter, Result<TopicFilter<'p>, BadFilter<'p>>
}

impl Filters<'_> {
    /// Appends a filter. What was borrowed is copied first.
    pub fn push(&mut self, filter: &TopicFilter<'_>) {
        self.0.push(filter);
    }
}

impl<'a> From<&'a [TopicFilter<'a>]> for Filters<'a> {
    fn from(items: &'a [TopicFilter<'a>]) -> Self {
        Self(List::lend(items))
    }
}

impl<'a, const N: usize> From<&'a [TopicFilter<'a>; N]> for Filters<'a> {
    fn from(items: &'a [TopicFilter<'a>; N]) -> Self {
        Self::from(items.as_slice())
    }
}

impl Put for TopicFilter<'_> {
    fn wire_len(&self) -> usize {
        self.len().saturating_add(2)
    }

    #[inline]
    fn write<S: Sink>(&self, out: S) -> S {
        out.field(self.as_bytes())
    }
}

impl<'a> Entry<'a> for TopicFilter<'a> {
    type Read = Result<Self, BadFilter<'a>>;

    fn read(rest: &mut &'a [u8]) -> Option<Self::Read> {
        super::read_text(rest).map(BadFilter::check)
    }

    fn lend(&'a self) -> Self::Read {
        Ok(self.borrowed())
    }
}

impl<'a> Unsubscribe<'a> {
    pub(crate) fn decode(reader: &mut Reader<'a, '_>) -> Result<Self, Fault> {
        let packet_id = reader.packet_id()?;
        let properties = Properties::decode(reader, Place::Unsubscribe)?;
        let wire = reader.rest;
        let mut count = 0_usize;
        while !reader.rest.is_empty() {
            count = count.wrapping_add(1);
            if count > reader.rules.limits.max_filters {
                return Err(reader.fault(DecodeErrorKind::TooManyFilters));
            }
            reader.check_text()?; // [MQTT-3.10.3-1]
        }
        if count == 0 {
            return Err(reader.fault(DecodeErrorKind::NoFilters)); // [MQTT-3.10.3-2]
        }
        Ok(Self { packet_id, properties, filters: Filters(List::Borrowed(wire)) })
    }

    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Unsubscribe<'static> {
        Unsubscribe {
            packet_id: self.packet_id,
            properties: self.properties.keep(keep),
            filters: Filters(self.filters.0.keep(keep)),
        }
    }
}

impl Body for Unsubscribe<'_> {
    fn check(&self, sending: &Sending, _: PacketType) -> Result<(), EncodeError> {
        sending.properties(&self.properties, Place::Unsubscribe)?;
        if self.filters.is_empty() {
            return Err(EncodeError::Rule(DecodeErrorKind::NoFilters)); // [MQTT-3.10.3-2]
        }
        Ok(())
    }

    fn body_len(&self, version: Version) -> usize {
        let properties = if version.is_v5() { self.properties.framed_len() } else { 0 };
        self.filters.0.wire_len().saturating_add(properties).saturating_add(2)
    }

    fn write<S: Sink>(&self, header: FixedHeader, version: Version, out: S) -> S {
        let out = header.write(out).u16(self.packet_id.value());
        self.filters.0.write(self.properties.write_in(version, out))
    }
}

impl fmt::Display for Unsubscribe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UNSUBSCRIBE id={}", self.packet_id)?;
        for filter in &self.filters {
            match filter {
                Ok(filter) => write!(f, " {filter}")?,
                Err(bad) => write!(f, " {:?} (bad filter)", bad.text)?,
            }
        }
        fmt_properties(&self.properties, f)
    }
}
