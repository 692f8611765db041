//! Values of fields. AMQP 0-9-1 §4.2.1, §4.2.5.5; errata 3.

use core::fmt;

use super::super::dialect::Tags;
use super::super::error::EncodeError;
use super::super::short_str::ShortStr;
use super::super::sink::{Sink, put_long, put_short};
use super::super::wire::{Part as _, Reader, fits_long};
use super::{Array, FieldTable, check_pushed};
use crate::Binary;

/// The octet that says how a value is to be read. An open number.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tag(pub u8);

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0.escape_ascii())
    }
}

/// A field of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name.
    pub name: ShortStr<'a>,
    /// The tag as it stands on the wire.
    pub tag: Tag,
    /// What the tag makes of the octets in the table's dialect.
    pub value: Value<'a>,
}

/// A value of a field. Floating point numbers are equal if their bits are.
#[derive(Clone)]
pub enum Value<'a> {
    /// `t`: zero is false, anything else true.
    Boolean(bool),
    /// `b`.
    I8(i8),
    /// `B`.
    U8(u8),
    /// `U` in the specification, `s` in RabbitMQ.
    I16(i16),
    /// `u`.
    U16(u16),
    /// `I`.
    I32(i32),
    /// `i`.
    U32(u32),
    /// `L` in the specification, `l` (read also from `L`) in RabbitMQ.
    I64(i64),
    /// `l` in the specification only.
    U64(u64),
    /// `f`.
    F32(f32),
    /// `d`.
    F64(f64),
    /// `D`.
    Decimal(Decimal),
    /// `s` in the specification only.
    ShortString(ShortStr<'a>),
    /// `S`: any octets.
    LongString(Binary<'a>),
    /// `A`.
    Array(Array<'a>),
    /// `T`: seconds since 1970, all 64 bits as they came.
    Timestamp(u64),
    /// `F`.
    Table(FieldTable<'a>),
    /// `V`.
    Void,
    /// `x` in RabbitMQ only.
    Octets(Binary<'a>),
}

/// A decimal: digits and where the point stands. The grammar reads the digits unsigned, the text and errata 3 signed: both are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// Digits behind the point.
    pub scale: u8,
    /// The digits' 32 bits.
    pub bits: u32,
}

impl Decimal {
    /// The digits, signed: the text of §4.2.5.5 and errata 3.
    pub const fn signed(self) -> i32 {
        self.bits.cast_signed()
    }

    /// The digits, unsigned: the grammar of §4.2.1.
    pub const fn unsigned(self) -> u32 {
        self.bits
    }
}

/// The same value, with what it holds of strings and containers made anew.
macro_rules! with_parts {
    ($value:expr, $part:ident => $new:expr) => {
        match $value {
            Value::ShortString($part) => Value::ShortString($new),
            Value::LongString($part) => Value::LongString($new),
            Value::Octets($part) => Value::Octets($new),
            Value::Array($part) => Value::Array($new),
            Value::Table($part) => Value::Table($new),
            Value::Boolean(value) => Value::Boolean(*value),
            Value::I8(value) => Value::I8(*value),
            Value::U8(value) => Value::U8(*value),
            Value::I16(value) => Value::I16(*value),
            Value::U16(value) => Value::U16(*value),
            Value::I32(value) => Value::I32(*value),
            Value::U32(value) => Value::U32(*value),
            Value::I64(value) => Value::I64(*value),
            Value::U64(value) => Value::U64(*value),
            Value::F32(value) => Value::F32(*value),
            Value::F64(value) => Value::F64(*value),
            Value::Decimal(value) => Value::Decimal(*value),
            Value::Timestamp(value) => Value::Timestamp(*value),
            Value::Void => Value::Void,
        }
    };
}

impl<'a> Value<'a> {
    /// A long string of text.
    pub const fn text(text: &'a str) -> Self {
        Self::LongString(Binary::Borrowed(text.as_bytes()))
    }

    /// The tag under which a dialect writes this value.
    pub const fn tag(&self, tags: Tags) -> Option<Tag> {
        let spec = matches!(tags, Tags::Spec);
        Some(Tag(match self {
            Self::Boolean(_) => b't',
            Self::I8(_) => b'b',
            Self::U8(_) => b'B',
            Self::I16(_) if spec => b'U',
            Self::I16(_) => b's',
            Self::U16(_) => b'u',
            Self::I32(_) => b'I',
            Self::U32(_) => b'i',
            Self::I64(_) if spec => b'L',
            Self::I64(_) => b'l',
            Self::U64(_) if spec => b'l',
            Self::F32(_) => b'f',
            Self::F64(_) => b'd',
            Self::Decimal(_) => b'D',
            Self::ShortString(_) if spec => b's',
            Self::LongString(_) => b'S',
            Self::Array(_) => b'A',
            Self::Timestamp(_) => b'T',
            Self::Table(_) => b'F',
            Self::Void => b'V',
            Self::Octets(_) if !spec => b'x',
            Self::U64(_) | Self::ShortString(_) | Self::Octets(_) => return None,
        }))
    }

    /// The value's octets without its tag, if the dialect can say it.
    pub(super) fn check(&self, tags: Tags) -> Result<usize, EncodeError> {
        if self.tag(tags).is_none() {
            return Err(EncodeError::NotInDialect);
        }
        let long = |len: usize| fits_long(len).map(|()| len.saturating_add(4));
        match self {
            Self::Boolean(_) | Self::I8(_) | Self::U8(_) => Ok(1),
            Self::I16(_) | Self::U16(_) => Ok(2),
            Self::I32(_) | Self::U32(_) | Self::F32(_) => Ok(4),
            Self::I64(_) | Self::U64(_) | Self::F64(_) | Self::Timestamp(_) => Ok(8),
            Self::Decimal(_) => Ok(5),
            Self::ShortString(text) => Ok(text.len().saturating_add(1)),
            Self::LongString(octets) | Self::Octets(octets) => long(octets.len()),
            Self::Array(array) if same(array.tags(), tags, array.is_empty()) => long(array.content_len()),
            Self::Table(table) if same(table.tags(), tags, table.is_empty()) => long(table.content_len()),
            Self::Array(_) | Self::Table(_) => Err(EncodeError::NotInDialect),
            Self::Void => Ok(0),
        }
    }

    /// Whether this may be pushed into a table that itself keeps within the depth limit.
    pub(super) fn check_depth(&self) -> Result<(), EncodeError> {
        match self {
            Self::Array(array) => check_pushed(&array.content(), true, array.tags()),
            Self::Table(table) => check_pushed(&table.content(), false, table.tags()),
            _ => Ok(()),
        }
    }

    /// How deep slices of items nest in it.
    pub(super) fn item_depth(&self) -> u8 {
        match self {
            Self::Array(array) => array.item_depth(),
            Self::Table(table) => table.item_depth(),
            _ => 0,
        }
    }

    /// Writes tag and value. Slices within slices recurse, 16 deep at most: their constructors see to that.
    pub(super) fn put_tagged(&self, tags: Tags, out: &mut impl Sink) {
        let Some(Tag(tag)) = self.tag(tags) else {
            debug_assert!(false, "checked before");
            return;
        };
        out.u8(tag);
        match self {
            Self::Boolean(value) => out.u8(u8::from(*value)),
            Self::I8(value) => out.u8(value.cast_unsigned()),
            Self::U8(value) => out.u8(*value),
            Self::I16(value) => out.u16(value.cast_unsigned()),
            Self::U16(value) => out.u16(*value),
            Self::I32(value) => out.u32(value.cast_unsigned()),
            Self::U32(value) => out.u32(*value),
            Self::I64(value) => out.u64(value.cast_unsigned()),
            Self::U64(value) | Self::Timestamp(value) => out.u64(*value),
            Self::F32(value) => out.u32(value.to_bits()),
            Self::F64(value) => out.u64(value.to_bits()),
            Self::Decimal(decimal) => {
                out.u8(decimal.scale);
                out.u32(decimal.bits);
            }
            Self::ShortString(text) => put_short(text.as_bytes(), out),
            Self::LongString(octets) | Self::Octets(octets) => put_long(octets, out),
            Self::Array(array) => array.put(out),
            Self::Table(table) => table.put(out),
            Self::Void => {}
        }
    }

    /// The same, borrowed from this one.
    pub fn borrowed(&self) -> Value<'_> {
        with_parts!(self, part => part.borrowed())
    }

    /// The same, independent of the input.
    pub(crate) fn owned(&self) -> Value<'static> {
        with_parts!(self, part => part.borrowed().into_owned())
    }
}

/// A container keeps the tags that it was made with, so it belongs into its own dialect; an empty one belongs into any.
fn same(own: Tags, target: Tags, empty: bool) -> bool {
    empty || own == target || (own == Tags::RabbitMq && target == Tags::Lenient)
}

/// Reads tag and value off checked octets.
#[inline(always)]
pub(super) fn read<'t>(reader: &mut Reader<'t>, tags: Tags) -> Option<(Tag, Value<'t>)> {
    let [tag] = reader.checked_array()?;
    let value = match tag {
        b'S' => Value::LongString(Binary::Borrowed(reader.checked_long()?)),
        b't' => Value::Boolean(reader.checked_array()? != [0]),
        b'b' => Value::I8(i8::from_be_bytes(reader.checked_array()?)),
        b'B' => Value::U8(u8::from_be_bytes(reader.checked_array()?)),
        b's' if tags == Tags::Spec => Value::ShortString(ShortStr::checked(reader.checked_short()?)),
        b's' | b'U' => Value::I16(i16::from_be_bytes(reader.checked_array()?)),
        b'u' => Value::U16(u16::from_be_bytes(reader.checked_array()?)),
        b'I' => Value::I32(i32::from_be_bytes(reader.checked_array()?)),
        b'i' => Value::U32(u32::from_be_bytes(reader.checked_array()?)),
        b'l' if tags == Tags::Spec => Value::U64(u64::from_be_bytes(reader.checked_array()?)),
        b'l' | b'L' => Value::I64(i64::from_be_bytes(reader.checked_array()?)),
        b'f' => Value::F32(f32::from_be_bytes(reader.checked_array()?)),
        b'd' => Value::F64(f64::from_be_bytes(reader.checked_array()?)),
        b'D' => {
            let [scale, a, b, c, d] = reader.checked_array()?;
            Value::Decimal(Decimal { scale, bits: u32::from_be_bytes([a, b, c, d]) })
        }
        b'T' => Value::Timestamp(u64::from_be_bytes(reader.checked_array()?)),
        b'A' => Value::Array(Array::checked(tags, reader.checked_long()?)),
        b'F' => Value::Table(FieldTable::checked(tags, reader.checked_long()?)),
        b'V' => Value::Void,
        b'x' => Value::Octets(Binary::Borrowed(reader.checked_long()?)),
        _ => return None,
    };
    Some((Tag(tag), value))
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::I8(a), Self::I8(b)) => a == b,
            (Self::U8(a), Self::U8(b)) => a == b,
            (Self::I16(a), Self::I16(b)) => a == b,
            (Self::U16(a), Self::U16(b)) => a == b,
            (Self::I32(a), Self::I32(b)) => a == b,
            (Self::U32(a), Self::U32(b)) => a == b,
            (Self::I64(a), Self::I64(b)) => a == b,
            (Self::U64(a), Self::U64(b)) | (Self::Timestamp(a), Self::Timestamp(b)) => a == b,
            (Self::F32(a), Self::F32(b)) => a.to_bits() == b.to_bits(),
            (Self::F64(a), Self::F64(b)) => a.to_bits() == b.to_bits(),
            (Self::Decimal(a), Self::Decimal(b)) => a == b,
            (Self::ShortString(a), Self::ShortString(b)) => a == b,
            (Self::LongString(a), Self::LongString(b)) | (Self::Octets(a), Self::Octets(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (Self::Table(a), Self::Table(b)) => a == b,
            (Self::Void, Self::Void) => true,
            _ => false,
        }
    }
}

impl Eq for Value<'_> {}
