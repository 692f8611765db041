//! Values as constructor and octets: split off, stepped over, read. All of it on octets that were checked.

use super::compound::{Array, List, Map};
use super::constructor as code;
use super::value::Value;
use super::wire::{before, octet, octets, slice, slice8, slice32};
use super::words::{Ascii, Utf8};

/// A value as its constructor and what follows it: apart in the elements of an array, side by side elsewhere.
#[derive(Clone, Copy)]
pub(crate) struct Raw<'a> {
    constructor: &'a [u8],
    body: &'a [u8],
}

impl<'a> Raw<'a> {
    /// Splits the next value off validated octets; nothing at their end.
    #[inline]
    pub(crate) fn split(rest: &mut &'a [u8]) -> Option<Self> {
        let whole = *rest;
        let code = octet(rest).ok()?;
        if code == code::DESCRIBED {
            *rest = whole;
            skip_constructor(rest)?;
        }
        let constructor = before(whole, rest);
        let from = *rest;
        skip_body(*constructor.last()?, rest)?;
        Some(Self { constructor, body: before(from, rest) })
    }

    /// Splits the next element off the validated data of an array with this constructor.
    #[inline]
    pub(crate) fn element(constructor: &'a [u8], data: &mut &'a [u8]) -> Option<Self> {
        let from = *data;
        skip_body(*constructor.last()?, data)?;
        Some(Self { constructor, body: before(from, data) })
    }

    /// What follows the constructor.
    pub(crate) fn body(self) -> &'a [u8] {
        self.body
    }

    pub(crate) fn constructor(self) -> &'a [u8] {
        self.constructor
    }

    pub(crate) fn parts(constructor: &'a [u8], body: &'a [u8]) -> Self {
        Self { constructor, body }
    }

    /// The value. The impossible, octets that validation would have refused, reads as null.
    #[inline]
    pub(crate) fn value(self) -> Value<'a> {
        match self.constructor {
            [code] => read(*code, &mut { self.body }).unwrap_or(Value::Null),
            [] => Value::Null,
            _ => Value::Described(super::Described::new(self)),
        }
    }
}

/// Reads the value at the head of validated octets, and moves behind it.
#[inline]
pub(crate) fn take<'a>(rest: &mut &'a [u8]) -> Option<Value<'a>> {
    match rest.split_first()? {
        (&code::DESCRIBED, _) => Raw::split(rest).map(Raw::value),
        (&code, tail) => {
            *rest = tail;
            read(code, rest)
        }
    }
}

/// Steps over a constructor with all its descriptors.
pub(crate) fn skip_constructor(rest: &mut &[u8]) -> Option<()> {
    while octet(rest).ok()? == code::DESCRIBED {
        skip(rest)?;
    }
    Some(())
}

/// Steps over one validated value. Counts what is still to come instead of recursing into descriptors.
#[inline]
pub(crate) fn skip(rest: &mut &[u8]) -> Option<()> {
    let mut pending = 1usize;
    while pending != 0 {
        let code = octet(rest).ok()?;
        if code == code::DESCRIBED {
            pending = pending.saturating_add(1);
        } else {
            skip_body(code, rest)?;
            pending = pending.saturating_sub(1);
        }
    }
    Some(())
}

/// Steps over what follows a constructor: the high nibble says how (AMQP 1.0 §1.2.1).
#[inline]
pub(crate) fn skip_body(code: u8, rest: &mut &[u8]) -> Option<()> {
    let width = match code >> 4 {
        0x4 => 0,
        0x5 => 1,
        0x6 => 2,
        0x7 => 4,
        0x8 => 8,
        0x9 => 16,
        0xa | 0xc | 0xe => return slice8(rest).ok().map(drop),
        0xb | 0xd | 0xf => return slice32(rest).ok().map(drop),
        _ => return None,
    };
    slice(width, rest).ok().map(drop)
}

/// Reads what follows the constructor of a validated value.
#[inline]
pub(crate) fn read<'a>(code: u8, rest: &mut &'a [u8]) -> Option<Value<'a>> {
    Some(match code {
        code::NULL => Value::Null,
        code::TRUE => Value::Boolean(true),
        code::FALSE => Value::Boolean(false),
        code::BOOLEAN => Value::Boolean(octet(rest).ok()? != 0),
        code::UINT_0 => Value::Uint(0),
        code::SMALL_UINT => Value::Uint(u32::from(octet(rest).ok()?)),
        code::UINT => Value::Uint(u32::from_be_bytes(octets(rest).ok()?)),
        code::ULONG_0 => Value::Ulong(0),
        code::SMALL_ULONG => Value::Ulong(u64::from(octet(rest).ok()?)),
        code::ULONG => Value::Ulong(u64::from_be_bytes(octets(rest).ok()?)),
        code::UBYTE => Value::Ubyte(octet(rest).ok()?),
        code::USHORT => Value::Ushort(u16::from_be_bytes(octets(rest).ok()?)),
        code::BYTE => Value::Byte(octet(rest).ok()?.cast_signed()),
        code::SHORT => Value::Short(i16::from_be_bytes(octets(rest).ok()?)),
        code::SMALL_INT => Value::Int(i32::from(octet(rest).ok()?.cast_signed())),
        code::INT => Value::Int(i32::from_be_bytes(octets(rest).ok()?)),
        code::SMALL_LONG => Value::Long(i64::from(octet(rest).ok()?.cast_signed())),
        code::LONG => Value::Long(i64::from_be_bytes(octets(rest).ok()?)),
        code::FLOAT => Value::Float(f32::from_bits(u32::from_be_bytes(octets(rest).ok()?))),
        code::DOUBLE => Value::Double(f64::from_bits(u64::from_be_bytes(octets(rest).ok()?))),
        code::DECIMAL_32 => Value::Decimal32(octets(rest).ok()?),
        code::DECIMAL_64 => Value::Decimal64(octets(rest).ok()?),
        code::DECIMAL_128 => Value::Decimal128(octets(rest).ok()?),
        code::CHAR => Value::Char(char::from_u32(u32::from_be_bytes(octets(rest).ok()?))?),
        code::TIMESTAMP => Value::Timestamp(i64::from_be_bytes(octets(rest).ok()?)),
        code::UUID => Value::Uuid(octets(rest).ok()?),
        code::BINARY_8 => Value::Binary(slice8(rest).ok()?),
        code::BINARY_32 => Value::Binary(slice32(rest).ok()?),
        code::STRING_8 => Value::String(Utf8::checked(slice8(rest).ok()?)),
        code::STRING_32 => Value::String(Utf8::checked(slice32(rest).ok()?)),
        code::SYMBOL_8 => Value::Symbol(Ascii::checked(slice8(rest).ok()?)),
        code::SYMBOL_32 => Value::Symbol(Ascii::checked(slice32(rest).ok()?)),
        code::LIST_0 => Value::List(List::EMPTY),
        code::LIST_8 | code::LIST_32 => Value::List(List::read(code, rest)?),
        code::MAP_8 | code::MAP_32 => Value::Map(Map::read(code, rest)?),
        code::ARRAY_8 | code::ARRAY_32 => Value::Array(Array::read(code, rest)?),
        _ => return None,
    })
}
