//! Field tables and arrays. AMQP 0-9-1 §4.2.5.5; errata 3, 4.
//!
//! A table stays as it came: checked once, iterated lazily, written back octet for octet. Tags, order and duplicates survive.

mod iter;
mod print;
mod validate;
mod value;

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bytes::{BufMut, Bytes};

pub use iter::{Fields, Values};
pub use value::{Decimal, Field, Tag, Value};

use super::dialect::{Dialect, Tags};
use super::error::{DecodeError, DecodeErrorKind, EncodeError};
use super::limits::Limits;
use super::short_str::ShortStr;
use super::wire::{Fault, Keep, Reader, Rules, fits_long, owned, put_short, widen};

/// How deep slices of fields may nest within each other.
const MAX_ITEM_DEPTH: u8 = 16;

/// How deep wire forms may nest within each other.
pub(crate) const MAX_DEPTH: u8 = 64;

/// A field table: names and values in order. Equality is that of the wire form.
#[derive(Clone)]
pub struct FieldTable<'a> {
    tags: Tags,
    wire: Wire<'a, (ShortStr<'a>, Value<'a>)>,
}

/// An array of values: equality is that of the wire form.
#[derive(Clone)]
pub struct Array<'a> {
    tags: Tags,
    wire: Wire<'a, Value<'a>>,
}

/// Where the items are: as checked octets without their length, or as items of the caller.
#[derive(Clone)]
enum Wire<'a, Item> {
    Borrowed(&'a [u8]),
    Shared(Bytes),
    Items { items: &'a [Item], len: usize, depth: u8 },
    Grown(Vec<u8>),
}

impl<Item> Wire<'_, Item> {
    /// The octets, unless there are only items.
    #[inline(always)]
    fn octets(&self) -> Option<&[u8]> {
        match self {
            Self::Borrowed(octets) => Some(octets),
            Self::Shared(octets) => Some(octets),
            Self::Grown(octets) => Some(octets),
            Self::Items { .. } => None,
        }
    }

    #[inline(always)]
    fn len(&self) -> usize {
        match self {
            Self::Items { len, .. } => *len,
            _ => self.octets().map_or(0, <[u8]>::len),
        }
    }

    /// The same, borrowed from this one.
    fn view(&self) -> Wire<'_, Item> {
        match self {
            Self::Items { items, len, depth } => Wire::Items { items, len: *len, depth: *depth },
            _ => Wire::Borrowed(self.octets().unwrap_or_default()),
        }
    }

    fn is_borrowed(&self) -> bool {
        matches!(self, Self::Borrowed(_) | Self::Items { .. })
    }
}

/// What tables and arrays have in common, written once.
macro_rules! container {
    ($name:ident, $item:ty, $iter:ident, $any:ident) => {
        impl<'a> $name<'a> {
            /// Nothing in it, in RabbitMQ's dialect.
            pub const EMPTY: Self = Self { tags: Tags::RabbitMq, wire: Wire::Borrowed(&[]) };

            /// Nothing in it, in a dialect.
            pub const fn new(tags: Tags) -> Self {
                Self { tags, wire: Wire::Borrowed(&[]) }
            }

            /// The dialect that its tags are read in.
            pub const fn tags(&self) -> Tags {
                self.tags
            }

            #[inline]
            pub(crate) const fn checked(tags: Tags, octets: &'a [u8]) -> Self {
                Self { tags, wire: Wire::Borrowed(octets) }
            }

            /// Octets of the wire form without its length.
            #[inline(always)]
            pub fn content_len(&self) -> usize {
                self.wire.len()
            }

            /// True without items.
            pub fn is_empty(&self) -> bool {
                self.content_len() == 0
            }

            /// The wire form without its length; allocates only for items that were given as a slice.
            pub fn content(&self) -> Cow<'_, [u8]> {
                match self.wire.octets() {
                    Some(octets) => Cow::Borrowed(octets),
                    None => {
                        let mut octets = Vec::with_capacity(self.content_len());
                        self.put_content(&mut octets);
                        Cow::Owned(octets)
                    }
                }
            }

            /// The same, independent of the input; at most one allocation.
            pub fn into_owned(self) -> $name<'static> {
                owned!(self)
            }

            /// The same, borrowed from this one.
            pub fn borrowed(&self) -> $name<'_> {
                $name { tags: self.tags, wire: self.wire.view() }
            }

            #[inline(always)]
            pub(crate) fn put_whole(&self, out: &mut impl BufMut) {
                out.put_u32(u32::try_from(self.content_len()).unwrap_or(0));
                match self.wire.octets() {
                    Some(octets) => out.put_slice(octets),
                    None => self.put_content(out),
                }
            }

            pub(crate) fn gather_into(&self, parts: &mut Vec<u8>) {
                if self.wire.is_borrowed() {
                    self.put_content(parts);
                }
            }

            pub(crate) fn keep_with(self, keep: &mut Keep<'_>) -> $name<'static> {
                let tags = self.tags;
                let wire = match self.wire {
                    Wire::Borrowed(octets) => Wire::Shared(keep.part(octets)),
                    Wire::Shared(octets) => Wire::Shared(octets),
                    Wire::Grown(octets) => Wire::Grown(octets),
                    Wire::Items { len, .. } => match keep {
                        Keep::Gathered(gathered) => Wire::Shared(gathered.split_to(len.min(gathered.len()))),
                        Keep::Share(_) => {
                            let mut octets = Vec::with_capacity(len);
                            self.put_content(&mut octets);
                            Wire::Shared(octets.into())
                        }
                    },
                };
                $name { tags, wire }
            }

            /// How deep items given as slices nest.
            fn item_depth(&self) -> u8 {
                if let Wire::Items { depth, .. } = &self.wire { *depth } else { 0 }
            }

            /// Takes the octets out, growable and owned; the caller puts them back.
            fn grow(&mut self) -> Vec<u8> {
                match core::mem::replace(&mut self.wire, Wire::Borrowed(&[])) {
                    Wire::Grown(octets) => octets,
                    wire => $name { tags: self.tags, wire }.content().into_owned(),
                }
            }
        }

        impl PartialEq for $name<'_> {
            fn eq(&self, other: &Self) -> bool {
                self.content_len() == other.content_len()
                    && (self.is_empty() || (self.tags == other.tags && self.content() == other.content()))
            }
        }

        impl Eq for $name<'_> {}

        impl Default for $name<'_> {
            fn default() -> Self {
                Self::EMPTY
            }
        }

        impl<'t> IntoIterator for &'t $name<'_> {
            type Item = $item;
            type IntoIter = $iter<'t>;

            fn into_iter(self) -> $iter<'t> {
                self.iter()
            }
        }

        impl<'a> super::wire::Part<'a> for $name<'a>
        where
            Self: Sized,
        {
            type Owned = $name<'static>;

            #[inline(always)]
            fn take(reader: &mut Reader<'a>, rules: &Rules) -> Result<Self, Fault> {
                let octets = take_container(reader, rules, $name::IS_ARRAY)?;
                Ok(Self::checked(rules.dialect.tags, octets))
            }

            #[inline(always)]
            fn wire_len(&self) -> usize {
                self.content_len().wrapping_add(4)
            }

            fn check(&self) -> Result<(), EncodeError> {
                fits_long(self.content_len())
            }

            #[inline(always)]
            fn put(&self, out: &mut impl BufMut) {
                self.put_whole(out);
            }

            fn gather(&self, parts: &mut Vec<u8>) {
                self.gather_into(parts);
            }

            fn keep(self, keep: &mut Keep<'_>) -> $name<'static> {
                self.keep_with(keep)
            }

            #[cfg(feature = "arbitrary")]
            fn any(u: &mut arbitrary::Unstructured<'_>, tags: Tags) -> arbitrary::Result<$name<'static>> {
                super::arbitrary::$any(u, tags, 3)
            }
        }
    };
}
container!(FieldTable, Field<'t>, Fields, table);
container!(Array, (Tag, Value<'t>), Values, array);

/// Reads length and content, and checks the content. The length is in octets, for arrays too (errata 4).
#[inline(always)]
fn take_container<'a>(reader: &mut Reader<'a>, rules: &Rules, array: bool) -> Result<&'a [u8], Fault> {
    let octets = reader.long_str()?;
    validate::validate(octets, array, rules).map_err(|fault| beyond(fault, reader.rest.len()))?;
    Ok(octets)
}

/// A fault within a container, seen from the end of what surrounds it.
#[cold]
const fn beyond(fault: Fault, behind: usize) -> Fault {
    Fault::new(fault.kind, fault.left.wrapping_add(behind))
}

impl<'a> FieldTable<'a> {
    const IS_ARRAY: bool = false;

    /// Checks a whole table: its length and its fields, nothing behind them. Borrows.
    ///
    /// # Errors
    /// A length that is not that of the octets, a field that is cut short, an unknown type, too deep nesting, and what the dialect
    /// refuses besides.
    pub fn decode(octets: &'a [u8], dialect: &Dialect, limits: &Limits) -> Result<Self, DecodeError> {
        let rules = Rules { dialect: *dialect, max_depth: limits.max_depth };
        let mut reader = Reader { rest: octets };
        let table: Result<Self, Fault> = super::wire::Part::take(&mut reader, &rules);
        let fault = match table {
            Ok(table) if reader.rest.is_empty() => return Ok(table),
            Ok(_) => Fault::new(DecodeErrorKind::TrailingOctets, reader.rest.len()),
            Err(fault) => fault,
        };
        Err(DecodeError::new(fault.kind, octets.len().saturating_sub(fault.left)))
    }

    /// A table of the caller's fields, in their order; no allocation. Values in their usual tags.
    ///
    /// # Errors
    /// A value that the dialect has no type for, a string or table too long, slices nested deeper than 16.
    pub fn from_items(tags: Tags, items: &'a [(ShortStr<'a>, Value<'a>)]) -> Result<Self, EncodeError> {
        let (mut len, mut depth) = (0_usize, 0);
        for (name, value) in items {
            len = len.saturating_add(name.len()).saturating_add(2).saturating_add(value.check(tags)?);
            depth = depth.max(value.item_depth());
        }
        fits_long(len)?;
        if depth >= MAX_ITEM_DEPTH {
            return Err(EncodeError::NestedTooDeep);
        }
        Ok(Self { tags, wire: Wire::Items { items, len, depth: depth.saturating_add(1) } })
    }

    /// Appends a field; the table becomes owned and growable.
    ///
    /// # Errors
    /// A value that the dialect has no type for, or that is too long or nests too deep. The table is as before then.
    pub fn push(&mut self, name: &ShortStr<'_>, value: &Value<'_>) -> Result<(), EncodeError> {
        let len = value.check(self.tags)?;
        value.check_depth()?;
        fits_long(self.content_len().saturating_add(name.len()).saturating_add(len).saturating_add(2))?;
        let mut octets = self.grow();
        put_short(name.as_bytes(), &mut octets);
        value.put_tagged(self.tags, &mut octets);
        self.wire = Wire::Grown(octets);
        Ok(())
    }

    /// The fields in order, lazily.
    #[inline]
    pub fn iter(&self) -> Fields<'_> {
        match &self.wire {
            Wire::Items { items, .. } => Fields::of_items(items, self.tags),
            _ => Fields::of_wire(self.wire.octets().unwrap_or_default(), self.tags),
        }
    }

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.iter().find(|field| field.name == name).map(|field| field.value)
    }

    /// [`iter`](Self::iter) for a view that borrows.
    fn into_fields(self) -> Fields<'a> {
        match self.wire {
            Wire::Borrowed(octets) => Fields::of_wire(octets, self.tags),
            Wire::Items { items, .. } => Fields::of_items(items, self.tags),
            Wire::Shared(_) | Wire::Grown(_) => {
                debug_assert!(false, "iteration yields views");
                Fields::of_wire(&[], self.tags)
            }
        }
    }

    fn put_content(&self, out: &mut impl BufMut) {
        match &self.wire {
            Wire::Items { items, .. } => {
                for (name, value) in *items {
                    put_short(name.as_bytes(), out);
                    value.put_tagged(self.tags, out);
                }
            }
            _ => out.put_slice(self.wire.octets().unwrap_or_default()),
        }
    }
}

impl<'a> Array<'a> {
    const IS_ARRAY: bool = true;

    /// An array of the caller's values, in their order; no allocation. Values in their usual tags.
    ///
    /// # Errors
    /// A value that the dialect has no type for, a string or table too long, slices nested deeper than 16.
    pub fn from_items(tags: Tags, items: &'a [Value<'a>]) -> Result<Self, EncodeError> {
        let (mut len, mut depth) = (0_usize, 0);
        for value in items {
            len = len.saturating_add(1).saturating_add(value.check(tags)?);
            depth = depth.max(value.item_depth());
        }
        fits_long(len)?;
        if depth >= MAX_ITEM_DEPTH {
            return Err(EncodeError::NestedTooDeep);
        }
        Ok(Self { tags, wire: Wire::Items { items, len, depth: depth.saturating_add(1) } })
    }

    /// Appends a value; the array becomes owned and growable.
    ///
    /// # Errors
    /// A value that the dialect has no type for, or that is too long or nests too deep. The array is as before then.
    pub fn push(&mut self, value: &Value<'_>) -> Result<(), EncodeError> {
        let len = value.check(self.tags)?;
        value.check_depth()?;
        fits_long(self.content_len().saturating_add(len).saturating_add(1))?;
        let mut octets = self.grow();
        value.put_tagged(self.tags, &mut octets);
        self.wire = Wire::Grown(octets);
        Ok(())
    }

    /// The values in order, lazily, with their tags.
    pub fn iter(&self) -> Values<'_> {
        match &self.wire {
            Wire::Items { items, .. } => Values::of_items(items, self.tags),
            _ => Values::of_wire(self.wire.octets().unwrap_or_default(), self.tags),
        }
    }

    /// [`iter`](Self::iter) for a view that borrows.
    fn into_values(self) -> Values<'a> {
        match self.wire {
            Wire::Borrowed(octets) => Values::of_wire(octets, self.tags),
            Wire::Items { items, .. } => Values::of_items(items, self.tags),
            Wire::Shared(_) | Wire::Grown(_) => {
                debug_assert!(false, "iteration yields views");
                Values::of_wire(&[], self.tags)
            }
        }
    }

    fn put_content(&self, out: &mut impl BufMut) {
        match &self.wire {
            Wire::Items { items, .. } => items.iter().for_each(|value| value.put_tagged(self.tags, out)),
            _ => out.put_slice(self.wire.octets().unwrap_or_default()),
        }
    }
}

/// The deepest nesting that a pushed container may have, so that what holds it stays within [`MAX_DEPTH`].
fn check_pushed(octets: &[u8], array: bool, tags: Tags) -> Result<(), EncodeError> {
    let dialect = Dialect { tags, ..Dialect::RABBITMQ };
    let rules = Rules { dialect, max_depth: MAX_DEPTH.saturating_sub(1) };
    validate::validate(octets, array, &rules).map_err(|fault| match fault.kind {
        DecodeErrorKind::NestedTooDeep => EncodeError::NestedTooDeep,
        _ => EncodeError::InvalidTable,
    })
}

/// Splits length and content off checked octets.
fn split_long(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, tail) = octets.split_first_chunk::<4>()?;
    tail.split_at_checked(widen(u32::from_be_bytes(*len)))
}
