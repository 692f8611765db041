//! What can be wrong with bytes or with a message, and what the specification answers.

use core::fmt;

/// Why the bytes are not AMQP 1.0, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecodeError {
    /// What the bytes did.
    pub kind: DecodeErrorKind,
    /// The offending octet, counted from the first octet of the message (frame, section, value) that fails.
    pub offset: usize,
}

impl DecodeError {
    /// Which part of the protocol was violated.
    pub const fn class(&self) -> Class {
        self.kind.class()
    }

    /// The section that the octets break, or the limit that they exceed.
    pub const fn statement(&self) -> &'static str {
        self.kind.statement()
    }

    /// What the specification says to answer.
    pub const fn reply(&self) -> Reply {
        self.kind.reply()
    }
}

/// How far a failure reaches, and hence what is closed with the condition (AMQP 1.0 §2.8.14 to §2.8.18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The byte stream or its frames: close the connection.
    Connection,
    /// A performative that belongs to a session: end the session.
    Session,
    /// A delivery's content or a link's terms: detach the link.
    Link,
    /// One delivery alone: reject it.
    Delivery,
}

/// The family that a [`DecodeErrorKind`] belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Protocol headers, frames, and what travels in which of them (AMQP 1.0 §2.2, §2.3).
    Framing,
    /// Octets that are no value of the type system, or not the one that belongs there (AMQP 1.0 §1).
    Encoding,
    /// Values that a field may not have (AMQP 1.0 §2.7).
    Field,
    /// What this side may not say.
    State,
    /// A limit of ours.
    Limit,
}

/// The answer to a violation: an error condition of the specification, and what it closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reply {
    /// The condition as the specification's XML spells it, such as `amqp:decode-error`.
    pub condition: &'static str,
    /// What is to be closed with it.
    pub scope: Scope,
    /// True when our own protocol header goes out before the socket closes, and no frame (AMQP 1.0 §2.2).
    pub send_header: bool,
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.condition)
    }
}

const DECODE: &str = "amqp:decode-error";
const FIELD: &str = "amqp:invalid-field";
const FRAMING: &str = "amqp:connection:framing-error";
const LIMIT: &str = "amqp:resource-limit-exceeded";
const STATE: &str = "amqp:illegal-state";

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $class:ident, $condition:expr, $scope:ident, $statement:literal, $text:literal;)*) => {
        /// What the bytes did.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum DecodeErrorKind { $($(#[$doc])* $name,)* }

        impl DecodeErrorKind {
            /// Every kind, for tables and tests.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name of the kind, as `Debug` prints it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// Which part of the protocol was violated.
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)* }
            }

            /// The section that the octets break, or the limit that they exceed.
            pub const fn statement(self) -> &'static str {
                match self { $(Self::$name => $statement,)* }
            }

            const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The condition to answer with, and what it closes.
            pub const fn reply(self) -> Reply {
                let (condition, scope) = match self { $(Self::$name => ($condition, Scope::$scope),)* };
                Reply { condition, scope, send_header: matches!(self, Self::NotAmqp | Self::UnknownProtocol | Self::UnsupportedVersion) }
            }
        }
    };
}

kinds! {
    /// The stream does not begin with `AMQP` (AMQP 1.0 §2.2).
    NotAmqp = Framing, FRAMING, Connection, "AMQP 1.0 §2.2", "the stream does not begin with an AMQP protocol header";
    /// The protocol id of the header is none of 0 (AMQP), 2 (TLS), 3 (SASL) (AMQP 1.0 §2.2, §5.2, §5.3).
    UnknownProtocol = Framing, FRAMING, Connection, "AMQP 1.0 §2.2", "the protocol id is none of AMQP, TLS and SASL";
    /// The protocol header announces a version other than 1.0.0 (AMQP 1.0 §2.2).
    UnsupportedVersion = Framing, FRAMING, Connection, "AMQP 1.0 §2.2", "the protocol version is not 1.0.0";
    /// A frame's size is below eight (AMQP 1.0 §2.3.1).
    FrameTooShort = Framing, FRAMING, Connection, "AMQP 1.0 §2.3.1", "a frame is smaller than its header";
    /// A frame is larger than the maximum frame size in force (AMQP 1.0 §2.7.1, §5.3.1).
    FrameTooLarge = Framing, FRAMING, Connection, "AMQP 1.0 §2.7.1", "a frame is larger than the maximum frame size";
    /// The data offset is below two (AMQP 1.0 §2.3.1).
    DataOffsetTooSmall = Framing, FRAMING, Connection, "AMQP 1.0 §2.3.1", "the data offset points into the frame header";
    /// The data offset lies behind the frame's end (AMQP 1.0 §2.3.1).
    DataOffsetTooLarge = Framing, FRAMING, Connection, "AMQP 1.0 §2.3.1", "the data offset points behind the frame";
    /// The frame type is neither 0 nor 1 (AMQP 1.0 §2.3.1).
    UnknownFrameType = Framing, FRAMING, Connection, "AMQP 1.0 §2.3.1", "the frame type is neither AMQP nor SASL";
    /// An AMQP frame where SASL frames belong, or the reverse (AMQP 1.0 §5.3.1).
    WrongFrameType = Framing, FRAMING, Connection, "AMQP 1.0 §5.3.1", "the frame type does not belong to the layer in force";
    /// A frame body that is no described list with a known descriptor (AMQP 1.0 §2.3.2).
    UnknownPerformative = Framing, FRAMING, Connection, "AMQP 1.0 §2.3.2", "the frame body is not a performative of this layer";
    /// A SASL frame without a body (AMQP 1.0 §5.3.1).
    EmptySaslFrame = Framing, FRAMING, Connection, "AMQP 1.0 §5.3.1", "a SASL frame has no body";
    /// The frame's size cuts its performative short (AMQP 1.0 §2.3.1).
    PerformativeCut = Framing, FRAMING, Connection, "AMQP 1.0 §2.3.1", "the performative reaches beyond its frame";
    /// A channel above the agreed channel-max (AMQP 1.0 §2.7.1).
    ChannelTooHigh = Framing, FRAMING, Connection, "AMQP 1.0 §2.7.1", "the channel is above channel-max";
    /// A handle above the agreed handle-max (AMQP 1.0 §2.7.2).
    HandleTooHigh = Framing, FRAMING, Connection, "AMQP 1.0 §2.7.2", "the handle is above handle-max";
    /// An open that is not on channel 0 (AMQP 1.0 §2.7.1).
    OpenNotOnChannelZero = Framing, FRAMING, Connection, "AMQP 1.0 §2.7.1", "open travels on channel 0 alone";
    /// A SASL frame from the side that may not send it (AMQP 1.0 §5.3.2).
    SaslDirection = State, STATE, Connection, "AMQP 1.0 §5.3.2", "this SASL frame comes from the other side";
    /// Octets behind a performative that carries no payload (AMQP 1.0 §2.3.2).
    UnexpectedPayload = Encoding, DECODE, Connection, "AMQP 1.0 §2.3.2", "octets follow a performative that has no payload";

    /// A constructor code that the specification does not assign (AMQP 1.0 §1.2).
    UnknownConstructor = Encoding, DECODE, Connection, "AMQP 1.0 §1.2", "the constructor code is not assigned";
    /// The octets end before the value does (AMQP 1.0 §1.2).
    Truncated = Encoding, DECODE, Connection, "AMQP 1.0 §1.2", "the octets end before the value does";
    /// A size that disagrees with what it measures (AMQP 1.0 §1.2.3, §1.2.4).
    SizeMismatch = Encoding, DECODE, Connection, "AMQP 1.0 §1.2.3", "a size disagrees with the content it measures";
    /// A boolean octet that is neither 0 nor 1 (AMQP 1.0 §1.6.2).
    InvalidBoolean = Encoding, DECODE, Connection, "AMQP 1.0 §1.6.2", "a boolean octet is neither 0 nor 1";
    /// A char that is not a Unicode scalar value (AMQP 1.0 §1.6.16).
    InvalidChar = Encoding, DECODE, Connection, "AMQP 1.0 §1.6.16", "a char is not a Unicode scalar value";
    /// A string that is not UTF-8 (AMQP 1.0 §1.6.20).
    InvalidUtf8 = Encoding, DECODE, Connection, "AMQP 1.0 §1.6.20", "a string is not UTF-8";
    /// A string that begins with a byte order mark (AMQP 1.0 §1.6.20).
    ByteOrderMark = Encoding, DECODE, Connection, "AMQP 1.0 §1.6.20", "a string begins with a byte order mark";
    /// A symbol with an octet above 127 (AMQP 1.0 §1.6.21).
    NonAsciiSymbol = Encoding, DECODE, Connection, "AMQP 1.0 §1.6.21", "a symbol is not ASCII";
    /// A map with an odd number of items (AMQP 1.0 §1.6.23).
    OddMap = Encoding, DECODE, Connection, "AMQP 1.0 §1.6.23", "a map has a key without a value";
    /// A map with two equal keys (AMQP 1.0 §1.6.23).
    DuplicateKey = Encoding, DECODE, Connection, "AMQP 1.0 §1.6.23", "a map has the same key twice";
    /// Values nested deeper than [`Limits::max_depth`](super::Limits::max_depth).
    TooDeep = Limit, LIMIT, Connection, "Limits::max_depth", "values are nested too deeply";
    /// An array of zero-width elements longer than [`Limits::max_zero_width`](super::Limits::max_zero_width).
    ArrayTooLong = Limit, LIMIT, Connection, "Limits::max_zero_width", "an array of zero-width elements is too long";

    /// A value where a composite is required, or one with the descriptor of another type (AMQP 1.0 §1.4).
    WrongComposite = Encoding, DECODE, Connection, "AMQP 1.0 §1.4", "the value is not the composite type that belongs here";
    /// A composite with more fields than its type has (AMQP 1.0 §1.4).
    TooManyFields = Encoding, DECODE, Connection, "AMQP 1.0 §1.4", "a composite has more fields than its type";
    /// A field of another type than declared (AMQP 1.0 §1.4).
    WrongFieldType = Encoding, DECODE, Connection, "AMQP 1.0 §1.4", "a field does not have its declared type";
    /// A mandatory field of a composite that is null or missing (AMQP 1.0 §1.4).
    MissingField = Encoding, DECODE, Connection, "AMQP 1.0 §1.4", "a mandatory field is null or missing";
    /// A mandatory field of a performative that is null or missing (AMQP 1.0 §1.4, §2.8.15).
    MissingPerformativeField = Field, FIELD, Connection, "AMQP 1.0 §1.4", "a mandatory field of the performative is null or missing";
    /// A value that is not among its restricted type's choices (AMQP 1.0 §1.3).
    InvalidChoice = Field, FIELD, Connection, "AMQP 1.0 §1.3", "a value is not among the choices of its type";
    /// A delivery tag of more than 32 octets (AMQP 1.0 §2.8.7).
    DeliveryTagTooLong = Field, FIELD, Session, "AMQP 1.0 §2.8.7", "a delivery tag is longer than 32 octets";
    /// A flow with link fields, properties among them, but no handle (AMQP 1.0 §2.7.4).
    FlowWithoutHandle = Field, FIELD, Session, "AMQP 1.0 §2.7.4", "a flow has link state but no handle";
    /// A sender's attach without initial-delivery-count (AMQP 1.0 §2.7.3).
    NoInitialDeliveryCount = Field, FIELD, Session, "AMQP 1.0 §2.7.3", "a sender attaches without initial-delivery-count";
    /// A map key of a type that this map does not allow (AMQP 1.0 §2.8.13, §3.2.5, §3.2.10).
    WrongKeyType = Encoding, DECODE, Connection, "AMQP 1.0 §2.8.13", "a key has a type that this map does not allow";
    /// A map value of a type that this map does not allow (AMQP 1.0 §3.2.5, §3.5.8).
    WrongMapValue = Encoding, DECODE, Connection, "AMQP 1.0 §3.2.5", "a value has a type that this map does not allow";

    /// A value that is no message section (AMQP 1.0 §3.2).
    NotASection = Encoding, DECODE, Link, "AMQP 1.0 §3.2", "the value is not a message section";
    /// Sections out of order, repeated, or mixed in the body (AMQP 1.0 §3.2).
    SectionOrder = Encoding, DECODE, Link, "AMQP 1.0 §3.2", "the sections are not in the order of the message format";
    /// Sections but no body among them (AMQP 1.0 §3.2).
    NoBody = Encoding, DECODE, Link, "AMQP 1.0 §3.2", "the message has sections but no body";
    /// More body sections than [`Limits::max_sections`](super::Limits::max_sections).
    TooManySections = Limit, LIMIT, Link, "Limits::max_sections", "the message has too many body sections";
    /// An annotation key that is reserved and not understood (AMQP 1.0 §3.2.10); strict mode only.
    UnknownAnnotation = Field, "amqp:not-implemented", Link, "AMQP 1.0 §3.2.10", "an annotation key is reserved and not understood";

    /// The first transfer of a delivery lacks delivery-id, delivery-tag or message-format (AMQP 1.0 §2.7.5).
    IncompleteFirstTransfer = Field, FIELD, Session, "AMQP 1.0 §2.7.5", "the first transfer of a delivery lacks an identifying field";
    /// A later transfer of a delivery differs from its first (AMQP 1.0 §2.7.5).
    InconsistentTransfer = Field, FIELD, Session, "AMQP 1.0 §2.7.5", "a transfer disagrees with the first of its delivery";
    /// A delivery larger than the link's max-message-size (AMQP 1.0 §2.7.3).
    MessageTooLarge = Limit, "amqp:link:message-size-exceeded", Link, "AMQP 1.0 §2.7.3", "the delivery is larger than max-message-size";
}

impl DecodeErrorKind {
    /// The condition to answer with, as the specification spells it.
    pub const fn condition(self) -> &'static str {
        self.reply().condition
    }
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at octet {} [{}]", self.kind, self.offset, self.kind.condition())
    }
}

impl core::error::Error for DecodeError {}

/// Why a message cannot be sent. Nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EncodeError {
    /// The output has no room for the whole message.
    NoRoom {
        /// The octets that the message takes.
        needed: usize,
    },
    /// The frame would exceed the peer's max-frame-size (AMQP 1.0 §2.7.1, condition `amqp:frame-size-too-small`).
    FrameTooLarge {
        /// The octets that the frame takes.
        needed: usize,
    },
    /// A value of more than 2³² − 1 octets or items (AMQP 1.0 §1.2).
    ValueTooLarge,
    /// A field breaks a rule that a decoder would refuse; the kind says which.
    Invalid(DecodeErrorKind),
    /// A payload behind a performative that has none (AMQP 1.0 §2.3.2).
    UnexpectedPayload,
    /// The elements of an array do not share one type (AMQP 1.0 §1.2.4).
    MixedArray,
}

impl EncodeError {
    /// The error condition with which a peer that cannot proceed reports this (AMQP 1.0 §2.8.15).
    pub const fn condition(&self) -> &'static str {
        match self {
            Self::FrameTooLarge { .. } => "amqp:frame-size-too-small",
            Self::Invalid(kind) => kind.condition(),
            Self::NoRoom { .. } | Self::ValueTooLarge | Self::UnexpectedPayload | Self::MixedArray => {
                "amqp:internal-error"
            }
        }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoom { needed } => write!(f, "the output has no room for {needed} octets"),
            Self::FrameTooLarge { needed } => write!(f, "{needed} octets do not fit the peer's max-frame-size"),
            Self::ValueTooLarge => f.write_str("a value is larger than its encoding can say"),
            Self::Invalid(kind) => kind.fmt(f),
            Self::UnexpectedPayload => f.write_str("only transfer carries a payload"),
            Self::MixedArray => f.write_str("the elements of an array do not share one type"),
        }
    }
}

impl core::error::Error for EncodeError {}
