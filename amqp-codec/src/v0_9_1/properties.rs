//! The properties of a message: flags, and the values of those that are set. AMQP 0-9-1 §4.2.6.1, §1.8.
//!
//! They stay as they came: checked once, found by skipping, written back octet for octet.

mod iter;
mod print;
mod property;

use alloc::vec::Vec;

use bytes::Bytes;

pub use iter::PropertyIter;
pub use property::Property;

use super::error::{DecodeErrorKind, EncodeError};
use super::field_table::FieldTable;
use super::sink::Sink;
use super::wire::{Fault, Keep, Part, Reader, Rules, owned};
use property::{OCTETS, TEXTS, TIMESTAMP, bit, next_flag, read, skip};

/// The flags of the 14 properties of class basic.
const KNOWN: u16 = 0xFFFC;

/// The flag that announces further flags.
const CONTINUED: u16 = 1;

/// The properties of a message. Equality is that of the wire form.
#[derive(Clone, Default)]
pub struct Properties<'a> {
    flags: u16,
    tags: super::Tags,
    wire: Wire<'a>,
}

#[derive(Clone)]
enum Wire<'a> {
    Borrowed(&'a [u8]),
    Shared(Bytes),
    Items(&'a [Property<'a>]),
    Grown(Vec<u8>),
}

impl Default for Wire<'_> {
    fn default() -> Self {
        Self::Borrowed(&[])
    }
}

/// The flag of a property.
const fn flag(index: u32) -> u16 {
    0x8000_u16.wrapping_shr(index)
}

impl<'a> Properties<'a> {
    /// No properties.
    pub const EMPTY: Self = Self { flags: 0, tags: super::Tags::RabbitMq, wire: Wire::Borrowed(&[]) };

    /// The caller's properties, in any order; no allocation.
    ///
    /// # Errors
    /// The same property twice, or a value too long.
    pub fn from_items(items: &'a [Property<'a>]) -> Result<Self, EncodeError> {
        let (mut flags, mut tags) = (0_u16, super::Tags::RabbitMq);
        for item in items {
            if flags & flag(item.index()) != 0 {
                return Err(EncodeError::DuplicateProperty);
            }
            flags |= flag(item.index());
            item.check()?;
            if let Property::Headers(table) = item {
                tags = table.tags();
            }
        }
        Ok(Self { flags, tags, wire: Wire::Items(items) })
    }

    /// Sets a property, in place of one that was there; the properties become owned.
    ///
    /// # Errors
    /// A value too long.
    pub fn set(&mut self, property: &Property<'_>) -> Result<(), EncodeError> {
        property.check()?;
        let mut octets = Vec::with_capacity(self.content_len().saturating_add(property.wire_len()));
        let mut pending = Some(property);
        for item in self.iter() {
            if let Some(new) = pending.take_if(|new| new.index() <= item.index()) {
                new.put(&mut octets);
            }
            if item.index() != property.index() {
                item.put(&mut octets);
            }
        }
        if let Some(new) = pending {
            new.put(&mut octets);
        }
        self.flags |= flag(property.index());
        if let Property::Headers(table) = property {
            self.tags = table.tags();
        }
        self.wire = Wire::Grown(octets);
        Ok(())
    }

    /// Removes a property by its [`index`](Property::index); true if it was there.
    pub fn remove(&mut self, index: u32) -> bool {
        if index > 13 || self.flags & flag(index) == 0 {
            return false;
        }
        let mut octets = Vec::with_capacity(self.content_len());
        self.iter().filter(|item| item.index() != index).for_each(|item| item.put(&mut octets));
        self.flags &= !flag(index);
        self.wire = Wire::Grown(octets);
        true
    }

    /// Reads flags and values to the end of the payload. Which properties are there is known before the first value is read.
    #[inline(always)]
    pub(crate) fn take(reader: &mut Reader<'a>, rules: &Rules) -> Result<Self, Fault> {
        let flags = u16::from_be_bytes(reader.array()?);
        if flags & !KNOWN != 0 {
            further_flags(flags, reader)?;
        }
        let flags = flags & KNOWN;
        let octets = reader.rest;
        let mut bits = u32::from(flags);
        while let Some(flag) = next_flag(&mut bits) {
            if flag & TEXTS != 0 {
                reader.short_str()?;
            } else if flag & OCTETS != 0 {
                reader.array::<1>()?;
            } else if flag == TIMESTAMP {
                reader.array::<8>()?;
            } else {
                FieldTable::take(reader, rules)?;
            }
        }
        if !reader.rest.is_empty() {
            return Err(Fault::new(DecodeErrorKind::TrailingOctets, reader.rest.len()));
        }
        Ok(Self { flags, tags: rules.dialect.tags, wire: Wire::Borrowed(octets) })
    }

    /// Which properties are there: content-type in bit 15, cluster-id in bit 2.
    pub const fn flags(&self) -> u16 {
        self.flags
    }

    /// True without properties.
    pub const fn is_empty(&self) -> bool {
        self.flags == 0
    }

    /// The properties that are there, in wire order, lazily.
    #[inline]
    pub fn iter(&self) -> PropertyIter<'_> {
        match &self.wire {
            Wire::Items(items) => PropertyIter::of_items(self.flags, items, self.tags),
            _ => PropertyIter::of_wire(self.flags, self.octets(), self.tags),
        }
    }

    /// One property.
    #[inline]
    pub(super) fn find(&self, index: u32) -> Option<Property<'_>> {
        if self.flags & flag(index) == 0 {
            return None;
        }
        if let Wire::Items(items) = &self.wire {
            return items.iter().find(|item| item.index() == index).map(Property::borrowed);
        }
        let wanted = bit(index);
        let mut reader = Reader { rest: self.octets() };
        let mut before = u32::from(self.flags) & !(2_u32.wrapping_shl(wanted).wrapping_sub(1));
        while let Some(flag) = next_flag(&mut before) {
            skip(flag, &mut reader)?;
        }
        read(wanted, &mut reader, self.tags)
    }

    /// Octets of the values, without the flags.
    #[inline]
    fn content_len(&self) -> usize {
        match &self.wire {
            Wire::Items(items) => items.iter().fold(0, |len, item| len.saturating_add(item.wire_len())),
            _ => self.octets().len(),
        }
    }

    #[inline]
    fn octets(&self) -> &[u8] {
        match &self.wire {
            Wire::Borrowed(octets) => octets,
            Wire::Shared(octets) => octets,
            Wire::Grown(octets) => octets,
            Wire::Items(_) => &[],
        }
    }

    /// Octets of flags and values.
    #[inline]
    pub(crate) fn wire_len(&self) -> usize {
        self.content_len().saturating_add(2)
    }

    #[inline]
    pub(crate) fn put(&self, out: &mut impl Sink) {
        out.u16(self.flags);
        match &self.wire {
            // In the order of the flags, whatever the order of the items.
            Wire::Items(items) => {
                for index in 0..14 {
                    items.iter().filter(|item| item.index() == index).for_each(|item| item.put(out));
                }
                out.flush();
            }
            _ => out.slice(self.octets()),
        }
    }

    pub(crate) fn gather(&self, parts: &mut Vec<u8>) {
        match &self.wire {
            Wire::Borrowed(octets) => parts.extend_from_slice(octets),
            Wire::Items(_) => self.iter().for_each(|item| item.put(parts)),
            Wire::Shared(_) | Wire::Grown(_) => {}
        }
    }

    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Properties<'static> {
        let len = self.content_len();
        let wire = match self.wire {
            Wire::Borrowed(octets) => Wire::Shared(keep.part(octets)),
            Wire::Shared(octets) => Wire::Shared(octets),
            Wire::Grown(octets) => Wire::Grown(octets),
            Wire::Items(_) => match keep {
                Keep::Gathered(gathered) => Wire::Shared(gathered.split_to(len.min(gathered.len()))),
                Keep::Share(_) => {
                    let mut octets = Vec::with_capacity(len);
                    self.iter().for_each(|item| item.put(&mut octets));
                    Wire::Shared(octets.into())
                }
            },
        };
        Properties { flags: self.flags, tags: self.tags, wire }
    }

    /// The same properties, independent of the input; one allocation at most.
    pub fn into_owned(self) -> Properties<'static> {
        owned!(self)
    }
}

/// Flags beyond the 14. AMQP 0-9-1 §4.2.6.1: bit 0 says that another word of flags follows. The words are walked, each one consumes two
/// octets, and none may set a flag: class basic has no property for it, so its value could not be read.
#[cold]
fn further_flags(first: u16, reader: &mut Reader<'_>) -> Result<(), Fault> {
    let mut word = first & !KNOWN;
    loop {
        if word & !CONTINUED != 0 {
            return Err(Fault::new(DecodeErrorKind::UnknownProperty, reader.rest.len().saturating_add(2)));
        }
        if word & CONTINUED == 0 {
            return Ok(());
        }
        word = u16::from_be_bytes(reader.array()?);
    }
}

impl PartialEq for Properties<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.flags == other.flags && self.iter().eq(other.iter())
    }
}

impl Eq for Properties<'_> {}
