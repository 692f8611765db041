//! A datagram into a message, in one validating pass (RFC 7252 §3, §4).

use bytes::Bytes;

use super::{CLASSES, Header, Message, MessageType};
use crate::code::Code;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::reject::Reject;
use crate::wire;

impl<'a> Message<'a> {
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

    /// Decodes a datagram in a shared buffer; the message shares it and copies nothing.
    ///
    /// # Errors
    /// As [`decode`](Self::decode); the error has no borrow, and [`Message::decode`] of the same bytes tells the rest.
    pub fn decode_shared(datagram: &Bytes, limits: &Limits) -> Result<Message<'static>, DecodeError> {
        let message = Message::decode(datagram, limits).map_err(|reject| reject.error())?;
        Ok(message.share(datagram))
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
    let header = Header::Datagram { message_type, message_id: u16::from_be_bytes([high, low]) };
    let code = Code(code);
    if code.0 == 0 {
        // RFC 7252 §4.1: an Empty message has no token, and nothing follows its Message ID; table 1: it is CON, ACK or RST.
        let is_empty = matches!(first, 0x40 | 0x60 | 0x70) && rest.is_empty();
        return is_empty.then(|| Message::with_header(header, code));
    }
    // RFC 7252 §3: version 1; §4.2, §4.3 and table 1.
    let classes = CLASSES.get(usize::from(first >> 4)).copied().unwrap_or(0);
    if classes >> code.class_number() & 1 == 0 {
        return None;
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
    let (len, rest) = wire::extended(nibble, rest).ok_or(DecodeErrorKind::TokenTruncated)?;
    let parts = rest.split_at_checked(len).ok_or(DecodeErrorKind::TokenTruncated)?;
    if len > limits.max_token_len as usize { Err(DecodeErrorKind::TokenOverLimit) } else { Ok(parts) }
}
