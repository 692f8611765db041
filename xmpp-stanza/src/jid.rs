//! Addresses (RFC 7622 §5): `local@domain/resource`, prepared, enforced and compared by `==`.

mod domain;
mod escape;
mod profile;
mod tables;

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

pub use escape::{escape_local, unescape_local};

use crate::chars;
use crate::text::Text;

/// The longest part in octets, after enforcement (RFC 7622 §3.2, §3.3, §3.4).
pub(crate) const MAX_PART: usize = 1023;

/// Why a string is no address; a stanza that carries it is answered with `jid-malformed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum JidError {
    /// `@` with nothing before it.
    #[error("an empty local part")]
    EmptyLocal,
    /// No domain part, or an empty label.
    #[error("an empty domain part")]
    EmptyDomain,
    /// `/` with nothing behind it.
    #[error("an empty resource part")]
    EmptyResource,
    /// More than 1,023 octets after enforcement.
    #[error("a local part of more than 1,023 octets")]
    LocalTooLong,
    /// More than 1,023 octets after enforcement.
    #[error("a domain part of more than 1,023 octets")]
    DomainTooLong,
    /// More than 1,023 octets after enforcement.
    #[error("a resource part of more than 1,023 octets")]
    ResourceTooLong,
    /// A code point outside UsernameCaseMapped, or one of `"&'/:<>@` (RFC 7622 §3.3.1), as behind a scheme (RFC 6121 §9).
    #[error("a character that local parts may not have")]
    InvalidLocal,
    /// Neither an IP address nor labels that IDNA allows (RFC 7622 §3.2).
    #[error("a malformed domain part")]
    InvalidDomain,
    /// A code point outside OpaqueString (RFC 7622 §3.4).
    #[error("a character that resource parts may not have")]
    InvalidResource,
}

const NONE: u16 = u16::MAX;

/// An XMPP address in its enforced form, borrowed when the input had that form already.
#[derive(Clone)]
pub struct Jid<'a> {
    text: Text<'a>,
    /// Offset of `@`, or `NONE`.
    at: u16,
    /// Offset of the first `/`, or `NONE`.
    slash: u16,
}

impl<'a> Jid<'a> {
    /// Parses and enforces an address.
    ///
    /// # Errors
    /// Says which part is wrong.
    #[inline]
    pub fn new(text: &'a str) -> Result<Self, JidError> {
        match enforced_ascii(text.as_bytes()) {
            Some((at, slash)) => Ok(Self { text: Text::Borrowed(text), at, slash }),
            None => Self::enforce(text),
        }
    }

    #[cold]
    fn enforce(text: &'a str) -> Result<Self, JidError> {
        // RFC 7622 §3.1: split at the first '/', then at the first '@' of what stands before it.
        let (head, resource) = match text.split_once('/') {
            Some((head, resource)) => (head, Some(resource)),
            None => (text, None),
        };
        let (local, domain) = match head.split_once('@') {
            Some((local, domain)) => (Some(local), domain),
            None => (None, head),
        };
        let jid = Self::from_parts(local, domain, resource)?;
        // What was in enforced form already keeps borrowing.
        if jid.as_str() == text { Ok(Self { text: Text::Borrowed(text), ..jid }) } else { Ok(jid) }
    }

    /// Puts an address together from its parts, each enforced.
    ///
    /// # Errors
    /// Says which part is wrong.
    pub fn from_parts(local: Option<&str>, domain: &str, resource: Option<&str>) -> Result<Jid<'static>, JidError> {
        let mut out = String::with_capacity(domain.len().saturating_add(local.map_or(0, str::len)).saturating_add(16));
        let mut at = NONE;
        if let Some(local) = local {
            let local = profile::username(local)?;
            at = short(local.len());
            out.push_str(&local);
            out.push('@');
        }
        out.push_str(&domain::enforce(domain)?);
        let mut slash = NONE;
        if let Some(resource) = resource {
            let resource = profile::opaque(resource)?;
            slash = short(out.len());
            out.push('/');
            out.push_str(&resource);
        }
        Ok(Jid { text: out.into(), at, slash })
    }

    /// The address as a string.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part before `@`.
    pub fn local(&self) -> Option<&str> {
        self.text.get(..usize::from(self.at)).filter(|_| self.at != NONE)
    }

    /// The domain.
    pub fn domain(&self) -> &str {
        let from = if self.at == NONE { 0 } else { usize::from(self.at).saturating_add(1) };
        let to = if self.slash == NONE { self.text.len() } else { usize::from(self.slash) };
        self.text.get(from..to).unwrap_or_default()
    }

    /// The part behind the first `/`.
    pub fn resource(&self) -> Option<&str> {
        self.text.get(usize::from(self.slash).saturating_add(1)..).filter(|_| self.slash != NONE)
    }

    /// True if there is no resource.
    pub const fn is_bare(&self) -> bool {
        self.slash == NONE
    }

    /// The address without its resource.
    pub fn bare(&self) -> Jid<'_> {
        let to = if self.slash == NONE { self.text.len() } else { usize::from(self.slash) };
        Jid { text: Text::Borrowed(self.text.get(..to).unwrap_or_default()), at: self.at, slash: NONE }
    }

    /// The same bare address with that resource.
    ///
    /// # Errors
    /// The resource is not an OpaqueString.
    pub fn with_resource(&self, resource: &str) -> Result<Jid<'static>, JidError> {
        let resource = profile::opaque(resource)?;
        let bare = self.bare();
        let mut out = String::from(bare.as_str());
        let slash = short(out.len());
        out.push('/');
        out.push_str(&resource);
        Ok(Jid { text: out.into(), at: self.at, slash })
    }

    /// A second handle that borrows from this one.
    pub fn borrowed(&self) -> Jid<'_> {
        Jid { text: self.text.borrowed(), at: self.at, slash: self.slash }
    }

    /// The same address, independent of the input.
    pub fn into_owned(self) -> Jid<'static> {
        Jid { text: self.text.into_owned(), at: self.at, slash: self.slash }
    }

    /// An address that keeps the form of its text if that is enforced already.
    #[inline]
    pub(crate) fn from_text(text: Text<'a>) -> Result<Self, JidError> {
        match enforced_ascii(text.as_bytes()) {
            Some((at, slash)) => Ok(Self { text, at, slash }),
            None => Jid::new(&text).map(Jid::into_owned),
        }
    }

    /// An address from text that may not stand literally in the input.
    pub(crate) fn from_cow(text: Cow<'a, str>) -> Result<Self, JidError> {
        match text {
            Cow::Borrowed(text) => Self::new(text),
            Cow::Owned(text) => Jid::new(&text).map(Jid::into_owned),
        }
    }
}

/// A length that has been checked against [`MAX_PART`] already.
fn short(len: usize) -> u16 {
    u16::try_from(len).unwrap_or(NONE)
}

/// The offsets of `@` and `/` if the address is ASCII and in enforced form; `None` sends it the long way, which also finds the error.
#[inline]
fn enforced_ascii(bytes: &[u8]) -> Option<(u16, u16)> {
    let find = |bytes: &[u8], byte| Some(chars::run_until(bytes, byte)).filter(|&at| at < bytes.len());
    let slash = find(bytes, b'/');
    let (head, resource) = match slash {
        Some(slash) => (bytes.get(..slash)?, Some(bytes.get(slash.saturating_add(1)..)?)),
        None => (bytes, None),
    };
    let at = find(head, b'@');
    let domain = match at {
        Some(at) => {
            let local = head.get(..at)?;
            if local.is_empty() || local.len() > MAX_PART || !local.iter().all(|&byte| profile::is_plain_local(byte)) {
                return None;
            }
            head.get(at.saturating_add(1)..)?
        }
        None => head,
    };
    if domain.len() > MAX_PART || !domain::is_plain(domain) {
        return None;
    }
    if let Some(resource) = resource
        && (resource.is_empty()
            || resource.len() > MAX_PART
            || !resource.iter().all(|byte| matches!(byte, b' '..=b'~')))
    {
        return None;
    }
    Some((at.map_or(NONE, short), slash.map_or(NONE, short)))
}

/// Octet for octet, since both are enforced (RFC 7622 §3.2.3).
impl PartialEq for Jid<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Jid<'_> {}

impl PartialEq<str> for Jid<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Jid<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for Jid<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Jid<'_> {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl core::hash::Hash for Jid<'_> {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Debug for Jid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Jid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl<'a> TryFrom<&'a str> for Jid<'a> {
    type Error = JidError;

    fn try_from(text: &'a str) -> Result<Self, JidError> {
        Self::new(text)
    }
}

impl FromStr for Jid<'static> {
    type Err = JidError;

    fn from_str(text: &str) -> Result<Self, JidError> {
        Jid::new(text).map(Jid::into_owned)
    }
}
