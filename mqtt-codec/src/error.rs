//! Errors: what the bytes did, where, which statement forbids it, and how to say goodbye.

use core::fmt;

use crate::packet::PacketType;
use crate::property::PropertyId;
use crate::reason::ReasonCode;
use crate::version::Version;

/// How a fault is classed (MQTT 5.0 §4.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Class {
    /// A Malformed Packet: the bytes cannot be parsed.
    Malformed,
    /// A Protocol Error: the bytes parse, and say what is not allowed.
    Protocol,
    /// The packet exceeds one of our own [`Limits`](crate::Limits).
    Limit,
}

/// What to send before the connection is closed (MQTT 5.0 §4.13.1, 3.1.1 §4.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Reply {
    /// A CONNACK with this code, then close. In 3.x the code maps to a return code
    /// ([`ReasonCode::to_return_code`]).
    ConnAck(ReasonCode),
    /// A DISCONNECT with this code, then close.
    Disconnect(ReasonCode),
    /// Nothing: close the connection.
    Close,
}

/// Why a stream of bytes was refused.
///
/// The error is fatal for the connection: the decoder repeats it. [`reply`](Self::reply) says what the peer is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[error("{kind} at byte {offset} of {packet}")]
pub struct DecodeError {
    /// What the bytes did.
    pub kind: DecodeErrorKind,
    /// Where: bytes from the first byte of the failing packet.
    pub offset: usize,
    /// The packet's type, as its first byte has it.
    pub packet: PacketType,
    /// The connection's version, once known.
    pub version: Option<Version>,
}

impl DecodeError {
    /// Malformed packet, protocol error, or a limit of ours.
    pub const fn class(&self) -> Class {
        self.kind.class()
    }

    /// The normative statement that the bytes break, such as `MQTT-3.3.1-4`, in the numbering of the connection's
    /// version (5.0 while it is unknown); a section where the text has no numbered statement.
    pub const fn statement(&self) -> &'static str {
        match self.version {
            Some(Version::V3_1 | Version::V3_1_1) => self.kind.statement_v3(),
            _ => self.kind.statement(),
        }
    }

    /// The answer that the specification names (MQTT 5.0 §4.13.1, 3.1.1 §3.1.4 and §4.8).
    ///
    /// In 5.0 a bad CONNECT gets CONNACK and everything later DISCONNECT. In 3.x the connection is closed without a word,
    /// but for the two CONNECT faults that have a return code: a protocol level we do not speak, and a bad client id.
    pub const fn reply(&self) -> Reply {
        if matches!(self.kind, DecodeErrorKind::FirstPacketNotConnect | DecodeErrorKind::FirstPacketNotConnAck) {
            return Reply::Close; // [MQTT-3.1.0-1]
        }
        // [MQTT-4.13.1-1] The code that the specification names, then the connection closes.
        match (self.packet, self.version) {
            // [MQTT-3.1.4-1] A second CONNECT is answered as any later packet.
            (PacketType::Connect, Some(Version::V5_0)) if !matches!(self.kind, DecodeErrorKind::SecondConnect) => {
                Reply::ConnAck(self.kind.reason_code())
            }
            (PacketType::Connect, _) if matches!(self.kind, DecodeErrorKind::UnsupportedVersion) => {
                Reply::ConnAck(ReasonCode::UNSUPPORTED_PROTOCOL_VERSION) // [MQTT-3.1.2-2]
            }
            (PacketType::Connect, _) if matches!(self.kind, DecodeErrorKind::ClientIdRejected) => {
                Reply::ConnAck(ReasonCode::CLIENT_IDENTIFIER_NOT_VALID) // [MQTT-3.1.3-8]
            }
            (_, Some(Version::V5_0)) => Reply::Disconnect(self.kind.reason_code()),
            _ => Reply::Close, // [3.1.1: MQTT-4.8.0-1]
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident = $class:ident, $code:ident, $v5:literal, $v3:literal, $text:literal;)+) => {
        /// What the bytes did.
        ///
        /// The reason code where the standard leaves a choice: 0x82 for values out of range and identifiers of zero
        /// (they parse, and are forbidden), 0x90 for a bad topic name, 0x97 for limits other than the packet's size.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[non_exhaustive]
        pub enum DecodeErrorKind {
            $($(#[$doc])+ $kind,)+
        }

        impl DecodeErrorKind {
            /// Every kind, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// Malformed packet, protocol error, or a limit of ours.
            pub const fn class(self) -> Class {
                match self { $(Self::$kind => Class::$class,)+ }
            }

            /// The reason code of 5.0 for this fault.
            pub const fn reason_code(self) -> ReasonCode {
                match self { $(Self::$kind => ReasonCode::$code,)+ }
            }

            /// The statement of MQTT 5.0 that forbids it, or the section that describes it.
            pub const fn statement(self) -> &'static str {
                match self { $(Self::$kind => $v5,)+ }
            }

            /// The statement of MQTT 3.1.1 that forbids it, or the section that describes it.
            pub const fn statement_v3(self) -> &'static str {
                match self { $(Self::$kind => $v3,)+ }
            }

            /// The name of the kind, as `Debug` prints it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)+ }
            }
        }

        impl fmt::Display for DecodeErrorKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$kind => $text,)+ })
            }
        }
    };
}

kinds! {
    /// Packet type 0, or 15 in 3.x.
    ReservedPacketType = Malformed, MALFORMED_PACKET, "§2.1.2", "§2.2.1", "reserved packet type";
    /// The flags of the first byte are not those that the packet type prescribes.
    ReservedFlags = Malformed, MALFORMED_PACKET, "MQTT-2.1.3-1", "MQTT-2.2.2-2", "reserved flags in the fixed header";
    /// The fourth byte of a variable byte integer has its continuation bit set.
    IntegerTooLong = Malformed, MALFORMED_PACKET, "§1.5.5", "§2.2.3", "variable byte integer of more than four bytes";
    /// A variable byte integer is longer than its value needs.
    IntegerNotMinimal = Malformed, MALFORMED_PACKET, "MQTT-1.5.5-1", "§2.2.3", "variable byte integer is not minimal";
    /// The packet's size exceeds [`Limits::max_packet`](crate::Limits::max_packet), or before CONNECT
    /// [`Limits::max_first_packet`](crate::Limits::max_first_packet).
    PacketTooLarge = Limit, PACKET_TOO_LARGE, "§3.1.2.11.4", "§2.2.3", "packet too large";
    /// A field ends beyond the packet, or beyond its own region.
    Truncated = Malformed, MALFORMED_PACKET, "§4.13.1", "§4.8", "field runs past its end";
    /// Bytes remain after the last field.
    TrailingBytes = Malformed, MALFORMED_PACKET, "§4.13.1", "§4.8", "bytes after the last field";
    /// The first packet from a client is not CONNECT.
    FirstPacketNotConnect = Protocol, PROTOCOL_ERROR, "MQTT-3.1.0-1", "MQTT-3.1.0-1", "first packet is not CONNECT";
    /// The first packet from a server is not CONNACK (5.0: nor AUTH).
    FirstPacketNotConnAck = Protocol, PROTOCOL_ERROR, "MQTT-3.2.0-1", "MQTT-3.2.0-1", "first packet is not CONNACK";
    /// A second CONNECT on one connection.
    SecondConnect = Protocol, PROTOCOL_ERROR, "MQTT-3.1.0-2", "MQTT-3.1.0-2", "second CONNECT";
    /// A packet that only our own side may send.
    WrongDirection = Protocol, PROTOCOL_ERROR, "§2.1.2", "§2.2.1", "packet in the wrong direction";

    /// Text is not well-formed UTF-8, or holds a surrogate.
    InvalidUtf8 = Malformed, MALFORMED_PACKET, "MQTT-1.5.4-1", "MQTT-1.5.3-1", "ill-formed UTF-8";
    /// Text holds U+0000.
    NulCharacter = Malformed, MALFORMED_PACKET, "MQTT-1.5.4-2", "MQTT-1.5.3-2", "U+0000 in text";
    /// Text holds a control character, U+0001 to U+001F or U+007F to U+009F.
    ControlCharacter = Malformed, MALFORMED_PACKET, "§1.5.4", "§1.5.3", "control character in text";
    /// Text holds a code point that Unicode calls a non-character.
    NonCharacter = Malformed, MALFORMED_PACKET, "§1.5.4", "§1.5.3", "non-character in text";
    /// A string exceeds [`Limits::max_string`](crate::Limits::max_string).
    StringTooLong = Limit, QUOTA_EXCEEDED, "§4.13.1", "§4.8", "string too long";

    /// The property length exceeds [`Limits::max_properties`](crate::Limits::max_properties).
    PropertiesTooLong = Limit, QUOTA_EXCEEDED, "§4.13.1", "§4.8", "properties too long";
    /// More user properties than [`Limits::max_user_properties`](crate::Limits::max_user_properties).
    TooManyUserProperties = Limit, QUOTA_EXCEEDED, "§4.13.1", "§4.8", "too many user properties";
    /// A property identifier that the standard does not assign.
    UnknownProperty = Malformed, MALFORMED_PACKET, "§2.2.2.2", "§4.8", "unknown property";
    /// A property that this packet may not carry.
    PropertyNotAllowed = Malformed, MALFORMED_PACKET, "§2.2.2.2", "§4.8", "property not allowed in this packet";
    /// A property that may stand once only stands twice.
    DuplicateProperty = Protocol, PROTOCOL_ERROR, "§2.2.2.2", "§4.8", "property given twice";
    /// A property's value is out of its range.
    PropertyValue = Protocol, PROTOCOL_ERROR, "§2.2.2.2", "§4.8", "property value out of range";
    /// A topic alias of zero.
    ZeroTopicAlias = Protocol, TOPIC_ALIAS_INVALID, "MQTT-3.3.2-8", "§4.8", "topic alias is zero";
    /// A subscription identifier in a PUBLISH from a client.
    SubscriptionIdFromClient = Protocol, PROTOCOL_ERROR, "MQTT-3.3.4-6", "§4.8", "subscription identifier from a client";
    /// A response topic with a wildcard, or without a character.
    ResponseTopic = Protocol, PROTOCOL_ERROR, "MQTT-3.3.2-14", "§4.8", "response topic is not a topic name";
    /// Authentication data without an authentication method.
    AuthDataWithoutMethod = Protocol, PROTOCOL_ERROR, "§3.1.2.11.10", "§4.8", "authentication data without a method";

    /// The protocol name, the level, or their combination is not one of the versions we speak.
    UnsupportedVersion = Malformed, UNSUPPORTED_PROTOCOL_VERSION, "MQTT-3.1.2-2", "MQTT-3.1.2-2", "unsupported protocol version";
    /// The reserved connect flag is set.
    ReservedConnectFlag = Malformed, MALFORMED_PACKET, "MQTT-3.1.2-3", "MQTT-3.1.2-3", "reserved connect flag";
    /// Will QoS is 3.
    WillQoS = Malformed, MALFORMED_PACKET, "MQTT-3.1.2-12", "MQTT-3.1.2-14", "will QoS 3";
    /// Will QoS or will retain without a will.
    WillFlagsWithoutWill = Malformed, MALFORMED_PACKET, "MQTT-3.1.2-11", "MQTT-3.1.2-11", "will flags without a will";
    /// A password without a user name, which 3.x forbids.
    PasswordWithoutUserName = Malformed, MALFORMED_PACKET, "§3.1.2.9", "MQTT-3.1.2-22", "password without a user name";
    /// An empty client identifier without a clean session (3.1.1), or of a length that 3.1 refuses.
    ClientIdRejected = Protocol, CLIENT_IDENTIFIER_NOT_VALID, "§3.1.3.1", "MQTT-3.1.3-8", "client identifier rejected";
    /// A will topic with a wildcard, or without a character.
    WillTopic = Protocol, TOPIC_NAME_INVALID, "MQTT-4.7.3-1", "MQTT-4.7.3-1", "will topic is not a topic name";

    /// Reserved bits of the connect acknowledge flags.
    ReservedConnAckFlags = Malformed, MALFORMED_PACKET, "MQTT-3.2.2-1", "§3.2.2.1", "reserved connect acknowledge flags";
    /// Session Present together with a refusal.
    SessionPresentWithError = Protocol, PROTOCOL_ERROR, "MQTT-3.2.2-6", "MQTT-3.2.2-4", "session present with a refusal";
    /// A reason code or return code that this packet's table does not have.
    ReasonCode = Malformed, MALFORMED_PACKET, "§2.4", "§3.9.3", "reason code not allowed in this packet";
    /// An acknowledgement of subscriptions without a reason code.
    NoReasonCodes = Malformed, MALFORMED_PACKET, "§3.9.3", "§3.9.3", "no reason codes";

    /// QoS 3 in a PUBLISH.
    InvalidQoS = Malformed, MALFORMED_PACKET, "MQTT-3.3.1-4", "MQTT-3.3.1-4", "QoS 3";
    /// DUP with QoS 0.
    DupWithoutQoS = Malformed, MALFORMED_PACKET, "MQTT-3.3.1-2", "MQTT-3.3.1-2", "DUP with QoS 0";
    /// A packet identifier of zero.
    ZeroPacketId = Protocol, PROTOCOL_ERROR, "MQTT-2.2.1-3", "MQTT-2.3.1-1", "packet identifier is zero";
    /// An empty topic name (5.0: without a topic alias).
    EmptyTopic = Protocol, PROTOCOL_ERROR, "MQTT-4.7.3-1", "MQTT-4.7.3-1", "empty topic name";
    /// A wildcard in a topic name. In a PUBLISH this arrives as [`Packet::Refused`](crate::Packet::Refused).
    WildcardInTopic = Protocol, TOPIC_NAME_INVALID, "MQTT-3.3.2-2", "MQTT-3.3.2-2", "wildcard in a topic name";

    /// SUBSCRIBE or UNSUBSCRIBE without a topic filter.
    NoFilters = Protocol, PROTOCOL_ERROR, "MQTT-3.8.3-2", "MQTT-3.8.3-3", "no topic filter";
    /// More topic filters than [`Limits::max_filters`](crate::Limits::max_filters).
    TooManyFilters = Limit, QUOTA_EXCEEDED, "§4.13.1", "§4.8", "too many topic filters";
    /// QoS 3 or retain handling 3 in the options of a subscription.
    SubscriptionOptions = Protocol, PROTOCOL_ERROR, "§3.8.3.1", "MQTT-3-8.3-4", "subscription option out of range";
    /// Reserved bits in the options of a subscription.
    ReservedSubscriptionBits = Malformed, MALFORMED_PACKET, "MQTT-3.8.3-5", "MQTT-3-8.3-4", "reserved subscription bits";
    /// No Local on a shared subscription.
    NoLocalShared = Protocol, PROTOCOL_ERROR, "MQTT-3.8.3-4", "§4.8", "No Local on a shared subscription";

    /// A Session Expiry Interval in a DISCONNECT from a server.
    SessionExpiryFromServer = Protocol, PROTOCOL_ERROR, "MQTT-3.14.2-2", "§4.8", "session expiry interval from a server";
    /// A DISCONNECT property or reason code that only the other side may send.
    DisconnectDirection = Protocol, PROTOCOL_ERROR, "§3.14.2.1", "MQTT-3.14.1-1", "not for this side to send";
    /// AUTH without an authentication method.
    AuthWithoutMethod = Protocol, PROTOCOL_ERROR, "§3.15.2.2.2", "§4.8", "AUTH without a method";
    /// Success from a client, or Re-authenticate from a server.
    AuthDirection = Protocol, PROTOCOL_ERROR, "§3.15.2.1", "§4.8", "AUTH reason code from the wrong side";
}

/// Why a packet cannot be sent. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum EncodeError {
    /// The packet, or one of its fields, does not exist in the connection's version.
    #[error("{0} does not exist in MQTT {1}")]
    NotInVersion(&'static str, Version),
    /// CONNECT names another version than the encoder was made for.
    #[error("CONNECT is for another version")]
    WrongVersion,
    /// A packet that only the other side may send.
    #[error("{0} is not for this side to send")]
    WrongDirection(PacketType),
    /// The whole packet is larger than the peer's Maximum Packet Size, or than the format can say.
    #[error("packet of {len} bytes, the maximum is {max}")]
    PacketTooLarge {
        /// Bytes of the whole packet.
        len: usize,
        /// The maximum in force.
        max: usize,
    },
    /// The output has less room than the packet needs.
    #[error("packet of {needed} bytes, room for {room}")]
    NoRoom {
        /// Bytes of the whole packet.
        needed: usize,
        /// Bytes that the output can still take.
        room: usize,
    },
    /// A string or binary field is longer than 65,535 bytes.
    #[error("field of {0} bytes, the maximum is 65,535")]
    FieldTooLong(usize),
    /// Text with U+0000, a control character or a non-character.
    #[error("text with a character that MQTT forbids")]
    ForbiddenCharacter,
    /// A property that this packet may not carry.
    #[error("{0} is not allowed in this packet")]
    PropertyNotAllowed(PropertyId),
    /// A property that may stand once only.
    #[error("{0} may stand once only")]
    DuplicateProperty(PropertyId),
    /// A property's value is out of its range.
    #[error("a property value is out of range")]
    PropertyValue,
    /// A reason code that this packet's table does not have in this version.
    #[error("reason code {0} is not allowed in this packet")]
    ReasonCode(ReasonCode),
    /// A rule between fields; the kind is the one that the peer would refuse the packet with.
    #[error("{0}")]
    Rule(DecodeErrorKind),
    /// [`Packet::Refused`](crate::Packet::Refused) is for reading only.
    #[error("a refused packet cannot be sent")]
    Refused,
    /// The payload of the PUBLISH begun with `encode_head` is not complete.
    #[error("{0} bytes of a payload are still to come")]
    PayloadPending(usize),
    /// More payload than the head announced.
    #[error("{0} bytes more than the head announced")]
    PayloadOverrun(usize),
}
