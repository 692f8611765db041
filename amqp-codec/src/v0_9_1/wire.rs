//! Private: readers that shrink a slice, and the turning of borrowed parts into shared ones.

use alloc::vec::Vec;

use bytes::Bytes;

use super::dialect::Dialect;
use super::error::{DecodeErrorKind, EncodeError};
use super::short_str::{Sensitive, ShortStr, check_slow, is_plain_front};
use super::sink::{Sink, put_long, put_short};
use crate::Binary;

/// A fault, and how many octets of the unit stood behind the place where it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: DecodeErrorKind,
    pub(crate) left: usize,
}

impl Fault {
    #[cold]
    pub(crate) const fn new(kind: DecodeErrorKind, left: usize) -> Self {
        Self { kind, left }
    }
}

/// What a reader of arguments has to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) dialect: Dialect,
    pub(crate) max_depth: u8,
}

/// Arguments that shrink from the front.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) rest: &'a [u8],
}

impl<'a> Reader<'a> {
    #[inline(always)]
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let left = self.rest.len();
        self.checked_array().ok_or_else(|| cut_short(left))
    }

    /// AMQP 0-9-1 §4.2.5.3: an octet of length, then UTF-8 without zero octets.
    #[inline(always)]
    pub(crate) fn short_str(&mut self) -> Result<&'a [u8], Fault> {
        let left = self.rest.len();
        let tail = self.rest.get(1..).unwrap_or_default();
        let Some(text) = self.checked_short() else {
            return Err(cut_short(left));
        };
        if !is_plain_front(tail, text.len()) {
            check_slow(text).map_err(|kind| Fault::new(kind, left.wrapping_sub(1)))?;
        }
        Ok(text)
    }

    /// AMQP 0-9-1 §4.2.5.3: four octets of length, then any octets.
    #[inline(always)]
    pub(crate) fn long_str(&mut self) -> Result<&'a [u8], Fault> {
        let left = self.rest.len();
        self.checked_long().ok_or_else(|| cut_short(left))
    }

    /// The next octets; `None`, and nothing is taken, if there are fewer.
    #[inline(always)]
    pub(crate) fn checked_array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*array)
    }

    /// A short string, not looked into.
    #[inline(always)]
    pub(crate) fn checked_short(&mut self) -> Option<&'a [u8]> {
        let (len, tail) = self.rest.split_first()?;
        let (text, rest) = tail.split_at_checked(usize::from(*len))?;
        self.rest = rest;
        Some(text)
    }

    /// A long string, or a table without a look into it.
    #[inline(always)]
    pub(crate) fn checked_long(&mut self) -> Option<&'a [u8]> {
        let (len, tail) = self.rest.split_first_chunk::<4>()?;
        let (octets, rest) = tail.split_at_checked(widen(u32::from_be_bytes(*len)))?;
        self.rest = rest;
        Some(octets)
    }
}

#[cold]
const fn cut_short(left: usize) -> Fault {
    Fault::new(DecodeErrorKind::ArgumentsCutShort, left)
}

/// A wire length as a `usize`; saturates where `usize` is narrower, so that it never fits.
#[inline(always)]
pub(crate) fn widen(len: u32) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}

/// How borrowed parts become shared ones.
pub(crate) enum Keep<'k> {
    /// They lie within this buffer.
    Share(&'k Bytes),
    /// They were gathered, in the same order, into this one.
    Gathered(Bytes),
}

impl Keep<'_> {
    /// The shared form of a part.
    pub(crate) fn part(&mut self, part: &[u8]) -> Bytes {
        match self {
            Self::Share(_) if part.is_empty() => Bytes::new(),
            Self::Share(whole) => whole.slice_ref(part),
            Self::Gathered(gathered) => {
                debug_assert!(part.len() <= gathered.len(), "every kept part was gathered before");
                gathered.split_to(part.len().min(gathered.len()))
            }
        }
    }

    /// The shared form of octets.
    pub(crate) fn binary(&mut self, binary: Binary<'_>) -> Bytes {
        match binary {
            Binary::Borrowed(part) => self.part(part),
            Binary::Shared(bytes) => bytes,
        }
    }
}

/// Makes an owned form with one allocation: gathers the borrowed parts, then shares out the copy.
macro_rules! owned {
    ($value:expr) => {{
        let value = $value;
        let mut parts = ::alloc::vec::Vec::with_capacity(value.wire_len());
        value.gather(&mut parts);
        value.keep(&mut $crate::v0_9_1::wire::Keep::Gathered(parts.into()))
    }};
}
pub(crate) use owned;

/// One argument of a method, or a whole method: read, written, measured, kept.
pub(crate) trait Part<'a>: Sized {
    /// The form that does not borrow.
    type Owned;

    fn take(reader: &mut Reader<'a>, rules: &Rules) -> Result<Self, Fault>;
    fn wire_len(&self) -> usize;
    fn check(&self) -> Result<(), EncodeError> {
        Ok(())
    }
    fn put(&self, out: &mut impl Sink);
    fn gather(&self, _parts: &mut Vec<u8>) {}
    fn keep(self, keep: &mut Keep<'_>) -> Self::Owned;
    /// Some value, for fuzzers.
    #[cfg(feature = "arbitrary")]
    fn any(u: &mut arbitrary::Unstructured<'_>, tags: super::Tags) -> arbitrary::Result<Self::Owned>;
}

macro_rules! number {
    ($($type:ident)*) => {$(
        impl Part<'_> for $type {
            type Owned = Self;

            #[inline(always)]
            fn take(reader: &mut Reader<'_>, _: &Rules) -> Result<Self, Fault> {
                reader.array().map(Self::from_be_bytes)
            }

            #[inline(always)]
            fn wire_len(&self) -> usize {
                size_of::<Self>()
            }

            #[inline(always)]
            fn put(&self, out: &mut impl Sink) {
                out.$type(*self);
            }

            fn keep(self, _: &mut Keep<'_>) -> Self {
                self
            }

            #[cfg(feature = "arbitrary")]
            fn any(u: &mut arbitrary::Unstructured<'_>, _: super::Tags) -> arbitrary::Result<Self> {
                u.arbitrary()
            }
        }
    )*};
}
number! { u8 u16 u32 u64 }

impl<'a> Part<'a> for ShortStr<'a> {
    type Owned = ShortStr<'static>;

    #[inline(always)]
    fn take(reader: &mut Reader<'a>, _: &Rules) -> Result<Self, Fault> {
        reader.short_str().map(ShortStr::checked)
    }

    #[inline(always)]
    fn wire_len(&self) -> usize {
        self.as_bytes().len().wrapping_add(1)
    }

    #[inline(always)]
    fn put(&self, out: &mut impl Sink) {
        put_short(self.as_bytes(), out);
    }

    fn gather(&self, parts: &mut Vec<u8>) {
        if let Binary::Borrowed(part) = self.as_binary() {
            parts.extend_from_slice(part);
        }
    }

    fn keep(self, keep: &mut Keep<'_>) -> ShortStr<'static> {
        ShortStr::checked_binary(Binary::Shared(keep.binary(self.into_binary())))
    }

    #[cfg(feature = "arbitrary")]
    fn any(u: &mut arbitrary::Unstructured<'_>, _: super::Tags) -> arbitrary::Result<ShortStr<'static>> {
        super::arbitrary::short_str(u)
    }
}

/// Refuses what a 32-bit length cannot announce.
#[inline(always)]
pub(crate) fn fits_long(len: usize) -> Result<(), EncodeError> {
    if u32::try_from(len).is_ok() { Ok(()) } else { Err(EncodeError::TooLong) }
}

impl<'a> Part<'a> for Binary<'a> {
    type Owned = Binary<'static>;

    #[inline(always)]
    fn take(reader: &mut Reader<'a>, _: &Rules) -> Result<Self, Fault> {
        reader.long_str().map(Binary::Borrowed)
    }

    #[inline(always)]
    fn wire_len(&self) -> usize {
        self.as_slice().len().wrapping_add(4)
    }

    fn check(&self) -> Result<(), EncodeError> {
        fits_long(self.as_slice().len())
    }

    #[inline(always)]
    fn put(&self, out: &mut impl Sink) {
        put_long(self.as_slice(), out);
    }

    fn gather(&self, parts: &mut Vec<u8>) {
        if let Binary::Borrowed(part) = self {
            parts.extend_from_slice(part);
        }
    }

    fn keep(self, keep: &mut Keep<'_>) -> Binary<'static> {
        Binary::Shared(keep.binary(self))
    }

    #[cfg(feature = "arbitrary")]
    fn any(u: &mut arbitrary::Unstructured<'_>, _: super::Tags) -> arbitrary::Result<Binary<'static>> {
        super::arbitrary::octets(u)
    }
}

impl<'a> Part<'a> for Sensitive<'a> {
    type Owned = Sensitive<'static>;

    #[inline(always)]
    fn take(reader: &mut Reader<'a>, rules: &Rules) -> Result<Self, Fault> {
        Binary::take(reader, rules).map(Sensitive)
    }

    #[inline(always)]
    fn wire_len(&self) -> usize {
        self.0.wire_len()
    }

    fn check(&self) -> Result<(), EncodeError> {
        self.0.check()
    }

    #[inline(always)]
    fn put(&self, out: &mut impl Sink) {
        self.0.put(out);
    }

    fn gather(&self, parts: &mut Vec<u8>) {
        self.0.gather(parts);
    }

    fn keep(self, keep: &mut Keep<'_>) -> Sensitive<'static> {
        Sensitive(self.0.keep(keep))
    }

    #[cfg(feature = "arbitrary")]
    fn any(u: &mut arbitrary::Unstructured<'_>, _: super::Tags) -> arbitrary::Result<Sensitive<'static>> {
        super::arbitrary::octets(u).map(Sensitive)
    }
}
