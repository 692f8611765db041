//! Messages into datagrams, streams and frames, within what the peer announced (RFC 7252 §3, RFC 8323 §3.2, §4.2).

use bytes::BufMut;

use crate::decoder::Transport;
use crate::error::EncodeError;
use crate::message::{Header, Message, token_len};
use crate::options::Measure;
use crate::signaling::Csm;
use crate::token::Token;
use crate::wire::{self, Put};

/// The Max-Message-Size of a peer that has not announced one (RFC 8323 §5.3.1).
pub const BASE_MAX_MESSAGE_LEN: u32 = 1152;

/// Writes messages to one peer.
///
/// ```
/// use coap_codec::{Code, Encoder, Message, Transport};
///
/// let encoder = Encoder::new(Transport::Tcp);
/// let ping = Message { token: b"\x42".into(), ..Message::reliable(Code::PING) };
/// let mut out = Vec::new();
/// encoder.encode(&ping, &mut out)?;
/// assert_eq!(out, b"\x01\xe2\x42");
/// # Ok::<(), coap_codec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoder {
    transport: Transport,
    /// The longest message that the peer takes. On reliable transports 1152 until its CSM says otherwise (RFC 8323 §5.3.1); on datagrams
    /// 65,535 (RFC 7252 §4.6 recommends to stay below 1152).
    pub max_message_len: u32,
    /// The longest token that the peer takes: 8 until it is known to understand more (RFC 8974 §2.2).
    pub max_token_len: u32,
}

/// What a message takes: options, marker and payload; the whole; and whether its options need sorting.
#[derive(Debug, Clone, Copy)]
struct Measured {
    content: usize,
    total: usize,
    is_sorted: bool,
}

impl Encoder {
    /// An encoder towards a peer of which nothing is known yet.
    #[must_use]
    pub const fn new(transport: Transport) -> Self {
        let max_message_len = match transport {
            Transport::Udp => 65_535,
            Transport::Tcp | Transport::WebSocket => BASE_MAX_MESSAGE_LEN,
        };
        Self { transport, max_message_len, max_token_len: 8 }
    }

    /// What carries the messages.
    #[must_use]
    pub const fn transport(&self) -> Transport {
        self.transport
    }

    /// Takes over what the peer's CSM announces; what it does not mention stays (RFC 8323 §5.3).
    pub fn apply(&mut self, csm: &Csm) {
        self.max_message_len = csm.max_message_size.unwrap_or(self.max_message_len);
        self.max_token_len = csm.extended_token_length.unwrap_or(self.max_token_len);
    }

    #[inline]
    fn measure(&self, message: &Message<'_>) -> Result<Measured, EncodeError> {
        if message.token.len() > self.max_token_len as usize || message.token.len() > Token::MAX_EXTENDED_LEN {
            return Err(EncodeError::TokenTooLong);
        }
        let measured = match self.transport {
            Transport::Udp => {
                let Measure { len, is_sorted } = message.measure_datagram()?;
                Measured { content: 0, total: len, is_sorted }
            }
            Transport::Tcp | Transport::WebSocket => {
                if message.header != Header::Reliable {
                    return Err(EncodeError::WrongTransport);
                }
                // RFC 7252 §4.2: the classes 1, 3 and 6 are reserved.
                if message.code.class() == crate::CodeClass::Reserved {
                    return Err(EncodeError::TypeAndCode);
                }
                let Measure { len: content, is_sorted } = message.measure()?;
                let length = if self.transport == Transport::Tcp { length_extension_len(content) } else { 0 };
                let head = token_len(message.token.len()).saturating_add(length).saturating_add(2);
                Measured { content, total: content.saturating_add(head), is_sorted }
            }
        };
        // RFC 8323 §5.3.1: no message longer than the peer's Max-Message-Size.
        if measured.total > self.max_message_len as usize { Err(EncodeError::MessageTooLong) } else { Ok(measured) }
    }

    /// The exact length of the message on this transport.
    ///
    /// # Errors
    /// Returns what makes it impossible to send the message.
    #[inline]
    pub fn encoded_len(&self, message: &Message<'_>) -> Result<usize, EncodeError> {
        self.measure(message).map(|measured| measured.total)
    }

    /// Appends the message: all of it or nothing.
    ///
    /// # Errors
    /// Returns what makes it impossible to send the message, or [`EncodeError::NoRoom`].
    #[inline]
    pub fn encode(&self, message: &Message<'_>, out: &mut impl BufMut) -> Result<(), EncodeError> {
        let measured = self.measure(message)?;
        if out.remaining_mut() < measured.total {
            return Err(EncodeError::NoRoom { needed: measured.total });
        }
        self.put_head(message, measured, out);
        out.append(&message.payload);
        Ok(())
    }

    /// Appends everything before the payload and returns the payload, for a vectored write.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn encode_head<'m>(&self, message: &'m Message<'_>, out: &mut impl BufMut) -> Result<&'m [u8], EncodeError> {
        let measured = self.measure(message)?;
        let needed = measured.total.saturating_sub(message.payload.len());
        if out.remaining_mut() < needed {
            return Err(EncodeError::NoRoom { needed });
        }
        self.put_head(message, measured, out);
        Ok(&message.payload)
    }

    /// Begins to write a message into buffers of any size.
    ///
    /// # Errors
    /// Returns what makes it impossible to send the message.
    pub fn start<'m>(&self, message: &'m Message<'m>) -> Result<Transmit<'m>, EncodeError> {
        let measured = self.measure(message)?;
        Ok(Transmit { encoder: *self, message, measured, written: 0 })
    }

    #[inline]
    fn put_head(&self, message: &Message<'_>, measured: Measured, out: &mut impl Put) {
        let Measured { content, is_sorted, .. } = measured;
        match self.transport {
            Transport::Udp => return message.put_datagram_head(is_sorted, out),
            Transport::Tcp => {
                let (bytes, len) = length(content, message.token.len());
                out.append(bytes.get(..len).unwrap_or_default());
            }
            // RFC 8323 §4.2: the length is zero.
            Transport::WebSocket => out.append(&[wire::nibble(message.token.len())]),
        }
        out.append(&[message.code.0]);
        message.put_token_options_marker(is_sorted, out);
    }
}

/// How many bytes of extended length a TCP message of that content has (RFC 8323 §3.2).
const fn length_extension_len(content: usize) -> usize {
    match content {
        0..=12 => 0,
        13..=268 => 1,
        269..=65_804 => 2,
        _ => 4,
    }
}

/// The first byte and the extended length of a TCP message.
#[inline]
fn length(content: usize, token_len: usize) -> ([u8; 5], usize) {
    let tkl = wire::nibble(token_len);
    let [a, b, c, d, ..] = match content {
        0..=12 => content,
        13..=268 => content.wrapping_sub(13),
        269..=65_804 => content.wrapping_sub(269),
        _ => content.wrapping_sub(65_805),
    }
    .to_le_bytes();
    match length_extension_len(content) {
        0 => ([(a << 4) | tkl, 0, 0, 0, 0], 1),
        1 => ([0xd0 | tkl, a, 0, 0, 0], 2),
        2 => ([0xe0 | tkl, b, a, 0, 0], 3),
        _ => ([0xf0 | tkl, d, c, b, a], 5),
    }
}

/// A message on its way into buffers of any size, resumed where the last one was full.
///
/// ```
/// use coap_codec::{Code, Encoder, Message, Transport};
///
/// let message = Message { payload: b"hello"[..].into(), ..Message::reliable(Code::CONTENT) };
/// let (mut sending, mut sent, mut small) = (Encoder::new(Transport::Tcp).start(&message)?, Vec::new(), [0; 3]);
/// while !sending.is_done() {
///     let len = sending.poll(&mut small);
///     sent.extend_from_slice(&small[..len]);
/// }
/// assert_eq!(sent, b"\x60\x45\xffhello");
/// # Ok::<(), coap_codec::EncodeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Transmit<'m> {
    encoder: Encoder,
    message: &'m Message<'m>,
    measured: Measured,
    written: usize,
}

impl Transmit<'_> {
    /// True if everything is written.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.written >= self.measured.total
    }

    /// How many bytes are still to be written.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.measured.total.saturating_sub(self.written)
    }

    /// Writes what fits, and says how much that was.
    pub fn poll(&mut self, out: &mut [u8]) -> usize {
        let room = out.len();
        let mut window = Window { skip: self.written, out };
        self.encoder.put_head(self.message, self.measured, &mut window);
        window.append(&self.message.payload);
        let len = room.saturating_sub(window.out.len());
        self.written = self.written.saturating_add(len);
        len
    }
}

/// The part of a message that a buffer takes: what was written before is skipped, what does not fit is dropped.
struct Window<'o> {
    skip: usize,
    out: &'o mut [u8],
}

impl Put for Window<'_> {
    fn append(&mut self, bytes: &[u8]) {
        let skipped = self.skip.min(bytes.len());
        self.skip = self.skip.saturating_sub(skipped);
        let rest = bytes.get(skipped..).unwrap_or_default();
        let len = rest.len().min(self.out.len());
        if let Some((to, behind)) = core::mem::take(&mut self.out).split_at_mut_checked(len) {
            to.copy_from_slice(rest.get(..len).unwrap_or_default());
            self.out = behind;
        }
    }
}
