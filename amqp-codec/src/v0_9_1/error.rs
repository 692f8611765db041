//! What can be wrong with octets, and how to say goodbye.

use core::fmt;

use super::reply_code::ReplyCode;

/// Why octets were refused, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// What the octets did.
    pub kind: DecodeErrorKind,
    /// Octets from the first one of the refused frame, table or header to the place where the fault shows.
    pub offset: usize,
}

/// What octets did to be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// An HTTP request or answer instead of AMQP.
    PeerSpeaksHttp,
    /// A TLS record instead of AMQP.
    PeerSpeaksTls,
    /// A protocol header of a version that does not exist.
    UnknownVersion,
    /// A frame type other than 1, 2, 3 and 8.
    UnknownFrameType,
    /// A payload larger than frame-max allows.
    FrameTooLarge,
    /// Another octet where 0xCE ends the frame.
    FrameEndMissing,
    /// A heartbeat on a channel other than 0.
    HeartbeatOnChannel,
    /// A heartbeat with a payload.
    HeartbeatNotEmpty,
    /// A channel number above channel-max.
    ChannelTooHigh,
    /// A method of class connection on a channel other than 0.
    ConnectionMethodOnChannel,
    /// A method of another class on channel 0.
    MethodOnChannelZero,
    /// A content header or body on channel 0.
    ContentOnChannelZero,
    /// A method frame of less than 4 octets.
    MethodTooShort,
    /// A class that 0-9-1 and its extensions do not have.
    UnknownClass,
    /// A method that the class does not have.
    UnknownMethod,
    /// Arguments that end before they should.
    ArgumentsCutShort,
    /// Octets behind the last argument.
    TrailingOctets,
    /// An unused bit of a bit field is set (only when the dialect refuses that).
    UnusedBitsSet,
    /// A short string that is not UTF-8.
    ShortStringNotUtf8,
    /// A short string with a zero octet.
    ShortStringWithNul,
    /// A field that runs over the end of its table or array.
    FieldCutShort,
    /// A field type that the dialect does not have.
    UnknownFieldType,
    /// A field name that begins with neither letter, `$` nor `#`, or is longer than 128 (only when the dialect checks names).
    FieldNameInvalid,
    /// The same field name twice (only when the dialect refuses that).
    DuplicateFieldName,
    /// A table with more than 64 fields (only when the dialect refuses duplicates).
    TooManyFields,
    /// Tables and arrays nested deeper than the limit.
    NestedTooDeep,
    /// A content header of less than 14 octets.
    HeaderTooShort,
    /// A content header whose class is not that of its method, or has no content.
    HeaderClassMismatch,
    /// A content header whose weight is not zero.
    WeightNotZero,
    /// A property flag of a property that class basic does not have.
    UnknownProperty,
    /// A content header where no method announced one.
    HeaderWithoutMethod,
    /// A body where no header announced one, or after the last octet.
    BodyWithoutHeader,
    /// A method where a content header should come.
    MethodInsteadOfHeader,
    /// A method where a body should come.
    MethodInsteadOfBody,
    /// A second content header where a body should come.
    HeaderInsteadOfBody,
    /// A body where a content header should come.
    BodyInsteadOfHeader,
    /// More body octets than the header announced.
    BodyTooLong,
    /// A body-size above the limit.
    ContentTooLarge,
}

/// Which part of the protocol was violated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The peer does not speak this protocol.
    Foreign,
    /// Framing. AMQP 0-9-1 §4.2.3.
    Framing,
    /// Which frame may come on which channel. AMQP 0-9-1 §4.2.3, §4.2.6.
    Sequence,
    /// Arguments, tables and properties. AMQP 0-9-1 §4.2.5.
    Syntax,
    /// A limit of ours.
    Limit,
}

/// How far a violation reaches, and whether the peer may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Answer with `channel.close` on that channel.
    Channel,
    /// Answer with `connection.close`.
    Connection,
    /// The specification: close the socket without sending anything more. RabbitMQ sends `connection.close` with the code first, and
    /// so may a peer that wants to be as helpful.
    ConnectionSilently,
    /// Answer with the own protocol header, then close the socket. AMQP 0-9-1 §4.2.2.
    ProtocolHeader,
}

/// What the specification says to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reply {
    /// The code for `connection.close` or `channel.close`.
    pub code: ReplyCode,
    /// Which of the two, or neither.
    pub scope: Scope,
}

impl DecodeError {
    pub(crate) const fn new(kind: DecodeErrorKind, offset: usize) -> Self {
        Self { kind, offset }
    }

    /// What to answer; see [`DecodeErrorKind::reply`].
    pub const fn reply(self) -> Reply {
        self.kind.reply()
    }
}

impl DecodeErrorKind {
    /// Which part of the protocol was violated.
    pub const fn class(self) -> Class {
        match self {
            Self::PeerSpeaksHttp | Self::PeerSpeaksTls | Self::UnknownVersion => Class::Foreign,
            Self::UnknownFrameType
            | Self::FrameTooLarge
            | Self::FrameEndMissing
            | Self::HeartbeatNotEmpty
            | Self::BodyTooLong => Class::Framing,
            Self::HeartbeatOnChannel
            | Self::ChannelTooHigh
            | Self::ConnectionMethodOnChannel
            | Self::MethodOnChannelZero
            | Self::ContentOnChannelZero
            | Self::UnknownClass
            | Self::UnknownMethod
            | Self::HeaderClassMismatch
            | Self::HeaderWithoutMethod
            | Self::BodyWithoutHeader
            | Self::MethodInsteadOfHeader
            | Self::MethodInsteadOfBody
            | Self::HeaderInsteadOfBody
            | Self::BodyInsteadOfHeader => Class::Sequence,
            Self::NestedTooDeep | Self::TooManyFields | Self::ContentTooLarge => Class::Limit,
            _ => Class::Syntax,
        }
    }

    /// What the specification says to answer. Where its text names two codes, the one of the more specific section.
    pub const fn reply(self) -> Reply {
        let (code, scope) = match self {
            Self::PeerSpeaksHttp | Self::PeerSpeaksTls | Self::UnknownVersion => {
                (ReplyCode::FRAME_ERROR, Scope::ProtocolHeader)
            }
            Self::UnknownFrameType | Self::FrameEndMissing => (ReplyCode::FRAME_ERROR, Scope::ConnectionSilently),
            Self::FrameTooLarge | Self::HeartbeatNotEmpty | Self::HeaderClassMismatch | Self::BodyTooLong => {
                (ReplyCode::FRAME_ERROR, Scope::Connection)
            }
            Self::HeartbeatOnChannel | Self::ConnectionMethodOnChannel | Self::UnknownClass | Self::UnknownMethod => {
                (ReplyCode::COMMAND_INVALID, Scope::Connection)
            }
            Self::ChannelTooHigh | Self::MethodOnChannelZero | Self::ContentOnChannelZero => {
                (ReplyCode::CHANNEL_ERROR, Scope::Connection)
            }
            Self::WeightNotZero
            | Self::HeaderWithoutMethod
            | Self::BodyWithoutHeader
            | Self::MethodInsteadOfHeader
            | Self::MethodInsteadOfBody
            | Self::HeaderInsteadOfBody
            | Self::BodyInsteadOfHeader => (ReplyCode::UNEXPECTED_FRAME, Scope::Connection),
            Self::ContentTooLarge => (ReplyCode::CONTENT_TOO_LARGE, Scope::Channel),
            _ => (ReplyCode::SYNTAX_ERROR, Scope::Connection),
        };
        Reply { code, scope }
    }

    /// Where the specification says so.
    pub const fn statement(self) -> &'static str {
        match self {
            Self::PeerSpeaksHttp | Self::PeerSpeaksTls | Self::UnknownVersion => "AMQP 0-9-1 §4.2.2",
            Self::UnknownFrameType
            | Self::FrameTooLarge
            | Self::FrameEndMissing
            | Self::HeartbeatOnChannel
            | Self::ConnectionMethodOnChannel
            | Self::MethodOnChannelZero
            | Self::ChannelTooHigh => "AMQP 0-9-1 §4.2.3",
            Self::MethodTooShort
            | Self::UnknownClass
            | Self::UnknownMethod
            | Self::ArgumentsCutShort
            | Self::TrailingOctets => "AMQP 0-9-1 §4.2.4",
            Self::UnusedBitsSet => "AMQP 0-9-1 §4.2.5.2",
            Self::ShortStringNotUtf8 | Self::ShortStringWithNul => "AMQP 0-9-1 §4.2.5.3",
            Self::FieldCutShort
            | Self::UnknownFieldType
            | Self::FieldNameInvalid
            | Self::DuplicateFieldName
            | Self::TooManyFields
            | Self::NestedTooDeep => "AMQP 0-9-1 §4.2.5.5",
            Self::HeaderTooShort
            | Self::HeaderClassMismatch
            | Self::WeightNotZero
            | Self::UnknownProperty
            | Self::ContentTooLarge => "AMQP 0-9-1 §4.2.6.1",
            Self::HeartbeatNotEmpty => "AMQP 0-9-1 §4.2.7",
            _ => "AMQP 0-9-1 §4.2.6",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::PeerSpeaksHttp => "the peer speaks HTTP",
            Self::PeerSpeaksTls => "the peer speaks TLS",
            Self::UnknownVersion => "the protocol header names a version that does not exist",
            Self::UnknownFrameType => "unknown frame type",
            Self::FrameTooLarge => "the frame is larger than frame-max",
            Self::FrameEndMissing => "the frame does not end with 0xCE",
            Self::HeartbeatOnChannel => "a heartbeat on a channel other than 0",
            Self::HeartbeatNotEmpty => "a heartbeat with a payload",
            Self::ChannelTooHigh => "the channel number is above channel-max",
            Self::ConnectionMethodOnChannel => "a connection method on a channel other than 0",
            Self::MethodOnChannelZero => "only connection methods belong on channel 0",
            Self::ContentOnChannelZero => "content on channel 0",
            Self::MethodTooShort => "a method frame of less than 4 octets",
            Self::UnknownClass => "unknown class",
            Self::UnknownMethod => "unknown method",
            Self::ArgumentsCutShort => "the arguments are cut short",
            Self::TrailingOctets => "octets behind the last argument",
            Self::UnusedBitsSet => "an unused bit is set",
            Self::ShortStringNotUtf8 => "a short string is not UTF-8",
            Self::ShortStringWithNul => "a short string contains a zero octet",
            Self::FieldCutShort => "a field runs over the end of its table or array",
            Self::UnknownFieldType => "unknown field type",
            Self::FieldNameInvalid => "invalid field name",
            Self::DuplicateFieldName => "duplicate field name",
            Self::TooManyFields => "too many fields to look for duplicates",
            Self::NestedTooDeep => "tables nested too deep",
            Self::HeaderTooShort => "a content header of less than 14 octets",
            Self::HeaderClassMismatch => "the content header is of another class",
            Self::WeightNotZero => "the weight of a content header is not zero",
            Self::UnknownProperty => "unknown property flag",
            Self::HeaderWithoutMethod => "a content header without a method",
            Self::BodyWithoutHeader => "a body without a content header",
            Self::MethodInsteadOfHeader => "a method instead of the content header",
            Self::MethodInsteadOfBody => "a method instead of the body",
            Self::HeaderInsteadOfBody => "a content header instead of the body",
            Self::BodyInsteadOfHeader => "a body instead of the content header",
            Self::BodyTooLong => "the body is longer than announced",
            Self::ContentTooLarge => "the content is larger than the limit",
        }
    }
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at offset {} ({})", self.kind, self.offset, self.kind.statement())
    }
}

impl core::error::Error for DecodeError {}

/// Why something was not encoded. Nothing was written then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// A short string of more than 255 octets.
    ShortStringTooLong,
    /// A short string with a zero octet. AMQP 0-9-1 §4.2.5.3.
    ShortStringWithNul,
    /// Short string octets that are not UTF-8. AMQP 0-9-1 §4.2.5.3.
    ShortStringNotUtf8,
    /// A method or content header that frame-max does not admit; these cannot be split. AMQP 0-9-1 §4.2.3, errata 11.
    FrameTooLarge {
        /// Octets of the whole frame.
        len: usize,
        /// The peer's frame-max.
        frame_max: u32,
    },
    /// A string, table or array of 2³² octets or more.
    TooLong,
    /// A method of another class, a header or a body on channel 0. AMQP 0-9-1 §4.2.3.
    ChannelZero,
    /// A connection method on another channel. AMQP 0-9-1 §4.2.3.
    ChannelNotZero,
    /// A value that the dialect has no field type for.
    NotInDialect,
    /// Slices of fields nested deeper than 16, or pushed fields deeper than 64.
    NestedTooDeep,
    /// The same property twice.
    DuplicateProperty,
    /// A method that does not carry content, where content should be encoded.
    MethodWithoutContent,
    /// Octets that are no valid field table.
    InvalidTable,
    /// The buffer has no room for the whole.
    BufferTooSmall {
        /// Octets that were needed.
        needed: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ShortStringTooLong => f.write_str("a short string of more than 255 octets"),
            Self::ShortStringWithNul => f.write_str("a short string with a zero octet"),
            Self::ShortStringNotUtf8 => f.write_str("a short string that is not UTF-8"),
            Self::FrameTooLarge { len, frame_max } => write!(f, "a frame of {len} octets, frame-max is {frame_max}"),
            Self::TooLong => f.write_str("a string, table or array of 2^32 octets or more"),
            Self::ChannelZero => f.write_str("only connection methods and heartbeats belong on channel 0"),
            Self::ChannelNotZero => f.write_str("connection methods belong on channel 0"),
            Self::NotInDialect => f.write_str("the dialect has no field type for this value"),
            Self::NestedTooDeep => f.write_str("tables nested too deep"),
            Self::DuplicateProperty => f.write_str("the same property twice"),
            Self::MethodWithoutContent => f.write_str("this method carries no content"),
            Self::InvalidTable => f.write_str("octets that are no field table"),
            Self::BufferTooSmall { needed } => write!(f, "the buffer has no room for {needed} octets"),
        }
    }
}

impl core::error::Error for EncodeError {}
