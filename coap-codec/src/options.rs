//! Options: validated once, kept in wire form, iterated lazily (RFC 7252 §3.1, §5.4).

use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;

use crate::error::{DecodeError, EncodeError};
use crate::wire::{self, Put};

mod edit;
mod iter;
mod number;
mod write;

use edit::Grown;
pub use edit::OptionsMut;
pub use iter::OptionIter;
pub use number::OptionNumber;
pub(crate) use write::Measure;

/// One option: its number and its value, as it stands in the message.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OptionRef<'a> {
    /// The number.
    pub number: OptionNumber,
    /// The value. What it means says [`OptionRef::typed`](crate::value) or one of the accessors.
    pub value: &'a [u8],
}

impl<'a> OptionRef<'a> {
    /// An option of these parts.
    #[inline]
    #[must_use]
    pub const fn new(number: OptionNumber, value: &'a [u8]) -> Self {
        Self { number, value }
    }

    /// The value as a number; leading zeros are accepted. `None` above 32 bits (RFC 7252 §3.2).
    #[inline]
    #[must_use]
    pub fn uint(&self) -> Option<u32> {
        wire::uint(self.value)
    }

    /// The value as text (RFC 7252 §3.2).
    ///
    /// # Errors
    /// Returns the error of [`core::str::from_utf8`] if the value is not UTF-8; the bytes stay reachable.
    #[inline]
    pub const fn text(&self) -> Result<&'a str, core::str::Utf8Error> {
        core::str::from_utf8(self.value)
    }
}

/// The options of a message in the order of their numbers.
///
/// They are borrowed from a datagram or share its buffer, in wire form and validated; or they are a slice of parts, in any order, of a
/// message that is being built; or they are owned and can be edited.
#[derive(Clone)]
pub struct Options<'a>(Wire<'a>);

#[derive(Clone)]
enum Wire<'a> {
    /// Validated wire form in the input.
    Borrowed(&'a [u8]),
    /// Validated wire form in a shared buffer.
    Shared(Bytes),
    /// Parts in any order.
    Items(&'a [OptionRef<'a>]),
    /// Wire form that can grow.
    Grown(Grown),
}

impl<'a> Options<'a> {
    /// No options.
    pub const EMPTY: Self = Self(Wire::Borrowed(&[]));

    /// No options, owned: the beginning of [`push`](Self::push).
    #[must_use]
    pub const fn new() -> Self {
        Self(Wire::Grown(Grown::EMPTY))
    }

    /// Options from parts in any order; those of equal number keep their order. Nothing is copied.
    #[inline]
    #[must_use]
    pub const fn from_slice(items: &'a [OptionRef<'a>]) -> Self {
        Self(Wire::Items(items))
    }

    /// Validates options in wire form, without payload marker.
    ///
    /// # Errors
    /// Returns what is malformed, and where.
    pub fn decode(wire: &'a [u8]) -> Result<Self, DecodeError> {
        match wire::body(wire) {
            Some(body) if body.options.len() == wire.len() => Ok(Self(Wire::Borrowed(wire))),
            Some(body) => Err(DecodeError::new(crate::DecodeErrorKind::ReservedOptionDelta, body.options.len())),
            None => Err(wire::diagnose(wire, 0)),
        }
    }

    /// Options that [`wire::body`] has validated.
    #[inline]
    pub(crate) const fn validated(wire: &'a [u8]) -> Self {
        Self(Wire::Borrowed(wire))
    }

    #[inline]
    pub(crate) const fn validated_shared(wire: Bytes) -> Options<'static> {
        Options(Wire::Shared(wire))
    }

    /// The wire form, if the options are in it (they are unless they come [from parts](Self::from_slice)).
    #[inline]
    #[must_use]
    pub fn wire(&self) -> Option<&[u8]> {
        match &self.0 {
            Wire::Borrowed(wire) => Some(wire),
            Wire::Shared(wire) => Some(wire),
            Wire::Grown(grown) => Some(grown.as_slice()),
            Wire::Items(_) => None,
        }
    }

    /// Iterates in the order of the numbers.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> OptionIter<'_> {
        // What a decoder has just made comes first: a comparison instead of a jump through a table.
        if let Wire::Borrowed(wire) = &self.0 {
            return OptionIter::over(wire);
        }
        match &self.0 {
            Wire::Items(items) => OptionIter::over_items(items),
            _ => OptionIter::over(self.wire().unwrap_or_default()),
        }
    }

    /// True if there is no option.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Wire::Items(items) => items.is_empty(),
            _ => self.wire().is_none_or(<[u8]>::is_empty),
        }
    }

    /// The first option of that number.
    #[must_use]
    pub fn first(&self, number: OptionNumber) -> Option<OptionRef<'_>> {
        self.iter().find(|option| option.number >= number).filter(|option| option.number == number)
    }

    /// Every option of that number, in order.
    pub fn all(&self, number: OptionNumber) -> impl Iterator<Item = OptionRef<'_>> {
        self.iter().skip_while(move |o| o.number < number).take_while(move |o| o.number == number)
    }

    /// True if there is an option of that number.
    #[must_use]
    pub fn contains(&self, number: OptionNumber) -> bool {
        self.first(number).is_some()
    }

    /// How many bytes the options take in a message.
    ///
    /// # Errors
    /// Returns [`EncodeError::OptionTooLong`] if a part is longer than an option can be.
    #[inline]
    pub fn encoded_len(&self) -> Result<usize, EncodeError> {
        self.measure().map(|measure| measure.len)
    }

    /// The length in a message, and whether parts need sorting.
    #[inline]
    pub(crate) fn measure(&self) -> Result<Measure, EncodeError> {
        match &self.0 {
            Wire::Items(items) => write::measure(items),
            _ => Ok(Measure { len: self.wire().map_or(0, <[u8]>::len), is_sorted: true }),
        }
    }

    /// A number of bytes that the options do not exceed in a message; `None` if an option may be longer than one can be.
    #[inline]
    pub(crate) fn bound(&self) -> Option<u64> {
        let Wire::Items(items) = &self.0 else { return Some(self.wire().map_or(0, <[u8]>::len) as u64) };
        write::bound(items)
    }

    /// Appends the options in wire form, after [`bound`](Self::bound) has found room for them; false if parts need sorting.
    #[inline]
    pub(crate) fn put_if_sorted(&self, out: &mut impl Put) -> bool {
        match &self.0 {
            Wire::Items(items) => write::put_sorted(items, out),
            _ => {
                out.append(self.wire().unwrap_or_default());
                true
            }
        }
    }

    /// Appends the options in wire form, after [`measure`](Self::measure) has found nothing that cannot be written.
    #[inline]
    pub(crate) fn put(&self, is_sorted: bool, out: &mut impl Put) {
        match &self.0 {
            Wire::Items(items) if is_sorted => {
                write::put_sorted(items, out);
            }
            Wire::Items(_) => write::put_unsorted(self, out),
            _ => out.append(self.wire().unwrap_or_default()),
        }
    }

    /// The same options in wire form of their own: the form that [`push`](Self::push) and its like work on.
    fn grown(&mut self) -> Result<&mut Grown, EncodeError> {
        if !matches!(self.0, Wire::Grown(_)) {
            let measure = self.measure()?;
            let mut wire = Vec::with_capacity(measure.len);
            self.put(measure.is_sorted, &mut wire);
            self.0 = Wire::Grown(Grown::new(wire));
        }
        match &mut self.0 {
            Wire::Grown(grown) => Ok(grown),
            // Not reached: it has just been made.
            _ => Err(EncodeError::ValueOutOfRange),
        }
    }

    /// Adds an option behind those of its number and before those of higher ones. At the end of the list this is one append, elsewhere one walk
    /// over the list. Options that are borrowed are copied first.
    ///
    /// # Errors
    /// Returns [`EncodeError::OptionTooLong`] if the value is longer than 65,804 bytes; the options are unchanged then.
    pub fn push(&mut self, number: OptionNumber, value: &[u8]) -> Result<(), EncodeError> {
        self.grown()?.insert(number, value)
    }

    /// [`push`](Self::push) of a number in its smallest form (RFC 7252 §3.2).
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn push_uint(&mut self, number: OptionNumber, value: u32) -> Result<(), EncodeError> {
        let uint = crate::value::Uint::new(value);
        self.push(number, &uint)
    }

    /// Removes every option of that number; says how many there were.
    ///
    /// # Errors
    /// As [`push`](Self::push), if options from parts are put into wire form.
    pub fn remove(&mut self, number: OptionNumber) -> Result<usize, EncodeError> {
        Ok(self.grown()?.remove(number))
    }

    /// Puts one option in the place of all of that number.
    ///
    /// # Errors
    /// As [`push`](Self::push); the options are unchanged then.
    pub fn replace(&mut self, number: OptionNumber, value: &[u8]) -> Result<(), EncodeError> {
        self.grown()?.replace(number, value)
    }

    /// The same options, independent of the input.
    #[must_use]
    pub fn into_owned(self) -> Options<'static> {
        match self.0 {
            Wire::Shared(wire) => Options(Wire::Shared(wire)),
            Wire::Grown(grown) => Options(Wire::Grown(grown)),
            Wire::Borrowed(wire) => Options(Wire::Shared(Bytes::copy_from_slice(wire))),
            Wire::Items(_) => {
                let mut grown = Grown::EMPTY;
                // A part that is longer than an option can be is left out.
                for item in &self {
                    let _ = grown.insert(item.number, item.value);
                }
                Options(Wire::Grown(grown))
            }
        }
    }
}

impl fmt::Debug for OptionRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: b\"{}\"", self.number, self.value.escape_ascii())
    }
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl PartialEq for Options<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.wire(), other.wire()) {
            // Every list has one wire form: RFC 7252 §3.1 has one spelling for every delta and every length.
            (Some(a), Some(b)) => a == b,
            _ => self.iter().eq(other.iter()),
        }
    }
}

impl Eq for Options<'_> {}

impl<'o> IntoIterator for &'o Options<'_> {
    type Item = OptionRef<'o>;
    type IntoIter = OptionIter<'o>;

    fn into_iter(self) -> OptionIter<'o> {
        self.iter()
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
