//! SPEC §8.4 to §8.6 and §8.10: registration, public parameters, credentials. Everything here is signed.

use super::{Flags, Kind, SIGNATURE_LEN, SenderId, header, split_signature};
use crate::attribute::Epoch;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::kem::Kem;
use crate::limits::Limits;
use crate::suite::Suite;
use crate::topic::is_filter;
use crate::wire::{Reader, put_bytes16};
use alloc::vec::Vec;

/// What a device wants to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Wants a key.
    Subscriber,
    /// Wants a credential.
    Publisher,
}

/// A list of topic filters behind its count, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filters<'a>(&'a [u8]);

impl<'a> Filters<'a> {
    fn read(input: &'a [u8], reader: &mut Reader<'a>, limits: &Limits) -> Result<Self, DecodeError> {
        let start = reader.offset();
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
        Ok(Self(input.get(start..reader.offset()).unwrap_or_default()))
    }

    fn iter(&self) -> impl Iterator<Item = &'a str> {
        let mut reader = Reader::new(self.0);
        let _count = reader.u16();
        core::iter::from_fn(move || reader.text16().ok())
    }
}

/// Filters that fit into a credential or a request.
pub(crate) fn check_filters(filters: &[&str]) -> bool {
    filters.len() <= Limits::default().max_filters && filters.iter().all(|filter| is_filter(filter))
}

fn put_filters(filters: &[&str], out: &mut Vec<u8>) {
    out.extend_from_slice(&u16::try_from(filters.len()).unwrap_or(u16::MAX).to_be_bytes());
    for filter in filters {
        let _fits = put_bytes16(out, filter.as_bytes());
    }
}

/// `header 4 | role 1 | identity 2+n | filters 2+n | wrap key 32 | verifying key 32 | nonce 16 | signature 64`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRequest<'a> {
    /// What the device wants to be.
    pub role: Role,
    /// Who it says it is; to believe it is the caller's decision.
    pub identity: &'a str,
    filters: Filters<'a>,
    /// X25519, for the wrapped answer.
    pub wrap_key: [u8; 32],
    /// Ed25519.
    pub verifying_key: [u8; 32],
    /// Comes back in the answer.
    pub nonce: [u8; 16],
    /// Proof of possession: by the verifying key, over everything before it.
    pub signature: [u8; SIGNATURE_LEN],
    pub(crate) signed: &'a [u8],
}

impl<'a> RegisterRequest<'a> {
    pub(super) fn read(input: &'a [u8], mut reader: Reader<'a>, limits: &Limits) -> Result<Self, DecodeError> {
        let role = match reader.u8()? {
            1 => Role::Subscriber,
            2 => Role::Publisher,
            _ => return Err(Reader::error_at(4, DecodeErrorKind::BadField)),
        };
        let request = Self {
            role,
            identity: reader.text16()?,
            filters: Filters::read(input, &mut reader, limits)?,
            wrap_key: *reader.array()?,
            verifying_key: *reader.array()?,
            nonce: *reader.array()?,
            signature: *reader.array()?,
            signed: split_signature(input).map(|(signed, _)| signed).unwrap_or_default(),
        };
        reader.finish()?;
        Ok(request)
    }

    /// The topic filters that it wants.
    pub fn filters(&self) -> impl Iterator<Item = &'a str> {
        self.filters.iter()
    }

    /// Appends what is signed.
    pub(crate) fn encode_unsigned(
        role: Role,
        identity: &str,
        filters: &[&str],
        keys: (&[u8; 32], &[u8; 32]),
        nonce: &[u8; 16],
        out: &mut Vec<u8>,
    ) {
        out.extend_from_slice(&header(Kind::RegisterRequest, Suite(0), Flags::NONE));
        out.push(if role == Role::Subscriber { 1 } else { 2 });
        let _fits = put_bytes16(out, identity.as_bytes());
        put_filters(filters, out);
        out.extend_from_slice(keys.0);
        out.extend_from_slice(keys.1);
        out.extend_from_slice(nonce);
    }

    /// Appends the request as it was decoded.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.signed);
        out.extend_from_slice(&self.signature);
    }
}

/// What was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted<'a> {
    /// A `SecretKey` envelope under HPKE to the device's wrap key.
    Key {
        /// The ephemeral X25519 key.
        encapsulated: &'a [u8; 32],
        /// Ciphertext and tag.
        sealed: &'a [u8],
    },
    /// A credential (an envelope of its own).
    Credential(&'a [u8]),
}

/// `header 4 | nonce 16 | params 2+n | kind 1 | (encapsulated 32 | sealed 4+n) or (credential 2+n) | signature 64`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterResponse<'a> {
    /// The request's.
    pub nonce: [u8; 16],
    /// The `PublicParams` envelope.
    pub params: &'a [u8],
    /// The key or the credential.
    pub granted: Granted<'a>,
    /// The authority's, over everything before it.
    pub signature: [u8; SIGNATURE_LEN],
    pub(crate) signed: &'a [u8],
}

impl<'a> RegisterResponse<'a> {
    pub(super) fn read(input: &'a [u8], mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let nonce = *reader.array()?;
        let params = reader.bytes16()?;
        let at = reader.offset();
        let granted = match reader.u8()? {
            1 => {
                let encapsulated = reader.array()?;
                let len = u32::from_be_bytes(*reader.array()?);
                Granted::Key { encapsulated, sealed: reader.take(usize::try_from(len).unwrap_or(usize::MAX))? }
            }
            2 => Granted::Credential(reader.bytes16()?),
            _ => return Err(Reader::error_at(at, DecodeErrorKind::BadField)),
        };
        let signature = *reader.array()?;
        reader.finish()?;
        let signed = split_signature(input).map(|(signed, _)| signed).unwrap_or_default();
        Ok(Self { nonce, params, granted, signature, signed })
    }

    pub(crate) fn encode_unsigned(nonce: &[u8; 16], params: &[u8], granted: &Granted<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(&header(Kind::RegisterResponse, Suite(0), Flags::NONE));
        out.extend_from_slice(nonce);
        let _fits = put_bytes16(out, params);
        match granted {
            Granted::Key { encapsulated, sealed } => {
                out.push(1);
                out.extend_from_slice(*encapsulated);
                out.extend_from_slice(&u32::try_from(sealed.len()).unwrap_or(u32::MAX).to_be_bytes());
                out.extend_from_slice(sealed);
            }
            Granted::Credential(credential) => {
                out.push(2);
                let _fits = put_bytes16(out, credential);
            }
        }
    }

    /// Appends the response as it was decoded.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.signed);
        out.extend_from_slice(&self.signature);
    }
}

/// `header 4 | kem 1 | authority key 32 | epoch seconds 4 | public 2+n | signature 64`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicParams<'a> {
    /// The scheme.
    pub kem: Kem,
    /// The authority's Ed25519 key: to trust it is the caller's decision.
    pub authority: [u8; 32],
    /// How long an epoch is.
    pub epoch_seconds: u32,
    /// The scheme's public key: 576 bytes for FABEO.
    pub public: &'a [u8],
    /// The authority's, over everything before it.
    pub signature: [u8; SIGNATURE_LEN],
    pub(crate) signed: &'a [u8],
}

impl<'a> PublicParams<'a> {
    pub(super) fn read(input: &'a [u8], mut reader: Reader<'a>) -> Result<Self, DecodeError> {
        let params = Self {
            kem: Kem(reader.u8()?),
            authority: *reader.array()?,
            epoch_seconds: u32::from_be_bytes(*reader.array()?),
            public: reader.bytes16()?,
            signature: *reader.array()?,
            signed: split_signature(input).map(|(signed, _)| signed).unwrap_or_default(),
        };
        reader.finish()?;
        Ok(params)
    }

    pub(crate) fn encode_unsigned(
        kem: Kem,
        authority: &[u8; 32],
        epoch_seconds: u32,
        public: &[u8],
        out: &mut Vec<u8>,
    ) {
        out.extend_from_slice(&header(Kind::PublicParams, Suite(0), Flags::NONE));
        out.push(kem.0);
        out.extend_from_slice(authority);
        out.extend_from_slice(&epoch_seconds.to_be_bytes());
        let _fits = put_bytes16(out, public);
    }

    /// Appends the parameters as they were decoded.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.signed);
        out.extend_from_slice(&self.signature);
    }
}

/// `header 4 | verifying key 32 | first epoch 8 | last epoch 8 | filters 2+n | signature 64`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential<'a> {
    /// The publisher's Ed25519 key.
    pub verifying_key: [u8; 32],
    /// Valid from.
    pub first: Epoch,
    /// Valid to, inclusive.
    pub last: Epoch,
    filters: Filters<'a>,
    /// The authority's, over everything before it.
    pub signature: [u8; SIGNATURE_LEN],
    pub(crate) signed: &'a [u8],
}

impl<'a> Credential<'a> {
    pub(super) fn read(input: &'a [u8], mut reader: Reader<'a>, limits: &Limits) -> Result<Self, DecodeError> {
        let verifying_key = *reader.array()?;
        let (first, last) = (Epoch(reader.u64()?), Epoch(reader.u64()?));
        if last < first {
            return Err(Reader::error_at(36, DecodeErrorKind::BadField));
        }
        let filters = Filters::read(input, &mut reader, limits)?;
        let signature = *reader.array()?;
        reader.finish()?;
        let signed = split_signature(input).map(|(signed, _)| signed).unwrap_or_default();
        Ok(Self { verifying_key, first, last, filters, signature, signed })
    }

    /// The topics that it may publish on.
    pub fn filters(&self) -> impl Iterator<Item = &'a str> {
        self.filters.iter()
    }

    /// The publisher's name.
    #[must_use]
    pub fn sender(&self) -> SenderId {
        crate::sign::sender_id(&self.verifying_key)
    }

    pub(crate) fn encode_unsigned(key: &[u8; 32], first: Epoch, last: Epoch, filters: &[&str], out: &mut Vec<u8>) {
        out.extend_from_slice(&header(Kind::Credential, Suite(0), Flags::NONE));
        out.extend_from_slice(key);
        out.extend_from_slice(&first.0.to_be_bytes());
        out.extend_from_slice(&last.0.to_be_bytes());
        put_filters(filters, out);
    }

    /// Appends the credential as it was decoded.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.signed);
        out.extend_from_slice(&self.signature);
    }
}
