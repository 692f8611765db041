//! Field tables and arrays. AMQP 0-9-1 §4.2.5.5; errata 3, 4.
//!
//! A table stays as it came: checked once, iterated lazily, written back octet for octet. Tags, order and duplicates survive.

mod array;
mod container;
mod iter;
mod print;
mod validate;
mod value;

use alloc::borrow::Cow;
use alloc::vec::Vec;

pub use array::Array;
pub use iter::{Fields, Values};
pub use value::{Decimal, Field, Tag, Value};

use super::dialect::{Dialect, Tags};
use super::error::{DecodeError, DecodeErrorKind, EncodeError};
use super::limits::Limits;
use super::short_str::ShortStr;
use super::sink::{Sink, put_short};
use super::wire::{Fault, Keep, Part, Reader, Rules, fits_long, owned, widen};
use container::{Wire, container, take_container};

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

container!(FieldTable, Field<'t>, Fields, table);

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
        let table: Result<Self, Fault> = Part::take(&mut reader, &rules);
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

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.iter().find(|field| field.name == name).map(|field| field.value)
    }

    fn put_content(&self, out: &mut impl Sink) {
        match &self.wire {
            Wire::Items { items, .. } => {
                for (name, value) in *items {
                    put_short(name.as_bytes(), out);
                    value.put_tagged(self.tags, out);
                }
            }
            _ => out.slice(self.wire.octets().unwrap_or_default()),
        }
    }
}

/// The table that these octets are in a dialect that keeps everything else as it is.
#[cfg(feature = "serde")]
pub(super) fn check_whole(octets: bytes::Bytes, tags: Tags) -> Result<FieldTable<'static>, EncodeError> {
    let rules = Rules { dialect: Dialect { tags, ..Dialect::RABBITMQ }, max_depth: MAX_DEPTH };
    match validate::validate(&octets, false, &rules) {
        Ok(()) => Ok(FieldTable { tags, wire: Wire::Shared(octets) }),
        Err(_) => Err(EncodeError::InvalidTable),
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
