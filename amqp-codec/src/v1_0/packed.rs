//! The short composites of a frame, put together before anything is written.
//!
//! A size stands before what it counts. Here it is filled in behind, so that one walk over the fields checks and writes them; what is too
//! long is measured first, and written in a second walk.

use super::composite::{Composite, Visitor};
use super::constructor as code;
use super::field::Field;
use super::frame::HEAD;
use super::{DecodeErrorKind as Kind, EncodeError, Symbols};

/// The octets that are packed at most. All that fits has sizes and counts of one octet.
pub(crate) const ROOM: usize = 240;

/// Octets that are written at once, whether they are of use or not.
const WORD: usize = 16;

/// Octets that were packed, up to a place that is handed from field to field: it stays in a register. A place behind [`ROOM`] says that not
/// all fitted.
pub(crate) struct Packed {
    octets: [u8; ROOM + WORD],
    checked: Result<(), EncodeError>,
}

impl Packed {
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self { octets: [0; ROOM + WORD], checked: Ok(()) }
    }

    /// What was packed up to a place.
    #[inline]
    pub(crate) fn up_to(&self, end: usize) -> &[u8] {
        self.octets.get(..end).unwrap_or_default()
    }

    /// The first octets, which [`Packed::set`] put there.
    pub(crate) fn header(&self) -> [u8; HEAD] {
        self.octets.first_chunk().copied().unwrap_or_default()
    }

    /// What a decoder would not take.
    #[inline]
    pub(crate) const fn checked(&self) -> Result<(), EncodeError> {
        self.checked
    }

    /// Notes what a decoder would not take.
    #[inline(always)]
    pub(crate) fn check(&mut self, checked: Result<(), EncodeError>) {
        if checked.is_err() {
            self.note(checked);
        }
    }

    #[cold]
    fn note(&mut self, checked: Result<(), EncodeError>) {
        self.checked = self.checked.and(checked);
    }

    #[inline(always)]
    pub(crate) fn set<const N: usize>(&mut self, at: usize, octets: [u8; N]) {
        const { assert!(N <= WORD) };
        if let Some(slot) = self.octets.get_mut(at.min(ROOM)..).and_then(<[u8]>::first_chunk_mut) {
            *slot = octets;
        }
    }

    /// Puts the first `len` octets at a place, and gives the next place.
    #[inline(always)]
    pub(crate) fn word<const N: usize>(&mut self, at: usize, octets: [u8; N], len: usize) -> usize {
        self.set(at, octets);
        at.wrapping_add(len)
    }

    /// Puts a value of any type.
    #[inline]
    pub(crate) fn value<'a, T: Field<'a>>(&mut self, at: usize, value: &T) -> usize {
        self.check(value.check());
        let len = value.len();
        match self.octets.get_mut(at..).and_then(|rest| rest.get_mut(..len)) {
            Some(mut slot) => {
                value.put(&mut slot);
                at.wrapping_add(len)
            }
            None => ROOM.wrapping_add(1),
        }
    }

    /// Puts descriptor and list.
    #[inline]
    pub(crate) fn composite<'a, T: Composite<'a>>(&mut self, at: usize, composite: &T) -> usize {
        let fields = self.word(at, [code::DESCRIBED, code::SMALL_ULONG, T::CODE, code::LIST_0, 0, 0, 0, 0], 6);
        let mut pack = Pack { packed: self, at: fields, nulls: 0, count: 0 };
        composite.visit(&mut pack);
        let (end, count) = (pack.at, pack.count);
        if count == 0 {
            return at.wrapping_add(4);
        }
        let [size, ..] = end.wrapping_sub(fields).wrapping_add(1).to_le_bytes();
        self.set(at.wrapping_add(3), [code::LIST_8, size, count]);
        end
    }
}

/// Puts the fields up to the last that is not null (AMQP 1.0 §1.4: trailing nulls may be omitted).
struct Pack<'p> {
    packed: &'p mut Packed,
    at: usize,
    /// Fields that are null, behind the last that is not. No composite has more than [`WORD`].
    nulls: u8,
    count: u8,
}

impl Visitor for Pack<'_> {
    #[inline(always)]
    fn field<'a, T: Field<'a>>(&mut self, value: Option<&T>) {
        match value {
            Some(value) => {
                let at = self.packed.word(self.at, [code::NULL; WORD], usize::from(self.nulls));
                self.at = value.pack(self.packed, at);
                self.count = self.count.wrapping_add(self.nulls).wrapping_add(1);
                self.nulls = 0;
            }
            None => self.nulls = self.nulls.wrapping_add(1),
        }
    }

    #[inline]
    fn some(&mut self, symbols: &Symbols<'_>) {
        if symbols.is_empty() {
            self.packed.check(Err(EncodeError::Invalid(Kind::MissingPerformativeField)));
        }
        self.multiple(symbols);
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::super::composite::put_composite;
    use super::super::{Attach, Properties, Source, Target, TargetTerminus};
    use super::{Composite, Packed, ROOM};

    /// Packed and measured, a composite is the same octets, and it is packed whenever they fit.
    fn check<'a>(composite: &impl Composite<'a>) {
        let (mut packed, mut measured) = (Packed::new(), Vec::new());
        let end = packed.composite(0, composite);
        put_composite(composite, &mut measured);
        assert_eq!(end <= ROOM, measured.len() <= ROOM);
        if end <= ROOM {
            assert_eq!(packed.up_to(end), measured);
        }
    }

    #[test]
    fn two_ways_write_the_same_on_both_sides_of_the_border() {
        let text = "x".repeat(ROOM);
        for (len, _) in text.char_indices() {
            let address = || text.get(..len).map(Into::into);
            check(&Properties { to: address(), ..Properties::default() });
            check(&Properties { to: address(), group_sequence: Some(70_000), ..Properties::default() });
            check(&Properties { user_id: Some("me".into()), reply_to_group_id: address(), ..Properties::default() });
            check(&Attach {
                source: Some(Source { address: address(), ..Source::default() }),
                target: Some(TargetTerminus::Target(Target::default())),
                max_message_size: Some(1 << 40),
                ..Attach::default()
            });
        }
    }
}
