//! A value of any type: scalars in their smallest encoding, what holds other values behind the smallest head.

use bytes::BufMut;

use super::{Field, check_len, compound_len, list_len, put_compound_head, put_list_head, put_variable, variable_len};
use crate::v1_0::constructor as code;
use crate::v1_0::raw::Raw;
use crate::v1_0::value::Value;
use crate::v1_0::wire::{Parsed, widen};
use crate::v1_0::words::Utf8;
use crate::v1_0::{DecodeErrorKind as Kind, EncodeError, Limits, validate};

impl<'a> Field<'a> for Value<'a> {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<Self> {
        validate::body(code, at, rest, limits)?;
        let mut at = at;
        Ok(Raw::split(&mut at).map_or(Value::Null, Raw::value))
    }

    fn len(&self) -> usize {
        match self {
            Self::Null | Self::Boolean(_) => 1,
            Self::Ubyte(_) | Self::Byte(_) => 2,
            Self::Ushort(_) | Self::Short(_) => 3,
            Self::Uint(number) => Field::len(number),
            Self::Ulong(number) => Field::len(number),
            Self::Int(number) => small(i64::from(*number)).map_or(5, |_| 2),
            Self::Long(number) => small(*number).map_or(9, |_| 2),
            Self::Float(_) | Self::Decimal32(_) | Self::Char(_) => 5,
            Self::Double(_) | Self::Decimal64(_) | Self::Timestamp(_) => 9,
            Self::Decimal128(_) | Self::Uuid(_) => 17,
            Self::Binary(octets) => variable_len(octets.len()),
            Self::String(text) => variable_len(text.as_bytes().len()),
            Self::Symbol(text) => variable_len(text.as_bytes().len()),
            Self::List(list) => list_len(list.len(), list.as_bytes().len()),
            Self::Map(map) => compound_len(widen(map.count()), map.as_bytes().len()),
            Self::Array(array) => {
                compound_len(array.len(), array.constructor().len().saturating_add(array.as_bytes().len()))
            }
            Self::Described(described) => {
                let (constructor, body) = described.as_bytes();
                constructor.len().saturating_add(body.len())
            }
        }
    }

    fn put<B: BufMut>(&self, out: &mut B) {
        match self {
            Self::Null => out.put_u8(code::NULL),
            Self::Boolean(truth) => truth.put(out),
            Self::Ubyte(number) => number.put(out),
            Self::Ushort(number) => number.put(out),
            Self::Uint(number) => number.put(out),
            Self::Ulong(number) => number.put(out),
            Self::Byte(number) => out.put_slice(&[code::BYTE, number.cast_unsigned()]),
            Self::Short(number) => put_fixed(code::SHORT, &number.to_be_bytes(), out),
            Self::Int(number) => match small(i64::from(*number)) {
                Some(octet) => out.put_slice(&[code::SMALL_INT, octet]),
                None => put_fixed(code::INT, &number.to_be_bytes(), out),
            },
            Self::Long(number) => match small(*number) {
                Some(octet) => out.put_slice(&[code::SMALL_LONG, octet]),
                None => put_fixed(code::LONG, &number.to_be_bytes(), out),
            },
            Self::Float(number) => put_fixed(code::FLOAT, &number.to_bits().to_be_bytes(), out),
            Self::Double(number) => put_fixed(code::DOUBLE, &number.to_bits().to_be_bytes(), out),
            Self::Decimal32(octets) => put_fixed(code::DECIMAL_32, octets, out),
            Self::Decimal64(octets) => put_fixed(code::DECIMAL_64, octets, out),
            Self::Decimal128(octets) => put_fixed(code::DECIMAL_128, octets, out),
            Self::Char(character) => put_fixed(code::CHAR, &u32::from(*character).to_be_bytes(), out),
            Self::Timestamp(number) => put_fixed(code::TIMESTAMP, &number.to_be_bytes(), out),
            Self::Uuid(octets) => put_fixed(code::UUID, octets, out),
            Self::Binary(octets) => put_variable(code::BINARY_8, code::BINARY_32, octets, out),
            Self::String(text) => put_variable(code::STRING_8, code::STRING_32, text.as_bytes(), out),
            Self::Symbol(text) => put_variable(code::SYMBOL_8, code::SYMBOL_32, text.as_bytes(), out),
            Self::List(list) => {
                put_list_head(list.len(), list.as_bytes().len(), out);
                out.put_slice(list.as_bytes());
            }
            Self::Map(map) => {
                put_compound_head(code::MAP_8, code::MAP_32, widen(map.count()), map.as_bytes().len(), out);
                out.put_slice(map.as_bytes());
            }
            Self::Array(array) => {
                let len = array.constructor().len().saturating_add(array.as_bytes().len());
                put_compound_head(code::ARRAY_8, code::ARRAY_32, array.len(), len, out);
                out.put_slice(array.constructor());
                out.put_slice(array.as_bytes());
            }
            Self::Described(described) => {
                let (constructor, body) = described.as_bytes();
                out.put_slice(constructor);
                out.put_slice(body);
            }
        }
    }

    fn check(&self) -> Result<(), EncodeError> {
        match self {
            Self::Binary(octets) => check_len(octets.len()),
            Self::String(text) => check_octets(*text),
            Self::Symbol(text) => check_len(text.as_bytes().len()),
            _ => Ok(()),
        }
    }
}

fn check_octets(text: Utf8<'_>) -> Result<(), EncodeError> {
    if text.as_bytes().starts_with(&[0xef, 0xbb, 0xbf]) {
        return Err(EncodeError::Invalid(Kind::ByteOrderMark));
    }
    check_len(text.as_bytes().len())
}

fn put_fixed<B: BufMut>(code: u8, octets: &[u8], out: &mut B) {
    out.put_u8(code);
    out.put_slice(octets);
}

/// The octet of a signed integer that one octet holds.
fn small(number: i64) -> Option<u8> {
    i8::try_from(number).ok().map(i8::cast_unsigned)
}
