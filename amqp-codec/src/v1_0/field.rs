//! How each type of field is read, measured and written, always in its smallest encoding.

use bytes::BufMut;

use super::constructor as code;
use super::packed::Packed;
use super::wire::{Fault, Parsed, octet, octets, slice8, slice32};
use super::{DecodeErrorKind as Kind, EncodeError, Limits, Timestamp, Uuid, validate};
use crate::{Binary, Text};

mod value;

/// A type that a field of a composite, or a value on its own, may have.
pub(crate) trait Field<'a>: Sized {
    /// Reads what follows the constructor `code`, the first octet of `at`.
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<Self>;

    /// The same, into the place where the value stays: what is large is moved nowhere on the way.
    #[inline(always)]
    fn read_into(slot: &mut Option<Self>, code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<()> {
        *slot = Some(Self::read(code, at, rest, limits)?);
        Ok(())
    }

    /// The octets that [`Field::put`] writes.
    fn len(&self) -> usize;

    /// Appends constructor and value.
    fn put<B: BufMut>(&self, out: &mut B);

    /// Appends the same to what is packed, and checks it.
    #[inline]
    fn pack(&self, packed: &mut Packed, at: usize) -> usize {
        packed.value(at, self)
    }

    /// Says whether a decoder would take what [`Field::put`] writes.
    fn check(&self) -> Result<(), EncodeError> {
        Ok(())
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

    #[inline]
    fn pack(&self, packed: &mut Packed, at: usize) -> usize {
        packed.word(at, [if *self { code::TRUE } else { code::FALSE }], 1)
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

    #[inline]
    fn pack(&self, packed: &mut Packed, at: usize) -> usize {
        let [a, b, c, d] = self.to_be_bytes();
        match self {
            0 => packed.word(at, [code::UINT_0], 1),
            1..=255 => packed.word(at, [code::SMALL_UINT, d], 2),
            _ => packed.word(at, [code::UINT, a, b, c, d], 5),
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
