//! The wire format, version 1 (SPEC §3 and §8): decoded borrowed, strict to the last bit, one spelling for everything.

mod announce;
mod control;
mod data;
mod owned;
mod setup;

pub use announce::{AnnounceHead, KeyAnnounce, SelfContained};
pub use control::{EpochNotice, KeyRequest, SecretKey};
pub use data::Data;
pub(crate) use data::{DataHead, View};
pub use setup::{Credential, Filters, Granted, PublicParams, RegisterRequest, RegisterResponse, Role};

use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::suite::{Suite, TAG_LEN};
use crate::wire::Reader;
use alloc::vec::Vec;
use core::fmt;

/// The first byte of every envelope. It never occurs in UTF-8, so that no text or JSON is taken for an envelope.
pub const MAGIC: u8 = 0xF5;
/// The version of the format.
pub const VERSION: u8 = 1;
/// Magic, version and type, suite, flags.
pub const HEADER_LEN: usize = 4;
/// Bytes of an Ed25519 signature.
pub const SIGNATURE_LEN: usize = 64;

macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident = $nibble:literal, $name:literal, $type:ty;)+) => {
        /// The type of an envelope: the low half of its second byte.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])+ $kind = $nibble,)+ }

        impl Kind {
            const fn from_nibble(nibble: u8) -> Option<Self> {
                match nibble { $($nibble => Some(Self::$kind),)+ _ => None }
            }

            /// Its name in the specification.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }
        }

        /// One envelope, borrowed from its bytes.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Envelope<'a> { $($(#[$doc])+ $kind($type),)+ }

        impl Envelope<'_> {
            /// Its type.
            #[must_use]
            pub const fn kind(&self) -> Kind {
                match self { $(Self::$kind(_) => Kind::$kind,)+ }
            }

            /// Appends the envelope: the same bytes that it was decoded from.
            pub fn encode(&self, out: &mut Vec<u8>) {
                match self { $(Self::$kind(envelope) => envelope.encode(out),)+ }
            }
        }
    };
}

kinds! {
    /// A message under an announced content key.
    Data = 1, "Data", Data<'a>;
    /// A content key, encapsulated.
    KeyAnnounce = 2, "KeyAnnounce", KeyAnnounce<'a>;
    /// Both in one: wills and one-shots.
    SelfContained = 3, "SelfContained", SelfContained<'a>;
    /// A device asks to be registered.
    RegisterRequest = 4, "RegisterRequest", RegisterRequest<'a>;
    /// The authority's answer.
    RegisterResponse = 5, "RegisterResponse", RegisterResponse<'a>;
    /// The signed public parameters.
    PublicParams = 6, "PublicParams", PublicParams<'a>;
    /// A subscriber's key at rest.
    SecretKey = 7, "SecretKey", SecretKey<'a>;
    /// A subscriber asks for the announcement of a key.
    KeyRequest = 8, "KeyRequest", KeyRequest;
    /// The authority announces an epoch or a generation.
    EpochNotice = 9, "EpochNotice", EpochNotice;
    /// What a publisher may publish.
    Credential = 10, "PublisherCredential", Credential<'a>;
}

impl Kind {
    /// Flags and suites are for messages; setup has neither.
    const fn flags(self) -> u8 {
        match self {
            Self::Data | Self::SelfContained => Flags::SIGNED | Flags::PROPERTIES | Flags::BINDING,
            Self::KeyAnnounce => Flags::SIGNED,
            _ => 0,
        }
    }

    const fn has_suite(self) -> bool {
        matches!(self, Self::Data | Self::KeyAnnounce | Self::SelfContained)
    }
}

/// What of the topic is authenticated with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Binding {
    /// Nothing: for bridges that remap topics. The message may be moved to another topic unnoticed.
    None,
    /// The topic as it is.
    #[default]
    Exact,
    /// What is left of the topic after a prefix that both sides agreed upon.
    Suffix,
}

impl Binding {
    /// What of `topic` is bound.
    pub(crate) fn of<'t>(self, topic: &'t str, prefix: &str) -> &'t str {
        match self {
            Self::Suffix => topic.strip_prefix(prefix).unwrap_or(topic),
            _ => topic,
        }
    }
}

/// The fourth byte of an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flags(pub u8);

impl Flags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// An Ed25519 signature ends the envelope.
    pub const SIGNED: u8 = 0x01;
    /// The digest of the MQTT 5.0 properties is authenticated.
    pub const PROPERTIES: u8 = 0x02;
    /// Two bits: 0 none, 1 exact, 2 suffix.
    pub const BINDING: u8 = 0x0C;

    /// Flags from their meanings.
    #[must_use]
    pub const fn new(binding: Binding, properties: bool, signed: bool) -> Self {
        let binding = match binding {
            Binding::None => 0,
            Binding::Exact => 0x04,
            Binding::Suffix => 0x08,
        };
        let properties = if properties { Self::PROPERTIES } else { 0 };
        let signed = if signed { Self::SIGNED } else { 0 };
        Self(binding | properties | signed)
    }

    /// Is this bit set?
    #[must_use]
    pub const fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }

    /// How the topic is bound.
    #[must_use]
    pub const fn binding(self) -> Binding {
        match self.0 & Self::BINDING {
            0x04 => Binding::Exact,
            0x08 => Binding::Suffix,
            _ => Binding::None,
        }
    }
}

/// The name of a content key, derived with it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct KeyId(pub [u8; 8]);

/// The name of a sender: the first 16 bytes of the hash of its Ed25519 key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct SenderId(pub [u8; 16]);

macro_rules! hexadecimal {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}
hexadecimal!(KeyId);
hexadecimal!(SenderId);

/// The four bytes before everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) suite: Suite,
    pub(crate) flags: Flags,
}

pub(crate) const fn header(kind: Kind, suite: Suite, flags: Flags) -> [u8; HEADER_LEN] {
    [MAGIC, VERSION << 4 | kind as u8, suite.0, flags.0]
}

impl Header {
    #[inline(always)]
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.u8()? != MAGIC {
            return Err(Reader::error_at(0, DecodeErrorKind::NotAnEnvelope));
        }
        let second = reader.u8()?;
        if second >> 4 != VERSION {
            return Err(Reader::error_at(1, DecodeErrorKind::UnknownVersion));
        }
        let kind = Kind::from_nibble(second & 0x0F).ok_or(Reader::error_at(1, DecodeErrorKind::UnknownType))?;
        let suite = Suite(reader.u8()?);
        if if kind.has_suite() { !suite.is_known() } else { suite.0 != 0 } {
            return Err(Reader::error_at(2, DecodeErrorKind::UnknownSuite));
        }
        let flags = Flags(reader.u8()?);
        if flags.0 & !kind.flags() != 0 || flags.0 & Flags::BINDING == Flags::BINDING {
            return Err(Reader::error_at(3, DecodeErrorKind::UnknownFlag));
        }
        Ok(Self { kind, suite, flags })
    }
}

/// The header, and the reader behind it.
#[inline(always)]
pub(crate) fn begin<'a>(input: &'a [u8], limits: &Limits) -> Result<(Header, Reader<'a>), DecodeError> {
    if input.len() > limits.max_envelope_len {
        return Err(Reader::error_at(0, DecodeErrorKind::LimitExceeded));
    }
    let mut reader = Reader::new(input);
    Ok((Header::read(&mut reader)?, reader))
}

impl<'a> Envelope<'a> {
    /// Decodes one envelope, all of `input`.
    ///
    /// # Errors
    /// [`DecodeError`] with the offset of the field that is wrong. A payload that is cut is refused, not awaited: MQTT delivers
    /// payloads whole.
    pub fn decode(input: &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        let (header, reader) = begin(input, limits)?;
        Self::read(header, reader, limits)
    }

    /// What follows the header.
    pub(crate) fn read(header: Header, reader: Reader<'a>, limits: &Limits) -> Result<Self, DecodeError> {
        Ok(match header.kind {
            Kind::Data => Self::Data(View::read(header, reader)?.into()),
            Kind::KeyAnnounce => Self::KeyAnnounce(KeyAnnounce::read(header, reader)?),
            Kind::SelfContained => Self::SelfContained(SelfContained::read(header, reader)?),
            Kind::RegisterRequest => Self::RegisterRequest(RegisterRequest::read(reader, limits)?),
            Kind::RegisterResponse => Self::RegisterResponse(RegisterResponse::read(reader)?),
            Kind::PublicParams => Self::PublicParams(PublicParams::read(reader)?),
            Kind::SecretKey => Self::SecretKey(SecretKey::read(reader)?),
            Kind::KeyRequest => Self::KeyRequest(KeyRequest::read(reader)?),
            Kind::EpochNotice => Self::EpochNotice(EpochNotice::read(reader)?),
            Kind::Credential => Self::Credential(Credential::read(reader, limits)?),
        })
    }
}

/// Could this payload be an envelope? Looks at two bytes.
#[must_use]
pub fn is_envelope(payload: &[u8]) -> bool {
    matches!(payload, [MAGIC, second, ..] if second >> 4 == VERSION && Kind::from_nibble(second & 0x0F).is_some())
}

/// How the envelopes that are always signed are encoded.
macro_rules! signed {
    ($name:ident $(<$a:lifetime>)?) => {
        impl $(<$a>)? $name $(<$a>)? {
            /// Appends the envelope.
            pub fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.unsigned());
                out.extend_from_slice(&self.signature);
            }
        }
    };
}
use signed;

/// Everything before the signature that ends a signed envelope.
pub(crate) fn unsigned(envelope: &[u8]) -> &[u8] {
    envelope.split_last_chunk::<SIGNATURE_LEN>().map_or(&[], |(unsigned, _)| unsigned)
}

/// The end of `Data` and `SelfContained`: ciphertext and tag, and the signature if there is one.
#[inline(always)]
fn read_sealed(flags: Flags, mut reader: Reader<'_>) -> Result<(&[u8], Option<&[u8; SIGNATURE_LEN]>), DecodeError> {
    let end = reader.offset().saturating_add(reader.remaining());
    let rest = reader.rest();
    let (sealed, signature) = if flags.has(Flags::SIGNED) {
        rest.split_last_chunk().map_or((&[][..], None), |(sealed, signature)| (sealed, Some(signature)))
    } else {
        (rest, None)
    };
    if sealed.len() < TAG_LEN {
        return Err(Reader::error_at(end, DecodeErrorKind::Truncated));
    }
    Ok((sealed, signature))
}

impl fmt::Display for Envelope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind().name())?;
        match self {
            Self::Data(data) => {
                write!(f, " {} key={} counter={} {} B", data.suite, data.key_id, data.counter, data.sealed.len())
            }
            Self::KeyAnnounce(announce) => write!(f, " {}", announce.head),
            Self::SelfContained(message) => write!(f, " {} {} B", message.head, message.sealed.len()),
            Self::RegisterRequest(request) => write!(f, " {:?} {:?}", request.role, request.identity.as_str()),
            Self::RegisterResponse(_) | Self::SecretKey(_) => f.write_str(" <redacted>"),
            Self::PublicParams(params) => write!(f, " {} {} B", params.kem, params.public.len()),
            Self::KeyRequest(request) => write!(f, " key={}", request.key_id),
            Self::EpochNotice(notice) => write!(f, " epoch={} generation={}", notice.epoch, notice.generation),
            Self::Credential(credential) => {
                write!(f, " sender={} epochs={}..{}", credential.sender(), credential.first, credential.last)
            }
        }
    }
}
