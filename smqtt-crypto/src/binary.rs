//! Byte strings that borrow from the input or share one buffer.

use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;

use bytes::Bytes;

/// A byte string: borrowed from the caller's input, or a view into a shared buffer.
///
/// Both forms behave as a `[u8]`; equality, order and hash are those of the content.
#[derive(Clone)]
pub enum Binary<'a> {
    /// Borrowed from the input or from the caller.
    Borrowed(&'a [u8]),
    /// A reference-counted view into a buffer that several fields may share.
    Shared(Bytes),
}

impl<'a> Binary<'a> {
    /// The empty byte string.
    pub const EMPTY: Self = Self::Borrowed(&[]);

    /// The bytes.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }

    /// A view of the same bytes that borrows from `self`.
    #[inline]
    pub fn borrowed(&self) -> Binary<'_> {
        Binary::Borrowed(self.as_slice())
    }

    /// The same bytes, independent of the input: copies when borrowed, keeps the buffer when shared.
    pub fn into_owned(self) -> Binary<'static> {
        Binary::Shared(self.into())
    }
}

impl Default for Binary<'_> {
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

impl PartialOrd for Binary<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Binary<'_> {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.as_slice().cmp(other.as_slice())
    }
}

impl Hash for Binary<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

impl fmt::Debug for Binary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.as_slice().escape_ascii())
    }
}

impl<'a> From<&'a [u8]> for Binary<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Borrowed(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Binary<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Borrowed(bytes)
    }
}

impl<'a> From<&'a str> for Binary<'a> {
    fn from(text: &'a str) -> Self {
        Self::Borrowed(text.as_bytes())
    }
}

impl From<Bytes> for Binary<'_> {
    fn from(bytes: Bytes) -> Self {
        Self::Shared(bytes)
    }
}

impl From<Vec<u8>> for Binary<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Shared(bytes.into())
    }
}

impl From<Binary<'_>> for Bytes {
    fn from(binary: Binary<'_>) -> Self {
        match binary {
            Binary::Borrowed(bytes) => Self::copy_from_slice(bytes),
            Binary::Shared(bytes) => bytes,
        }
    }
}
