//! Inserting, replacing and removing options in wire form, in a growing buffer or in the caller's.

use alloc::vec::Vec;

use crate::error::{DecodeError, EncodeError};
use crate::options::{OptionIter, OptionNumber, OptionRef};
use crate::wire;

/// Where a change begins: behind every option of `number` or less (`inclusive`), or before those of `number`.
#[derive(Clone, Copy)]
struct Place {
    /// Offset of the first byte that changes.
    at: usize,
    /// The number of the option before it.
    before: u16,
}

/// The option that follows a place.
struct Next<'a> {
    option: OptionRef<'a>,
    header_len: usize,
}

/// The header that follows a change behind the option `before`: how long it was, and what it becomes.
fn rebased(next: Option<&Next<'_>>, before: u16) -> (usize, ([u8; 5], usize)) {
    next.map_or((0, ([0; 5], 0)), |next| {
        let delta = next.option.number.0.wrapping_sub(before);
        (next.header_len, wire::option_header_bytes(delta, next.option.value.len()))
    })
}

fn place(wire: &[u8], goes_before: impl Fn(OptionNumber) -> bool) -> (Place, Option<Next<'_>>) {
    let mut iter = OptionIter::over(wire);
    let mut at = 0;
    let mut before = 0;
    while let Some(option) = iter.next() {
        let behind = wire.len().saturating_sub(iter.rest().len());
        if !goes_before(option.number) {
            let header_len = behind.saturating_sub(at).saturating_sub(option.value.len());
            return (Place { at, before }, Some(Next { option, header_len }));
        }
        at = behind;
        before = option.number.0;
    }
    (Place { at, before }, None)
}

/// A replacement of `wire[at..at + removed]` by a header, a value and a second header.
struct Splice<'v> {
    at: usize,
    removed: usize,
    header: ([u8; 5], usize),
    value: &'v [u8],
    next_header: ([u8; 5], usize),
}

impl Splice<'_> {
    fn new_len(&self) -> usize {
        self.header.1.saturating_add(self.value.len()).saturating_add(self.next_header.1)
    }

    fn bytes(&self) -> impl Iterator<Item = u8> {
        let header = self.header.0.into_iter().take(self.header.1);
        let next = self.next_header.0.into_iter().take(self.next_header.1);
        header.chain(self.value.iter().copied()).chain(next)
    }
}

fn insertion<'v>(wire: &[u8], number: OptionNumber, value: &'v [u8]) -> Result<Splice<'v>, EncodeError> {
    if value.len() > wire::MAX_OPTION_LEN {
        return Err(EncodeError::OptionTooLong);
    }
    let (place, next) = place(wire, |other| other <= number);
    let header = wire::option_header_bytes(number.0.wrapping_sub(place.before), value.len());
    // The option behind counts from the new one: its delta shrinks, and its header with it.
    let (removed, next_header) = rebased(next.as_ref(), number.0);
    Ok(Splice { at: place.at, removed, header, value, next_header })
}

fn removal(wire: &[u8], number: OptionNumber) -> Option<(Splice<'static>, usize)> {
    let (first, Some(_)) = place(wire, |other| other < number) else { return None };
    let (last, next) = place(wire, |other| other <= number);
    let count = OptionIter::over(wire).filter(|option| option.number == number).count();
    let (next_len, next_header) = rebased(next.as_ref(), first.before);
    let removed = last.at.saturating_sub(first.at).saturating_add(next_len);
    (count > 0).then_some((Splice { at: first.at, removed, header: ([0; 5], 0), value: &[], next_header }, count))
}

fn replacement<'v>(wire: &[u8], number: OptionNumber, value: &'v [u8]) -> Result<Splice<'v>, EncodeError> {
    let (first, _) = place(wire, |other| other < number);
    let (last, _) = place(wire, |other| other <= number);
    let mut splice = insertion(wire, number, value)?;
    if last.at > first.at {
        // The option behind counts from this number before and after.
        let header = wire::option_header_bytes(number.0.wrapping_sub(first.before), value.len());
        splice.removed = last.at.saturating_sub(first.at);
        (splice.at, splice.header, splice.next_header) = (first.at, header, ([0; 5], 0));
    }
    Ok(splice)
}

/// Wire form that can grow, and the number of its last option: what is added behind that one needs no walk.
#[derive(Clone, Default)]
pub(super) struct Grown {
    wire: Vec<u8>,
    last: u16,
}

impl Grown {
    pub(super) const EMPTY: Self = Self { wire: Vec::new(), last: 0 };

    /// Takes over options in wire form.
    pub(super) fn new(wire: Vec<u8>) -> Self {
        let last = last(&wire);
        Self { wire, last }
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.wire
    }

    pub(super) fn insert(&mut self, number: OptionNumber, value: &[u8]) -> Result<(), EncodeError> {
        let Some(delta) = number.0.checked_sub(self.last) else {
            let splice = insertion(&self.wire, number, value)?;
            self.apply(&splice);
            return Ok(());
        };
        if value.len() > wire::MAX_OPTION_LEN {
            return Err(EncodeError::OptionTooLong);
        }
        wire::put_option(delta, value, &mut self.wire);
        self.last = number.0;
        Ok(())
    }

    pub(super) fn replace(&mut self, number: OptionNumber, value: &[u8]) -> Result<(), EncodeError> {
        let splice = replacement(&self.wire, number, value)?;
        self.apply(&splice);
        self.last = last(&self.wire);
        Ok(())
    }

    pub(super) fn remove(&mut self, number: OptionNumber) -> usize {
        let Some((splice, count)) = removal(&self.wire, number) else { return 0 };
        self.apply(&splice);
        self.last = last(&self.wire);
        count
    }

    fn apply(&mut self, splice: &Splice<'_>) {
        let end = splice.at.saturating_add(splice.removed);
        self.wire.splice(splice.at..end, splice.bytes()).for_each(drop);
        debug_assert!(wire::are_options(&self.wire), "an edit keeps options well formed");
    }
}

/// The number of the last option.
fn last(wire: &[u8]) -> u16 {
    OptionIter::over(wire).last().map_or(0, |option| option.number.0)
}

/// Options in a buffer of the caller's, for devices without an allocator. The methods are those of [`Options`](crate::Options).
///
/// ```
/// # use coap_codec::{OptionNumber, OptionsMut};
/// let mut buffer = [0; 32];
/// let mut options = OptionsMut::new(&mut buffer);
/// options.push(OptionNumber::URI_PATH, b"b")?;
/// options.push(OptionNumber::URI_HOST, b"a")?;
/// assert_eq!(options.wire(), b"\x31a\x81b");
/// # Ok::<(), coap_codec::EncodeError>(())
/// ```
#[derive(Debug)]
pub struct OptionsMut<'b> {
    buffer: &'b mut [u8],
    len: usize,
    last: u16,
}

impl<'b> OptionsMut<'b> {
    /// No options yet, in this buffer.
    pub const fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, len: 0, last: 0 }
    }

    /// The options at the front of the buffer, which are `len` bytes in wire form.
    ///
    /// # Errors
    /// Returns what is malformed, and where.
    pub fn decode(buffer: &'b mut [u8], len: usize) -> Result<Self, DecodeError> {
        let wire = buffer.get(..len).unwrap_or_default();
        super::Options::decode(wire)?;
        let (len, last) = (wire.len(), last(wire));
        Ok(Self { buffer, len, last })
    }

    /// The wire form.
    #[must_use]
    pub fn wire(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }

    /// The options, to be read or to stand in a [`Message`](crate::Message).
    #[must_use]
    pub fn options(&self) -> super::Options<'_> {
        super::Options::validated(self.wire())
    }

    /// Adds an option behind those of its number and before those of higher ones.
    ///
    /// # Errors
    /// Returns [`EncodeError::NoRoom`] if the buffer is too small and [`EncodeError::OptionTooLong`] if the value is; the
    /// options are unchanged then.
    pub fn push(&mut self, number: OptionNumber, value: &[u8]) -> Result<(), EncodeError> {
        let Some(delta) = number.0.checked_sub(self.last) else {
            let splice = insertion(self.wire(), number, value)?;
            return self.apply(&splice);
        };
        if value.len() > wire::MAX_OPTION_LEN {
            return Err(EncodeError::OptionTooLong);
        }
        let needed = wire::option_header_len(delta, value.len()).saturating_add(value.len()).saturating_add(self.len);
        let room = self.buffer.get_mut(self.len..needed).ok_or(EncodeError::NoRoom { needed })?;
        wire::put_option(delta, value, &mut wire::Slice(room));
        (self.len, self.last) = (needed, number.0);
        Ok(())
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
    /// None in practice: what follows a removed option cannot take more room than both did.
    pub fn remove(&mut self, number: OptionNumber) -> Result<usize, EncodeError> {
        let Some((splice, count)) = removal(self.wire(), number) else { return Ok(0) };
        self.apply(&splice)?;
        self.last = last(self.wire());
        Ok(count)
    }

    /// Puts one option in the place of all of that number.
    ///
    /// # Errors
    /// As [`push`](Self::push); the options are unchanged then.
    pub fn replace(&mut self, number: OptionNumber, value: &[u8]) -> Result<(), EncodeError> {
        let splice = replacement(self.wire(), number, value)?;
        self.apply(&splice)?;
        self.last = last(self.wire());
        Ok(())
    }

    fn apply(&mut self, splice: &Splice<'_>) -> Result<(), EncodeError> {
        let tail = splice.at.saturating_add(splice.removed);
        let new_tail = splice.at.saturating_add(splice.new_len());
        let needed = new_tail.saturating_add(self.len.saturating_sub(tail));
        if needed > self.buffer.len() {
            return Err(EncodeError::NoRoom { needed });
        }
        self.buffer.copy_within(tail..self.len, new_tail);
        let gap = self.buffer.get_mut(splice.at..new_tail).unwrap_or_default();
        gap.iter_mut().zip(splice.bytes()).for_each(|(to, from)| *to = from);
        self.len = needed;
        debug_assert!(wire::are_options(self.wire()), "an edit keeps options well formed");
        Ok(())
    }
}
