//! Octets that are borrowed from the input or shared with it.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;

use bytes::Bytes;

/// Octets: borrowed from the input, or sharing its buffer. Equality is by content.
#[derive(Clone)]
pub enum Binary<'a> {
    /// Borrowed from the input.
    Borrowed(&'a [u8]),
    /// A share of a reference-counted buffer.
    Shared(Bytes),
}

impl<'a> Binary<'a> {
    /// No octets.
    pub const EMPTY: Self = Self::Borrowed(&[]);

    /// The octets.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Self::Borrowed(slice) => slice,
            Self::Shared(bytes) => bytes,
        }
    }

    /// The same octets, independent of the input; copies when they are borrowed.
    pub fn into_owned(self) -> Binary<'static> {
        Binary::Shared(self.into_bytes())
    }

    /// The same octets as [`Bytes`]; copies when they are borrowed.
    pub fn into_bytes(self) -> Bytes {
        match self {
            Self::Borrowed(slice) => Bytes::copy_from_slice(slice),
            Self::Shared(bytes) => bytes,
        }
    }
}

impl Default for Binary<'_> {
    #[inline]
    fn default() -> Self {
        Self::EMPTY
    }
}

impl Deref for Binary<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl AsRef<[u8]> for Binary<'_> {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl PartialEq for Binary<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Binary<'_> {}

impl PartialEq<[u8]> for Binary<'_> {
    fn eq(&self, other: &[u8]) -> bool {
        self.as_slice() == other
    }
}

impl PartialEq<&[u8]> for Binary<'_> {
    fn eq(&self, other: &&[u8]) -> bool {
        self.as_slice() == *other
    }
}

impl<const N: usize> PartialEq<&[u8; N]> for Binary<'_> {
    fn eq(&self, other: &&[u8; N]) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Hash for Binary<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

impl<'a> From<&'a [u8]> for Binary<'a> {
    #[inline]
    fn from(slice: &'a [u8]) -> Self {
        Self::Borrowed(slice)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Binary<'a> {
    #[inline]
    fn from(array: &'a [u8; N]) -> Self {
        Self::Borrowed(array)
    }
}

impl<'a> From<&'a str> for Binary<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self::Borrowed(text.as_bytes())
    }
}

impl From<Bytes> for Binary<'_> {
    #[inline]
    fn from(bytes: Bytes) -> Self {
        Self::Shared(bytes)
    }
}

impl fmt::Debug for Binary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.as_slice().escape_ascii())
    }
}
