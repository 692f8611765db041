//! MQTT 5.0 §3.1.3.2 to §3.1.3.6: the will and the credentials, behind the client identifier of a CONNECT.

use core::fmt;

use crate::binary::Binary;
use crate::encoder::Sending;
use crate::error::{DecodeErrorKind, EncodeError};
use crate::packet::{read_binary, read_text};
use crate::properties::Properties;
use crate::property::Place;
use crate::qos::QoS;
use crate::text::Text;
use crate::topic::Topic;
use crate::version::Version;
use crate::wire::{Fault, Reader, Sink};

pub(super) const WILL: u8 = 0x04;
pub(super) const WILL_RETAIN: u8 = 0x20;
pub(super) const WILL_FLAGS: u8 = 0x38;
pub(super) const PASSWORD: u8 = 0x40;
pub(super) const USERNAME: u8 = 0x80;

/// What a CONNECT carries behind the client identifier: the will and the credentials.
#[derive(Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Login<'a> {
    /// What the server publishes when the connection is lost (§3.1.2.5).
    pub will: Option<Will<'a>>,
    /// The user name (§3.1.3.5).
    pub username: Option<Text<'a>>,
    /// The password, any bytes (§3.1.3.6). `Debug` does not show it.
    pub password: Option<Binary<'a>>,
}

/// The will message of a CONNECT (MQTT 5.0 §3.1.2.5, §3.1.3.2 to §3.1.3.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Will<'a> {
    /// The quality of service that the will is published with.
    pub qos: QoS,
    /// Whether the will is retained.
    pub retain: bool,
    /// Properties of the will, 5.0 only (§3.1.3.2).
    pub properties: Properties<'a>,
    /// The topic that the will is published to.
    pub topic: Topic<'a>,
    /// The payload, at most 65,535 bytes.
    pub payload: Binary<'a>,
}

impl Login<'_> {
    /// The connect flags that speak of these fields.
    pub(super) fn flags(&self) -> u8 {
        let when = |condition: bool, flag: u8| if condition { flag } else { 0 };
        let will = match &self.will {
            Some(will) => WILL | will.qos.bits() << 3 | when(will.retain, WILL_RETAIN),
            None => 0,
        };
        will | when(self.password.is_some(), PASSWORD) | when(self.username.is_some(), USERNAME)
    }

    pub(super) fn check(&self, sending: &Sending) -> Result<(), EncodeError> {
        if let Some(will) = &self.will {
            sending.properties(&will.properties, Place::Will)?;
            sending.field(&will.payload)?;
            if will.topic.is_empty() {
                return Err(EncodeError::Rule(DecodeErrorKind::WillTopic)); // [MQTT-4.7.3-1]
            }
        }
        self.username.as_deref().map_or(Ok(()), |username| sending.text(username))?;
        self.password.as_deref().map_or(Ok(()), |password| sending.field(password))
    }

    pub(super) fn wire_len(&self, version: Version) -> usize {
        let field = |n: usize| n.saturating_add(2);
        let will = self.will.as_ref().map_or(0, |will| {
            let properties = if version.is_v5() { will.properties.framed_len() } else { 0 };
            properties.saturating_add(field(will.topic.len())).saturating_add(field(will.payload.len()))
        });
        let username = self.username.as_deref().map_or(0, |username| field(username.len()));
        let password = self.password.as_deref().map_or(0, |password| field(password.len()));
        will.saturating_add(username).saturating_add(password)
    }

    pub(super) fn write<S: Sink>(&self, version: Version, mut out: S) -> S {
        if let Some(will) = &self.will {
            out = will.properties.write_in(version, out).field(will.topic.as_bytes()).field(&will.payload);
        }
        if let Some(username) = &self.username {
            out = out.field(username.as_bytes());
        }
        if let Some(password) = &self.password {
            out = out.field(password);
        }
        out
    }
}

impl<'a> Will<'a> {
    /// Checks the will of a received CONNECT.
    pub(super) fn check(reader: &mut Reader<'a, '_>) -> Result<(), Fault> {
        Properties::decode(reader, Place::Will)?;
        let at = reader.offset();
        if matches!(reader.name()?, ("", _) | (_, true)) {
            // [MQTT-4.7.3-1] [MQTT-3.1.3-11] [3.1.1: MQTT-3.1.3-10]
            return Err(Fault { kind: DecodeErrorKind::WillTopic, offset: at });
        }
        reader.binary().map(drop)
    }

    /// Reads a will that was checked.
    pub(super) fn read(rest: &mut &'a [u8], flags: u8, version: Version) -> Option<Self> {
        let properties = if version.is_v5() { Properties::read(rest)? } else { Properties::EMPTY };
        let topic = Topic::checked(read_text(rest)?);
        let payload = read_binary(rest)?.into();
        let qos = QoS::from_bits(flags >> 3 & 3).unwrap_or_default();
        Some(Self { qos, retain: flags & WILL_RETAIN != 0, properties, topic, payload })
    }
}

impl fmt::Debug for Login<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("will", &self.will)
            .field("username", &self.username)
            .field("password", &self.password.as_ref().map(|_| format_args!("<redacted>")))
            .finish()
    }
}
