//! One value in its wire form, checked: what a field of any type holds, and what is built to fill one.

use alloc::vec::Vec;
use core::fmt;

use bytes::{BufMut, Bytes};

use super::constructor as code;
use super::field::{Field, put_compound_head, put_list_head};
use super::own::{Keep, Own};
use super::raw::Raw;
use super::value::Value;
use super::wire::{Parsed, before};
use super::words::Ascii;
use super::{DecodeError, EncodeError, Limits, validate};
use crate::Binary;

/// One value as it stands on the wire, checked. The sender's choice of constructors survives; equality is by octets.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Encoded<'a>(Binary<'a>);

impl<'a> Encoded<'a> {
    /// null.
    pub const NULL: Self = Self(Binary::Borrowed(&[code::NULL]));

    /// Checks the value at the head of `input`, and moves `input` behind it.
    ///
    /// # Errors
    /// What [`DecodeErrorKind`](super::DecodeErrorKind) lists for values, with `input` untouched. A value is one unit: when its end is
    /// missing it is [`Truncated`](super::DecodeErrorKind::Truncated).
    pub fn decode(input: &mut &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        let whole = *input;
        let mut rest = whole;
        validate::value(&mut rest, limits).map_err(|fault| fault.locate(whole))?;
        *input = rest;
        Ok(Self(Binary::Borrowed(before(whole, rest))))
    }

    /// Octets that were checked.
    pub(crate) const fn checked(octets: Binary<'a>) -> Self {
        Self(octets)
    }

    /// The value.
    #[inline]
    pub fn value(&self) -> Value<'_> {
        Raw::split(&mut self.0.as_slice()).map_or(Value::Null, Raw::value)
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Appends the octets as they are.
    ///
    /// # Errors
    /// [`EncodeError::NoRoom`].
    pub fn encode(&self, out: &mut impl BufMut) -> Result<(), EncodeError> {
        if out.remaining_mut() < self.0.len() {
            return Err(EncodeError::NoRoom { needed: self.0.len() });
        }
        out.put_slice(&self.0);
        Ok(())
    }

    /// The same value, independent of the input.
    pub fn into_owned(self) -> Encoded<'static> {
        Encoded(self.0.into_owned())
    }
}

impl Default for Encoded<'_> {
    fn default() -> Self {
        Self::NULL
    }
}

impl fmt::Debug for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value(), f)
    }
}

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value(), f)
    }
}

impl From<Value<'_>> for Encoded<'static> {
    /// The value in a new buffer: scalars in their smallest form, items of lists and maps as they are.
    fn from(value: Value<'_>) -> Self {
        let mut out = Vec::with_capacity(Field::len(&value));
        value.put(&mut out);
        Self(Binary::Shared(Bytes::from(out)))
    }
}

impl From<&str> for Encoded<'static> {
    fn from(text: &str) -> Self {
        Self::from(Value::from(text))
    }
}

impl Own for Encoded<'_> {
    type Owned = Encoded<'static>;

    fn borrowed_len(&self) -> usize {
        self.0.borrowed_len()
    }

    fn own(self, keep: &mut Keep<'_>) -> Encoded<'static> {
        Encoded(self.0.own(keep))
    }
}

impl<'a> Field<'a> for Encoded<'a> {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<Self> {
        validate::body(code, at, rest, limits)?;
        Ok(Self(Binary::Borrowed(before(at, rest))))
    }

    #[inline]
    fn len(&self) -> usize {
        self.0.as_slice().len()
    }

    #[inline]
    fn put<B: BufMut>(&self, out: &mut B) {
        out.put_slice(&self.0);
    }
}

/// Builds a list item by item.
#[derive(Clone, Debug, Default)]
pub struct ListBuf {
    items: Vec<u8>,
    count: usize,
}

impl ListBuf {
    /// No items yet.
    pub const fn new() -> Self {
        Self { items: Vec::new(), count: 0 }
    }

    /// Appends an item.
    pub fn push<'v>(&mut self, value: impl Into<Value<'v>>) -> &mut Self {
        value.into().put(&mut self.items);
        self.count = self.count.saturating_add(1);
        self
    }

    /// The list in its smallest form.
    ///
    /// # Errors
    /// [`EncodeError::ValueTooLarge`].
    pub fn finish(&self) -> Result<Encoded<'static>, EncodeError> {
        let mut out = Vec::with_capacity(self.items.len().saturating_add(9));
        super::field::check_len(self.items.len().saturating_add(4))?;
        put_list_head(self.count, self.items.len(), &mut out);
        out.put_slice(&self.items);
        checked(out)
    }
}

/// Builds a map pair by pair.
#[derive(Clone, Debug, Default)]
pub struct MapBuf {
    items: Vec<u8>,
    count: usize,
}

impl MapBuf {
    /// No pairs yet.
    pub const fn new() -> Self {
        Self { items: Vec::new(), count: 0 }
    }

    /// Appends a pair.
    pub fn push<'k, 'v>(&mut self, key: impl Into<Value<'k>>, value: impl Into<Value<'v>>) -> &mut Self {
        key.into().put(&mut self.items);
        value.into().put(&mut self.items);
        self.count = self.count.saturating_add(2);
        self
    }

    /// The map in its smallest form.
    ///
    /// # Errors
    /// [`EncodeError::ValueTooLarge`], and [`EncodeError::Invalid`] when a key stands there twice.
    pub fn finish(&self) -> Result<Encoded<'static>, EncodeError> {
        let mut out = Vec::with_capacity(self.items.len().saturating_add(9));
        super::field::check_len(self.items.len().saturating_add(4))?;
        put_compound_head(code::MAP_8, code::MAP_32, self.count, self.items.len(), &mut out);
        out.put_slice(&self.items);
        checked(out)
    }
}

/// What was built, checked by the decoder's own rules.
fn checked(out: Vec<u8>) -> Result<Encoded<'static>, EncodeError> {
    let limits = Limits { max_depth: 64, max_zero_width: u32::MAX, ..Limits::default() };
    validate::value(&mut out.as_slice(), &limits).map_err(|fault| EncodeError::Invalid(fault.kind()))?;
    Ok(Encoded(Binary::Shared(Bytes::from(out))))
}

/// A value annotated with a symbolic or numeric descriptor.
///
/// # Errors
/// [`EncodeError::Invalid`] when the whole nests too deeply.
pub fn described(descriptor: Value<'_>, value: Value<'_>) -> Result<Encoded<'static>, EncodeError> {
    let len = Field::len(&descriptor).saturating_add(Field::len(&value)).saturating_add(1);
    let mut out = Vec::with_capacity(len);
    out.put_u8(code::DESCRIBED);
    descriptor.put(&mut out);
    value.put(&mut out);
    checked(out)
}

/// An array of the values, which share one type, behind the smallest constructor that holds them all.
///
/// # Errors
/// [`EncodeError::MixedArray`] when they do not share one type, or when they are described, lists, maps or arrays, or when there are none
/// to take a type from.
pub fn array(values: &[Value<'_>]) -> Result<Encoded<'static>, EncodeError> {
    let constructor = shared_constructor(values).ok_or(EncodeError::MixedArray)?;
    let mut data = Vec::new();
    for value in values {
        put_element(constructor, *value, &mut data);
    }
    let mut out = Vec::with_capacity(data.len().saturating_add(10));
    super::field::check_len(data.len().saturating_add(5))?;
    put_compound_head(code::ARRAY_8, code::ARRAY_32, values.len(), data.len().saturating_add(1), &mut out);
    out.put_u8(constructor);
    out.put_slice(&data);
    checked(out)
}

/// The smallest constructor that all values can share.
pub(crate) fn shared_constructor(values: &[Value<'_>]) -> Option<u8> {
    let kind = values.first()?.kind_code();
    if !values.iter().all(|value| value.kind_code() == kind) || code::type_name(kind)? == "described" {
        return None;
    }
    let short = |len: usize| len <= 255;
    let same = |wanted: Value<'_>| values.iter().all(|value| *value == wanted);
    let byte = |value: &Value<'_>| value.as_i64().is_some_and(|number| i8::try_from(number).is_ok());
    let octet = |value: &Value<'_>| value.as_u64().is_some_and(|number| u8::try_from(number).is_ok());
    Some(match kind {
        code::BOOLEAN if same(Value::Boolean(true)) => code::TRUE,
        code::BOOLEAN if same(Value::Boolean(false)) => code::FALSE,
        code::UINT if same(Value::Uint(0)) => code::UINT_0,
        code::UINT if values.iter().all(octet) => code::SMALL_UINT,
        code::ULONG if same(Value::Ulong(0)) => code::ULONG_0,
        code::ULONG if values.iter().all(octet) => code::SMALL_ULONG,
        code::INT if values.iter().all(byte) => code::SMALL_INT,
        code::LONG if values.iter().all(byte) => code::SMALL_LONG,
        code::BINARY_32 if values.iter().all(|value| matches!(value, Value::Binary(octets) if short(octets.len()))) => {
            code::BINARY_8
        }
        code::STRING_32
            if values.iter().all(|value| matches!(value, Value::String(text) if short(text.as_bytes().len()))) =>
        {
            code::STRING_8
        }
        code::SYMBOL_32
            if values.iter().all(|value| matches!(value, Value::Symbol(text) if short(text.as_bytes().len()))) =>
        {
            code::SYMBOL_8
        }
        code::LIST_32 | code::MAP_32 | code::ARRAY_32 => return None,
        other => other,
    })
}

/// Appends a value without its constructor, in the form that `constructor` asks for.
pub(crate) fn put_element(constructor: u8, value: Value<'_>, out: &mut Vec<u8>) {
    let from = out.len();
    let octets = match value {
        Value::Binary(octets) => Some(octets),
        Value::String(text) => Some(text.as_bytes()),
        Value::Symbol(text) => Some(text.as_bytes()),
        _ => None,
    };
    match (constructor, octets) {
        (code::BINARY_8 | code::STRING_8 | code::SYMBOL_8, Some(octets)) => {
            out.put_u8(u8::try_from(octets.len()).unwrap_or(u8::MAX));
            out.put_slice(octets);
        }
        (_, Some(octets)) => {
            out.put_u32(u32::try_from(octets.len()).unwrap_or(u32::MAX));
            out.put_slice(octets);
        }
        (code::TRUE | code::FALSE | code::NULL | code::UINT_0 | code::ULONG_0, None) => {}
        (code::BOOLEAN, None) => out.put_u8(u8::from(value == Value::Boolean(true))),
        (code::SMALL_UINT | code::SMALL_ULONG, None) => {
            out.put_u8(value.as_u64().and_then(|number| u8::try_from(number).ok()).unwrap_or(0))
        }
        (code::UINT | code::ULONG | code::INT | code::LONG, None) => match value {
            Value::Uint(number) => out.put_u32(number),
            Value::Ulong(number) => out.put_u64(number),
            Value::Int(number) => out.put_i32(number),
            Value::Long(number) => out.put_i64(number),
            _ => {}
        },
        _ => {
            value.put(out);
            if from < out.len() {
                out.remove(from);
            }
        }
    }
}

/// Symbols as the elements of an array, or alone.
pub(crate) fn symbols(symbols: &[Ascii<'_>]) -> Result<Encoded<'static>, EncodeError> {
    match symbols {
        [only] => Ok(Encoded::from(Value::Symbol(*only))),
        _ => {
            let values: Vec<Value<'_>> = symbols.iter().map(|symbol| Value::Symbol(*symbol)).collect();
            array(&values)
        }
    }
}
