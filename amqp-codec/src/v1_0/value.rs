//! Values as Copy views over validated octets (AMQP 1.0 part 1).
//!
//! A [`Value`] is one level deep: scalars are read, what holds other values is a view of its octets. Reading is infallible, because
//! the octets were checked once, on decode.

use super::compound::{Array, Described, List, Map};
use super::constructor as code;
use super::words::{Ascii, Utf8};

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
