//! Tokens (RFC 7252 §5.3.1, RFC 8974).

use core::fmt;
use core::ops::Deref;

use crate::binary::Binary;

/// What matches a response to its request: opaque bytes, made by the client and echoed by the server. An empty token is a token.
///
/// Up to 8 bytes; with the extension of RFC 8974 up to 65,804.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Token<'a>(pub Binary<'a>);

impl<'a> Token<'a> {
    /// The token of no bytes.
    pub const EMPTY: Self = Self(Binary::EMPTY);
    /// The longest token of RFC 7252.
    pub const MAX_LEN: usize = 8;
    /// The longest token of RFC 8974 §2.1.
    pub const MAX_EXTENDED_LEN: usize = 65_804;

    /// The bytes.
    #[inline]
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The same token, independent of the input.
    #[must_use]
    pub fn into_owned(self) -> Token<'static> {
        Token(self.0.into_owned())
    }
}

impl Deref for Token<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl<'a> From<&'a [u8]> for Token<'a> {
    #[inline]
    fn from(slice: &'a [u8]) -> Self {
        Self(Binary::Borrowed(slice))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Token<'a> {
    #[inline]
    fn from(array: &'a [u8; N]) -> Self {
        Self(Binary::Borrowed(array))
    }
}

impl fmt::Display for Token<'_> {
    /// Lower-case hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({self})")
    }
}
