//! The message: one model for all transports, decoded from a datagram in one validating pass (RFC 7252 §3, §4).

use bytes::{BufMut, Bytes, BytesMut};

use crate::binary::Binary;
use crate::code::Code;
use crate::error::{DecodeError, DecodeErrorKind, EncodeError};
use crate::limits::Limits;
use crate::options::{Measure, Options};
use crate::reject::Reject;
use crate::token::Token;
use crate::wire::{self, Put};

mod display;

/// The type of a message in a datagram (RFC 7252 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum MessageType {
    /// CON, 0: asks for an acknowledgement.
    Confirmable = 0,
    /// NON, 1.
    NonConfirmable = 1,
    /// ACK, 2.
    Acknowledgement = 2,
    /// RST, 3.
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

/// RFC 7252 table 1: bit `type` of row `code class` says that this type may carry a code of this class. Empty has no row here.
const TYPES: [u8; 8] = [0b0011, 0, 0b0111, 0, 0b0111, 0b0111, 0, 0];

/// True if this type of message may carry this code (RFC 7252 table 1).
#[inline]
pub(crate) fn may_carry(message_type: MessageType, code: Code) -> bool {
    let types = if code.0 == 0 {
        // Empty: a ping, an acknowledgement or a reset.
        0b1101
    } else {
        TYPES.get(usize::from(code.class_number())).copied().unwrap_or(0)
    };
    types >> (message_type as u8) & 1 == 1
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

    /// Decodes a datagram (the payload of one UDP packet or DTLS record).
    ///
    /// # Errors
    /// Every byte string that is not a message is a [`Reject`], which knows what to answer.
    #[inline]
    pub fn decode(datagram: &'a [u8], limits: &Limits) -> Result<Self, Reject<'a>> {
        match parse(datagram, limits) {
            Some(message) => Ok(message),
            None => Err(Reject::diagnose(datagram, limits)),
        }
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

    /// Decodes a datagram in a shared buffer; the message shares it and copies nothing.
    ///
    /// # Errors
    /// As [`decode`](Self::decode); the error has no borrow, and [`Message::decode`] of the same bytes tells the rest.
    pub fn decode_shared(datagram: &Bytes, limits: &Limits) -> Result<Message<'static>, DecodeError> {
        let message = Message::decode(datagram, limits).map_err(|reject| reject.error())?;
        Ok(message.share(datagram))
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

    /// The exact length of the message as a datagram.
    ///
    /// # Errors
    /// Returns what makes it impossible to send the message.
    #[inline]
    pub fn encoded_len(&self) -> Result<usize, EncodeError> {
        self.measure_datagram().map(|measure| measure.len)
    }

    /// The length as a datagram, and whether the options need sorting.
    #[inline]
    pub(crate) fn measure_datagram(&self) -> Result<Measure, EncodeError> {
        let Header::Datagram { message_type, .. } = self.header else { return Err(EncodeError::WrongTransport) };
        if !may_carry(message_type, self.code) {
            return Err(EncodeError::TypeAndCode);
        }
        let Measure { len, is_sorted } = self.measure()?;
        Ok(Measure { len: len.saturating_add(token_len(self.token.len())).saturating_add(4), is_sorted })
    }

    /// The length of options, marker and payload; checks what is the same on every transport.
    #[inline]
    pub(crate) fn measure(&self) -> Result<Measure, EncodeError> {
        if self.token.len() > Token::MAX_EXTENDED_LEN {
            return Err(EncodeError::TokenTooLong);
        }
        let Measure { len, is_sorted } = self.options.measure()?;
        let payload = self.payload.len();
        let content = len.saturating_add(payload).saturating_add(usize::from(payload > 0));
        // RFC 7252 §4.1.
        if self.is_empty() && (content > 0 || !self.token.is_empty()) {
            return Err(EncodeError::EmptyNotEmpty);
        }
        Ok(Measure { len: content, is_sorted })
    }

    /// Appends the message as a datagram: all of it or nothing. The token may be as long as RFC 8974 allows only if the
    /// peer is known to understand that: see [`Encoder`](crate::Encoder). Here it ends at 8 bytes.
    ///
    /// # Errors
    /// Returns what makes it impossible to send the message, or [`EncodeError::NoRoom`].
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) -> Result<(), EncodeError> {
        // RFC 7252 §3: lengths 9 to 15 must not be sent.
        if self.token.len() > Token::MAX_LEN {
            return Err(EncodeError::TokenTooLong);
        }
        let Measure { len: needed, is_sorted } = self.measure_datagram()?;
        if out.remaining_mut() < needed {
            return Err(EncodeError::NoRoom { needed });
        }
        self.put_datagram_head(is_sorted, out);
        out.put_slice(&self.payload);
        Ok(())
    }

    /// Writes the message as a datagram to the front of `out`, and says how many bytes it took.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    #[inline]
    pub fn encode_to_slice(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        if self.token.len() > Token::MAX_LEN {
            return Err(EncodeError::TokenTooLong);
        }
        let Measure { len: needed, is_sorted } = self.measure_datagram()?;
        let mut out = wire::Slice(out.get_mut(..needed).ok_or(EncodeError::NoRoom { needed })?);
        self.put_datagram_head(is_sorted, &mut out);
        out.append(&self.payload);
        Ok(needed)
    }

    /// Appends everything before the payload.
    #[inline]
    pub(crate) fn put_datagram_head(&self, is_sorted: bool, out: &mut impl Put) {
        let Header::Datagram { message_type, message_id } = self.header else { return };
        let [high, low] = message_id.to_be_bytes();
        // RFC 7252 §3: the version is 1.
        let first = 0x40 | (message_type as u8) << 4 | token_nibble(self.token.len());
        out.append(&[first, self.code.0, high, low]);
        self.put_token_options_marker(is_sorted, out);
    }

    #[inline]
    pub(crate) fn put_token_options_marker(&self, is_sorted: bool, out: &mut impl Put) {
        put_token(&self.token, out);
        self.options.put(is_sorted, out);
        if !self.payload.is_empty() {
            out.append(&[wire::PAYLOAD_MARKER]);
        }
    }
}

/// The length of a token and what follows its extension bytes (RFC 8974 §2.1). `None` if they are missing. The nibble is valid.
#[inline]
pub(crate) fn token_head(nibble: u8, rest: &[u8]) -> Option<(usize, &[u8])> {
    match nibble {
        13 => rest.split_first().map(|(&byte, rest)| (usize::from(byte).saturating_add(13), rest)),
        14 => rest
            .split_first_chunk::<2>()
            .map(|(bytes, rest)| (usize::from(u16::from_be_bytes(*bytes)).saturating_add(269), rest)),
        _ => Some((usize::from(nibble), rest)),
    }
}

/// True if the token length nibble means nothing (RFC 7252 §3, RFC 8974 §2.1).
#[inline]
pub(crate) const fn is_reserved_token_length(nibble: u8, limits: &Limits) -> bool {
    // RFC 7252 §3: 9 to 15 are a format error. RFC 8974 §2.1: with extended tokens only 15 is.
    nibble == 15 || (nibble > 8 && !limits.extended_tokens())
}

/// The pass over a datagram. It does not say what is wrong: [`Reject::diagnose`] looks again when something is.
#[inline]
fn parse<'a>(datagram: &'a [u8], limits: &Limits) -> Option<Message<'a>> {
    let (&[first, code, high, low], rest) = datagram.split_first_chunk::<4>()?;
    let message_type = MessageType::from_bits(first >> 4);
    let code = Code(code);
    // RFC 7252 §3: version 1; §4.2, §4.3 and table 1.
    if first >> 6 != 1 || !may_carry(message_type, code) {
        return None;
    }
    let header = Header::Datagram { message_type, message_id: u16::from_be_bytes([high, low]) };
    if code.0 == 0 {
        // RFC 7252 §4.1: an Empty message has no token, and nothing follows its Message ID.
        let is_empty = first & 0x0f == 0 && rest.is_empty();
        return is_empty.then(|| Message::with_header(header, code));
    }
    let (token, rest) = token(first & 0x0f, rest, limits).ok()?;
    let body = wire::body(rest)?;
    if body.options.len() > limits.max_options_len as usize {
        return None;
    }
    Some(Message::from_parts(header, code, token, body))
}

/// Reads the token behind a header: its extension bytes (RFC 8974 §2.1), then the token.
#[inline]
pub(crate) fn token<'a>(nibble: u8, rest: &'a [u8], limits: &Limits) -> Result<(&'a [u8], &'a [u8]), DecodeErrorKind> {
    if nibble <= 8 {
        return rest.split_at_checked(usize::from(nibble)).ok_or(DecodeErrorKind::TokenTruncated);
    }
    if is_reserved_token_length(nibble, limits) {
        return Err(DecodeErrorKind::ReservedTokenLength);
    }
    let (len, rest) = token_head(nibble, rest).ok_or(DecodeErrorKind::TokenTruncated)?;
    let parts = rest.split_at_checked(len).ok_or(DecodeErrorKind::TokenTruncated)?;
    if len > limits.max_token_len as usize { Err(DecodeErrorKind::TokenOverLimit) } else { Ok(parts) }
}

/// The length of a token with its extension bytes.
#[inline]
pub(crate) const fn token_len(len: usize) -> usize {
    len.saturating_add(wire::extension_len(len))
}

#[inline]
pub(crate) const fn token_nibble(len: usize) -> u8 {
    match wire::extension_len(len) {
        0 => len.to_le_bytes()[0],
        1 => 13,
        _ => 14,
    }
}

#[inline]
fn put_token(token: &[u8], out: &mut impl Put) {
    let len = token.len();
    match wire::extension_len(len) {
        0 => {}
        1 => out.append(&[len.wrapping_sub(13).to_le_bytes()[0]]),
        _ => {
            let [low, high, ..] = len.wrapping_sub(269).to_le_bytes();
            out.append(&[high, low]);
        }
    }
    out.append(token);
}
