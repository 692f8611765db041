//! SPEC §8.7 to §8.9: keys at rest, and the two small messages between subscribers and the others.

use super::{Flags, KeyId, Kind, SIGNATURE_LEN, header, signed};
use crate::attribute::Epoch;
use crate::binary::Binary;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::kem::Kem;
use crate::suite::Suite;
use crate::wire::Reader;
use alloc::vec::Vec;
use core::fmt;

/// A subscriber's key at rest: `header 4 | kem 1 | body`. Secret; wrapped when it travels.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecretKey<'a> {
    /// The scheme, which decides how the body reads.
    pub kem: Kem,
    /// What the scheme wrote.
    pub body: Binary<'a>,
}

impl fmt::Debug for SecretKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({}, <redacted>)", self.kem)
    }
}

impl<'a> SecretKey<'a> {
    pub(super) fn read(mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        Ok(Self { kem: Kem(reader.u8()?), body: reader.rest().into() })
    }

    /// Appends the key.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&header(Kind::SecretKey, Suite(0), Flags::NONE));
        out.push(self.kem.0);
        out.extend_from_slice(&self.body);
    }
}

/// A subscriber has data under a key that it has not seen announced: `header 4 | key_id 8`.
///
/// Whoever kept the announcement publishes it again; one that is retained is never asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct KeyRequest {
    /// The missing key.
    pub key_id: KeyId,
}

impl KeyRequest {
    pub(super) fn read(mut reader: Reader<'_>) -> Result<Self, DecodeError> {
        let key_id = KeyId(*reader.array()?);
        reader.finish()?;
        Ok(Self { key_id })
    }

    /// Appends the request.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&header(Kind::KeyRequest, Suite(0), Flags::NONE));
        out.extend_from_slice(&self.key_id.0);
    }
}

/// The authority moves on: `header 4 | epoch 8 | generation 8 | signature 64`.
///
/// A higher generation revokes: publishers label with it from then on ([`GENERATION`](crate::GENERATION)), and only renewed
/// keys ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub struct EpochNotice {
    /// The current epoch.
    pub epoch: Epoch,
    /// The current generation of keys.
    pub generation: u64,
    /// The authority's, over everything before it.
    pub signature: [u8; SIGNATURE_LEN],
}

signed!(EpochNotice);

impl EpochNotice {
    pub(super) fn read(mut reader: Reader<'_>) -> Result<Self, DecodeError> {
        let notice = Self { epoch: Epoch(reader.u64()?), generation: reader.u64()?, signature: *reader.array()? };
        reader.finish()?;
        Ok(notice)
    }

    /// What is signed.
    pub(crate) fn unsigned(&self) -> Vec<u8> {
        let mut out = header(Kind::EpochNotice, Suite(0), Flags::NONE).to_vec();
        out.extend_from_slice(&self.epoch.0.to_be_bytes());
        out.extend_from_slice(&self.generation.to_be_bytes());
        out
    }
}

impl SecretKey<'_> {
    /// The kind of error that a body of an unexpected scheme is.
    pub(crate) const fn wrong_kem() -> DecodeError {
        DecodeError { kind: DecodeErrorKind::BadField, offset: 4 }
    }
}
