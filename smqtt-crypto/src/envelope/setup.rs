//! SPEC §8.4 to §8.6 and §8.10: registration, public parameters, credentials. Everything here is signed.

use super::{Flags, Kind, SIGNATURE_LEN, SenderId, header, signed};
use crate::attribute::Epoch;
use crate::binary::Binary;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::kem::Kem;
use crate::limits::Limits;
use crate::suite::Suite;
use crate::text::Text;
use crate::topic::is_filter;
use crate::wire::{Reader, put_bytes16};
use alloc::vec::Vec;

/// What a device wants to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum Role {
    /// Wants a key.
    Subscriber,
    /// Wants a credential.
    Publisher,
}

/// A list of topic filters, in the form of the wire: `count 2 | (filter 2+n)*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filters<'a>(pub(super) Binary<'a>);

impl<'a> Filters<'a> {
    /// A list of these filters; `None` when one is not valid or there are too many.
    #[must_use]
    pub fn new(filters: &[&str]) -> Option<Filters<'static>> {
        if filters.len() > Limits::default().max_filters || !filters.iter().all(|filter| is_filter(filter)) {
            return None;
        }
        let mut out = u16::try_from(filters.len()).ok()?.to_be_bytes().to_vec();
        for filter in filters {
            put_bytes16(&mut out, filter.as_bytes())?;
        }
        Some(Filters(out.into()))
    }

    fn read(reader: &mut Reader<'a>, limits: &Limits) -> Result<Self, DecodeError> {
        let (start, before) = (reader.offset(), *reader);
        let count = usize::from(reader.u16()?);
        if count > limits.max_filters {
            return Err(Reader::error_at(start, DecodeErrorKind::LimitExceeded));
        }
        for _ in 0..count {
            let at = reader.offset();
            if !is_filter(reader.text16()?) {
                return Err(Reader::error_at(at, DecodeErrorKind::BadFilter));
            }
        }
        Ok(Self(before.until(reader).into()))
    }

    /// The filters in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let mut reader = Reader::new(&self.0);
        let _count = reader.u16();
        core::iter::from_fn(move || reader.text16().ok())
    }
}

/// `header 4 | role 1 | identity 2+n | filters 2+n | wrap key 32 | verifying key 32 | nonce 16 | signature 64`
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisterRequest<'a> {
    /// What the device wants to be.
    pub role: Role,
    /// Who it says it is; to believe it is the caller's decision.
    pub identity: Text<'a>,
    /// The topic filters that it wants.
    pub filters: Filters<'a>,
    /// X25519, for the wrapped answer.
    pub wrap_key: [u8; 32],
    /// Ed25519.
    pub verifying_key: [u8; 32],
    /// Comes back in the answer.
    pub nonce: [u8; 16],
    /// Proof of possession: by the verifying key, over everything before it.
    pub signature: [u8; SIGNATURE_LEN],
}

signed!(RegisterRequest<'a>);

impl<'a> RegisterRequest<'a> {
    pub(super) fn read(mut reader: Reader<'a>, limits: &Limits) -> Result<Self, DecodeError> {
        let role = match reader.u8()? {
            1 => Role::Subscriber,
            2 => Role::Publisher,
            _ => return Err(Reader::error_at(4, DecodeErrorKind::BadField)),
        };
        let request = Self {
            role,
            identity: reader.text16()?.into(),
            filters: Filters::read(&mut reader, limits)?,
            wrap_key: *reader.array()?,
            verifying_key: *reader.array()?,
            nonce: *reader.array()?,
            signature: *reader.array()?,
        };
        reader.finish()?;
        Ok(request)
    }

    /// What is signed.
    pub(crate) fn unsigned(&self) -> Vec<u8> {
        let mut out = header(Kind::RegisterRequest, Suite(0), Flags::NONE).to_vec();
        out.push(if self.role == Role::Subscriber { 1 } else { 2 });
        let _fits = put_bytes16(&mut out, self.identity.as_bytes());
        out.extend_from_slice(&self.filters.0);
        out.extend_from_slice(&self.wrap_key);
        out.extend_from_slice(&self.verifying_key);
        out.extend_from_slice(&self.nonce);
        out
    }
}

/// What was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted<'a> {
    /// A `SecretKey` envelope under HPKE to the device's wrap key.
    Key {
        /// The ephemeral X25519 key.
        encapsulated: [u8; 32],
        /// Ciphertext and tag.
        sealed: Binary<'a>,
    },
    /// A credential (an envelope of its own).
    Credential(Binary<'a>),
}

/// `header 4 | nonce 16 | params 2+n | kind 1 | (encapsulated 32 | sealed 4+n) or (credential 2+n) | signature 64`
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisterResponse<'a> {
    /// The request's.
    pub nonce: [u8; 16],
    /// The `PublicParams` envelope.
    pub params: Binary<'a>,
    /// The key or the credential.
    pub granted: Granted<'a>,
    /// The authority's, over everything before it.
    pub signature: [u8; SIGNATURE_LEN],
}

signed!(RegisterResponse<'a>);

impl<'a> RegisterResponse<'a> {
    pub(super) fn read(mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let nonce = *reader.array()?;
        let params = reader.bytes16()?.into();
        let at = reader.offset();
        let granted = match reader.u8()? {
            1 => {
                let encapsulated = *reader.array()?;
                let len = u32::from_be_bytes(*reader.array()?);
                Granted::Key { encapsulated, sealed: reader.take(usize::try_from(len).unwrap_or(usize::MAX))?.into() }
            }
            2 => Granted::Credential(reader.bytes16()?.into()),
            _ => return Err(Reader::error_at(at, DecodeErrorKind::BadField)),
        };
        let signature = *reader.array()?;
        reader.finish()?;
        Ok(Self { nonce, params, granted, signature })
    }

    /// What is signed.
    pub(crate) fn unsigned(&self) -> Vec<u8> {
        let mut out = header(Kind::RegisterResponse, Suite(0), Flags::NONE).to_vec();
        out.extend_from_slice(&self.nonce);
        let _fits = put_bytes16(&mut out, &self.params);
        match &self.granted {
            Granted::Key { encapsulated, sealed } => {
                out.push(1);
                out.extend_from_slice(encapsulated);
                out.extend_from_slice(&u32::try_from(sealed.len()).unwrap_or(u32::MAX).to_be_bytes());
                out.extend_from_slice(sealed);
            }
            Granted::Credential(credential) => {
                out.push(2);
                let _fits = put_bytes16(&mut out, credential);
            }
        }
        out
    }
}

/// `header 4 | kem 1 | authority key 32 | epoch seconds 4 | public 2+n | signature 64`
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublicParams<'a> {
    /// The scheme.
    pub kem: Kem,
    /// The authority's Ed25519 key: to trust it is the caller's decision.
    pub authority: [u8; 32],
    /// How long an epoch is.
    pub epoch_seconds: u32,
    /// The scheme's public key: 576 bytes for FABEO.
    pub public: Binary<'a>,
    /// The authority's, over everything before it.
    pub signature: [u8; SIGNATURE_LEN],
}

signed!(PublicParams<'a>);

impl<'a> PublicParams<'a> {
    pub(super) fn read(mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let params = Self {
            kem: Kem(reader.u8()?),
            authority: *reader.array()?,
            epoch_seconds: u32::from_be_bytes(*reader.array()?),
            public: reader.bytes16()?.into(),
            signature: *reader.array()?,
        };
        reader.finish()?;
        Ok(params)
    }

    /// What is signed.
    pub(crate) fn unsigned(&self) -> Vec<u8> {
        let mut out = header(Kind::PublicParams, Suite(0), Flags::NONE).to_vec();
        out.push(self.kem.0);
        out.extend_from_slice(&self.authority);
        out.extend_from_slice(&self.epoch_seconds.to_be_bytes());
        let _fits = put_bytes16(&mut out, &self.public);
        out
    }
}

/// `header 4 | verifying key 32 | first epoch 8 | last epoch 8 | filters 2+n | signature 64`
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Credential<'a> {
    /// The publisher's Ed25519 key.
    pub verifying_key: [u8; 32],
    /// Valid from.
    pub first: Epoch,
    /// Valid to, inclusive.
    pub last: Epoch,
    /// The topics that it may publish on.
    pub filters: Filters<'a>,
    /// The authority's, over everything before it.
    pub signature: [u8; SIGNATURE_LEN],
}

signed!(Credential<'a>);

impl<'a> Credential<'a> {
    pub(super) fn read(mut reader: Reader<'a>, limits: &Limits) -> Result<Self, DecodeError> {
        let verifying_key = *reader.array()?;
        let (first, last) = (Epoch(reader.u64()?), Epoch(reader.u64()?));
        if last < first {
            return Err(Reader::error_at(36, DecodeErrorKind::BadField));
        }
        let filters = Filters::read(&mut reader, limits)?;
        let signature = *reader.array()?;
        reader.finish()?;
        Ok(Self { verifying_key, first, last, filters, signature })
    }

    /// The publisher's name.
    #[must_use]
    pub fn sender(&self) -> SenderId {
        crate::sign::sender_id(&self.verifying_key)
    }

    /// What is signed.
    pub(crate) fn unsigned(&self) -> Vec<u8> {
        let mut out = header(Kind::Credential, Suite(0), Flags::NONE).to_vec();
        out.extend_from_slice(&self.verifying_key);
        out.extend_from_slice(&self.first.0.to_be_bytes());
        out.extend_from_slice(&self.last.0.to_be_bytes());
        out.extend_from_slice(&self.filters.0);
        out
    }
}
