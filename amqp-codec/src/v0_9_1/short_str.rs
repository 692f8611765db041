//! Short strings and secrets. AMQP 0-9-1 §4.2.5.3.

use core::fmt;
use core::hash::{Hash, Hasher};

use super::error::{DecodeErrorKind, EncodeError};
use super::wire::{Part as _, owned};
use crate::Binary;

/// A short string: at most 255 octets of UTF-8 without a zero octet.
///
/// It is checked once, when it is made, so that no length can wrap on the way out. Comparing, hashing and printing use the octets as
/// they are; [`as_str`](Self::as_str) looks at them again to make a `&str`.
#[derive(Clone, Default)]
pub struct ShortStr<'a>(Binary<'a>);

impl<'a> ShortStr<'a> {
    /// The empty string.
    pub const EMPTY: Self = Self(Binary::EMPTY);

    /// Checks a text.
    ///
    /// # Errors
    /// More than 255 octets, or a zero octet.
    pub const fn new(text: &'a str) -> Result<Self, EncodeError> {
        let octets = text.as_bytes();
        if octets.len() > 255 {
            return Err(EncodeError::ShortStringTooLong);
        }
        let mut rest = octets;
        while let Some((first, tail)) = rest.split_first() {
            if *first == 0 {
                return Err(EncodeError::ShortStringWithNul);
            }
            rest = tail;
        }
        Ok(Self(Binary::Borrowed(octets)))
    }

    /// Checks octets, borrowed or shared.
    ///
    /// # Errors
    /// More than 255 octets, a zero octet, or no UTF-8.
    pub fn from_binary(binary: Binary<'a>) -> Result<Self, EncodeError> {
        if binary.len() > 255 {
            return Err(EncodeError::ShortStringTooLong);
        }
        match check_slow(&binary) {
            Ok(()) => Ok(Self(binary)),
            Err(DecodeErrorKind::ShortStringWithNul) => Err(EncodeError::ShortStringWithNul),
            Err(_) => Err(EncodeError::ShortStringNotUtf8),
        }
    }

    /// Octets that were checked on the way in.
    #[inline(always)]
    pub(crate) const fn checked(octets: &'a [u8]) -> Self {
        Self(Binary::Borrowed(octets))
    }

    /// Octets that were checked on the way in.
    pub(crate) const fn checked_binary(octets: Binary<'a>) -> Self {
        Self(octets)
    }

    /// The octets, which are UTF-8.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The text. Costs a look at the octets.
    #[inline]
    pub fn as_str(&self) -> &str {
        let text = core::str::from_utf8(self.as_bytes());
        debug_assert!(text.is_ok(), "checked when it was made");
        text.unwrap_or_default()
    }

    /// Octets.
    #[inline]
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// True without octets.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// The octets, borrowed or shared.
    pub const fn as_binary(&self) -> &Binary<'a> {
        &self.0
    }

    /// The octets, borrowed or shared.
    pub fn into_binary(self) -> Binary<'a> {
        self.0
    }

    /// The same string, borrowed from this one.
    #[inline(always)]
    pub(crate) fn borrowed(&self) -> ShortStr<'_> {
        ShortStr::checked(self.as_bytes())
    }

    /// The same string, independent of the input.
    pub fn into_owned(self) -> ShortStr<'static> {
        owned!(self)
    }
}

/// Sixteen octets that keep, sixteen that do not: from place 16 - n on, a mask for n octets of sixteen.
static KEEP: [u8; 32] = {
    let mut mask = [0; 32];
    mask.split_at_mut(16).0.copy_from_slice(&[0xFF; 16]);
    mask
};

/// True if the first `len` octets, which are all there, are octets 1 to 127 only and need no further look. Most strings are short and have
/// octets behind them: these are checked without a branch that depends on the length.
#[inline(always)]
pub(crate) fn is_plain_front(octets: &[u8], len: usize) -> bool {
    if let Some(front) = octets.first_chunk::<16>()
        && let Some(keep) = KEEP.get(16_usize.wrapping_sub(len)..).and_then(<[u8]>::first_chunk::<16>)
    {
        let octets = front.iter().zip(keep).map(|(octet, keep)| (octet & keep) | (!keep & 1));
        return octets.fold(true, |all, octet| all & (octet.cast_signed() > 0));
    }
    octets.get(..len).is_some_and(is_plain)
}

/// True for octets 1 to 127 only, which need no further look. Sixteen or eight at a time; overlapping at the end, so that nothing is
/// left over.
#[inline(always)]
pub(crate) fn is_plain(text: &[u8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    // A negative octet is above 127. One comparison and one mask for all sixteen where the processor has them.
    let plain = |octets: &[u8; 16]| octets.iter().fold(true, |all, octet| all & (octet.cast_signed() > 0));
    if let Some(last) = text.last_chunk::<16>() {
        let mut rest = text;
        while rest.len() > 16
            && let Some((octets, tail)) = rest.split_first_chunk::<16>()
        {
            if !plain(octets) {
                return false;
            }
            rest = tail;
        }
        return plain(last);
    }
    // A zero octet borrows and shows its high bit; so does an octet above 127.
    let marks = |word: u64| word.wrapping_sub(ONES) | word;
    if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        return (marks(u64::from_ne_bytes(*first)) | marks(u64::from_ne_bytes(*last))) & HIGHS == 0;
    }
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        let (low, high) = (u64::from(u32::from_ne_bytes(*first)), u64::from(u32::from_ne_bytes(*last)));
        return marks(low | (high << 32)) & HIGHS == 0;
    }
    text.iter().all(|octet| octet.cast_signed() > 0)
}

/// The whole rule. AMQP 0-9-1 §4.2.5.3: UTF-8, no binary zero octets.
#[cold]
pub(crate) fn check_slow(text: &[u8]) -> Result<(), DecodeErrorKind> {
    if memchr::memchr(0, text).is_some() {
        return Err(DecodeErrorKind::ShortStringWithNul);
    }
    if core::str::from_utf8(text).is_err() {
        return Err(DecodeErrorKind::ShortStringNotUtf8);
    }
    Ok(())
}

impl AsRef<str> for ShortStr<'_> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for ShortStr<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for ShortStr<'_> {}

impl PartialEq<str> for ShortStr<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for ShortStr<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialOrd for ShortStr<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ShortStr<'_> {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for ShortStr<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl<'a> TryFrom<&'a str> for ShortStr<'a> {
    type Error = EncodeError;

    fn try_from(text: &'a str) -> Result<Self, EncodeError> {
        Self::new(text)
    }
}

impl fmt::Display for ShortStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ShortStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Octets that are a credential: `Debug` and `Display` say `<redacted>`.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sensitive<'a>(pub Binary<'a>);

impl<'a> From<&'a [u8]> for Sensitive<'a> {
    fn from(octets: &'a [u8]) -> Self {
        Self(Binary::Borrowed(octets))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Sensitive<'a> {
    fn from(octets: &'a [u8; N]) -> Self {
        Self(Binary::Borrowed(octets))
    }
}

impl fmt::Debug for Sensitive<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

impl fmt::Display for Sensitive<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_look_agrees_with_the_rule_on_every_octet_at_every_place() {
        for len in 0..=40_usize {
            assert!(is_plain(&[b'a'; 40][..len]));
            for place in 0..len {
                for octet in 0..=255_u8 {
                    let mut text = [b'a'; 40];
                    text[place] = octet;
                    let plain = (1..128).contains(&octet);
                    assert_eq!(is_plain(&text[..len]), plain, "{octet} at {place} of {len}");
                    assert_eq!(is_plain_front(&text, len), plain, "{octet} at {place} of {len}");
                    assert_eq!(is_plain_front(&text[..len], len), plain, "{octet} at {place} of {len}");
                    // What stands behind does not count.
                    assert!(is_plain_front(&text, place), "{octet} behind {place}");
                }
            }
        }
    }

    #[test]
    fn the_length_cannot_wrap() {
        let long = "x".repeat(256);
        assert_eq!(ShortStr::new(&long), Err(EncodeError::ShortStringTooLong));
        assert!(ShortStr::new(&long[..255]).is_ok());
        assert_eq!(ShortStr::new("a\0b"), Err(EncodeError::ShortStringWithNul));
        assert_eq!(ShortStr::from_binary(Binary::Borrowed(&[0xff])), Err(EncodeError::ShortStringNotUtf8));
    }
}
