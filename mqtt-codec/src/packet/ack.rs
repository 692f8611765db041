//! MQTT 5.0 §3.4 PUBACK, §3.5 PUBREC, §3.6 PUBREL, §3.7 PUBCOMP: the four acknowledgements of a delivery, alike on the wire.

use core::fmt;

use crate::deviation::Deviations;
use crate::encoder::Sending;
use crate::error::{DecodeErrorKind, EncodeError};
use crate::packet::{Body, FixedHeader, PacketType, fmt_properties};
use crate::properties::Properties;
use crate::property::Place;
use crate::qos::PacketId;
use crate::reason::ReasonCode;
use crate::version::Version;
use crate::wire::{Fault, Keep, Reader, Sink};

/// PUBACK, PUBREC, PUBREL or PUBCOMP (MQTT 5.0 §3.4 to §3.7).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Ack<'a> {
    /// The identifier of the PUBLISH.
    pub packet_id: PacketId,
    /// Success, or what became of the message; always Success in 3.x (§3.4.2.1).
    pub reason: ReasonCode,
    /// Properties, 5.0 only (§3.4.2.2).
    pub properties: Properties<'a>,
}

impl<'a> Ack<'a> {
    /// An acknowledgement without properties.
    pub const fn new(packet_id: PacketId, reason: ReasonCode) -> Self {
        Self { packet_id, reason, properties: Properties::EMPTY }
    }

    #[inline(always)]
    pub(crate) fn decode(reader: &mut Reader<'a, '_>, packet: PacketType) -> Result<Self, Fault> {
        let packet_id = reader.packet_id()?;
        // §3.4.2.1: a Remaining Length of 2 means Success. 3.1.1 has nothing else.
        if !reader.is_v5() || reader.rest.is_empty() {
            return Ok(Self::new(packet_id, ReasonCode::SUCCESS));
        }
        let reason = ReasonCode(reader.u8()?);
        if !reason.allowed_in(packet, Version::V5_0) {
            // [MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1]
            let at = reader.offset().saturating_sub(1);
            reader.deviate_at(at, Deviations::REASON_CODE, DecodeErrorKind::ReasonCode)?;
        }
        // §3.4.2.2.1: a Remaining Length below 4 means no properties.
        if reader.rest.is_empty() {
            return Ok(Self::new(packet_id, reason));
        }
        Ok(Self { packet_id, reason, properties: Properties::decode(reader, Place::Ack)? })
    }

    /// Whether it says no more than that all is well.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.reason == ReasonCode::SUCCESS && self.properties.is_empty()
    }

    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Ack<'static> {
        Ack { packet_id: self.packet_id, reason: self.reason, properties: self.properties.keep(keep) }
    }

    pub(crate) fn fmt(&self, packet: PacketType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{packet} id={} {}", self.packet_id, self.reason)?;
        fmt_properties(&self.properties, f)
    }
}

impl Body for Ack<'_> {
    fn check(&self, sending: &Sending, packet: PacketType) -> Result<(), EncodeError> {
        sending.properties(&self.properties, Place::Ack)?;
        sending.reason(self.reason, packet)
    }

    /// The shortest form: 2, 3, or 4 bytes and more.
    fn body_len(&self, version: Version) -> usize {
        match (version.is_v5(), self.properties.is_empty(), self.reason) {
            (false, ..) | (true, true, ReasonCode::SUCCESS) => 2,
            (true, true, _) => 3,
            (true, false, _) => self.properties.framed_len().saturating_add(3),
        }
    }

    fn write<S: Sink>(&self, header: FixedHeader, _: Version, out: S) -> S {
        let out = header.write(out).u16(self.packet_id.value());
        match header.remaining {
            0..=2 => out,
            3 => out.u8(self.reason.0),
            _ => self.properties.write(out.u8(self.reason.0)),
        }
    }
}
