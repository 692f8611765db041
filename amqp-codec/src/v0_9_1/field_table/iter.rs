//! Lazy iteration over what was checked.

use core::iter::FusedIterator;
use core::slice;

use super::super::dialect::Tags;
use super::super::short_str::ShortStr;
use super::super::wire::Reader;
use super::value::{Field, Tag, Value, read};
use crate::Binary;

/// The fields of a table, in order.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    pub(super) tags: Tags,
    pub(super) source: Source<'a, (ShortStr<'a>, Value<'a>)>,
}

/// The values of an array, in order, with their tags.
#[derive(Clone, Debug)]
pub struct Values<'a> {
    pub(super) tags: Tags,
    pub(super) source: Source<'a, Value<'a>>,
}

#[derive(Clone, Debug)]
pub(super) enum Source<'a, Item> {
    Wire(Reader<'a>),
    Items(slice::Iter<'a, Item>),
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Field<'a>> {
        match &mut self.source {
            Source::Wire(reader) if reader.rest.is_empty() => None,
            Source::Wire(reader) => {
                let field = field(reader, self.tags);
                debug_assert!(field.is_some(), "checked when the table was made");
                field
            }
            Source::Items(items) => items.next().map(|item| field_of(item, self.tags)),
        }
    }

    /// All at once: what a consumer does with a field is compiled for each of the frequent types.
    #[inline(always)]
    fn fold<A, F: FnMut(A, Field<'a>) -> A>(self, init: A, mut each: F) -> A {
        let (tags, mut sum) = (self.tags, init);
        let mut reader = match self.source {
            Source::Wire(reader) => reader,
            Source::Items(items) => return items.fold(sum, |sum, item| each(sum, field_of(item, tags))),
        };
        while let Some(name) = reader.checked_short() {
            let name = ShortStr::checked(name);
            match reader.rest {
                [b'S', tail @ ..] => {
                    reader.rest = tail;
                    let Some(octets) = reader.checked_long() else { break };
                    let value = Value::LongString(Binary::Borrowed(octets));
                    sum = each(sum, Field { name, tag: Tag(b'S'), value });
                }
                [b'I', tail @ ..] => {
                    reader.rest = tail;
                    let Some(octets) = reader.checked_array() else { break };
                    sum = each(sum, Field { name, tag: Tag(b'I'), value: Value::I32(i32::from_be_bytes(octets)) });
                }
                _ => {
                    let Some((tag, value)) = read(&mut reader, tags) else { break };
                    sum = each(sum, Field { name, tag, value });
                }
            }
        }
        sum
    }
}

/// A field that the caller gave.
fn field_of<'a>(item: &'a (ShortStr<'a>, Value<'a>), tags: Tags) -> Field<'a> {
    let (name, value) = item;
    let tag = value.tag(tags).unwrap_or(Tag(b'V'));
    Field { name: name.borrowed(), tag, value: value.borrowed() }
}

/// Reads name, tag and value off checked octets.
#[inline(always)]
fn field<'a>(reader: &mut Reader<'a>, tags: Tags) -> Option<Field<'a>> {
    let name = ShortStr::checked(reader.checked_short()?);
    let (tag, value) = read(reader, tags)?;
    Some(Field { name, tag, value })
}

impl FusedIterator for Fields<'_> {}

impl<'a> Iterator for Values<'a> {
    type Item = (Tag, Value<'a>);

    #[inline(always)]
    fn next(&mut self) -> Option<(Tag, Value<'a>)> {
        match &mut self.source {
            Source::Wire(reader) if reader.rest.is_empty() => None,
            Source::Wire(reader) => {
                let item = read(reader, self.tags);
                debug_assert!(item.is_some(), "checked when the array was made");
                item
            }
            Source::Items(items) => {
                let value = items.next()?;
                Some((value.tag(self.tags).unwrap_or(Tag(b'V')), value.borrowed()))
            }
        }
    }
}

impl FusedIterator for Values<'_> {}
