//! What a datagram that is no message is answered with (RFC 7252 §4.2, §4.3, §8.1).

use core::fmt;

use crate::code::Code;
use crate::error::{DecodeError, DecodeErrorKind, Reply};
use crate::limits::Limits;
use crate::message::{MessageType, is_reserved_token_length, token};
use crate::wire;

/// A datagram that is no message: what is wrong with it, and what to answer.
///
/// ```
/// use coap_codec::{DecodeErrorKind, Limits, Message, Reply};
///
/// let reject = Message::decode(&[0x40, 0x01, 0x12, 0x34, 0xff], &Limits::default()).unwrap_err();
/// assert_eq!(reject.kind(), DecodeErrorKind::EmptyPayload);
/// assert_eq!((reject.offset(), reject.reply()), (4, Reply::Reset));
/// assert_eq!(reject.reset(), Some([0x70, 0x00, 0x12, 0x34]));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Reject<'a> {
    error: DecodeError,
    datagram: &'a [u8],
}

impl<'a> Reject<'a> {
    /// Finds what is wrong with a datagram that the decoder refused.
    #[cold]
    pub(crate) fn diagnose(datagram: &'a [u8], limits: &Limits) -> Self {
        Self { error: diagnose(datagram, limits), datagram }
    }

    /// What is wrong, and where.
    #[must_use]
    pub const fn error(&self) -> DecodeError {
        self.error
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> DecodeErrorKind {
        self.error.kind
    }

    /// The offset of the offending byte.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.error.offset
    }

    /// The datagram.
    #[must_use]
    pub const fn datagram(&self) -> &'a [u8] {
        self.datagram
    }

    fn header(&self) -> Option<[u8; 4]> {
        self.datagram.first_chunk::<4>().copied().filter(|[first, ..]| first >> 6 == 1)
    }

    /// The type, if the header is there and of version 1.
    #[must_use]
    pub fn message_type(&self) -> Option<MessageType> {
        self.header().map(|[first, ..]| MessageType::from_bits(first >> 4))
    }

    /// The Message ID, likewise.
    #[must_use]
    pub fn message_id(&self) -> Option<u16> {
        self.header().map(|[_, _, high, low]| u16::from_be_bytes([high, low]))
    }

    /// The code, likewise.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.header().map(|[_, code, ..]| Code(code))
    }

    /// The token, if it lies in the datagram.
    #[must_use]
    pub fn token(&self) -> Option<&'a [u8]> {
        let [first, ..] = self.header()?;
        let rest = self.datagram.get(4..)?;
        // The limit of an endpoint does not hide the token that its answer must echo.
        let limits = match self.kind() {
            DecodeErrorKind::TokenOverLimit => Limits::DEFAULT.with_extended_tokens(u32::MAX),
            _ => Limits::DEFAULT,
        };
        token(first & 0x0f, rest, &limits).ok().map(|(token, _)| token)
    }

    /// What to answer.
    ///
    /// Never a Reset to an ACK, a RST or a foreign version; for a NON [`Reply::Ignore`], although a Reset
    /// [is allowed](Self::may_reset) when it did not come by multicast.
    #[must_use]
    pub fn reply(&self) -> Reply {
        // RFC 7252 §3: messages with unknown version numbers are silently ignored; without a header there is no Message ID to echo.
        let (Some(message_type), Some(code)) = (self.message_type(), self.code()) else { return Reply::Ignore };
        if self.kind() == DecodeErrorKind::TokenOverLimit && code.is_request() {
            // RFC 8974 §2.2.2: not a Reset, as that would say that extended tokens are not understood at all.
            return Reply::Respond(Code::BAD_REQUEST);
        }
        match message_type {
            // RFC 7252 §4.2: a confirmable message is rejected by a matching Reset.
            MessageType::Confirmable => Reply::Reset,
            // RFC 7252 §4.3: a non-confirmable one by silence (a Reset is allowed).
            MessageType::NonConfirmable => Reply::Ignore,
            // RFC 7252 §4.2: acknowledgements and resets are never answered with either.
            MessageType::Acknowledgement | MessageType::Reset => Reply::Ignore,
        }
    }

    /// True if a Reset is allowed: for a CON, and for a NON that did not come by multicast (RFC 7252 §4.2, §4.3, §8.1).
    #[must_use]
    pub fn may_reset(&self, multicast: bool) -> bool {
        match self.message_type() {
            Some(MessageType::Confirmable) => self.reply() == Reply::Reset && !multicast,
            // RFC 7252 §8.1: no Reset to a non-confirmable message that is known to have come by multicast.
            Some(MessageType::NonConfirmable) => !multicast,
            _ => false,
        }
    }

    /// The four bytes of the Reset, if that is the reply.
    #[must_use]
    pub fn reset(&self) -> Option<[u8; 4]> {
        let [high, low] = self.message_id()?.to_be_bytes();
        // RFC 7252 §4.2, §4.4: a Reset echoes the Message ID and is Empty.
        (self.reply() == Reply::Reset).then_some([0x70, 0, high, low])
    }
}

fn diagnose(datagram: &[u8], limits: &Limits) -> DecodeError {
    use DecodeErrorKind as Kind;
    // RFC 7252 §3: the header has four bytes.
    let Some((&[first, code, ..], rest)) = datagram.split_first_chunk::<4>() else {
        return DecodeError::new(Kind::TooShort, datagram.len());
    };
    if first >> 6 != 1 {
        return DecodeError::new(Kind::UnknownVersion, 0);
    }
    let nibble = first & 0x0f;
    if is_reserved_token_length(nibble, limits) {
        return DecodeError::new(Kind::ReservedTokenLength, 0);
    }
    if let Some(kind) = against_table(MessageType::from_bits(first >> 4), Code(code)) {
        return DecodeError::new(kind, 1);
    }
    if code == 0 {
        // RFC 7252 §4.1.
        return if nibble > 0 {
            DecodeError::new(Kind::EmptyWithToken, 0)
        } else {
            DecodeError::new(Kind::EmptyWithContent, 4)
        };
    }
    match token(nibble, rest, limits) {
        Err(kind) => DecodeError::new(kind, 4),
        Ok((_, rest)) => match wire::body(rest) {
            // All that is left is the limit of the options.
            Some(_) => DecodeError::new(Kind::OptionsTooLong, datagram.len().saturating_sub(rest.len())),
            None => wire::diagnose(rest, datagram.len().saturating_sub(rest.len())),
        },
    }
}

/// Which cell of RFC 7252 table 1 a type and a code miss.
fn against_table(message_type: MessageType, code: Code) -> Option<DecodeErrorKind> {
    use crate::code::CodeClass;
    match (code.class(), message_type) {
        // RFC 7252 §4.3: a non-confirmable message must not be Empty.
        (CodeClass::Empty, MessageType::NonConfirmable) => Some(DecodeErrorKind::EmptyNonConfirmable),
        (CodeClass::Empty, _) => None,
        // RFC 7252 §4.2: a Reset must be Empty.
        (_, MessageType::Reset) => Some(DecodeErrorKind::ResetNotEmpty),
        // RFC 7252 §4.2: the classes 1, 6 and 7 are reserved; §12.1.2: so is 3.
        (CodeClass::Reserved, _) => Some(DecodeErrorKind::ReservedCodeClass),
        (CodeClass::Signaling, _) => Some(DecodeErrorKind::SignalingOverDatagram),
        // RFC 7252 §4.2: an acknowledgement carries a response or is Empty.
        (CodeClass::Request, MessageType::Acknowledgement) => Some(DecodeErrorKind::RequestInAcknowledgement),
        _ => None,
    }
}

impl fmt::Display for Reject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; answer: {}", self.error, self.reply())
    }
}

impl fmt::Debug for Reject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reject")
            .field("kind", &self.kind())
            .field("offset", &self.offset())
            .field("message_type", &self.message_type())
            .field("message_id", &self.message_id())
            .field("reply", &self.reply())
            .finish()
    }
}

impl core::error::Error for Reject<'_> {}
