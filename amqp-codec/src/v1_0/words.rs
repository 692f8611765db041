//! Strings and symbols as octets that were checked (AMQP 1.0 §1.6.20, §1.6.21).

use core::fmt;

macro_rules! words {
    ($($name:ident)*) => {$(
        impl<'a> $name<'a> {
            /// Octets that were checked.
            pub(crate) const fn checked(octets: &'a [u8]) -> Self {
                Self(octets)
            }

            /// The octets.
            #[inline]
            pub const fn as_bytes(self) -> &'a [u8] {
                self.0
            }

            /// The text. Checks the octets again, because safe code cannot promise that they are UTF-8; for comparing, octets are enough.
            #[inline]
            pub fn as_str(self) -> &'a str {
                core::str::from_utf8(self.0).unwrap_or_default()
            }
        }

        impl PartialEq<str> for $name<'_> {
            fn eq(&self, other: &str) -> bool {
                self.0 == other.as_bytes()
            }
        }

        impl PartialEq<&str> for $name<'_> {
            fn eq(&self, other: &&str) -> bool {
                self.0 == other.as_bytes()
            }
        }

        impl fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    )*};
}

words! { Utf8 Ascii }

/// A string's octets: UTF-8, checked when they were decoded (AMQP 1.0 §1.6.20).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Utf8<'a>(&'a [u8]);

impl<'a> From<&'a str> for Utf8<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self(text.as_bytes())
    }
}

impl fmt::Debug for Utf8<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A symbol's octets: ASCII, checked when they were decoded (AMQP 1.0 §1.6.21).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ascii<'a>(&'a [u8]);

impl<'a> Ascii<'a> {
    /// The symbol, unless it is not ASCII.
    pub const fn new(text: &'a str) -> Option<Self> {
        if text.is_ascii() { Some(Self(text.as_bytes())) } else { None }
    }
}

impl fmt::Debug for Ascii<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.escape_ascii(), f)
    }
}
