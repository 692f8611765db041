//! Symbols as fields, one or several (AMQP 1.0 §1.6.21, §1.4).

use core::fmt;

use bytes::BufMut;

use super::constructor as code;
use super::encoded::{Encoded, symbols};
use super::field::{Field, check_len, put_compound_head, put_variable, variable_len, wrong_type};
use super::own::{Keep, Own};
use super::raw::Raw;
use super::value::Value;
use super::wire::{Parsed, slice8, slice32};
use super::words::Ascii;
use super::{EncodeError, Limits, validate};
use crate::Binary;

/// A name from a constrained domain: ASCII (AMQP 1.0 §1.6.21).
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Symbol<'a>(Binary<'a>);

impl<'a> Symbol<'a> {
    /// The symbol, unless the text is not ASCII.
    pub const fn new(text: &'a str) -> Option<Self> {
        if text.is_ascii() { Some(Self(Binary::Borrowed(text.as_bytes()))) } else { None }
    }

    /// The octets.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The same symbol as a value.
    #[inline]
    pub fn as_ascii(&self) -> Ascii<'_> {
        Ascii::checked(&self.0)
    }

    /// The same symbol, independent of the input.
    pub fn into_owned(self) -> Symbol<'static> {
        Symbol(self.0.into_owned())
    }
}

impl<'a> From<Ascii<'a>> for Symbol<'a> {
    fn from(symbol: Ascii<'a>) -> Self {
        Self(Binary::Borrowed(symbol.as_bytes()))
    }
}

impl PartialEq<str> for Symbol<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0.as_slice() == other.as_bytes()
    }
}

impl PartialEq<&str> for Symbol<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0.as_slice() == other.as_bytes()
    }
}

impl fmt::Display for Symbol<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Symbol<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.as_ascii(), f)
    }
}

impl Own for Symbol<'_> {
    type Owned = Symbol<'static>;

    fn borrowed_len(&self) -> usize {
        self.0.borrowed_len()
    }

    fn own(self, keep: &mut Keep<'_>) -> Symbol<'static> {
        Symbol(self.0.own(keep))
    }
}

impl<'a> Field<'a> for Symbol<'a> {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], _limits: &Limits) -> Parsed<Self> {
        let octets = match code {
            code::SYMBOL_8 => slice8(rest)?,
            code::SYMBOL_32 => slice32(rest)?,
            _ => return Err(wrong_type(code, at)),
        };
        validate::ascii(octets)?;
        Ok(Self(Binary::Borrowed(octets)))
    }

    #[inline]
    fn len(&self) -> usize {
        variable_len(self.as_bytes().len())
    }

    #[inline]
    fn put<B: BufMut>(&self, out: &mut B) {
        put_variable(code::SYMBOL_8, code::SYMBOL_32, self.as_bytes(), out);
    }

    fn check(&self) -> Result<(), EncodeError> {
        check_len(self.as_bytes().len())
    }
}

/// A `multiple` field of symbols: none, one, or an array (AMQP 1.0 §1.4).
///
/// null and an empty array both mean none, and none is written as null. Equality compares the symbols.
#[derive(Clone)]
pub struct Symbols<'a>(Kind<'a>);

#[derive(Clone)]
enum Kind<'a> {
    None,
    Wire(Encoded<'a>),
    Items(&'a [Symbol<'a>]),
}

impl<'a> Symbols<'a> {
    /// No symbol.
    pub const NONE: Self = Self(Kind::None);

    /// The symbols of a slice, without a copy.
    pub const fn from_slice(symbols: &'a [Symbol<'a>]) -> Self {
        Self(if symbols.is_empty() { Kind::None } else { Kind::Items(symbols) })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        matches!(self.0, Kind::None)
    }

    /// The symbols in order.
    pub fn iter(&self) -> impl Iterator<Item = Ascii<'_>> + Clone {
        let (wire, items) = match &self.0 {
            Kind::None => (None, &[][..]),
            Kind::Wire(wire) => (Some(wire.value()), &[][..]),
            Kind::Items(items) => (None, *items),
        };
        let (one, many) = match wire {
            Some(Value::Symbol(symbol)) => (Some(symbol), None),
            Some(Value::Array(array)) => (None, Some(array.iter())),
            _ => (None, None),
        };
        let many = many.into_iter().flatten().filter_map(|value| match value {
            Value::Symbol(symbol) => Some(symbol),
            _ => None,
        });
        one.into_iter().chain(many).chain(items.iter().map(Symbol::as_ascii))
    }

    /// True when the symbol is among them.
    pub fn contains(&self, symbol: &str) -> bool {
        self.iter().any(|candidate| candidate == symbol)
    }

    /// The same symbols, independent of the input.
    pub fn into_owned(self) -> Symbols<'static> {
        super::own::into_owned(self)
    }
}

impl Default for Symbols<'_> {
    fn default() -> Self {
        Self::NONE
    }
}

impl<'a> FromIterator<Ascii<'a>> for Symbols<'static> {
    /// Copies the symbols into a new buffer.
    fn from_iter<I: IntoIterator<Item = Ascii<'a>>>(iter: I) -> Self {
        let all: alloc::vec::Vec<Ascii<'a>> = iter.into_iter().collect();
        // Symbols share a type, so that this fails for none of them alone.
        symbols(&all).map_or(Self::NONE, |wire| Self(Kind::Wire(wire)))
    }
}

impl PartialEq for Symbols<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Symbols<'_> {}

impl fmt::Debug for Symbols<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Own for Symbols<'_> {
    type Owned = Symbols<'static>;

    fn borrowed_len(&self) -> usize {
        match &self.0 {
            Kind::Wire(wire) => wire.borrowed_len(),
            Kind::None | Kind::Items(_) => 0,
        }
    }

    fn own(self, keep: &mut Keep<'_>) -> Symbols<'static> {
        match self.0 {
            Kind::None => Symbols::NONE,
            Kind::Wire(wire) => Symbols(Kind::Wire(wire.own(keep))),
            Kind::Items(_) => self.iter().collect(),
        }
    }
}

impl<'a> Field<'a> for Symbols<'a> {
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<Self> {
        if !matches!(code, code::SYMBOL_8 | code::SYMBOL_32 | code::ARRAY_8 | code::ARRAY_32) {
            return Err(wrong_type(code, at));
        }
        let wire = Encoded::read(code, at, rest, limits)?;
        let mut head = at;
        match Raw::split(&mut head).map(Raw::value) {
            // AMQP 1.0 §1.4: "an array where the type of the elements in the array is the type defined in the field definition".
            Some(Value::Array(array)) if !matches!(array.constructor(), [code::SYMBOL_8 | code::SYMBOL_32]) => {
                Err(wrong_type(code, at))
            }
            // [types:composite-type-representation.2] AMQP 1.0 §1.4: null and an array of no elements both describe an absence.
            Some(Value::Array(array)) if array.is_empty() => Ok(Self::NONE),
            _ => Ok(Self(Kind::Wire(wire))),
        }
    }

    fn len(&self) -> usize {
        match &self.0 {
            Kind::None => 1,
            Kind::Wire(wire) => Field::len(wire),
            Kind::Items([only]) => Field::len(only),
            Kind::Items(items) => super::field::compound_len(items.len(), elements_len(items)),
        }
    }

    fn put<B: BufMut>(&self, out: &mut B) {
        match &self.0 {
            Kind::None => out.put_u8(code::NULL),
            Kind::Wire(wire) => wire.put(out),
            Kind::Items([only]) => only.put(out),
            Kind::Items(items) => {
                put_compound_head(code::ARRAY_8, code::ARRAY_32, items.len(), elements_len(items), out);
                let short = all_short(items);
                out.put_u8(if short { code::SYMBOL_8 } else { code::SYMBOL_32 });
                for symbol in *items {
                    let octets = symbol.as_bytes();
                    match u8::try_from(octets.len()) {
                        Ok(len) if short => out.put_u8(len),
                        _ => out.put_u32(u32::try_from(octets.len()).unwrap_or(u32::MAX)),
                    }
                    out.put_slice(octets);
                }
            }
        }
    }

    fn check(&self) -> Result<(), EncodeError> {
        match &self.0 {
            Kind::Items(items) => check_len(elements_len(items)),
            Kind::None | Kind::Wire(_) => Ok(()),
        }
    }
}

fn all_short(items: &[Symbol<'_>]) -> bool {
    items.iter().all(|symbol| symbol.as_bytes().len() <= 255)
}

/// The octets of an array behind its count.
fn elements_len(items: &[Symbol<'_>]) -> usize {
    let prefix = if all_short(items) { 1 } else { 4 };
    items.iter().fold(1, |len: usize, symbol| len.saturating_add(prefix).saturating_add(symbol.as_bytes().len()))
}
