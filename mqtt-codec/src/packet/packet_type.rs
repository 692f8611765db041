//! MQTT 5.0 §2.1.2: the packet types, their flags, and who sends them.

use core::fmt;

use crate::version::{Role, Version};

/// The type of a packet: the high four bits of its first byte (MQTT 5.0 §2.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum PacketType {
    /// 0, which no version assigns.
    Reserved = 0,
    /// A client asks for a connection.
    Connect = 1,
    /// The answer to CONNECT.
    ConnAck = 2,
    /// An application message.
    Publish = 3,
    /// The answer to a PUBLISH of QoS 1.
    PubAck = 4,
    /// The answer to a PUBLISH of QoS 2.
    PubRec = 5,
    /// The answer to PUBREC.
    PubRel = 6,
    /// The answer to PUBREL.
    PubComp = 7,
    /// A client asks for messages.
    Subscribe = 8,
    /// The answer to SUBSCRIBE.
    SubAck = 9,
    /// A client ends subscriptions.
    Unsubscribe = 10,
    /// The answer to UNSUBSCRIBE.
    UnsubAck = 11,
    /// A client shows that it lives.
    PingReq = 12,
    /// The answer to PINGREQ.
    PingResp = 13,
    /// The end of a connection.
    Disconnect = 14,
    /// Enhanced authentication; reserved in 3.x.
    Auth = 15,
}

impl PacketType {
    /// The type in the first byte of a packet.
    #[inline]
    pub const fn from_first_byte(byte: u8) -> Self {
        match byte >> 4 {
            1 => Self::Connect,
            2 => Self::ConnAck,
            3 => Self::Publish,
            4 => Self::PubAck,
            5 => Self::PubRec,
            6 => Self::PubRel,
            7 => Self::PubComp,
            8 => Self::Subscribe,
            9 => Self::SubAck,
            10 => Self::Unsubscribe,
            11 => Self::UnsubAck,
            12 => Self::PingReq,
            13 => Self::PingResp,
            14 => Self::Disconnect,
            15 => Self::Auth,
            _ => Self::Reserved,
        }
    }

    /// The name, as the standard writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reserved => "RESERVED",
            Self::Connect => "CONNECT",
            Self::ConnAck => "CONNACK",
            Self::Publish => "PUBLISH",
            Self::PubAck => "PUBACK",
            Self::PubRec => "PUBREC",
            Self::PubRel => "PUBREL",
            Self::PubComp => "PUBCOMP",
            Self::Subscribe => "SUBSCRIBE",
            Self::SubAck => "SUBACK",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::UnsubAck => "UNSUBACK",
            Self::PingReq => "PINGREQ",
            Self::PingResp => "PINGRESP",
            Self::Disconnect => "DISCONNECT",
            Self::Auth => "AUTH",
        }
    }

    /// The flags that the low four bits of the first byte have to show; a PUBLISH's say something of their own.
    #[inline]
    pub(crate) const fn flags(self) -> u8 {
        // [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1]
        if matches!(self, Self::PubRel | Self::Subscribe | Self::Unsubscribe) { 2 } else { 0 }
    }

    /// Whether this side may send the type at all (MQTT 5.0 §2.1.2, 3.1.1 §2.2.1).
    #[inline]
    pub(crate) const fn may_come_from(self, from: Role, version: Version) -> bool {
        match self {
            Self::Connect | Self::Subscribe | Self::Unsubscribe | Self::PingReq => matches!(from, Role::Client),
            Self::ConnAck | Self::SubAck | Self::UnsubAck | Self::PingResp => matches!(from, Role::Server),
            Self::Disconnect => version.is_v5() || matches!(from, Role::Client),
            _ => true,
        }
    }
}

impl fmt::Display for PacketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
