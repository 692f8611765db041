//! SPEC §8.2 and §8.3: a content key for all whose key fits, and the message that brings its own.
//!
//! ```text
//! header 4 | kem 1 | public id 16 | sender 16 | epoch 8 | topic 2+n | access 2+n | encapsulation 2+n
//!          | key_id 8 | commitment 32 | credential 2+n | [ciphertext | tag 16] [| signature 64]
//! ```

use super::{Flags, Header, KeyId, Kind, SIGNATURE_LEN, SenderId, header, split_signature};
use crate::attribute::Epoch;
use crate::content::COMMITMENT_LEN;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::kem::{Kem, Scope};
use crate::suite::{Suite, TAG_LEN};
use crate::topic::is_topic;
use crate::wire::{Reader, put_bytes16};
use alloc::vec::Vec;
use core::fmt;

/// What `KeyAnnounce` and `SelfContained` have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnounceHead<'a> {
    /// The payload suite of the messages.
    pub suite: Suite,
    /// Signed; in a self-contained message also what is bound.
    pub flags: Flags,
    /// The encapsulation scheme.
    pub kem: Kem,
    /// The first 16 bytes of the public key's id.
    pub public_id: [u8; 16],
    /// The sender, zero when it does not sign.
    pub sender: SenderId,
    /// For when.
    pub epoch: Epoch,
    /// For which topic.
    pub topic: &'a str,
    /// Labels or policy, canonical.
    pub access: &'a [u8],
    /// What the scheme wrote.
    pub encapsulation: &'a [u8],
    /// The name of the content key.
    pub key_id: KeyId,
    /// The commitment to it.
    pub commitment: [u8; COMMITMENT_LEN],
    /// The sender's credential (an envelope of its own), or empty.
    pub credential: &'a [u8],
    /// The bytes before the encapsulation: its context.
    pub(crate) before: &'a [u8],
    /// The bytes before the key id: what the key schedule hashes.
    pub(crate) core: &'a [u8],
}

impl<'a> AnnounceHead<'a> {
    fn read(header: Header, input: &'a [u8], reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let kem = Kem(reader.u8()?);
        let public_id = *reader.array()?;
        let sender = SenderId(*reader.array()?);
        let epoch = Epoch(reader.u64()?);
        let at = reader.offset();
        let topic = reader.text16()?;
        if !is_topic(topic) {
            return Err(Reader::error_at(at, DecodeErrorKind::BadTopic));
        }
        let access = reader.bytes16()?;
        let (before, _) = input.split_at_checked(reader.offset()).unwrap_or_default();
        let encapsulation = reader.bytes16()?;
        let (core, _) = input.split_at_checked(reader.offset()).unwrap_or_default();
        let key_id = KeyId(*reader.array()?);
        let commitment = *reader.array()?;
        let credential = reader.bytes16()?;
        Ok(Self {
            suite: header.suite,
            flags: header.flags,
            kem,
            public_id,
            sender,
            epoch,
            topic,
            access,
            encapsulation,
            key_id,
            commitment,
            credential,
            before,
            core,
        })
    }

    /// What the encapsulation is for.
    #[must_use]
    pub const fn scope(&self) -> Scope<'a> {
        Scope { topic: self.topic, epoch: self.epoch, access: self.access }
    }

    fn encode(&self, kind: Kind, out: &mut Vec<u8>) {
        out.extend_from_slice(&header(kind, self.suite, self.flags));
        out.push(self.kem.0);
        out.extend_from_slice(&self.public_id);
        out.extend_from_slice(&self.sender.0);
        out.extend_from_slice(&self.epoch.0.to_be_bytes());
        let _fits = put_bytes16(out, self.topic.as_bytes())
            .and(put_bytes16(out, self.access))
            .and(put_bytes16(out, self.encapsulation));
        out.extend_from_slice(&self.key_id.0);
        out.extend_from_slice(&self.commitment);
        let _fits = put_bytes16(out, self.credential);
    }
}

impl fmt::Display for AnnounceHead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} key={} sender={} epoch={} topic={}",
            self.kem, self.suite, self.key_id, self.sender, self.epoch, self.topic
        )
    }
}

/// A content key, encapsulated once for everyone whose key fits; published retained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAnnounce<'a> {
    /// All but the signature.
    pub head: AnnounceHead<'a>,
    /// Over everything before it.
    pub signature: Option<&'a [u8; SIGNATURE_LEN]>,
    pub(crate) signed: &'a [u8],
}

impl<'a> KeyAnnounce<'a> {
    pub(super) fn read(header: Header, input: &'a [u8], mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let head = AnnounceHead::read(header, input, &mut reader)?;
        let (signed, _) = input.split_at_checked(reader.offset()).unwrap_or_default();
        let signature = if header.flags.has(Flags::SIGNED) { Some(reader.array()?) } else { None };
        reader.finish()?;
        Ok(Self { head, signature, signed })
    }

    /// Appends the message as it was decoded.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.head.encode(Kind::KeyAnnounce, out);
        out.extend_from_slice(self.signature.map_or(&[], <[u8; SIGNATURE_LEN]>::as_slice));
    }
}

/// A message that brings its own key: wills and one-shots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfContained<'a> {
    /// The key.
    pub head: AnnounceHead<'a>,
    /// Ciphertext and tag.
    pub sealed: &'a [u8],
    /// Over everything before it.
    pub signature: Option<&'a [u8; SIGNATURE_LEN]>,
    /// The bytes before the ciphertext.
    pub(crate) before_sealed: &'a [u8],
    pub(crate) signed: &'a [u8],
}

impl<'a> SelfContained<'a> {
    pub(super) fn read(header: Header, input: &'a [u8], mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let head = AnnounceHead::read(header, input, &mut reader)?;
        let (before_sealed, _) = input.split_at_checked(reader.offset()).unwrap_or_default();
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
        Ok(Self { head, sealed, signature, before_sealed, signed })
    }

    /// Appends the message as it was decoded.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.head.encode(Kind::SelfContained, out);
        out.extend_from_slice(self.sealed);
        out.extend_from_slice(self.signature.map_or(&[], <[u8; SIGNATURE_LEN]>::as_slice));
    }
}
