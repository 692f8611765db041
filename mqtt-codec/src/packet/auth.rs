//! MQTT 5.0 §3.15 AUTH: enhanced authentication.

use core::fmt;

use crate::encoder::Sending;
use crate::error::{DecodeErrorKind, EncodeError};
use crate::packet::{Body, FixedHeader, PacketType, fmt_properties};
use crate::properties::Properties;
use crate::property::{Place, PropertyId};
use crate::reason::ReasonCode;
use crate::version::{Role, Version};
use crate::wire::{Fault, Keep, Reader, Sink};

/// AUTH (MQTT 5.0 §3.15); 5.0 only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Auth<'a> {
    /// Success (from a server), Continue authentication, or Re-authenticate (from a client) (§3.15.2.1).
    pub reason: ReasonCode,
    /// Properties; the authentication method is mandatory, unless everything is left out (§3.15.2.2).
    pub properties: Properties<'a>,
}

impl<'a> Auth<'a> {
    pub(crate) fn decode(reader: &mut Reader<'a, '_>) -> Result<Self, Fault> {
        // §3.15.2.1: a Remaining Length of 0 means Success, without properties.
        if reader.rest.is_empty() {
            return Ok(Self::default());
        }
        let at = reader.offset();
        let reason = ReasonCode(reader.u8()?);
        if !reason.allowed_in(PacketType::Auth, Version::V5_0) {
            return Err(Fault { kind: DecodeErrorKind::ReasonCode, offset: at }); // [MQTT-3.15.2-1]
        }
        if !side_may_send(reason, reader.rules.from) {
            return Err(Fault { kind: DecodeErrorKind::AuthDirection, offset: at }); // table 3-12
        }
        if reader.rest.is_empty() {
            // Only a length of 0 may leave the property length out (§3.15.2.2.1).
            return Err(reader.fault(DecodeErrorKind::Truncated));
        }
        let properties = Properties::decode(reader, Place::Auth)?;
        if !properties.contains(PropertyId::AUTHENTICATION_METHOD) {
            return Err(reader.fault(DecodeErrorKind::AuthWithoutMethod)); // §3.15.2.2.2
        }
        Ok(Self { reason, properties })
    }

    fn is_empty(&self) -> bool {
        self.reason == ReasonCode::SUCCESS && self.properties.is_empty()
    }

    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Auth<'static> {
        Auth { reason: self.reason, properties: self.properties.keep(keep) }
    }
}

impl Body for Auth<'_> {
    fn check(&self, sending: &Sending, _: PacketType) -> Result<(), EncodeError> {
        if !sending.version.is_v5() {
            return Err(EncodeError::NotInVersion("AUTH", sending.version));
        }
        sending.properties(&self.properties, Place::Auth)?;
        sending.reason(self.reason, PacketType::Auth)?;
        if !self.is_empty() && !side_may_send(self.reason, sending.role) {
            return Err(EncodeError::Rule(DecodeErrorKind::AuthDirection));
        }
        if !self.is_empty() && !self.properties.contains(PropertyId::AUTHENTICATION_METHOD) {
            return Err(EncodeError::Rule(DecodeErrorKind::AuthWithoutMethod));
        }
        Ok(())
    }

    fn body_len(&self, _: Version) -> usize {
        if self.is_empty() { 0 } else { self.properties.framed_len().saturating_add(1) }
    }

    fn write<S: Sink>(&self, header: FixedHeader, _: Version, out: S) -> S {
        let out = header.write(out);
        if self.is_empty() { out } else { self.properties.write(out.u8(self.reason.0)) }
    }
}

/// Table 3-12: Success comes from a server, Re-authenticate from a client.
const fn side_may_send(reason: ReasonCode, from: Role) -> bool {
    match from {
        Role::Client => !matches!(reason, ReasonCode::SUCCESS),
        Role::Server => !matches!(reason, ReasonCode::RE_AUTHENTICATE),
    }
}

impl fmt::Display for Auth<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AUTH {}", self.reason)?;
        fmt_properties(&self.properties, f)
    }
}
