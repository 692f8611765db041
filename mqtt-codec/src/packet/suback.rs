//! MQTT 5.0 §3.9 SUBACK and §3.11 UNSUBACK: one code for each filter, alike on the wire.

use core::fmt;

use crate::deviation::Deviations;
use crate::encoder::Sending;
use crate::error::{DecodeErrorKind, EncodeError};
use crate::list::{Entry, List, Put, list_type};
use crate::packet::{Body, FixedHeader, PacketType, fmt_properties};
use crate::properties::Properties;
use crate::property::Place;
use crate::qos::PacketId;
use crate::reason::ReasonCode;
use crate::version::Version;
use crate::wire::{Fault, Keep, Reader, Sink};

/// SUBACK or UNSUBACK (MQTT 5.0 §3.9, §3.11).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SubAck<'a> {
    /// The identifier of the SUBSCRIBE or UNSUBSCRIBE.
    pub packet_id: PacketId,
    /// Properties, 5.0 only (§3.9.2.1).
    pub properties: Properties<'a>,
    /// One code for each filter, in their order; none in an UNSUBACK of 3.x (§3.9.3).
    pub codes: ReasonCodes<'a>,
}

list_type! {
    /// The reason codes of a SUBACK or UNSUBACK. To send some, lend a slice (`ReasonCodes::from(&[..])`) or
    /// [`push`](ReasonCodes::push) them.
    ReasonCodes, ReasonCodesIter, Code, ReasonCode
}

/// A reason code as an entry of a list; the lifetime is for the list's sake.
type Code<'a> = ReasonCode;

impl ReasonCodes<'_> {
    /// Appends a code. What was borrowed is copied first.
    pub fn push(&mut self, code: ReasonCode) {
        self.0.push(&code);
    }
}

impl<'a> From<&'a [ReasonCode]> for ReasonCodes<'a> {
    fn from(codes: &'a [ReasonCode]) -> Self {
        Self(List::lend(codes))
    }
}

impl<'a, const N: usize> From<&'a [ReasonCode; N]> for ReasonCodes<'a> {
    fn from(codes: &'a [ReasonCode; N]) -> Self {
        Self::from(codes.as_slice())
    }
}

impl Put for ReasonCode {
    fn wire_len(&self) -> usize {
        1
    }

    #[inline]
    fn write<S: Sink>(&self, out: S) -> S {
        out.u8(self.0)
    }
}

impl<'a> Entry<'a> for ReasonCode {
    type Read = Self;

    #[inline]
    fn read(rest: &mut &'a [u8]) -> Option<Self> {
        let (&code, after) = rest.split_first()?;
        *rest = after;
        Some(Self(code))
    }

    #[inline]
    fn lend(&'a self) -> Self {
        *self
    }
}

impl<'a> SubAck<'a> {
    pub(crate) fn decode(reader: &mut Reader<'a, '_>, packet: PacketType) -> Result<Self, Fault> {
        let packet_id = reader.packet_id()?;
        let properties = Properties::decode(reader, Place::Ack)?;
        if !reader.is_v5() && packet == PacketType::UnsubAck {
            // 3.1.1 §3.11: nothing behind the identifier.
            return Ok(Self { packet_id, properties, codes: ReasonCodes::default() });
        }
        let wire = reader.rest;
        if wire.is_empty() {
            reader.deviate(Deviations::NO_REASON_CODES, DecodeErrorKind::NoReasonCodes)?; // §3.9.3, §3.11.3
        }
        for &code in wire {
            if !ReasonCode(code).allowed_in(packet, reader.rules.version) {
                // [MQTT-3.9.3-2] [MQTT-3.11.3-2] [3.1.1: MQTT-3.9.3-2]
                reader.deviate(Deviations::REASON_CODE, DecodeErrorKind::ReasonCode)?;
            }
            reader.u8()?;
        }
        Ok(Self { packet_id, properties, codes: ReasonCodes(List::Borrowed(wire)) })
    }

    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> SubAck<'static> {
        SubAck {
            packet_id: self.packet_id,
            properties: self.properties.keep(keep),
            codes: ReasonCodes(self.codes.0.keep(keep)),
        }
    }

    pub(crate) fn fmt(&self, packet: PacketType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{packet} id={}", self.packet_id)?;
        for code in &self.codes {
            write!(f, " {:#04x}", code.0)?;
        }
        fmt_properties(&self.properties, f)
    }
}

impl Body for SubAck<'_> {
    fn check(&self, sending: &Sending, packet: PacketType) -> Result<(), EncodeError> {
        sending.properties(&self.properties, Place::Ack)?;
        if !sending.version.is_v5() && packet == PacketType::UnsubAck {
            let none = self.codes.is_empty();
            return if none {
                Ok(())
            } else {
                Err(EncodeError::NotInVersion("UNSUBACK's reason code", sending.version))
            };
        }
        if self.codes.is_empty() {
            return Err(EncodeError::Rule(DecodeErrorKind::NoReasonCodes));
        }
        self.codes.iter().try_for_each(|code| sending.reason(code, packet))
    }

    fn body_len(&self, version: Version) -> usize {
        let properties = if version.is_v5() { self.properties.framed_len() } else { 0 };
        self.codes.0.wire_len().saturating_add(properties).saturating_add(2)
    }

    fn write<S: Sink>(&self, header: FixedHeader, version: Version, out: S) -> S {
        let out = header.write(out).u16(self.packet_id.value());
        self.codes.0.write(self.properties.write_in(version, out))
    }
}
