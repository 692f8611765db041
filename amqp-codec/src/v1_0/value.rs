//! Values as Copy views over validated octets (AMQP 1.0 part 1).
//!
//! A [`Value`] is one level deep: scalars are read, what holds other values is a view of its octets. Reading is infallible, because
//! the octets were checked once, on decode.

use core::fmt;

use super::compound::{Array, Described, List, Map};
use super::constructor as code;
use super::wire::{before, octet, octets, slice, slice8, slice32};

/// A string's octets: UTF-8, checked when they were decoded (AMQP 1.0 §1.6.20).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Utf8<'a>(&'a [u8]);

impl<'a> Utf8<'a> {
    /// The octets.
    #[inline]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// The text. Checks the octets again, because safe code cannot promise that they are UTF-8; for comparing, octets are enough.
    #[inline]
    pub fn as_str(self) -> &'a str {
        core::str::from_utf8(self.0).unwrap_or_default()
    }
}

impl<'a> From<&'a str> for Utf8<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self(text.as_bytes())
    }
}

impl PartialEq<str> for Utf8<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Utf8<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl fmt::Display for Utf8<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Utf8<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A symbol's octets: ASCII, checked when they were decoded (AMQP 1.0 §1.6.21).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ascii<'a>(&'a [u8]);

impl<'a> Ascii<'a> {
    /// The symbol, unless it is not ASCII.
    pub const fn new(text: &'a str) -> Option<Self> {
        if text.is_ascii() { Some(Self(text.as_bytes())) } else { None }
    }

    /// Octets that were checked.
    pub(crate) const fn checked(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The octets.
    #[inline]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// The text.
    #[inline]
    pub fn as_str(self) -> &'a str {
        core::str::from_utf8(self.0).unwrap_or_default()
    }
}

impl PartialEq<str> for Ascii<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Ascii<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl fmt::Display for Ascii<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Ascii<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One value (AMQP 1.0 §1.6).
///
/// Equality is by type and value for scalars, floats by their bits, and by octets for what holds other values.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// Nothing (AMQP 1.0 §1.6.1).
    Null,
    /// True or false (AMQP 1.0 §1.6.2).
    Boolean(bool),
    /// An unsigned integer of 8 bits (AMQP 1.0 §1.6.3).
    Ubyte(u8),
    /// An unsigned integer of 16 bits (AMQP 1.0 §1.6.4).
    Ushort(u16),
    /// An unsigned integer of 32 bits (AMQP 1.0 §1.6.5).
    Uint(u32),
    /// An unsigned integer of 64 bits (AMQP 1.0 §1.6.6).
    Ulong(u64),
    /// A signed integer of 8 bits (AMQP 1.0 §1.6.7).
    Byte(i8),
    /// A signed integer of 16 bits (AMQP 1.0 §1.6.8).
    Short(i16),
    /// A signed integer of 32 bits (AMQP 1.0 §1.6.9).
    Int(i32),
    /// A signed integer of 64 bits (AMQP 1.0 §1.6.10).
    Long(i64),
    /// IEEE 754 binary32 (AMQP 1.0 §1.6.11).
    Float(f32),
    /// IEEE 754 binary64 (AMQP 1.0 §1.6.12).
    Double(f64),
    /// IEEE 754 decimal32, its octets (AMQP 1.0 §1.6.13).
    Decimal32([u8; 4]),
    /// IEEE 754 decimal64, its octets (AMQP 1.0 §1.6.14).
    Decimal64([u8; 8]),
    /// IEEE 754 decimal128, its octets (AMQP 1.0 §1.6.15).
    Decimal128([u8; 16]),
    /// A Unicode character (AMQP 1.0 §1.6.16).
    Char(char),
    /// Milliseconds since the Unix epoch, any 64 bits (AMQP 1.0 §1.6.17).
    Timestamp(i64),
    /// An RFC 4122 identifier (AMQP 1.0 §1.6.18).
    Uuid([u8; 16]),
    /// Octets (AMQP 1.0 §1.6.19).
    Binary(&'a [u8]),
    /// Text (AMQP 1.0 §1.6.20).
    String(Utf8<'a>),
    /// A name from a constrained domain (AMQP 1.0 §1.6.21).
    Symbol(Ascii<'a>),
    /// Values of any types (AMQP 1.0 §1.6.22).
    List(List<'a>),
    /// Keys and values, in order (AMQP 1.0 §1.6.23).
    Map(Map<'a>),
    /// Values of one type (AMQP 1.0 §1.6.24).
    Array(Array<'a>),
    /// A value annotated with a descriptor (AMQP 1.0 §1.2).
    Described(Described<'a>),
}

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
            _ => Value::Described(Described::new(self)),
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
        code::STRING_8 => Value::String(Utf8(slice8(rest).ok()?)),
        code::STRING_32 => Value::String(Utf8(slice32(rest).ok()?)),
        code::SYMBOL_8 => Value::Symbol(Ascii(slice8(rest).ok()?)),
        code::SYMBOL_32 => Value::Symbol(Ascii(slice32(rest).ok()?)),
        code::LIST_0 => Value::List(List::EMPTY),
        code::LIST_8 | code::LIST_32 => Value::List(List::read(code, rest)?),
        code::MAP_8 | code::MAP_32 => Value::Map(Map::read(code, rest)?),
        code::ARRAY_8 | code::ARRAY_32 => Value::Array(Array::read(code, rest)?),
        _ => return None,
    })
}

impl<'a> Value<'a> {
    /// A symbol, or nothing when the text is not ASCII.
    pub fn symbol(text: &'a str) -> Option<Self> {
        Ascii::new(text).map(Self::Symbol)
    }

    /// The name of the type as the specification spells it.
    pub const fn type_name(&self) -> &'static str {
        match code::type_name(self.kind_code()) {
            Some(name) => name,
            None => "described",
        }
    }

    /// One constructor code per type.
    pub(crate) const fn kind_code(&self) -> u8 {
        match self {
            Self::Null => code::NULL,
            Self::Boolean(_) => code::BOOLEAN,
            Self::Ubyte(_) => code::UBYTE,
            Self::Ushort(_) => code::USHORT,
            Self::Uint(_) => code::UINT,
            Self::Ulong(_) => code::ULONG,
            Self::Byte(_) => code::BYTE,
            Self::Short(_) => code::SHORT,
            Self::Int(_) => code::INT,
            Self::Long(_) => code::LONG,
            Self::Float(_) => code::FLOAT,
            Self::Double(_) => code::DOUBLE,
            Self::Decimal32(_) => code::DECIMAL_32,
            Self::Decimal64(_) => code::DECIMAL_64,
            Self::Decimal128(_) => code::DECIMAL_128,
            Self::Char(_) => code::CHAR,
            Self::Timestamp(_) => code::TIMESTAMP,
            Self::Uuid(_) => code::UUID,
            Self::Binary(_) => code::BINARY_32,
            Self::String(_) => code::STRING_32,
            Self::Symbol(_) => code::SYMBOL_32,
            Self::List(_) => code::LIST_32,
            Self::Map(_) => code::MAP_32,
            Self::Array(_) => code::ARRAY_32,
            Self::Described(_) => code::DESCRIBED,
        }
    }

    /// The text of a string or symbol.
    pub fn as_str(&self) -> Option<&'a str> {
        match self {
            Self::String(text) => Some(text.as_str()),
            Self::Symbol(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The value of an unsigned integer of any width.
    pub fn as_u64(&self) -> Option<u64> {
        match *self {
            Self::Ubyte(number) => Some(u64::from(number)),
            Self::Ushort(number) => Some(u64::from(number)),
            Self::Uint(number) => Some(u64::from(number)),
            Self::Ulong(number) => Some(number),
            _ => None,
        }
    }

    /// The value of a signed integer of any width.
    pub fn as_i64(&self) -> Option<i64> {
        match *self {
            Self::Byte(number) => Some(i64::from(number)),
            Self::Short(number) => Some(i64::from(number)),
            Self::Int(number) => Some(i64::from(number)),
            Self::Long(number) => Some(number),
            _ => None,
        }
    }
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Ubyte(a), Self::Ubyte(b)) => a == b,
            (Self::Ushort(a), Self::Ushort(b)) => a == b,
            (Self::Uint(a), Self::Uint(b)) => a == b,
            (Self::Ulong(a), Self::Ulong(b)) => a == b,
            (Self::Byte(a), Self::Byte(b)) => a == b,
            (Self::Short(a), Self::Short(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Long(a), Self::Long(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Double(a), Self::Double(b)) => a.to_bits() == b.to_bits(),
            (Self::Decimal32(a), Self::Decimal32(b)) => a == b,
            (Self::Decimal64(a), Self::Decimal64(b)) => a == b,
            (Self::Decimal128(a), Self::Decimal128(b)) => a == b,
            (Self::Char(a), Self::Char(b)) => a == b,
            (Self::Timestamp(a), Self::Timestamp(b)) => a == b,
            (Self::Uuid(a), Self::Uuid(b)) => a == b,
            (Self::Binary(a), Self::Binary(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Symbol(a), Self::Symbol(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (Self::Described(a), Self::Described(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value<'_> {}

macro_rules! from {
    ($($variant:ident($type:ty);)*) => {
        $(impl<'a> From<$type> for Value<'a> {
            #[inline]
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

from! {
    Boolean(bool);
    Ubyte(u8);
    Ushort(u16);
    Uint(u32);
    Ulong(u64);
    Byte(i8);
    Short(i16);
    Int(i32);
    Long(i64);
    Float(f32);
    Double(f64);
    Char(char);
    String(&'a str);
    Binary(&'a [u8]);
    Symbol(Ascii<'a>);
    List(List<'a>);
    Map(Map<'a>);
    Array(Array<'a>);
    Described(Described<'a>);
}
