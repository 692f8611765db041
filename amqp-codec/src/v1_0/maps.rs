//! The maps whose keys or values the specification restricts: wire octets, checked, iterated lazily.

use core::fmt;

use bytes::BufMut;

use super::constructor as code;
use super::encoded::{Encoded, MapBuf};
use super::field::{Field, compound_len, put_compound_head, wrong_type};
use super::own::{Keep, Own};
use super::value::Value;
use super::wire::{Parsed, before, slice8, slice32};
use super::words::{Ascii, Utf8};
use super::{DecodeErrorKind as Kind, EncodeError, Limits, raw, validate};

/// The key of an annotation (AMQP 1.0 §3.2.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnnotationKey<'a> {
    /// A name; those that do not begin with `x-` are reserved.
    Symbol(Ascii<'a>),
    /// A number; all of them are reserved.
    Ulong(u64),
}

impl fmt::Display for AnnotationKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Symbol(name) => name.fmt(f),
            Self::Ulong(number) => number.fmt(f),
        }
    }
}

/// A key type of a restricted map.
trait Key<'a>: Copy {
    /// Reads what follows the constructor of a key that was checked.
    fn read(code: u8, rest: &mut &'a [u8]) -> Option<Self>;
    fn to_value(self) -> Value<'a>;
}

/// The octets of a string, symbol or binary, given the code of its short form.
#[inline]
fn octets<'a>(code8: u8, code: u8, rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    if code == code8 { slice8(rest).ok() } else { slice32(rest).ok() }
}

impl<'a> Key<'a> for Ascii<'a> {
    #[inline]
    fn read(code: u8, rest: &mut &'a [u8]) -> Option<Self> {
        octets(code::SYMBOL_8, code, rest).map(Ascii::checked)
    }

    fn to_value(self) -> Value<'a> {
        Value::Symbol(self)
    }
}

impl<'a> Key<'a> for Utf8<'a> {
    #[inline]
    fn read(code: u8, rest: &mut &'a [u8]) -> Option<Self> {
        octets(code::STRING_8, code, rest).map(Utf8::checked)
    }

    fn to_value(self) -> Value<'a> {
        Value::String(self)
    }
}

impl<'a> Key<'a> for &'a [u8] {
    #[inline]
    fn read(code: u8, rest: &mut &'a [u8]) -> Option<Self> {
        octets(code::BINARY_8, code, rest)
    }

    fn to_value(self) -> Value<'a> {
        Value::Binary(self)
    }
}

impl<'a> Key<'a> for AnnotationKey<'a> {
    #[inline]
    fn read(code: u8, rest: &mut &'a [u8]) -> Option<Self> {
        match raw::read(code, rest)? {
            Value::Symbol(name) => Some(Self::Symbol(name)),
            Value::Ulong(number) => Some(Self::Ulong(number)),
            _ => None,
        }
    }

    fn to_value(self) -> Value<'a> {
        match self {
            Self::Symbol(name) => Value::Symbol(name),
            Self::Ulong(number) => Value::Ulong(number),
        }
    }
}

#[derive(Clone)]
enum Inner<'a, K> {
    Wire(Encoded<'a>),
    Items(&'a [(K, Value<'a>)]),
}

const EMPTY: &[u8] = &[code::MAP_8, 1, 0];

/// Checks a map with its keys and values. AMQP 1.0 §2.8.13: key restrictions exclude the null key.
#[inline]
fn read<'a>(
    at: &'a [u8],
    rest: &mut &'a [u8],
    limits: &Limits,
    key: impl Fn(u8) -> bool,
    value: impl Fn(u8, u8) -> bool,
) -> Parsed<Encoded<'a>> {
    match at.first() {
        Some(&(code::MAP_8 | code::MAP_32)) => validate::restricted(at, rest, limits, key, value)?,
        code => return Err(wrong_type(code.copied().unwrap_or_default(), at)),
    }
    Ok(Encoded::checked(crate::Binary::Borrowed(before(at, rest))))
}

fn is_symbol(code: u8) -> bool {
    matches!(code, code::SYMBOL_8 | code::SYMBOL_32)
}

fn is_string(code: u8) -> bool {
    matches!(code, code::STRING_8 | code::STRING_32)
}

// [transport:performatives/attach/unsettled.5] Delivery tags are binary, hence not null.
fn is_binary(code: u8) -> bool {
    matches!(code, code::BINARY_8 | code::BINARY_32)
}

fn is_annotation(code: u8) -> bool {
    is_symbol(code) || matches!(code, code::ULONG_0 | code::SMALL_ULONG | code::ULONG)
}

/// Value rules see the first octet of the constructor and its last, which differ when the value is described.
fn is_any(_first: u8, _last: u8) -> bool {
    true
}

// [messaging:addressing/filter-set.1] [messaging:addressing/filter-set.2]
fn is_filter(first: u8, _last: u8) -> bool {
    matches!(first, code::NULL | code::DESCRIBED)
}

fn is_simple(_first: u8, last: u8) -> bool {
    // What holds other values has the highest codes.
    last < code::LIST_8 && last != code::LIST_0
}

macro_rules! maps {
    ($($(#[$doc:meta])* $name:ident, $iter:ident, $key:ty, $is_key:ident, $is_value:ident;)*) => {
        $(
            $(#[$doc])*
            ///
            /// Equality compares keys and values in order, not spellings.
            #[derive(Clone)]
            pub struct $name<'a>(Inner<'a, $key>);

            impl<'a> $name<'a> {
                /// No pairs.
                pub const EMPTY: Self = Self(Inner::Wire(Encoded::checked(crate::Binary::Borrowed(EMPTY))));

                /// The pairs of a slice, without a copy. A key must not stand there twice: encoding refuses that.
                pub const fn from_slice(items: &'a [($key, Value<'a>)]) -> Self {
                    Self(Inner::Items(items))
                }

                /// How many pairs there are.
                pub fn len(&self) -> usize {
                    match &self.0 {
                        Inner::Wire(wire) => match wire.value() {
                            Value::Map(map) => map.len(),
                            _ => 0,
                        },
                        Inner::Items(items) => items.len(),
                    }
                }

                /// True when there are no pairs.
                pub fn is_empty(&self) -> bool {
                    self.len() == 0
                }

                /// The pairs in order.
                #[inline]
                pub fn iter(&self) -> $iter<'_> {
                    match &self.0 {
                        Inner::Wire(wire) => $iter(match wire.value() {
                            Value::Map(map) => Source::Wire(map.iter()),
                            _ => Source::Items([].iter()),
                        }),
                        Inner::Items(items) => $iter(Source::Items(items.iter())),
                    }
                }

                /// The same map, independent of the input.
                pub fn into_owned(self) -> $name<'static> {
                    super::own::into_owned(self)
                }
            }

            /// The pairs of a map.
            #[derive(Clone, Debug)]
            pub struct $iter<'a>(Source<'a, $key>);

            impl<'a> Iterator for $iter<'a> {
                type Item = ($key, Value<'a>);

                #[inline]
                fn next(&mut self) -> Option<Self::Item> {
                    match &mut self.0 {
                        Source::Wire(pairs) => {
                            let key = pairs.key(Key::read)?;
                            Some((key, pairs.value()?))
                        }
                        Source::Items(items) => items.next().copied(),
                    }
                }
            }

            impl<'a> FromIterator<($key, Value<'a>)> for $name<'static> {
                /// Copies the pairs into a new buffer; of equal keys the first stays.
                fn from_iter<I: IntoIterator<Item = ($key, Value<'a>)>>(iter: I) -> Self {
                    let mut keys: alloc::vec::Vec<$key> = alloc::vec::Vec::new();
                    let mut map = MapBuf::new();
                    for (key, value) in iter {
                        if !keys.contains(&key) {
                            keys.push(key);
                            map.push(key.to_value(), value);
                        }
                    }
                    map.finish().map_or($name::EMPTY, |wire| Self(Inner::Wire(wire)))
                }
            }

            impl Default for $name<'_> {
                fn default() -> Self {
                    Self::EMPTY
                }
            }

            impl PartialEq for $name<'_> {
                fn eq(&self, other: &Self) -> bool {
                    self.iter().eq(other.iter())
                }
            }

            impl Eq for $name<'_> {}

            impl fmt::Debug for $name<'_> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.debug_map().entries(self.iter()).finish()
                }
            }

            impl Own for $name<'_> {
                type Owned = $name<'static>;

                fn borrowed_len(&self) -> usize {
                    match &self.0 {
                        Inner::Wire(wire) => wire.borrowed_len(),
                        Inner::Items(_) => 0,
                    }
                }

                fn own(self, keep: &mut Keep<'_>) -> $name<'static> {
                    match self.0 {
                        Inner::Wire(wire) => $name(Inner::Wire(wire.own(keep))),
                        Inner::Items(items) => items.iter().copied().collect(),
                    }
                }
            }

            impl<'a> Field<'a> for $name<'a> {
                #[inline]
                fn read(_code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<Self> {
                    read(at, rest, limits, $is_key, $is_value).map(|wire| Self(Inner::Wire(wire)))
                }

                fn len(&self) -> usize {
                    match &self.0 {
                        Inner::Wire(wire) => Field::len(wire),
                        Inner::Items(items) => compound_len(items.len().saturating_mul(2), items_len(items)),
                    }
                }

                fn put<B: BufMut>(&self, out: &mut B) {
                    match &self.0 {
                        Inner::Wire(wire) => wire.put(out),
                        Inner::Items(items) => {
                            put_compound_head(code::MAP_8, code::MAP_32, items.len().saturating_mul(2), items_len(items), out);
                            for (key, value) in *items {
                                key.to_value().put(out);
                                value.put(out);
                            }
                        }
                    }
                }

                fn check(&self) -> Result<(), EncodeError> {
                    match &self.0 {
                        Inner::Wire(_) => Ok(()),
                        Inner::Items(items) => check(items, $is_value),
                    }
                }
            }
        )*
    };
}

#[derive(Clone, Debug)]
enum Source<'a, K> {
    Wire(super::compound::Pairs<'a>),
    Items(core::slice::Iter<'a, (K, Value<'a>)>),
}

fn items_len<'a, K: Key<'a>>(items: &[(K, Value<'a>)]) -> usize {
    items.iter().fold(0, |len: usize, (key, value)| {
        len.saturating_add(Field::len(&key.to_value())).saturating_add(Field::len(value))
    })
}

/// What a decoder would refuse in pairs that the caller put together.
fn check<'a, K: Key<'a>>(items: &[(K, Value<'a>)], is_value: fn(u8, u8) -> bool) -> Result<(), EncodeError> {
    super::field::check_len(items_len(items).saturating_add(4))?;
    for (index, (key, value)) in items.iter().enumerate() {
        value.check()?;
        key.to_value().check()?;
        let code = match value {
            Value::Described(described) => described.as_bytes().0.last().copied().unwrap_or_default(),
            other => other.kind_code(),
        };
        if !is_value(value.kind_code(), code) {
            return Err(EncodeError::Invalid(Kind::WrongMapValue));
        }
        let key = key.to_value();
        if items.iter().take(index).any(|(other, _)| other.to_value() == key) {
            return Err(EncodeError::Invalid(Kind::DuplicateKey));
        }
    }
    Ok(())
}

maps! {
    /// Named values: keys are symbols (AMQP 1.0 §2.8.13).
    Fields, FieldsIter, Ascii<'a>, is_symbol, is_any;
    /// Annotations of a message: keys are symbols or ulongs (AMQP 1.0 §3.2.10).
    Annotations, AnnotationsIter, AnnotationKey<'a>, is_annotation, is_any;
    /// Application properties: keys are strings, values neither map nor list nor array (AMQP 1.0 §3.2.5).
    ApplicationProperties, ApplicationPropertiesIter, Utf8<'a>, is_string, is_simple;
    /// Filters by name: keys are symbols, values null or described (AMQP 1.0 §3.5.8).
    FilterSet, FilterSetIter, Ascii<'a>, is_symbol, is_filter;
    /// Delivery states by delivery tag (AMQP 1.0 §2.7.3).
    Unsettled, UnsettledIter, &'a [u8], is_binary, is_any;
}

impl Fields<'_> {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

impl Annotations<'_> {
    /// The octets, unless the pairs are a slice.
    pub(crate) fn as_wire(&self) -> Option<&[u8]> {
        match &self.0 {
            Inner::Wire(wire) => Some(wire.as_bytes()),
            Inner::Items(_) => None,
        }
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.iter().find(|(key, _)| matches!(key, AnnotationKey::Symbol(key) if *key == name)).map(|(_, value)| value)
    }
}

impl ApplicationProperties<'_> {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

impl FilterSet<'_> {
    /// The filter of a name.
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}
