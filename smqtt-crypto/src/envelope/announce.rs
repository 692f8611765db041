//! SPEC §8.2 and §8.3: a content key for all whose key fits, and the message that brings its own.
//!
//! ```text
//! header 4 | kem 1 | public id 16 | sender 16 | epoch 8 | topic 2+n | access 2+n | encapsulation 2+n
//!          | key_id 8 | commitment 32 | credential 2+n | [ciphertext | tag 16] [| signature 64]
//! ```

use super::{Flags, Header, KeyId, Kind, SIGNATURE_LEN, SenderId, header, read_sealed};
use crate::attribute::Epoch;
use crate::binary::Binary;
use crate::content::COMMITMENT_LEN;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::kem::{Kem, Scope};
use crate::suite::Suite;
use crate::text::Text;
use crate::topic::is_topic;
use crate::wire::{Reader, put_bytes16};
use alloc::vec::Vec;
use core::fmt;

/// What `KeyAnnounce` and `SelfContained` have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
    pub topic: Text<'a>,
    /// Labels or policy, canonical.
    pub access: Binary<'a>,
    /// What the scheme wrote.
    pub encapsulation: Binary<'a>,
    /// The name of the content key.
    pub key_id: KeyId,
    /// The commitment to it.
    pub commitment: [u8; COMMITMENT_LEN],
    /// The sender's credential (an envelope of its own), or empty.
    pub credential: Binary<'a>,
}

impl<'a> AnnounceHead<'a> {
    fn read(header: Header, reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let kem = Kem(reader.u8()?);
        let public_id = *reader.array()?;
        let sender = SenderId(*reader.array()?);
        let epoch = Epoch(reader.u64()?);
        let at = reader.offset();
        let topic = reader.text16()?;
        if !is_topic(topic) {
            return Err(Reader::error_at(at, DecodeErrorKind::BadTopic));
        }
        Ok(Self {
            suite: header.suite,
            flags: header.flags,
            kem,
            public_id,
            sender,
            epoch,
            topic: topic.into(),
            access: reader.bytes16()?.into(),
            encapsulation: reader.bytes16()?.into(),
            key_id: KeyId(*reader.array()?),
            commitment: *reader.array()?,
            credential: reader.bytes16()?.into(),
        })
    }

    /// What the encapsulation is for.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        Scope { topic: &self.topic, epoch: self.epoch, access: &self.access }
    }

    /// Does every field fit behind its length?
    pub(crate) fn fits(&self) -> bool {
        let max = usize::from(u16::MAX);
        is_topic(&self.topic)
            && [&self.access, &self.encapsulation, &self.credential].iter().all(|field| field.len() <= max)
    }

    /// The bytes before the encapsulation, which are its context.
    pub(crate) fn put_scope(&self, kind: Kind, out: &mut Vec<u8>) {
        out.extend_from_slice(&header(kind, self.suite, self.flags));
        out.push(self.kem.0);
        out.extend_from_slice(&self.public_id);
        out.extend_from_slice(&self.sender.0);
        out.extend_from_slice(&self.epoch.0.to_be_bytes());
        let _fits = put_bytes16(out, self.topic.as_bytes()).and(put_bytes16(out, &self.access));
    }

    /// With it, the bytes that the key schedule hashes.
    pub(crate) fn put_encapsulation(&self, out: &mut Vec<u8>) {
        let _fits = put_bytes16(out, &self.encapsulation);
    }

    pub(crate) fn put_key(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.key_id.0);
        out.extend_from_slice(&self.commitment);
        let _fits = put_bytes16(out, &self.credential);
    }

    pub(crate) fn encode(&self, kind: Kind, out: &mut Vec<u8>) {
        self.put_scope(kind, out);
        self.put_encapsulation(out);
        self.put_key(out);
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
#[non_exhaustive]
pub struct KeyAnnounce<'a> {
    /// All but the signature.
    pub head: AnnounceHead<'a>,
    /// Over everything before it.
    pub signature: Option<[u8; SIGNATURE_LEN]>,
}

impl<'a> KeyAnnounce<'a> {
    pub(super) fn read(header: Header, mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let head = AnnounceHead::read(header, &mut reader)?;
        let signature = if header.flags.has(Flags::SIGNED) { Some(*reader.array()?) } else { None };
        reader.finish()?;
        Ok(Self { head, signature })
    }

    /// Appends the message as it was decoded.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.head.encode(Kind::KeyAnnounce, out);
        out.extend_from_slice(self.signature.as_ref().map_or(&[], <[u8; SIGNATURE_LEN]>::as_slice));
    }
}

/// A message that brings its own key: wills and one-shots.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelfContained<'a> {
    /// The key.
    pub head: AnnounceHead<'a>,
    /// Ciphertext and tag.
    pub sealed: Binary<'a>,
    /// Over everything before it.
    pub signature: Option<[u8; SIGNATURE_LEN]>,
}

impl<'a> SelfContained<'a> {
    pub(super) fn read(header: Header, mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let head = AnnounceHead::read(header, &mut reader)?;
        let (sealed, signature) = read_sealed(header.flags, reader)?;
        Ok(Self { head, sealed: sealed.into(), signature: signature.copied() })
    }

    /// Appends the message as it was decoded.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.head.encode(Kind::SelfContained, out);
        out.extend_from_slice(&self.sealed);
        out.extend_from_slice(self.signature.as_ref().map_or(&[], <[u8; SIGNATURE_LEN]>::as_slice));
    }
}
