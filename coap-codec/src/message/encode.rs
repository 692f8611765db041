//! A message into a datagram (RFC 7252 §3).

use bytes::BufMut;

use super::{Header, Message, MessageType, may_carry};
use crate::error::EncodeError;
use crate::options::Measure;
use crate::token::Token;
use crate::wire::{self, Put};

impl Message<'_> {
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
    /// As [`encode`](Self::encode); `out` is unchanged then.
    #[inline]
    pub fn encode_to_slice(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        if let Some(len) = self.encode_at_once(out) {
            return Ok(len);
        }
        self.encode_measured(out)
    }

    /// The one pass for messages of which it is plain that nothing forbids them and that they fit.
    #[inline]
    fn encode_at_once(&self, out: &mut [u8]) -> Option<usize> {
        let Header::Datagram { message_type, message_id } = self.header else { return None };
        let (token, payload) = (self.token.as_slice(), self.payload.as_slice());
        let [high, low] = message_id.to_be_bytes();
        if token.len() > Token::MAX_LEN || !may_carry(message_type, self.code) {
            return None;
        }
        if self.is_empty() {
            // RFC 7252 §4.1: nothing follows the Message ID.
            let is_bare = token.is_empty() && payload.is_empty() && self.options.is_empty();
            *out.first_chunk_mut().filter(|_| is_bare)? = [first_byte(message_type, 0), self.code.0, high, low];
            return Some(4);
        }
        let room = out.len();
        let content = self.options.bound()?.wrapping_add(payload.len() as u64).wrapping_add(token.len() as u64);
        // The header takes four bytes, the marker one.
        if content.wrapping_add(5) > room as u64 {
            return None;
        }
        let mut out = wire::Slice(out);
        out.append(&[first_byte(message_type, token.len()), self.code.0, high, low]);
        out.append(token);
        if !self.options.put_if_sorted(&mut out) {
            return None;
        }
        if !payload.is_empty() {
            out.append(&[wire::PAYLOAD_MARKER]);
            out.append(payload);
        }
        Some(room.wrapping_sub(out.0.len()))
    }

    /// The way in two passes: it says what is wrong, sorts, and fills a buffer to its last byte.
    #[cold]
    fn encode_measured(&self, mut out: &mut [u8]) -> Result<usize, EncodeError> {
        let room = out.len();
        self.encode(&mut out)?;
        Ok(room.wrapping_sub(out.len()))
    }

    /// Appends everything before the payload.
    #[inline]
    pub(crate) fn put_datagram_head(&self, is_sorted: bool, out: &mut impl Put) {
        let Header::Datagram { message_type, message_id } = self.header else { return };
        let [high, low] = message_id.to_be_bytes();
        out.append(&[first_byte(message_type, self.token.len()), self.code.0, high, low]);
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

/// The first byte of a datagram.
#[inline]
const fn first_byte(message_type: MessageType, token_len: usize) -> u8 {
    // RFC 7252 §3: the version is 1.
    0x40 | (message_type as u8) << 4 | wire::nibble(token_len)
}

/// The length of a token with its extension bytes.
#[inline]
pub(crate) const fn token_len(len: usize) -> usize {
    len.saturating_add(wire::extension_len(len))
}

#[inline]
fn put_token(token: &[u8], out: &mut impl Put) {
    let extension_len = wire::extension_len(token.len());
    if extension_len > 0 {
        out.append(wire::extension(token.len()).get(..extension_len).unwrap_or_default());
    }
    out.append(token);
}
