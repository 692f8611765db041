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

    /// Which part of the protocol was violated.
    pub const fn class(&self) -> Class {
        self.kind.class()
    }

    /// Where the specification says so.
    pub const fn statement(&self) -> &'static str {
        self.kind.statement()
    }

    /// What to answer; see [`DecodeErrorKind::reply`].
    pub const fn reply(&self) -> Reply {
        self.kind.reply()
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident: $class:ident, $code:ident $scope:ident, $section:literal, $text:literal;)*) => {
        /// What octets did to be refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum DecodeErrorKind { $($(#[$doc])* $kind,)* }

        impl DecodeErrorKind {
            /// Every kind, for tables and tests.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The name of the kind, as `Debug` prints it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)* }
            }

            /// Which part of the protocol was violated.
            pub const fn class(self) -> Class {
                match self { $(Self::$kind => Class::$class,)* }
            }

            /// What the specification says to answer. Where its text names two codes, the one of the more specific section.
            pub const fn reply(self) -> Reply {
                match self { $(Self::$kind => Reply { code: ReplyCode::$code, scope: Scope::$scope },)* }
            }

            /// Where the specification says so.
            pub const fn statement(self) -> &'static str {
                match self { $(Self::$kind => concat!("AMQP 0-9-1 ", $section),)* }
            }

            const fn text(self) -> &'static str {
                match self { $(Self::$kind => $text,)* }
            }
        }
    };
}

kinds! {
    /// An HTTP request or answer instead of AMQP.
    PeerSpeaksHttp: Foreign, FRAME_ERROR ProtocolHeader, "§4.2.2", "the peer speaks HTTP";
    /// A TLS record instead of AMQP.
    PeerSpeaksTls: Foreign, FRAME_ERROR ProtocolHeader, "§4.2.2", "the peer speaks TLS";
    /// A protocol header of a version that does not exist.
    UnknownVersion: Foreign, FRAME_ERROR ProtocolHeader, "§4.2.2", "the protocol header names a version that does not exist";
    /// A frame type other than 1, 2, 3 and 8.
    UnknownFrameType: Framing, FRAME_ERROR ConnectionSilently, "§4.2.3", "unknown frame type";
    /// A payload larger than frame-max allows.
    FrameTooLarge: Framing, FRAME_ERROR Connection, "§4.2.3", "the frame is larger than frame-max";
    /// Another octet where 0xCE ends the frame.
    FrameEndMissing: Framing, FRAME_ERROR ConnectionSilently, "§4.2.3", "the frame does not end with 0xCE";
    /// A heartbeat on a channel other than 0.
    HeartbeatOnChannel: Sequence, COMMAND_INVALID Connection, "§4.2.3", "a heartbeat on a channel other than 0";
    /// A heartbeat with a payload.
    HeartbeatNotEmpty: Framing, FRAME_ERROR Connection, "§4.2.7", "a heartbeat with a payload";
    /// A channel number above channel-max.
    ChannelTooHigh: Sequence, CHANNEL_ERROR Connection, "§4.2.3", "the channel number is above channel-max";
    /// A method of class connection on a channel other than 0.
    ConnectionMethodOnChannel: Sequence, COMMAND_INVALID Connection, "§4.2.3", "a connection method on a channel other than 0";
    /// A method of another class on channel 0.
    MethodOnChannelZero: Sequence, CHANNEL_ERROR Connection, "§4.2.3", "only connection methods belong on channel 0";
    /// A content header or body on channel 0.
    ContentOnChannelZero: Sequence, CHANNEL_ERROR Connection, "§4.2.6", "content on channel 0";
    /// A method frame of less than 4 octets.
    MethodTooShort: Syntax, SYNTAX_ERROR Connection, "§4.2.4", "a method frame of less than 4 octets";
    /// A class that 0-9-1 and its extensions do not have.
    UnknownClass: Sequence, COMMAND_INVALID Connection, "§4.2.4", "unknown class";
    /// A method that the class does not have.
    UnknownMethod: Sequence, COMMAND_INVALID Connection, "§4.2.4", "unknown method";
    /// Arguments that end before they should.
    ArgumentsCutShort: Syntax, SYNTAX_ERROR Connection, "§4.2.4", "the arguments are cut short";
    /// Octets behind the last argument.
    TrailingOctets: Syntax, SYNTAX_ERROR Connection, "§4.2.4", "octets behind the last argument";
    /// An unused bit of a bit field is set (only when the dialect refuses that).
    UnusedBitsSet: Syntax, SYNTAX_ERROR Connection, "§4.2.5.2", "an unused bit is set";
    /// A short string that is not UTF-8.
    ShortStringNotUtf8: Syntax, SYNTAX_ERROR Connection, "§4.2.5.3", "a short string is not UTF-8";
    /// A short string with a zero octet.
    ShortStringWithNul: Syntax, SYNTAX_ERROR Connection, "§4.2.5.3", "a short string contains a zero octet";
    /// A field that runs over the end of its table or array.
    FieldCutShort: Syntax, SYNTAX_ERROR Connection, "§4.2.5.5", "a field runs over the end of its table or array";
    /// A field type that the dialect does not have.
    UnknownFieldType: Syntax, SYNTAX_ERROR Connection, "§4.2.5.5", "unknown field type";
    /// A field name that begins with neither letter, `$` nor `#`, or is longer than 128 (only when the dialect checks names).
    FieldNameInvalid: Syntax, SYNTAX_ERROR Connection, "§4.2.5.5", "invalid field name";
    /// The same field name twice (only when the dialect refuses that).
    DuplicateFieldName: Syntax, SYNTAX_ERROR Connection, "§4.2.5.5", "duplicate field name";
    /// A table with more than 64 fields (only when the dialect refuses duplicates).
    TooManyFields: Limit, SYNTAX_ERROR Connection, "§4.2.5.5", "too many fields to look for duplicates";
    /// Tables and arrays nested deeper than the limit.
    NestedTooDeep: Limit, SYNTAX_ERROR Connection, "§4.2.5.5", "tables nested too deep";
    /// A content header of less than 14 octets.
    HeaderTooShort: Syntax, SYNTAX_ERROR Connection, "§4.2.6.1", "a content header of less than 14 octets";
    /// A content header whose class is not that of its method, or has no content.
    HeaderClassMismatch: Sequence, FRAME_ERROR Connection, "§4.2.6.1", "the content header is of another class";
    /// A content header whose weight is not zero.
    WeightNotZero: Syntax, UNEXPECTED_FRAME Connection, "§4.2.6.1", "the weight of a content header is not zero";
    /// A property flag of a property that class basic does not have.
    UnknownProperty: Syntax, SYNTAX_ERROR Connection, "§4.2.6.1", "unknown property flag";
    /// A content header where no method announced one.
    HeaderWithoutMethod: Sequence, UNEXPECTED_FRAME Connection, "§4.2.6", "a content header without a method";
    /// A body where no header announced one, or after the last octet.
    BodyWithoutHeader: Sequence, UNEXPECTED_FRAME Connection, "§4.2.6", "a body without a content header";
    /// A method where a content header should come.
    MethodInsteadOfHeader: Sequence, UNEXPECTED_FRAME Connection, "§4.2.6", "a method instead of the content header";
    /// A method where a body should come.
    MethodInsteadOfBody: Sequence, UNEXPECTED_FRAME Connection, "§4.2.6", "a method instead of the body";
    /// A second content header where a body should come.
    HeaderInsteadOfBody: Sequence, UNEXPECTED_FRAME Connection, "§4.2.6", "a content header instead of the body";
    /// A body where a content header should come.
    BodyInsteadOfHeader: Sequence, UNEXPECTED_FRAME Connection, "§4.2.6", "a body instead of the content header";
    /// More body octets than the header announced.
    BodyTooLong: Framing, FRAME_ERROR Connection, "§4.2.6", "the body is longer than announced";
    /// A body-size above the limit.
    ContentTooLarge: Limit, CONTENT_TOO_LARGE Channel, "§4.2.6.1", "the content is larger than the limit";
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
