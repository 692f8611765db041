//! MQTT 5.0 §3.2 CONNACK: the server's answer to CONNECT.

use core::fmt;

use crate::encoder::Sending;
use crate::error::{DecodeErrorKind, EncodeError};
use crate::packet::{Body, FixedHeader, PacketType, fmt_properties};
use crate::properties::Properties;
use crate::property::Place;
use crate::reason::ReasonCode;
use crate::version::Version;
use crate::wire::{Fault, Keep, Reader, Sink};

/// CONNACK (MQTT 5.0 §3.2).
///
/// The return codes of 3.x appear as the reason codes that mean the same: [`ReasonCode::from_return_code`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ConnAck<'a> {
    /// Whether the server goes on with an old session; always `false` in 3.1 (§3.2.2.1.1).
    pub session_present: bool,
    /// Success, or why the connection was refused (§3.2.2.2).
    pub reason: ReasonCode,
    /// Properties, 5.0 only (§3.2.2.3).
    pub properties: Properties<'a>,
}

impl<'a> ConnAck<'a> {
    /// A CONNACK with this code, no session and no properties.
    pub const fn new(reason: ReasonCode) -> Self {
        Self { session_present: false, reason, properties: Properties::EMPTY }
    }

    pub(crate) fn decode(reader: &mut Reader<'a, '_>) -> Result<Self, Fault> {
        let [flags, code] = reader.array()?;
        let session_present = match flags {
            0 => false,
            1 if reader.rules.version != Version::V3_1 => true,
            // [MQTT-3.2.2-1] Bits 7 to 1 are 0. In 3.1 the whole byte is reserved and unused (3.1 §3.2).
            _ => {
                let deviation = super::unused_in_v3_1(reader.rules.version);
                let at = reader.offset().saturating_sub(2);
                reader.deviate_at(at, deviation, DecodeErrorKind::ReservedConnAckFlags)?;
                false
            }
        };
        let reason = if reader.is_v5() { Some(ReasonCode(code)) } else { ReasonCode::from_return_code(code) };
        // [MQTT-3.2.2-8] [3.1.1: §3.2.2.3] Only codes of the table.
        let Some(reason) = reason.filter(|reason| reason.allowed_in(PacketType::ConnAck, reader.rules.version)) else {
            return Err(reader.fault_before(1, DecodeErrorKind::ReasonCode));
        };
        if session_present && reason != ReasonCode::SUCCESS {
            // [MQTT-3.2.2-6] [3.1.1: MQTT-3.2.2-4]
            return Err(reader.fault_before(2, DecodeErrorKind::SessionPresentWithError));
        }
        Ok(Self { session_present, reason, properties: Properties::decode(reader, Place::ConnAck)? })
    }

    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> ConnAck<'static> {
        ConnAck { properties: self.properties.keep(keep), ..ConnAck { properties: Properties::EMPTY, ..self } }
    }
}

impl Body for ConnAck<'_> {
    fn check(&self, sending: &Sending, _: PacketType) -> Result<(), EncodeError> {
        sending.properties(&self.properties, Place::ConnAck)?;
        sending.reason(self.reason, PacketType::ConnAck)?;
        if self.session_present && sending.version == Version::V3_1 {
            return Err(EncodeError::NotInVersion("Session Present", sending.version));
        }
        if self.session_present && self.reason != ReasonCode::SUCCESS {
            return Err(EncodeError::Rule(DecodeErrorKind::SessionPresentWithError));
        }
        Ok(())
    }

    fn body_len(&self, version: Version) -> usize {
        if version.is_v5() { self.properties.framed_len().saturating_add(2) } else { 2 }
    }

    fn write<S: Sink>(&self, header: FixedHeader, version: Version, out: S) -> S {
        let code = if version.is_v5() { None } else { self.reason.to_return_code() };
        let out = header.write(out).array([u8::from(self.session_present), code.unwrap_or(self.reason.0)]);
        self.properties.write_in(version, out)
    }
}

impl fmt::Display for ConnAck<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CONNACK {}{}", self.reason, if self.session_present { " session-present" } else { "" })?;
        fmt_properties(&self.properties, f)
    }
}
