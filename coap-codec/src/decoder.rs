//! Reliable transports: messages out of a TCP or TLS stream, or out of WebSocket frames (RFC 8323 §3.2, §4.2).

use bytes::{Bytes, BytesMut};

use crate::code::{Code, CodeClass};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::message::{Header, Message, is_reserved_token_length};
use crate::wire;

/// What carries the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// UDP or DTLS: one message per datagram (RFC 7252 §3).
    Udp,
    /// TCP or TLS: a stream (RFC 8323 §3).
    Tcp,
    /// WebSocket: one message per binary frame (RFC 8323 §4).
    WebSocket,
}

/// Turns what one peer sends on one connection into messages.
///
/// On TCP the input is any piece of the stream that begins where the last message ended; on the other transports it is one
/// datagram or one WebSocket message, which is always consumed whole. (For datagrams [`Message::decode`] is the better door: its error
/// knows what to answer.)
///
/// ```
/// use coap_codec::{Decoder, Limits, Transport};
///
/// let mut decoder = Decoder::new(Transport::Tcp, Limits::default());
/// let mut input: &[u8] = b"\x00\xe1\x21\x01\x71\xb1a\x21\x45";
/// assert_eq!(decoder.decode(&mut input)?.unwrap().to_string(), "CSM");
/// assert_eq!(decoder.decode(&mut input)?.unwrap().to_string(), "GET token=71 /a");
/// assert!(decoder.decode(&mut input)?.is_none());
/// assert_eq!((input, decoder.needed()), (&b"\x21\x45"[..], 3));
/// # Ok::<(), coap_codec::DecodeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decoder {
    transport: Transport,
    limits: Limits,
    position: u64,
    needed: usize,
    csm_due: bool,
    failed: Option<DecodeError>,
}

/// Where a message in a stream ends and what its header says.
struct Frame<'a> {
    code: Code,
    token: &'a [u8],
    content: &'a [u8],
    len: usize,
}

/// What a look at the front of a stream gives.
enum Look<'a> {
    Frame(Frame<'a>),
    Missing(usize),
}

impl Decoder {
    /// A decoder for a connection from its beginning: the first message must be a CSM (RFC 8323 §3.3).
    #[must_use]
    pub const fn new(transport: Transport, limits: Limits) -> Self {
        let csm_due = !matches!(transport, Transport::Udp);
        Self { transport, limits, position: 0, needed: 0, csm_due, failed: None }
    }

    /// A decoder for a connection whose beginning was not seen: any message may come first.
    #[must_use]
    pub const fn established(transport: Transport, limits: Limits) -> Self {
        Self { csm_due: false, ..Self::new(transport, limits) }
    }

    /// How many more bytes at least complete the message that [`decode`](Self::decode) found incomplete.
    #[must_use]
    pub const fn needed(&self) -> usize {
        self.needed
    }

    /// How many bytes of the stream have been consumed.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// The limits. To change them (after sending a CSM with another Max-Message-Size) is allowed between messages.
    pub const fn limits_mut(&mut self) -> &mut Limits {
        &mut self.limits
    }

    /// Decodes the message at the front of `input` and shrinks `input` by it. `Ok(None)`: the message is incomplete, nothing was
    /// consumed, and [`needed`](Self::needed) says how many bytes are missing.
    ///
    /// # Errors
    /// On TCP and WebSocket every error is fatal and is repeated by every further call: send an Abort (RFC 8323 §5.6). A bad
    /// datagram leaves the decoder as it was.
    #[inline]
    pub fn decode<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Message<'a>>, DecodeError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let unit = *input;
        let decoded = match self.transport {
            Transport::Tcp => self.decode_stream(input),
            _ if unit.is_empty() => return Ok(None),
            Transport::Udp => {
                *input = &[];
                let message = Message::decode(unit, &self.limits).map_err(|reject| reject.error())?;
                Ok(Some(message))
            }
            Transport::WebSocket => {
                *input = &[];
                Message::decode_frame_after(unit, &self.limits, self.csm_due).map(Some)
            }
        };
        match decoded {
            Ok(message) => {
                self.csm_due &= message.is_none();
                self.position = self.position.saturating_add(unit.len().saturating_sub(input.len()) as u64);
                Ok(message)
            }
            Err(error) => {
                self.failed = Some(error);
                Err(error)
            }
        }
    }

    fn decode_stream<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Message<'a>>, DecodeError> {
        let frame = match look(input, &self.limits, self.csm_due)? {
            Look::Frame(frame) => frame,
            Look::Missing(needed) => {
                self.needed = needed;
                return Ok(None);
            }
        };
        let message = message(&frame, &self.limits)?;
        self.needed = 0;
        *input = input.get(frame.len..).unwrap_or_default();
        Ok(Some(message))
    }

    /// [`decode`](Self::decode) of a buffer whose front is split off; the message shares it and copies nothing.
    ///
    /// # Errors
    /// As [`decode`](Self::decode). The message that is to blame may have been split off then.
    pub fn decode_shared(&mut self, input: &mut BytesMut) -> Result<Option<Message<'static>>, DecodeError> {
        let len = match self.transport {
            Transport::Tcp if self.failed.is_none() => match look(input, &self.limits, self.csm_due) {
                Ok(Look::Frame(frame)) => frame.len,
                // `decode` takes note of what is missing, or wrong.
                _ => 0,
            },
            _ => input.len(),
        };
        if len == 0 {
            let mut rest: &[u8] = input;
            return Ok(self.decode(&mut rest)?.map(Message::into_owned));
        }
        let unit: Bytes = input.split_to(len).freeze();
        let mut rest: &[u8] = &unit;
        Ok(self.decode(&mut rest)?.map(|message| message.share(&unit)))
    }
}

impl<'a> Message<'a> {
    /// Decodes one WebSocket message (RFC 8323 §4.2).
    ///
    /// # Errors
    /// Returns what is malformed; the answer is an Abort.
    pub fn decode_frame(frame: &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        Self::decode_frame_after(frame, limits, false)
    }

    fn decode_frame_after(unit: &'a [u8], limits: &Limits, csm_due: bool) -> Result<Self, DecodeError> {
        let Some((&[first, code], rest)) = unit.split_first_chunk::<2>() else {
            return Err(DecodeError::new(DecodeErrorKind::TooShort, unit.len()));
        };
        if is_reserved_token_length(first & 0x0f, limits) {
            return Err(DecodeError::new(DecodeErrorKind::ReservedTokenLength, 0));
        }
        // RFC 8323 §4.2: the length must be zero, because the frame has it.
        if first >> 4 != 0 {
            return Err(DecodeError::new(DecodeErrorKind::LengthNotZero, 0));
        }
        if unit.len() > limits.max_message_len as usize {
            return Err(DecodeError::new(DecodeErrorKind::MessageTooLong, 0));
        }
        let truncated = DecodeError::new(DecodeErrorKind::TokenTruncated, 2);
        check_code(Code(code), 1, csm_due)?;
        let (token_len, rest) = wire::extended(first & 0x0f, rest).ok_or(truncated)?;
        if token_len > limits.max_token_len as usize {
            return Err(DecodeError::new(DecodeErrorKind::TokenOverLimit, 2));
        }
        check_empty(Code(code), first & 0x0f, rest.len() > token_len, 1)?;
        let (token, content) = rest.split_at_checked(token_len).ok_or(truncated)?;
        message(&Frame { code: Code(code), token, content, len: unit.len() }, limits)
    }
}

/// Reads the front of a stream, in the order of its bytes, so that an error does not depend on how the stream was cut.
#[inline]
fn look<'a>(input: &'a [u8], limits: &Limits, csm_due: bool) -> Result<Look<'a>, DecodeError> {
    let Some((&first, rest)) = input.split_first() else { return Ok(Look::Missing(2)) };
    let nibble = first & 0x0f;
    if is_reserved_token_length(nibble, limits) {
        return Err(DecodeError::new(DecodeErrorKind::ReservedTokenLength, 0));
    }
    // RFC 8323 §3.2: 13, 14 and 15 announce one, two and four bytes of length.
    let extension = match first >> 4 {
        15 => {
            rest.split_first_chunk().map(|(n, rest)| (u64::from(u32::from_be_bytes(*n)).saturating_add(65_805), rest))
        }
        nibble => wire::extended(nibble, rest).map(|(len, rest)| (len as u64, rest)),
    };
    let Some((content_len, rest)) = extension else {
        let header = match first >> 4 {
            13 => 3_usize,
            14 => 4,
            _ => 6,
        };
        return Ok(Look::Missing(header.saturating_sub(input.len())));
    };
    let code_at = input.len().saturating_sub(rest.len());
    // The shortest that the message can be, as far as its bytes tell. RFC 8974 §2.1: the length does not count the token and its extension.
    let least = content_len.saturating_add(u64::from(nibble.min(13))).saturating_add(code_at as u64).saturating_add(1);
    check_len(least, limits)?;
    let missing = |total: u64| usize::try_from(total).unwrap_or(usize::MAX).saturating_sub(input.len()).max(1);
    let Some((&code, rest)) = rest.split_first() else { return Ok(Look::Missing(missing(least))) };
    check_code(Code(code), code_at, csm_due)?;
    check_empty(Code(code), nibble, content_len > 0, code_at)?;
    let Some((token_len, rest)) = wire::extended(nibble, rest) else { return Ok(Look::Missing(missing(least))) };
    // RFC 8974 §2.2.1: a token longer than the announced Extended-Token-Length is a format error.
    if token_len > limits.max_token_len as usize {
        return Err(DecodeError::new(DecodeErrorKind::TokenOverLimit, code_at.saturating_add(1)));
    }
    let head = input.len().saturating_sub(rest.len()).saturating_add(token_len);
    let total = content_len.saturating_add(head as u64);
    check_len(total, limits)?;
    let parts = rest.split_at_checked(token_len).and_then(|(token, rest)| {
        let content = rest.get(..usize::try_from(content_len).ok()?)?;
        Some(Frame { code: Code(code), token, content, len: head.saturating_add(content.len()) })
    });
    Ok(parts.map_or_else(|| Look::Missing(missing(total)), Look::Frame))
}

#[inline]
fn check_len(total: u64, limits: &Limits) -> Result<(), DecodeError> {
    // RFC 8323 §5.3.1: the size counts from the first byte of the header to the last of the payload.
    if total > u64::from(limits.max_message_len) {
        return Err(DecodeError::new(DecodeErrorKind::MessageTooLong, 0));
    }
    Ok(())
}

/// Checks what the code of a message on a reliable transport tells by itself.
#[inline]
fn check_code(code: Code, at: usize, csm_due: bool) -> Result<(), DecodeError> {
    // RFC 8323 §3.3, §4.3: a missing CSM is a connection error.
    if csm_due && code != Code::CSM {
        return Err(DecodeError::new(DecodeErrorKind::FirstMessageNotCsm, at));
    }
    // RFC 7252 §4.2: the classes 1, 3 and 6 are reserved. RFC 8323 §5.1 gives a meaning to 7.
    match code.class() {
        CodeClass::Reserved => Err(DecodeError::new(DecodeErrorKind::ReservedCodeClass, at)),
        _ => Ok(()),
    }
}

/// RFC 7252 §4.1: an Empty message has neither token nor content (RFC 8323 §3.2 leaves the meaning of the fields unchanged).
#[inline]
fn check_empty(code: Code, token_nibble: u8, has_content: bool, code_at: usize) -> Result<(), DecodeError> {
    // RFC 8323 §3.4: an Empty message is no error on these transports; the recipient ignores it.
    if code != Code::EMPTY {
        Ok(())
    } else if token_nibble > 0 {
        Err(DecodeError::new(DecodeErrorKind::EmptyWithToken, 0))
    } else if has_content {
        Err(DecodeError::new(DecodeErrorKind::EmptyWithContent, code_at.saturating_add(1)))
    } else {
        Ok(())
    }
}

/// Validates the content of a frame.
#[inline]
fn message<'a>(frame: &Frame<'a>, limits: &Limits) -> Result<Message<'a>, DecodeError> {
    let base = frame.len.saturating_sub(frame.content.len());
    let Some(body) = wire::body(frame.content) else { return Err(wire::diagnose(frame.content, base)) };
    if body.options.len() > limits.max_options_len as usize {
        return Err(DecodeError::new(DecodeErrorKind::OptionsTooLong, base));
    }
    Ok(Message::from_parts(Header::Reliable, frame.code, frame.token, body))
}
