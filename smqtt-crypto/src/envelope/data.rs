//! SPEC §8.1: a message under an announced content key.
//!
//! ```text
//! header 4 | key_id 8 | counter varint | ciphertext | tag 16 [| signature 64]
//! ```

use super::{Flags, HEADER_LEN, Header, KeyId, Kind, SIGNATURE_LEN, header, read_sealed};
use crate::binary::Binary;
use crate::error::DecodeError;
use crate::suite::Suite;
use crate::wire::{Reader, put_varint};
use alloc::vec::Vec;

/// A data message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
    pub sealed: Binary<'a>,
    /// Over everything before it.
    pub signature: Option<[u8; SIGNATURE_LEN]>,
}

/// What stands before the ciphertext.
#[derive(Clone, Copy)]
pub(crate) struct DataHead {
    pub(crate) suite: Suite,
    pub(crate) flags: Flags,
    pub(crate) key_id: KeyId,
    pub(crate) counter: u64,
}

impl DataHead {
    pub(crate) fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&header(Kind::Data, self.suite, self.flags));
        out.extend_from_slice(&self.key_id.0);
        put_varint(out, self.counter);
    }
}

/// A data message where it lies: every subscriber reads these, and a copy of all of them takes as long as the hash of one.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) head: DataHead,
    pub(crate) sealed: &'a [u8],
    pub(crate) signature: Option<&'a [u8; SIGNATURE_LEN]>,
}

impl<'a> View<'a> {
    #[inline(always)]
    pub(crate) fn read(Header { suite, flags, .. }: Header, mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let head = DataHead { suite, flags, key_id: KeyId(*reader.array()?), counter: reader.varint()? };
        let (sealed, signature) = read_sealed(flags, reader)?;
        Ok(Self { head, sealed, signature })
    }
}

impl<'a> From<View<'a>> for Data<'a> {
    fn from(View { head, sealed, signature }: View<'a>) -> Self {
        let DataHead { suite, flags, key_id, counter } = head;
        Self { suite, flags, key_id, counter, sealed: sealed.into(), signature: signature.copied() }
    }
}

impl Data<'_> {
    /// Appends the message as it was decoded.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(self.sealed.len().saturating_add(HEADER_LEN));
        DataHead { suite: self.suite, flags: self.flags, key_id: self.key_id, counter: self.counter }.put(out);
        out.extend_from_slice(&self.sealed);
        out.extend_from_slice(self.signature.as_ref().map_or(&[], <[u8; SIGNATURE_LEN]>::as_slice));
    }
}
