//! SPEC §8.1: a message under an announced content key.
//!
//! ```text
//! header 4 | key_id 8 | counter varint | ciphertext | tag 16 [| signature 64]
//! ```

use super::{Flags, HEADER_LEN, Header, KeyId, Kind, SIGNATURE_LEN, header, split_signature};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::suite::{Suite, TAG_LEN};
use crate::wire::{Reader, put_varint};
use alloc::vec::Vec;

/// A data message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data<'a> {
    /// The payload suite.
    pub suite: Suite,
    /// Signed, properties bound, how the topic is bound.
    pub flags: Flags,
    /// The content key.
    pub key_id: KeyId,
    /// Counts the messages under this key.
    pub counter: u64,
    /// Ciphertext and tag.
    pub sealed: &'a [u8],
    /// Over everything before it.
    pub signature: Option<&'a [u8; SIGNATURE_LEN]>,
    /// The bytes before the ciphertext, which are authenticated.
    pub(crate) head: &'a [u8],
    /// The bytes before the signature.
    pub(crate) signed: &'a [u8],
}

impl<'a> Data<'a> {
    pub(super) fn read(header: Header, input: &'a [u8], mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let key_id = KeyId(*reader.array()?);
        let counter = reader.varint()?;
        let (head, _) = input.split_at_checked(reader.offset()).unwrap_or_default();
        let rest = reader.rest();
        let truncated = Reader::error_at(input.len(), DecodeErrorKind::Truncated);
        let (sealed, signature, signed) = if header.flags.has(Flags::SIGNED) {
            let (sealed, signature) = split_signature(rest).ok_or(truncated)?;
            let (signed, _) = split_signature(input).ok_or(truncated)?;
            (sealed, Some(signature), signed)
        } else {
            (rest, None, input)
        };
        if sealed.len() < TAG_LEN {
            return Err(truncated);
        }
        Ok(Self { suite: header.suite, flags: header.flags, key_id, counter, sealed, signature, head, signed })
    }

    /// Appends the message as it was decoded.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(self.sealed.len().saturating_add(HEADER_LEN));
        out.extend_from_slice(&header(Kind::Data, self.suite, self.flags));
        out.extend_from_slice(&self.key_id.0);
        put_varint(out, self.counter);
        out.extend_from_slice(self.sealed);
        out.extend_from_slice(self.signature.map_or(&[], <[u8; SIGNATURE_LEN]>::as_slice));
    }
}
