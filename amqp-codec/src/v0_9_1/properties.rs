//! The properties of a message: flags, and the values of those that are set. AMQP 0-9-1 §4.2.6.1, §1.8.
//!
//! They stay as they came: checked once, found by skipping, written back octet for octet.

mod iter;
mod print;

use alloc::vec::Vec;

use bytes::{BufMut, Bytes};

pub use iter::PropertyIter;

use super::error::{DecodeErrorKind, EncodeError};
use super::field_table::FieldTable;
use super::short_str::ShortStr;
use super::wire::{Fault, Keep, Part, Reader, Rules};

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

/// Defines the 14 properties: number, variant, accessor, type and the specification's name.
macro_rules! properties {
    ($($index:literal $variant:ident($($type:tt)+) $get:ident $name:literal $doc:literal;)*) => {
        /// One property of a message.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Property<'a> {
            $(#[doc = $doc] $variant($($type)+),)*
        }

        impl<'a> Property<'a> {
            /// Its place: 0 for content-type, whose flag is bit 15, to 13 for cluster-id, whose flag is bit 2.
            pub const fn index(&self) -> u32 {
                match self {
                    $(Self::$variant(_) => $index,)*
                }
            }

            /// The specification's name, `content-type`.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)*
                }
            }

            fn wire_len(&self) -> usize {
                match self {
                    $(Self::$variant(value) => Part::wire_len(value),)*
                }
            }

            fn check(&self) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant(value) => Part::check(value),)*
                }
            }

            fn put(&self, out: &mut impl BufMut) {
                match self {
                    $(Self::$variant(value) => Part::put(value, out),)*
                }
            }
        }

        impl<'a> Properties<'a> {
            $(
                #[doc = $doc]
                #[inline]
                pub fn $get(&self) -> Option<property_type!($($type)+)> {
                    match self.find($index)? {
                        Property::$variant(value) => Some(value),
                        _ => None,
                    }
                }
            )*
        }
    };
}
/// The type that borrows from the properties instead of the input.
macro_rules! property_type {
    (ShortStr<'a>) => { ShortStr<'_> };
    (FieldTable<'a>) => { FieldTable<'_> };
    ($plain:ty) => { $plain };
}
properties! {
    0 ContentType(ShortStr<'a>) content_type "content-type" "`content-type`: a MIME type.";
    1 ContentEncoding(ShortStr<'a>) content_encoding "content-encoding" "`content-encoding`: a MIME encoding.";
    2 Headers(FieldTable<'a>) headers "headers" "`headers`: the application's fields.";
    3 DeliveryMode(u8) delivery_mode "delivery-mode" "`delivery-mode`: 1 transient, 2 persistent.";
    4 Priority(u8) priority "priority" "`priority`: 0 to 9.";
    5 CorrelationId(ShortStr<'a>) correlation_id "correlation-id" "`correlation-id`.";
    6 ReplyTo(ShortStr<'a>) reply_to "reply-to" "`reply-to`: an address.";
    7 Expiration(ShortStr<'a>) expiration "expiration" "`expiration`: RabbitMQ reads milliseconds in decimal.";
    8 MessageId(ShortStr<'a>) message_id "message-id" "`message-id`.";
    9 Timestamp(u64) timestamp "timestamp" "`timestamp`: seconds since 1970, all 64 bits as they came.";
    10 Type(ShortStr<'a>) kind "type" "`type`: the message's type name.";
    11 UserId(ShortStr<'a>) user_id "user-id" "`user-id`: the user that published it.";
    12 AppId(ShortStr<'a>) app_id "app-id" "`app-id`: the application that published it.";
    13 ClusterId(ShortStr<'a>) cluster_id "cluster-id" "`cluster-id`: reserved since 0-9-1.";
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
        let mut bits = flags;
        while bits != 0 {
            let index = bits.leading_zeros();
            bits &= !flag(index);
            match index {
                2 => {
                    FieldTable::take(reader, rules)?;
                }
                3 | 4 => {
                    reader.array::<1>()?;
                }
                9 => {
                    reader.array::<8>()?;
                }
                _ => {
                    reader.short_str()?;
                }
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
        PropertyIter { bits: self.flags, tags: self.tags, items: self.items(), rest: self.octets() }
    }

    /// One property.
    #[inline]
    fn find(&self, index: u32) -> Option<Property<'_>> {
        if self.flags & flag(index) == 0 {
            return None;
        }
        if let Wire::Items(items) = &self.wire {
            return items.iter().find(|item| item.index() == index).map(Property::borrowed);
        }
        let mut reader = Reader { rest: self.octets() };
        let mut bits = self.flags & !(flag(index).wrapping_sub(1) | flag(index));
        while bits != 0 {
            let before = bits.leading_zeros();
            bits &= !flag(before);
            skip(before, &mut reader)?;
        }
        read(index, &mut reader, self.tags)
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

    fn items(&self) -> &[Property<'_>] {
        if let Wire::Items(items) = &self.wire { items } else { &[] }
    }

    /// Octets of flags and values.
    #[inline]
    pub(crate) fn wire_len(&self) -> usize {
        self.content_len().saturating_add(2)
    }

    #[inline]
    pub(crate) fn put(&self, out: &mut impl BufMut) {
        out.put_u16(self.flags);
        match &self.wire {
            // In the order of the flags, whatever the order of the items.
            Wire::Items(items) => {
                for index in 0..14 {
                    items.iter().filter(|item| item.index() == index).for_each(|item| item.put(out));
                }
            }
            _ => out.put_slice(self.octets()),
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
        let mut parts = Vec::with_capacity(self.wire_len());
        self.gather(&mut parts);
        self.keep(&mut Keep::Gathered(parts.into()))
    }
}

impl Property<'_> {
    /// The same, borrowed from this one.
    fn borrowed(&self) -> Property<'_> {
        macro_rules! short {
            ($($variant:ident)*) => {
                match self {
                    $(Self::$variant(text) => Property::$variant(ShortStr::checked(text.as_bytes())),)*
                    Self::Headers(table) => Property::Headers(table.borrowed()),
                    Self::DeliveryMode(octet) => Property::DeliveryMode(*octet),
                    Self::Priority(octet) => Property::Priority(*octet),
                    Self::Timestamp(seconds) => Property::Timestamp(*seconds),
                }
            };
        }
        short! { ContentType ContentEncoding CorrelationId ReplyTo Expiration MessageId Type UserId AppId ClusterId }
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

/// Skips a value in checked octets.
#[inline(always)]
fn skip(index: u32, reader: &mut Reader<'_>) -> Option<()> {
    let len = match index {
        2 => super::wire::widen(u32::from_be_bytes(reader.array().ok()?)),
        3 | 4 => 1,
        9 => 8,
        _ => usize::from(u8::from_be_bytes(reader.array().ok()?)),
    };
    reader.slice(len).ok().map(|_| ())
}

/// Reads a value in checked octets.
#[inline(always)]
fn read<'p>(index: u32, reader: &mut Reader<'p>, tags: super::Tags) -> Option<Property<'p>> {
    macro_rules! text {
        ($variant:ident) => {{
            let len = u8::from_be_bytes(reader.array().ok()?);
            Property::$variant(ShortStr::checked(reader.slice(usize::from(len)).ok()?))
        }};
    }
    Some(match index {
        0 => text!(ContentType),
        1 => text!(ContentEncoding),
        2 => Property::Headers(FieldTable::checked(tags, reader.long_str().ok()?)),
        3 => Property::DeliveryMode(u8::from_be_bytes(reader.array().ok()?)),
        4 => Property::Priority(u8::from_be_bytes(reader.array().ok()?)),
        5 => text!(CorrelationId),
        6 => text!(ReplyTo),
        7 => text!(Expiration),
        8 => text!(MessageId),
        9 => Property::Timestamp(u64::from_be_bytes(reader.array().ok()?)),
        10 => text!(Type),
        11 => text!(UserId),
        12 => text!(AppId),
        13 => text!(ClusterId),
        _ => return None,
    })
}

impl PartialEq for Properties<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.flags == other.flags && self.iter().eq(other.iter())
    }
}

impl Eq for Properties<'_> {}
