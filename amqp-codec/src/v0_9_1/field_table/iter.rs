//! Lazy iteration over what was checked.

use core::iter::FusedIterator;
use core::slice;

use super::super::dialect::Tags;
use super::super::short_str::ShortStr;
use super::value::{Field, Tag, Value, read};

/// The fields of a table, in order.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    tags: Tags,
    source: Source<'a, (ShortStr<'a>, Value<'a>)>,
}

/// The values of an array, in order, with their tags.
#[derive(Clone, Debug)]
pub struct Values<'a> {
    tags: Tags,
    source: Source<'a, Value<'a>>,
}

#[derive(Clone, Debug)]
enum Source<'a, Item> {
    Wire(&'a [u8]),
    Items(slice::Iter<'a, Item>),
}

impl<'a> Fields<'a> {
    #[inline]
    pub(super) const fn of_wire(octets: &'a [u8], tags: Tags) -> Self {
        Self { tags, source: Source::Wire(octets) }
    }

    pub(super) fn of_items(items: &'a [(ShortStr<'a>, Value<'a>)], tags: Tags) -> Self {
        Self { tags, source: Source::Items(items.iter()) }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Field<'a>> {
        match &mut self.source {
            Source::Wire(rest) => {
                let octets: &'a [u8] = rest;
                let (len, tail) = octets.split_first()?;
                let item = tail.split_at_checked(usize::from(*len)).and_then(|(name, tail)| {
                    let (tag, value, behind) = read(tail, self.tags)?;
                    Some((Field { name: ShortStr::checked(name), tag, value }, behind))
                });
                debug_assert!(item.is_some(), "checked when the table was made");
                let (field, behind) = item?;
                *rest = behind;
                Some(field)
            }
            Source::Items(items) => {
                let (name, value) = items.next()?;
                let tag = value.tag(self.tags).unwrap_or(Tag(b'V'));
                Some(Field { name: ShortStr::checked(name.as_bytes()), tag, value: value.borrowed() })
            }
        }
    }
}

impl FusedIterator for Fields<'_> {}

impl<'a> Values<'a> {
    pub(super) const fn of_wire(octets: &'a [u8], tags: Tags) -> Self {
        Self { tags, source: Source::Wire(octets) }
    }

    pub(super) fn of_items(items: &'a [Value<'a>], tags: Tags) -> Self {
        Self { tags, source: Source::Items(items.iter()) }
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = (Tag, Value<'a>);

    #[inline(always)]
    fn next(&mut self) -> Option<(Tag, Value<'a>)> {
        match &mut self.source {
            Source::Wire([]) => None,
            Source::Wire(rest) => {
                let octets: &'a [u8] = rest;
                let item = read(octets, self.tags);
                debug_assert!(item.is_some(), "checked when the array was made");
                let (tag, value, behind) = item?;
                *rest = behind;
                Some((tag, value))
            }
            Source::Items(items) => {
                let value = items.next()?;
                Some((value.tag(self.tags).unwrap_or(Tag(b'V')), value.borrowed()))
            }
        }
    }
}

impl FusedIterator for Values<'_> {}
