//! From borrowed to owned: shares of one buffer.

use bytes::{Bytes, BytesMut};
use bytestring::ByteString;

use super::{Timestamp, Uuid};
use crate::{Binary, Text};

/// Turns what is borrowed from an input into shares of one buffer.
#[derive(Debug)]
pub(crate) enum Keep<'k> {
    /// Shares of the buffer that the input lies in.
    Share(&'k Bytes),
    /// Copies into one new allocation.
    Copy(BytesMut),
}

impl Keep<'_> {
    fn keep(&mut self, octets: &[u8]) -> Bytes {
        match self {
            Self::Share(whole) => share(whole, octets),
            Self::Copy(buffer) => {
                buffer.extend_from_slice(octets);
                buffer.split().freeze()
            }
        }
    }
}

/// A share of `whole` when `octets` lie inside it, else a copy.
pub(crate) fn share(whole: &Bytes, octets: &[u8]) -> Bytes {
    let start = octets.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
    match start.checked_add(octets.len()) {
        Some(end) if end <= whole.len() => whole.slice(start..end),
        _ => Bytes::copy_from_slice(octets),
    }
}

/// A type that can outlive the input it was decoded from.
pub(crate) trait Own {
    type Owned;

    /// The octets that are borrowed, and hence copied when there is nothing to share.
    fn borrowed_len(&self) -> usize;

    /// The same value on shared octets.
    fn own(self, keep: &mut Keep<'_>) -> Self::Owned;
}

/// `value` on one new allocation at most.
pub(crate) fn into_owned<T: Own>(value: T) -> T::Owned {
    let buffer = BytesMut::with_capacity(value.borrowed_len());
    value.own(&mut Keep::Copy(buffer))
}

impl<T: Own> Own for Option<T> {
    type Owned = Option<T::Owned>;

    fn borrowed_len(&self) -> usize {
        self.as_ref().map_or(0, Own::borrowed_len)
    }

    fn own(self, keep: &mut Keep<'_>) -> Self::Owned {
        self.map(|value| value.own(keep))
    }
}

/// Types that borrow nothing.
macro_rules! owned {
    ($($type:ty),* $(,)?) => {
        $(impl $crate::v1_0::own::Own for $type {
            type Owned = Self;

            fn borrowed_len(&self) -> usize {
                0
            }

            fn own(self, _keep: &mut $crate::v1_0::own::Keep<'_>) -> Self {
                self
            }
        })*
    };
}
pub(crate) use owned;

owned!(bool, u8, u16, u32, u64, Timestamp, Uuid);

impl Own for Binary<'_> {
    type Owned = Binary<'static>;

    fn borrowed_len(&self) -> usize {
        match self {
            Binary::Borrowed(octets) => octets.len(),
            Binary::Shared(_) => 0,
        }
    }

    fn own(self, keep: &mut Keep<'_>) -> Binary<'static> {
        match self {
            Binary::Borrowed([]) => Binary::EMPTY,
            Binary::Borrowed(octets) => Binary::Shared(keep.keep(octets)),
            Binary::Shared(octets) => Binary::Shared(octets),
        }
    }
}

impl Own for Text<'_> {
    type Owned = Text<'static>;

    fn borrowed_len(&self) -> usize {
        match self {
            Text::Borrowed(text) => text.len(),
            Text::Shared(_) => 0,
        }
    }

    fn own(self, keep: &mut Keep<'_>) -> Text<'static> {
        match self {
            Text::Borrowed("") => Text::EMPTY,
            Text::Borrowed(text) => match ByteString::try_from(keep.keep(text.as_bytes())) {
                Ok(text) => Text::Shared(text),
                Err(_) => Text::Borrowed(text).into_owned(),
            },
            Text::Shared(text) => Text::Shared(text),
        }
    }
}
