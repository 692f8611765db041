//! Reason codes of 5.0 and return codes of 3.x in one type.

use core::fmt;

use crate::packet::PacketType;
use crate::version::Version;

/// A reason code (MQTT 5.0 §2.4). Values from 0x80 are failures.
///
/// The CONNACK return codes of 3.x are represented by the reason codes that mean the same, and mapped on the wire:
/// see [`from_return_code`](Self::from_return_code). The SUBACK codes of 3.1.1 have the same numbers in both.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ReasonCode(pub u8);

macro_rules! codes {
    ($($(#[$doc:meta])+ $value:literal $name:ident $text:literal;)+) => {
        impl ReasonCode {
            $($(#[$doc])+ pub const $name: Self = Self($value);)+

            /// The name in the standard's table; `None` for a number it does not assign.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($text),)+
                    _ => None,
                }
            }
        }
    };
}

codes! {
    /// Success; also Normal disconnection and Granted QoS 0.
    0x00 SUCCESS "Success";
    /// Granted QoS 1.
    0x01 GRANTED_QOS_1 "Granted QoS 1";
    /// Granted QoS 2.
    0x02 GRANTED_QOS_2 "Granted QoS 2";
    /// Disconnect with Will Message.
    0x04 DISCONNECT_WITH_WILL_MESSAGE "Disconnect with Will Message";
    /// No matching subscribers.
    0x10 NO_MATCHING_SUBSCRIBERS "No matching subscribers";
    /// No subscription existed.
    0x11 NO_SUBSCRIPTION_EXISTED "No subscription existed";
    /// Continue authentication.
    0x18 CONTINUE_AUTHENTICATION "Continue authentication";
    /// Re-authenticate.
    0x19 RE_AUTHENTICATE "Re-authenticate";
    /// Unspecified error.
    0x80 UNSPECIFIED_ERROR "Unspecified error";
    /// Malformed Packet.
    0x81 MALFORMED_PACKET "Malformed Packet";
    /// Protocol Error.
    0x82 PROTOCOL_ERROR "Protocol Error";
    /// Implementation specific error.
    0x83 IMPLEMENTATION_SPECIFIC_ERROR "Implementation specific error";
    /// Unsupported Protocol Version.
    0x84 UNSUPPORTED_PROTOCOL_VERSION "Unsupported Protocol Version";
    /// Client Identifier not valid.
    0x85 CLIENT_IDENTIFIER_NOT_VALID "Client Identifier not valid";
    /// Bad User Name or Password.
    0x86 BAD_USER_NAME_OR_PASSWORD "Bad User Name or Password";
    /// Not authorized.
    0x87 NOT_AUTHORIZED "Not authorized";
    /// Server unavailable.
    0x88 SERVER_UNAVAILABLE "Server unavailable";
    /// Server busy.
    0x89 SERVER_BUSY "Server busy";
    /// Banned.
    0x8a BANNED "Banned";
    /// Server shutting down.
    0x8b SERVER_SHUTTING_DOWN "Server shutting down";
    /// Bad authentication method.
    0x8c BAD_AUTHENTICATION_METHOD "Bad authentication method";
    /// Keep Alive timeout.
    0x8d KEEP_ALIVE_TIMEOUT "Keep Alive timeout";
    /// Session taken over.
    0x8e SESSION_TAKEN_OVER "Session taken over";
    /// Topic Filter invalid.
    0x8f TOPIC_FILTER_INVALID "Topic Filter invalid";
    /// Topic Name invalid.
    0x90 TOPIC_NAME_INVALID "Topic Name invalid";
    /// Packet Identifier in use.
    0x91 PACKET_IDENTIFIER_IN_USE "Packet Identifier in use";
    /// Packet Identifier not found.
    0x92 PACKET_IDENTIFIER_NOT_FOUND "Packet Identifier not found";
    /// Receive Maximum exceeded.
    0x93 RECEIVE_MAXIMUM_EXCEEDED "Receive Maximum exceeded";
    /// Topic Alias invalid.
    0x94 TOPIC_ALIAS_INVALID "Topic Alias invalid";
    /// Packet too large.
    0x95 PACKET_TOO_LARGE "Packet too large";
    /// Message rate too high.
    0x96 MESSAGE_RATE_TOO_HIGH "Message rate too high";
    /// Quota exceeded.
    0x97 QUOTA_EXCEEDED "Quota exceeded";
    /// Administrative action.
    0x98 ADMINISTRATIVE_ACTION "Administrative action";
    /// Payload format invalid.
    0x99 PAYLOAD_FORMAT_INVALID "Payload format invalid";
    /// Retain not supported.
    0x9a RETAIN_NOT_SUPPORTED "Retain not supported";
    /// QoS not supported.
    0x9b QOS_NOT_SUPPORTED "QoS not supported";
    /// Use another server.
    0x9c USE_ANOTHER_SERVER "Use another server";
    /// Server moved.
    0x9d SERVER_MOVED "Server moved";
    /// Shared Subscriptions not supported.
    0x9e SHARED_SUBSCRIPTIONS_NOT_SUPPORTED "Shared Subscriptions not supported";
    /// Connection rate exceeded.
    0x9f CONNECTION_RATE_EXCEEDED "Connection rate exceeded";
    /// Maximum connect time.
    0xa0 MAXIMUM_CONNECT_TIME "Maximum connect time";
    /// Subscription Identifiers not supported.
    0xa1 SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED "Subscription Identifiers not supported";
    /// Wildcard Subscriptions not supported.
    0xa2 WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED "Wildcard Subscriptions not supported";
}

impl ReasonCode {
    /// Whether the code reports a failure: 0x80 and above.
    pub const fn is_error(self) -> bool {
        self.0 >= 0x80
    }

    /// The reason code for a CONNACK return code of 3.x (3.1.1 §3.2.2.3); `None` above 5.
    pub const fn from_return_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::SUCCESS,
            1 => Self::UNSUPPORTED_PROTOCOL_VERSION,
            2 => Self::CLIENT_IDENTIFIER_NOT_VALID,
            3 => Self::SERVER_UNAVAILABLE,
            4 => Self::BAD_USER_NAME_OR_PASSWORD,
            5 => Self::NOT_AUTHORIZED,
            _ => return None,
        })
    }

    /// The CONNACK return code of 3.x that means the same; `None` where 3.x has none.
    pub const fn to_return_code(self) -> Option<u8> {
        Some(match self {
            Self::SUCCESS => 0,
            Self::UNSUPPORTED_PROTOCOL_VERSION => 1,
            Self::CLIENT_IDENTIFIER_NOT_VALID => 2,
            Self::SERVER_UNAVAILABLE => 3,
            Self::BAD_USER_NAME_OR_PASSWORD => 4,
            Self::NOT_AUTHORIZED => 5,
            _ => return None,
        })
    }

    /// Whether the table of this packet has this code in this version.
    ///
    /// DISCONNECT's 0x8C, which only table 2-6 of the standard assigns to it, is not counted here: it is
    /// [`Deviations::DISCONNECT_8C`](crate::Deviations::DISCONNECT_8C).
    pub const fn allowed_in(self, packet: PacketType, version: Version) -> bool {
        match (packet, version) {
            // [MQTT-3.2.2-8]
            (PacketType::ConnAck, Version::V5_0) => matches!(
                self.0,
                0x00 | 0x80..=0x8a | 0x8c | 0x90 | 0x95 | 0x97 | 0x99 | 0x9a | 0x9b | 0x9c | 0x9d | 0x9f
            ),
            (PacketType::ConnAck, _) => self.to_return_code().is_some(),
            // [MQTT-3.9.3-2] of 3.1.1; 3.1 §3.9 has no 0x80, which its successors' brokers send all the same.
            (PacketType::SubAck, Version::V3_1 | Version::V3_1_1) => matches!(self.0, 0x00..=0x02 | 0x80),
            (_, Version::V3_1 | Version::V3_1_1) => self.0 == 0,
            // [MQTT-3.4.2-1] [MQTT-3.5.2-1]
            (PacketType::PubAck | PacketType::PubRec, _) => {
                matches!(self.0, 0x00 | 0x10 | 0x80 | 0x83 | 0x87 | 0x90 | 0x91 | 0x97 | 0x99)
            }
            // [MQTT-3.6.2-1] [MQTT-3.7.2-1]
            (PacketType::PubRel | PacketType::PubComp, _) => matches!(self.0, 0x00 | 0x92),
            // [MQTT-3.9.3-2]
            (PacketType::SubAck, _) => {
                matches!(self.0, 0x00..=0x02 | 0x80 | 0x83 | 0x87 | 0x8f | 0x91 | 0x97 | 0x9e | 0xa1 | 0xa2)
            }
            // [MQTT-3.11.3-2]
            (PacketType::UnsubAck, _) => matches!(self.0, 0x00 | 0x11 | 0x80 | 0x83 | 0x87 | 0x8f | 0x91),
            // [MQTT-3.14.2-1]
            (PacketType::Disconnect, _) => matches!(
                self.0,
                0x00 | 0x04 | 0x80..=0x83 | 0x87 | 0x89 | 0x8b | 0x8d..=0x90 | 0x93..=0xa2
            ),
            // [MQTT-3.15.2-1]
            (PacketType::Auth, _) => matches!(self.0, 0x00 | 0x18 | 0x19),
            _ => false,
        }
    }
}

impl fmt::Debug for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReasonCode({:#04x})", self.0)
    }
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({:#04x})", self.0),
            None => write!(f, "{:#04x}", self.0),
        }
    }
}
