//! MQTT 5.0 §3.14 DISCONNECT: the last packet of a connection.

use core::fmt;

use crate::deviation::Deviations;
use crate::encoder::Sending;
use crate::error::{DecodeErrorKind, EncodeError};
use crate::packet::{Body, FixedHeader, PacketType, fmt_properties};
use crate::properties::Properties;
use crate::property::{Place, PropertyId};
use crate::reason::ReasonCode;
use crate::version::{Role, Version};
use crate::wire::{Fault, Keep, Reader, Sink};

/// DISCONNECT (MQTT 5.0 §3.14). In 3.x it is sent by clients only, and says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Disconnect<'a> {
    /// Normal disconnection (0), or why (§3.14.2.1).
    pub reason: ReasonCode,
    /// Properties, 5.0 only (§3.14.2.2).
    pub properties: Properties<'a>,
}

impl<'a> Disconnect<'a> {
    /// A DISCONNECT without properties.
    pub const fn new(reason: ReasonCode) -> Self {
        Self { reason, properties: Properties::EMPTY }
    }

    pub(crate) fn decode(reader: &mut Reader<'a, '_>) -> Result<Self, Fault> {
        // §3.14.2.1: a Remaining Length of 0 means Normal disconnection. 3.1.1 has nothing else.
        if !reader.is_v5() || reader.rest.is_empty() {
            return Ok(Self::default());
        }
        let at = reader.offset();
        let reason = ReasonCode(reader.u8()?);
        if !reason.allowed_in(PacketType::Disconnect, Version::V5_0) {
            // [MQTT-3.14.2-1] Table 3-10; table 2-6 also has 0x8C here.
            let deviation = match reason {
                ReasonCode::BAD_AUTHENTICATION_METHOD => Deviations::DISCONNECT_8C,
                _ => Deviations::REASON_CODE,
            };
            reader.deviate_at(at, deviation, DecodeErrorKind::ReasonCode)?;
        }
        let from_server = reader.rules.from == Role::Server;
        if from_server && reason == ReasonCode::DISCONNECT_WITH_WILL_MESSAGE {
            return Err(Fault { kind: DecodeErrorKind::DisconnectDirection, offset: at }); // table 3-10
        }
        // §3.14.2.2.1: a Remaining Length below 2 means no properties.
        if reader.rest.is_empty() {
            return Ok(Self::new(reason));
        }
        let properties = Properties::decode(reader, Place::Disconnect)?;
        match side_rule(&properties, reader.rules.from) {
            Some(kind) => Err(reader.fault(kind)),
            None => Ok(Self { reason, properties }),
        }
    }

    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Disconnect<'static> {
        Disconnect { reason: self.reason, properties: self.properties.keep(keep) }
    }
}

impl Body for Disconnect<'_> {
    fn check(&self, sending: &Sending, _: PacketType) -> Result<(), EncodeError> {
        sending.properties(&self.properties, Place::Disconnect)?;
        if self.reason != ReasonCode::BAD_AUTHENTICATION_METHOD || !sending.version.is_v5() {
            sending.reason(self.reason, PacketType::Disconnect)?;
        }
        if sending.role == Role::Server && self.reason == ReasonCode::DISCONNECT_WITH_WILL_MESSAGE {
            return Err(EncodeError::Rule(DecodeErrorKind::DisconnectDirection));
        }
        side_rule(&self.properties, sending.role).map_or(Ok(()), |kind| Err(EncodeError::Rule(kind)))
    }

    /// The shortest form: 0, 1, or 2 bytes and more.
    fn body_len(&self, version: Version) -> usize {
        match (version.is_v5(), self.properties.is_empty(), self.reason) {
            (false, ..) | (true, true, ReasonCode::SUCCESS) => 0,
            (true, true, _) => 1,
            (true, false, _) => self.properties.framed_len().saturating_add(1),
        }
    }

    fn write<S: Sink>(&self, header: FixedHeader, _: Version, out: S) -> S {
        let out = header.write(out);
        match header.remaining {
            0 => out,
            1 => out.u8(self.reason.0),
            _ => self.properties.write(out.u8(self.reason.0)),
        }
    }
}

/// What only one side may say in its properties.
fn side_rule(properties: &Properties<'_>, from: Role) -> Option<DecodeErrorKind> {
    match from {
        // [MQTT-3.14.2-2]
        Role::Server if properties.contains(PropertyId::SESSION_EXPIRY_INTERVAL) => {
            Some(DecodeErrorKind::SessionExpiryFromServer)
        }
        // §3.14.2.2.5
        Role::Client if properties.contains(PropertyId::SERVER_REFERENCE) => Some(DecodeErrorKind::DisconnectDirection),
        _ => None,
    }
}

impl fmt::Display for Disconnect<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DISCONNECT")?;
        if self.reason != ReasonCode::SUCCESS {
            write!(f, " {}", self.reason)?;
        }
        fmt_properties(&self.properties, f)
    }
}
