//! The message: one model for all transports (RFC 7252 §3, §4).

use bytes::{BufMut, Bytes, BytesMut};

use crate::binary::Binary;
use crate::code::Code;
use crate::options::Options;
use crate::token::Token;
use crate::wire;

mod decode;
mod display;
mod encode;

pub(crate) use decode::{is_reserved_token_length, token};
pub(crate) use encode::token_len;

/// The type of a message in a datagram (RFC 7252 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[repr(u8)]
pub enum MessageType {
    /// CON, 0: asks for an acknowledgement.
    #[cfg_attr(feature = "serde", serde(rename = "CON"))]
    Confirmable = 0,
    /// NON, 1.
    #[cfg_attr(feature = "serde", serde(rename = "NON"))]
    NonConfirmable = 1,
    /// ACK, 2.
    #[cfg_attr(feature = "serde", serde(rename = "ACK"))]
    Acknowledgement = 2,
    /// RST, 3.
    #[cfg_attr(feature = "serde", serde(rename = "RST"))]
    Reset = 3,
}

impl MessageType {
    /// The type in the two lowest bits.
    #[inline]
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => Self::Confirmable,
            1 => Self::NonConfirmable,
            2 => Self::Acknowledgement,
            _ => Self::Reset,
        }
    }

    /// `CON`, `NON`, `ACK`, `RST`.
    #[must_use]
    pub const fn abbreviation(self) -> &'static str {
        match self {
            Self::Confirmable => "CON",
            Self::NonConfirmable => "NON",
            Self::Acknowledgement => "ACK",
            Self::Reset => "RST",
        }
    }
}

/// What the header has besides code and token: it depends on the transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Header {
    /// UDP and DTLS (RFC 7252 §3).
    Datagram {
        /// The type.
        message_type: MessageType,
        /// The Message ID.
        message_id: u16,
    },
    /// TCP, TLS and WebSocket (RFC 8323 §3.2, §4.2): the transport does what type and Message ID are for.
    Reliable,
}

/// A CoAP message.
///
/// ```
/// use coap_codec::{Limits, Message};
///
/// let message = Message::decode(b"\x41\x01\x12\x34\x71\xb1a\x01b\x43x=1", &Limits::default())?;
/// assert_eq!(message.to_string(), "CON GET 0x1234 token=71 /a/b?x=1");
/// # Ok::<(), coap_codec::Reject>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Message<'a> {
    /// Type and Message ID, on datagrams.
    pub header: Header,
    /// Method, response code or signaling code.
    pub code: Code,
    /// The token.
    pub token: Token<'a>,
    /// The options.
    pub options: Options<'a>,
    /// The payload; empty if there is none.
    pub payload: Binary<'a>,
}

/// RFC 7252 table 1: the classes of codes that a first byte may be followed by, a bit each. The row is the upper half of that byte: the
/// version, which is 1, and the type. Empty, in class 0, has rules of its own.
const CLASSES: [u8; 16] = [0, 0, 0, 0, 0b11_0101, 0b11_0101, 0b11_0100, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// True if this type of message may carry this code (RFC 7252 table 1).
#[inline]
pub(crate) fn may_carry(message_type: MessageType, code: Code) -> bool {
    if code.0 == 0 {
        // Empty: a ping, an acknowledgement or a reset.
        return message_type != MessageType::NonConfirmable;
    }
    let classes = CLASSES.get(4_usize.wrapping_add(message_type as usize)).copied().unwrap_or(0);
    classes >> code.class_number() & 1 == 1
}

impl<'a> Message<'a> {
    /// A message for a datagram, without token, options and payload.
    #[must_use]
    pub const fn new(message_type: MessageType, code: Code, message_id: u16) -> Self {
        Self::with_header(Header::Datagram { message_type, message_id }, code)
    }

    /// A message for a reliable transport, without token, options and payload.
    #[must_use]
    pub const fn reliable(code: Code) -> Self {
        Self::with_header(Header::Reliable, code)
    }

    const fn with_header(header: Header, code: Code) -> Self {
        Self { header, code, token: Token::EMPTY, options: Options::EMPTY, payload: Binary::EMPTY }
    }

    /// The Empty acknowledgement of a message (RFC 7252 §4.2).
    #[must_use]
    pub const fn acknowledgement(message_id: u16) -> Self {
        Self::new(MessageType::Acknowledgement, Code::EMPTY, message_id)
    }

    /// The Reset that rejects a message (RFC 7252 §4.2).
    #[must_use]
    pub const fn reset(message_id: u16) -> Self {
        // RFC 7252 §4.2: a Reset echoes the Message ID and is Empty.
        Self::new(MessageType::Reset, Code::EMPTY, message_id)
    }

    /// The type, on datagrams.
    #[inline]
    #[must_use]
    pub const fn message_type(&self) -> Option<MessageType> {
        match self.header {
            Header::Datagram { message_type, .. } => Some(message_type),
            Header::Reliable => None,
        }
    }

    /// The Message ID, on datagrams.
    #[inline]
    #[must_use]
    pub const fn message_id(&self) -> Option<u16> {
        match self.header {
            Header::Datagram { message_id, .. } => Some(message_id),
            Header::Reliable => None,
        }
    }

    /// True for 0.00 (RFC 7252 §4.1).
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.code.0 == 0
    }

    #[inline]
    pub(crate) const fn from_parts(header: Header, code: Code, token: &'a [u8], body: wire::Body<'a>) -> Self {
        Self {
            header,
            code,
            token: Token(Binary::Borrowed(token)),
            options: Options::validated(body.options),
            payload: Binary::Borrowed(body.payload),
        }
    }

    /// The same message with its borrowed fields as shares of `buffer`, in which they lie.
    pub(crate) fn share(&self, buffer: &Bytes) -> Message<'static> {
        Message {
            header: self.header,
            code: self.code,
            token: Token(Binary::Shared(buffer.slice_ref(&self.token))),
            options: Options::validated_shared(buffer.slice_ref(self.options.wire().unwrap_or_default())),
            payload: Binary::Shared(buffer.slice_ref(&self.payload)),
        }
    }

    /// The same message, independent of the input: one allocation for what was borrowed.
    #[must_use]
    pub fn into_owned(self) -> Message<'static> {
        let (Binary::Borrowed(token), Some(options), Binary::Borrowed(payload)) =
            (&self.token.0, self.options.wire(), &self.payload)
        else {
            let (token, options) = (self.token.into_owned(), self.options.into_owned());
            return Message {
                header: self.header,
                code: self.code,
                token,
                options,
                payload: self.payload.into_owned(),
            };
        };
        let total = token.len().saturating_add(options.len()).saturating_add(payload.len());
        let mut buffer = BytesMut::with_capacity(total);
        buffer.put_slice(token);
        buffer.put_slice(options);
        buffer.put_slice(payload);
        let mut rest = buffer.freeze();
        let token = Token(Binary::Shared(rest.split_to(token.len())));
        let options = Options::validated_shared(rest.split_to(options.len()));
        Message { header: self.header, code: self.code, token, options, payload: Binary::Shared(rest) }
    }
}
