//! Lazy iteration over properties.

use super::super::dialect::Tags;
use super::super::wire::Reader;
use super::{Properties, Property, flag, read};

/// The properties that are there, in wire order.
#[derive(Clone, Debug)]
pub struct PropertyIter<'p> {
    pub(super) bits: u16,
    pub(super) tags: Tags,
    pub(super) items: &'p [Property<'p>],
    pub(super) rest: &'p [u8],
}

impl<'p> Iterator for PropertyIter<'p> {
    type Item = Property<'p>;

    #[inline(always)]
    fn next(&mut self) -> Option<Property<'p>> {
        if self.bits == 0 {
            return None;
        }
        let index = self.bits.leading_zeros();
        self.bits &= !flag(index);
        if !self.items.is_empty() {
            return self.items.iter().find(|item| item.index() == index).map(Property::borrowed);
        }
        let mut reader = Reader { rest: self.rest };
        let item = read(index, &mut reader, self.tags);
        debug_assert!(item.is_some(), "checked when the properties were made");
        self.rest = reader.rest;
        item
    }
}

impl<'p> IntoIterator for &'p Properties<'_> {
    type Item = Property<'p>;
    type IntoIter = PropertyIter<'p>;

    fn into_iter(self) -> PropertyIter<'p> {
        self.iter()
    }
}
