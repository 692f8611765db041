//! How each type of field is read, measured and written, always in its smallest encoding.

use bytes::{BufMut, Bytes, BytesMut};
use bytestring::ByteString;

use super::constructor as code;
use super::value::{Utf8, Value};
use super::wire::{Fault, Parsed, octet, octets, slice8, slice32};
use super::{DecodeErrorKind as Kind, EncodeError, Limits, Timestamp, Uuid, validate};
use crate::{Binary, Text};

/// A type that a field of a composite, or a value on its own, may have.
pub(crate) trait Field<'a>: Sized {
    /// Reads what follows the constructor `code`, the first octet of `at`.
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<Self>;

    /// The octets that [`Field::put`] writes.
    fn len(&self) -> usize;

    /// Appends constructor and value.
    fn put<B: BufMut>(&self, out: &mut B);

    /// Says whether a decoder would take what [`Field::put`] writes.
    fn check(&self) -> Result<(), EncodeError> {
        Ok(())
    }
}

/// Turns what is borrowed from an input into shares of one buffer.
#[derive(Debug)]
pub(crate) enum Keep<'k> {
    /// Shares of the buffer that the input lies in.
    Share(&'k Bytes),
    /// Copies into one new allocation.
    Copy(BytesMut),
}

impl Keep<'_> {
    fn keep(&mut self, octets: &[u8]) -> Bytes {
        match self {
            Self::Share(whole) => share(whole, octets),
            Self::Copy(buffer) => {
                buffer.extend_from_slice(octets);
                buffer.split().freeze()
            }
        }
    }
}

/// A share of `whole` when `octets` lie inside it, else a copy.
pub(crate) fn share(whole: &Bytes, octets: &[u8]) -> Bytes {
    let start = octets.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
    match start.checked_add(octets.len()) {
        Some(end) if end <= whole.len() => whole.slice(start..end),
        _ => Bytes::copy_from_slice(octets),
    }
}

/// A type that can outlive the input it was decoded from.
pub(crate) trait Own {
    type Owned;

    /// The octets that are borrowed, and hence copied when there is nothing to share.
    fn borrowed_len(&self) -> usize;

    /// The same value on shared octets.
    fn own(self, keep: &mut Keep<'_>) -> Self::Owned;
}

/// `value` on one new allocation at most.
pub(crate) fn into_owned<T: Own>(value: T) -> T::Owned {
    let buffer = BytesMut::with_capacity(value.borrowed_len());
    value.own(&mut Keep::Copy(buffer))
}

impl<T: Own> Own for Option<T> {
    type Owned = Option<T::Owned>;

    fn borrowed_len(&self) -> usize {
        self.as_ref().map_or(0, Own::borrowed_len)
    }

    fn own(self, keep: &mut Keep<'_>) -> Self::Owned {
        self.map(|value| value.own(keep))
    }
}

/// Types that borrow nothing.
macro_rules! owned {
    ($($type:ty),* $(,)?) => {
        $(impl $crate::v1_0::field::Own for $type {
            type Owned = Self;

            fn borrowed_len(&self) -> usize {
                0
            }

            fn own(self, _keep: &mut $crate::v1_0::field::Keep<'_>) -> Self {
                self
            }
        })*
    };
}
pub(crate) use owned;

owned!(bool, u8, u16, u32, u64, Timestamp, Uuid);

impl Own for Binary<'_> {
    type Owned = Binary<'static>;

    fn borrowed_len(&self) -> usize {
        match self {
            Binary::Borrowed(octets) => octets.len(),
            Binary::Shared(_) => 0,
        }
    }

    fn own(self, keep: &mut Keep<'_>) -> Binary<'static> {
        match self {
            Binary::Borrowed([]) => Binary::EMPTY,
            Binary::Borrowed(octets) => Binary::Shared(keep.keep(octets)),
            Binary::Shared(octets) => Binary::Shared(octets),
        }
    }
}

impl Own for Text<'_> {
    type Owned = Text<'static>;

    fn borrowed_len(&self) -> usize {
        match self {
            Text::Borrowed(text) => text.len(),
            Text::Shared(_) => 0,
        }
    }

    fn own(self, keep: &mut Keep<'_>) -> Text<'static> {
        match self {
            Text::Borrowed("") => Text::EMPTY,
            Text::Borrowed(text) => match ByteString::try_from(keep.keep(text.as_bytes())) {
                Ok(text) => Text::Shared(text),
                Err(_) => Text::Borrowed(text).into_owned(),
            },
            Text::Shared(text) => Text::Shared(text),
        }
    }
}

/// A constructor that is assigned but not of the declared type, or that is not assigned at all.
#[cold]
pub(crate) fn wrong_type(code: u8, at: &[u8]) -> Fault {
    let kind = if code::type_name(code).is_some() { Kind::WrongFieldType } else { Kind::UnknownConstructor };
    Fault::new(kind, at)
}

impl<'a> Field<'a> for bool {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], _limits: &Limits) -> Parsed<Self> {
        match code {
            code::TRUE => Ok(true),
            code::FALSE => Ok(false),
            code::BOOLEAN => {
                let from = *rest;
                match octet(rest)? {
                    0 => Ok(false),
                    1 => Ok(true),
                    _ => Err(Fault::new(Kind::InvalidBoolean, from)),
                }
            }
            _ => Err(wrong_type(code, at)),
        }
    }

    #[inline]
    fn len(&self) -> usize {
        1
    }

    #[inline]
    fn put<B: BufMut>(&self, out: &mut B) {
        out.put_u8(if *self { code::TRUE } else { code::FALSE });
    }
}

impl<'a> Field<'a> for u8 {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], _limits: &Limits) -> Parsed<Self> {
        if code == code::UBYTE { octet(rest) } else { Err(wrong_type(code, at)) }
    }

    #[inline]
    fn len(&self) -> usize {
        2
    }

    #[inline]
    fn put<B: BufMut>(&self, out: &mut B) {
        out.put_slice(&[code::UBYTE, *self]);
    }
}

impl<'a> Field<'a> for u16 {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], _limits: &Limits) -> Parsed<Self> {
        if code == code::USHORT { octets(rest).map(Self::from_be_bytes) } else { Err(wrong_type(code, at)) }
    }

    #[inline]
    fn len(&self) -> usize {
        3
    }

    #[inline]
    fn put<B: BufMut>(&self, out: &mut B) {
        let [high, low] = self.to_be_bytes();
        out.put_slice(&[code::USHORT, high, low]);
    }
}

impl<'a> Field<'a> for u32 {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], _limits: &Limits) -> Parsed<Self> {
        match code {
            code::SMALL_UINT => octet(rest).map(Self::from),
            code::UINT_0 => Ok(0),
            code::UINT => octets(rest).map(Self::from_be_bytes),
            _ => Err(wrong_type(code, at)),
        }
    }

    #[inline]
    fn len(&self) -> usize {
        match self {
            0 => 1,
            1..=255 => 2,
            _ => 5,
        }
    }

    #[inline]
    fn put<B: BufMut>(&self, out: &mut B) {
        let [a, b, c, d] = self.to_be_bytes();
        match self {
            0 => out.put_u8(code::UINT_0),
            1..=255 => out.put_slice(&[code::SMALL_UINT, d]),
            _ => out.put_slice(&[code::UINT, a, b, c, d]),
        }
    }
}

impl<'a> Field<'a> for u64 {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], _limits: &Limits) -> Parsed<Self> {
        match code {
            code::SMALL_ULONG => octet(rest).map(Self::from),
            code::ULONG_0 => Ok(0),
            code::ULONG => octets(rest).map(Self::from_be_bytes),
            _ => Err(wrong_type(code, at)),
        }
    }

    #[inline]
    fn len(&self) -> usize {
        match self {
            0 => 1,
            1..=255 => 2,
            _ => 9,
        }
    }

    #[inline]
    fn put<B: BufMut>(&self, out: &mut B) {
        match u8::try_from(*self) {
            Ok(0) => out.put_u8(code::ULONG_0),
            Ok(small) => out.put_slice(&[code::SMALL_ULONG, small]),
            Err(_) => {
                out.put_u8(code::ULONG);
                out.put_u64(*self);
            }
        }
    }
}

impl<'a> Field<'a> for Timestamp {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], _limits: &Limits) -> Parsed<Self> {
        if code == code::TIMESTAMP {
            octets(rest).map(|octets| Self(i64::from_be_bytes(octets)))
        } else {
            Err(wrong_type(code, at))
        }
    }

    #[inline]
    fn len(&self) -> usize {
        9
    }

    #[inline]
    fn put<B: BufMut>(&self, out: &mut B) {
        out.put_u8(code::TIMESTAMP);
        out.put_i64(self.0);
    }
}

impl<'a> Field<'a> for Uuid {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], _limits: &Limits) -> Parsed<Self> {
        if code == code::UUID { octets(rest).map(Self) } else { Err(wrong_type(code, at)) }
    }

    #[inline]
    fn len(&self) -> usize {
        17
    }

    #[inline]
    fn put<B: BufMut>(&self, out: &mut B) {
        out.put_u8(code::UUID);
        out.put_slice(&self.0);
    }
}

/// The octets that a binary, string or symbol of `len` octets takes, constructor and all.
#[inline]
pub(crate) const fn variable_len(len: usize) -> usize {
    len.saturating_add(if len <= 255 { 2 } else { 5 })
}

/// Appends a binary, string or symbol, given its two codes. The boundary is 255, which the short form still holds.
#[inline]
pub(crate) fn put_variable<B: BufMut>(code8: u8, code32: u8, octets: &[u8], out: &mut B) {
    match u8::try_from(octets.len()) {
        Ok(len) => out.put_slice(&[code8, len]),
        Err(_) => {
            out.put_u8(code32);
            out.put_u32(u32::try_from(octets.len()).unwrap_or(u32::MAX));
        }
    }
    out.put_slice(octets);
}

/// A length that 32 bits cannot say cannot be sent.
pub(crate) fn check_len(len: usize) -> Result<(), EncodeError> {
    u32::try_from(len).map_or(Err(EncodeError::ValueTooLarge), |_| Ok(()))
}

impl<'a> Field<'a> for Binary<'a> {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], _limits: &Limits) -> Parsed<Self> {
        match code {
            code::BINARY_8 => slice8(rest).map(Binary::Borrowed),
            code::BINARY_32 => slice32(rest).map(Binary::Borrowed),
            _ => Err(wrong_type(code, at)),
        }
    }

    #[inline]
    fn len(&self) -> usize {
        variable_len(self.as_slice().len())
    }

    #[inline]
    fn put<B: BufMut>(&self, out: &mut B) {
        put_variable(code::BINARY_8, code::BINARY_32, self, out);
    }

    fn check(&self) -> Result<(), EncodeError> {
        check_len(self.as_slice().len())
    }
}

impl<'a> Field<'a> for Text<'a> {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], _limits: &Limits) -> Parsed<Self> {
        let octets = match code {
            code::STRING_8 => slice8(rest)?,
            code::STRING_32 => slice32(rest)?,
            _ => return Err(wrong_type(code, at)),
        };
        validate::text(octets).map(Text::Borrowed)
    }

    #[inline]
    fn len(&self) -> usize {
        variable_len(self.as_str().len())
    }

    #[inline]
    fn put<B: BufMut>(&self, out: &mut B) {
        put_variable(code::STRING_8, code::STRING_32, self.as_str().as_bytes(), out);
    }

    fn check(&self) -> Result<(), EncodeError> {
        check_text(self.as_str())
    }
}

/// AMQP 1.0 §1.6.20: no byte order mark, and no more octets than 32 bits can count.
pub(crate) fn check_text(text: &str) -> Result<(), EncodeError> {
    if text.starts_with('\u{feff}') {
        return Err(EncodeError::Invalid(Kind::ByteOrderMark));
    }
    check_len(text.len())
}

impl<'a> Field<'a> for Value<'a> {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<Self> {
        validate::body(code, at, rest, limits)?;
        let mut at = at;
        Ok(super::value::Raw::split(&mut at).map_or(Value::Null, super::value::Raw::value))
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
            Self::Map(map) => compound_len(widen_count(map.count()), map.as_bytes().len()),
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
                put_compound_head(code::MAP_8, code::MAP_32, widen_count(map.count()), map.as_bytes().len(), out);
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

fn widen_count(count: u32) -> usize {
    super::wire::widen(count)
}

/// The octets of a list of `count` items that take `len` octets.
#[inline]
pub(crate) const fn list_len(count: usize, len: usize) -> usize {
    if count == 0 { 1 } else { compound_len(count, len) }
}

/// The octets of a map or array whose count is `count` and whose octets behind the count are `len`.
#[inline]
pub(crate) const fn compound_len(count: usize, len: usize) -> usize {
    len.saturating_add(if count <= 255 && len <= 254 { 3 } else { 9 })
}

/// Appends constructor, size and count of a list.
#[inline]
pub(crate) fn put_list_head<B: BufMut>(count: usize, len: usize, out: &mut B) {
    if count == 0 {
        out.put_u8(code::LIST_0);
    } else {
        put_compound_head(code::LIST_8, code::LIST_32, count, len, out);
    }
}

/// Appends constructor, size and count. The size counts the count: 254 octets of items are the most that the short form holds.
#[inline]
pub(crate) fn put_compound_head<B: BufMut>(code8: u8, code32: u8, count: usize, len: usize, out: &mut B) {
    match (u8::try_from(len.saturating_add(1)), u8::try_from(count)) {
        (Ok(size), Ok(count)) => out.put_slice(&[code8, size, count]),
        _ => {
            out.put_u8(code32);
            out.put_u32(u32::try_from(len.saturating_add(4)).unwrap_or(u32::MAX));
            out.put_u32(u32::try_from(count).unwrap_or(u32::MAX));
        }
    }
}
