//! Lazy iteration over properties.

use core::iter::FusedIterator;

use super::super::dialect::Tags;
use super::super::wire::Reader;
use super::property::{fold, read};
use super::{Properties, Property};

/// The properties that are there, in wire order.
#[derive(Clone, Debug)]
pub struct PropertyIter<'p> {
    /// The flags of those that are still to come.
    bits: u32,
    tags: Tags,
    source: Source<'p>,
}

#[derive(Clone, Debug)]
enum Source<'p> {
    Wire(Reader<'p>),
    Items(&'p [Property<'p>]),
}

impl<'p> PropertyIter<'p> {
    #[inline(always)]
    pub(super) const fn of_wire(flags: u16, octets: &'p [u8], tags: Tags) -> Self {
        Self { bits: flags as u32, tags, source: Source::Wire(Reader { rest: octets }) }
    }

    #[inline(always)]
    pub(super) const fn of_items(flags: u16, items: &'p [Property<'p>], tags: Tags) -> Self {
        Self { bits: flags as u32, tags, source: Source::Items(items) }
    }
}

impl<'p> Iterator for PropertyIter<'p> {
    type Item = Property<'p>;

    #[inline(always)]
    fn next(&mut self) -> Option<Property<'p>> {
        let bit = self.bits.checked_ilog2()?;
        self.bits ^= 1_u32.wrapping_shl(bit);
        match &mut self.source {
            Source::Wire(reader) => {
                let item = read(bit, reader, self.tags);
                debug_assert!(item.is_some(), "checked when the properties were made");
                item
            }
            Source::Items(items) => items.iter().find(|item| item.bit() == bit).map(Property::borrowed),
        }
    }

    /// All at once: cheaper than one after the other.
    #[inline(always)]
    fn fold<A, F: FnMut(A, Property<'p>) -> A>(mut self, init: A, mut each: F) -> A {
        if let Source::Wire(reader) = &mut self.source {
            return fold(self.bits, reader, self.tags, init, each);
        }
        let mut sum = init;
        for item in self {
            sum = each(sum, item);
        }
        sum
    }
}

impl FusedIterator for PropertyIter<'_> {}

impl<'p> IntoIterator for &'p Properties<'_> {
    type Item = Property<'p>;
    type IntoIter = PropertyIter<'p>;

    fn into_iter(self) -> PropertyIter<'p> {
        self.iter()
    }
}
