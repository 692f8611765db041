//! UTF-8 text that is borrowed from the input or shared with it.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;

use bytestring::ByteString;

/// Text: borrowed from the input, or sharing its buffer. Equality is by content.
#[derive(Clone)]
pub enum Text<'a> {
    /// Borrowed from the input.
    Borrowed(&'a str),
    /// A share of a reference-counted buffer.
    Shared(ByteString),
}

impl<'a> Text<'a> {
    /// The empty text.
    pub const EMPTY: Self = Self::Borrowed("");

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Shared(text) => text,
        }
    }

    /// The same text, independent of the input; copies when it is borrowed.
    pub fn into_owned(self) -> Text<'static> {
        match self {
            Self::Borrowed(text) => Text::Shared(ByteString::from(text)),
            Self::Shared(text) => Text::Shared(text),
        }
    }
}

impl Default for Text<'_> {
    #[inline]
    fn default() -> Self {
        Self::EMPTY
    }
}

impl Deref for Text<'_> {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text<'_> {
    #[inline]
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text<'_> {}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Hash for Text<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl<'a> From<&'a str> for Text<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self::Borrowed(text)
    }
}

impl From<ByteString> for Text<'_> {
    #[inline]
    fn from(text: ByteString) -> Self {
        Self::Shared(text)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
