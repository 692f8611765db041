//! Field arrays. AMQP 0-9-1 §4.2.1; errata 4.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::super::dialect::Tags;
use super::super::error::EncodeError;
use super::super::sink::Sink;
use super::super::wire::{Fault, Keep, Part, Reader, Rules, fits_long, owned};
use super::MAX_ITEM_DEPTH;
use super::container::{Wire, container, take_container};
use super::iter::Values;
use super::value::{Tag, Value};

/// An array of values: equality is that of the wire form.
#[derive(Clone)]
pub struct Array<'a> {
    tags: Tags,
    wire: Wire<'a, Value<'a>>,
}

container!(Array, (Tag, Value<'t>), Values, array);

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

    fn put_content(&self, out: &mut impl Sink) {
        match &self.wire {
            Wire::Items { items, .. } => items.iter().for_each(|value| value.put_tagged(self.tags, out)),
            _ => out.slice(self.wire.octets().unwrap_or_default()),
        }
    }
}
