//! What is wrong with bytes, and what the specifications say to answer.

use core::fmt;

use crate::code::Code;

/// The answer that a specification prescribes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reply {
    /// Drop the message silently (RFC 7252 §3, §4.2, §4.3).
    Ignore,
    /// Send an Empty Reset that echoes the Message ID (RFC 7252 §4.2).
    Reset,
    /// Answer the request with this response code (RFC 7252 §5.4.1).
    Respond(Code),
    /// Send a 7.05 Abort with a diagnostic payload and close (RFC 8323 §5.6).
    Abort,
}

impl fmt::Display for Reply {
    /// `ignore`, `RST`, `4.02`, `Abort`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ignore => f.write_str("ignore"),
            Self::Reset => f.write_str("RST"),
            Self::Respond(code) => code.fmt(f),
            Self::Abort => f.write_str("Abort"),
        }
    }
}

/// The family that a [`DecodeErrorKind`] belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Not a CoAP message of a version that this crate speaks.
    Foreign,
    /// A message format error (RFC 7252 §3, §4.1).
    Format,
    /// A combination of type and code that RFC 7252 table 1 does not have, or a reserved code class.
    Table,
    /// Longer than [`Limits`](crate::Limits) allow.
    Limit,
    /// A rule of the connection (RFC 8323).
    Connection,
}

macro_rules! kinds {
    ($($name:ident $class:ident $statement:literal $text:literal,)*) => {
        /// What the bytes did. One byte, `Copy`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum DecodeErrorKind {
            $(#[doc = concat!(" ", $text, " (", $statement, ").")] $name,)*
        }

        impl DecodeErrorKind {
            /// Every kind, in the order in which the decoder looks.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The family of the error.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)* }
            }

            /// The section that the bytes violate.
            #[must_use]
            pub const fn statement(self) -> &'static str {
                match self { $(Self::$name => $statement,)* }
            }

            /// A sentence, fit for the diagnostic payload of an Abort.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The variant's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }
    };
}

kinds! {
    TooShort Foreign "RFC 7252 §3" "a datagram has fewer bytes than the header",
    UnknownVersion Foreign "RFC 7252 §3" "the version is not 1",
    ReservedTokenLength Format "RFC 7252 §3" "the token length is a reserved value",
    TokenOverLimit Limit "RFC 8974 §2.2" "the token is longer than this endpoint is willing to handle",
    LengthNotZero Format "RFC 8323 §4.2" "the length of a message in a WebSocket frame is not zero",
    MessageTooLong Limit "RFC 8323 §5.3.1" "the message is longer than the Max-Message-Size",
    FirstMessageNotCsm Connection "RFC 8323 §3.3" "the first message on the connection is not a CSM",
    ReservedCodeClass Table "RFC 7252 §4.2" "the code is of a reserved class",
    SignalingOverDatagram Table "RFC 7252 §4.2" "a signaling code in a datagram",
    RequestInAcknowledgement Table "RFC 7252 §4.2" "an acknowledgement carries a request",
    ResetNotEmpty Table "RFC 7252 §4.2" "a reset is not Empty",
    EmptyNonConfirmable Table "RFC 7252 §4.3" "a non-confirmable message is Empty",
    EmptyWithToken Format "RFC 7252 §4.1" "an Empty message has a token",
    EmptyWithContent Format "RFC 7252 §4.1" "an Empty message has bytes behind its header",
    TokenTruncated Format "RFC 7252 §3" "the token reaches past the end of the message",
    ReservedOptionDelta Format "RFC 7252 §3.1" "an option delta of 15 that is no payload marker",
    ReservedOptionLength Format "RFC 7252 §3.1" "an option length of 15",
    OptionHeaderTruncated Format "RFC 7252 §3.1" "an extended option delta or length reaches past the end of the message",
    OptionValueTruncated Format "RFC 7252 §3.1" "an option value reaches past the end of the message",
    OptionNumberOverflow Format "RFC 7252 §12.2" "an option number above 65535",
    EmptyPayload Format "RFC 7252 §3" "a payload marker without a payload",
    OptionsTooLong Limit "Limits::max_options_len" "the options take more bytes than the limit",
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Why bytes are no message. `offset` counts from the first byte of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// Where: the offset of the offending byte from the first byte of the message.
    pub offset: usize,
}

impl DecodeError {
    pub(crate) const fn new(kind: DecodeErrorKind, offset: usize) -> Self {
        Self { kind, offset }
    }

    /// The family of the error.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.kind.class()
    }

    /// The section that the bytes violate.
    #[must_use]
    pub const fn statement(&self) -> &'static str {
        self.kind.statement()
    }

    /// What to answer on a reliable transport: always [`Reply::Abort`] (RFC 8323 §5.6). What to answer to a datagram says
    /// [`Reject::reply`](crate::Reject::reply).
    #[must_use]
    pub const fn reply(&self) -> Reply {
        // RFC 8323 §5.6: a message with a syntax violation is rejected by an Abort and not processed.
        Reply::Abort
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {}, {})", self.kind.text(), self.offset, self.kind.statement())
    }
}

impl core::error::Error for DecodeError {}

/// Why a message cannot be sent, or an option cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EncodeError {
    /// The token is longer than 8 bytes, or than the peer's Extended-Token-Length (RFC 7252 §3, RFC 8974 §2).
    TokenTooLong,
    /// An option value is longer than 65,804 bytes, which no option length can express (RFC 7252 §3.1).
    OptionTooLong,
    /// An Empty message with a token, an option or a payload (RFC 7252 §4.1).
    EmptyNotEmpty,
    /// A type that may not carry a code of this class (RFC 7252 §4.2, §4.3, table 1), or a reserved class.
    TypeAndCode,
    /// A message for datagrams given to a reliable transport, or the other way round.
    WrongTransport,
    /// The message is longer than the peer's Max-Message-Size (RFC 8323 §5.3.1) or than a length can express.
    MessageTooLong,
    /// The buffer is too small: so many bytes are needed.
    NoRoom {
        /// The number of bytes that the message takes.
        needed: usize,
    },
    /// A value outside the range of its field: a block number above 2^20 − 1, an Observe value above 2^24 − 1.
    ValueOutOfRange,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TokenTooLong => f.write_str("the token is too long"),
            Self::OptionTooLong => f.write_str("an option value is longer than 65804 bytes"),
            Self::EmptyNotEmpty => f.write_str("an Empty message has content"),
            Self::TypeAndCode => f.write_str("this type of message may not carry this code"),
            Self::WrongTransport => f.write_str("the message's header is not that of the transport"),
            Self::MessageTooLong => f.write_str("the message is longer than the peer accepts"),
            Self::NoRoom { needed } => write!(f, "the buffer is too small: {needed} bytes are needed"),
            Self::ValueOutOfRange => f.write_str("a value is out of range"),
        }
    }
}

impl core::error::Error for EncodeError {}
