//! Lists, maps, arrays and described values: views that are iterated lazily and infallibly (AMQP 1.0 §1.2.3, §1.2.4).

use core::iter::FusedIterator;

use super::raw::{Raw, skip, skip_constructor, take};
use super::validate::compound;
use super::value::Value;
use super::wire::{before, octet, widen};

/// Values of any types (AMQP 1.0 §1.6.22). Equal when the octets of the items are.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct List<'a> {
    items: &'a [u8],
    count: u32,
}

impl<'a> List<'a> {
    /// No items.
    pub const EMPTY: Self = Self { items: &[], count: 0 };

    #[inline]
    pub(crate) fn read(code: u8, rest: &mut &'a [u8]) -> Option<Self> {
        let (count, items) = compound(code, rest).ok()?;
        Some(Self { items, count })
    }

    /// How many items there are.
    #[inline]
    pub fn len(&self) -> usize {
        widen(self.count)
    }

    /// True when there are no items.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The octets of the items.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.items
    }

    /// The items in order.
    #[inline]
    pub const fn iter(&self) -> Items<'a> {
        Items { rest: self.items, left: self.count }
    }

    /// The item at an index; steps over those before it.
    pub fn get(&self, index: usize) -> Option<Value<'a>> {
        self.iter().nth(index)
    }
}

impl<'a> IntoIterator for List<'a> {
    type Item = Value<'a>;
    type IntoIter = Items<'a>;

    fn into_iter(self) -> Items<'a> {
        self.iter()
    }
}

/// The items of a list, or the keys and values of a map in turn.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    rest: &'a [u8],
    left: u32,
}

impl<'a> Items<'a> {
    /// Reads the next item, whose type is known.
    #[inline(always)]
    fn typed<T>(&mut self, read: impl FnOnce(u8, &mut &'a [u8]) -> Option<T>) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        let (&code, rest) = self.rest.split_first()?;
        self.rest = rest;
        let item = read(code, &mut self.rest);
        debug_assert!(item.is_some(), "validation knew these items");
        item
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Value<'a>;

    #[inline]
    fn next(&mut self) -> Option<Value<'a>> {
        self.left = self.left.checked_sub(1)?;
        let value = take(&mut self.rest);
        debug_assert!(value.is_some(), "validation counted these items");
        value
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (widen(self.left), Some(widen(self.left)))
    }
}

impl ExactSizeIterator for Items<'_> {}
impl FusedIterator for Items<'_> {}

/// Keys and values (AMQP 1.0 §1.6.23). Maps are ordered: equal when the octets of the items are.
// [types:primitive-type-definitions/map.2] Order counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Map<'a> {
    items: &'a [u8],
    count: u32,
}

impl<'a> Map<'a> {
    /// No pairs.
    pub const EMPTY: Self = Self { items: &[], count: 0 };

    #[inline]
    pub(crate) fn read(code: u8, rest: &mut &'a [u8]) -> Option<Self> {
        let (count, items) = compound(code, rest).ok()?;
        Some(Self { items, count })
    }

    /// How many pairs there are.
    #[inline]
    pub fn len(&self) -> usize {
        widen(self.count) / 2
    }

    /// True when there are no pairs.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The octets of keys and values.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.items
    }

    /// Keys and values in turn.
    pub(crate) const fn items(&self) -> Items<'a> {
        Items { rest: self.items, left: self.count }
    }

    /// How many keys and values there are together.
    pub(crate) const fn count(&self) -> u32 {
        self.count
    }

    /// The pairs in order.
    #[inline]
    pub const fn iter(&self) -> Pairs<'a> {
        Pairs { items: Items { rest: self.items, left: self.count } }
    }

    /// The value of a key; looks at the pairs before it.
    pub fn get(&self, key: Value<'_>) -> Option<Value<'a>> {
        self.iter().find(|(candidate, _)| *candidate == key).map(|(_, value)| value)
    }
}

impl<'a> IntoIterator for Map<'a> {
    type Item = (Value<'a>, Value<'a>);
    type IntoIter = Pairs<'a>;

    fn into_iter(self) -> Pairs<'a> {
        self.iter()
    }
}

/// The pairs of a map.
#[derive(Clone, Debug)]
pub struct Pairs<'a> {
    items: Items<'a>,
}

impl<'a> Pairs<'a> {
    /// Reads the next key, whose type is known.
    #[inline(always)]
    pub(crate) fn key<T>(&mut self, read: impl FnOnce(u8, &mut &'a [u8]) -> Option<T>) -> Option<T> {
        self.items.typed(read)
    }

    /// The value of the key that was read last.
    #[inline]
    pub(crate) fn value(&mut self) -> Option<Value<'a>> {
        self.items.next()
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (Value<'a>, Value<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        Some((self.items.next()?, self.items.next()?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let pairs = self.items.len() / 2;
        (pairs, Some(pairs))
    }
}

impl ExactSizeIterator for Pairs<'_> {}
impl FusedIterator for Pairs<'_> {}

/// Values of one type, which share a constructor (AMQP 1.0 §1.6.24). Equal when constructor, count and octets are.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Array<'a> {
    constructor: &'a [u8],
    data: &'a [u8],
    count: u32,
}

impl<'a> Array<'a> {
    #[inline]
    pub(crate) fn read(code: u8, rest: &mut &'a [u8]) -> Option<Self> {
        let (count, body) = compound(code, rest).ok()?;
        let mut data = body;
        skip_constructor(&mut data)?;
        Some(Self { constructor: before(body, data), data, count })
    }

    /// How many elements there are.
    #[inline]
    pub fn len(&self) -> usize {
        widen(self.count)
    }

    /// True when there are no elements.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The element constructor: a code, behind descriptors when the elements are described.
    pub const fn constructor(&self) -> &'a [u8] {
        self.constructor
    }

    /// The code that says how an element is read.
    #[inline]
    pub fn element_code(&self) -> u8 {
        self.constructor.last().copied().unwrap_or(super::constructor::NULL)
    }

    /// The octets of the elements, without constructors.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.data
    }

    /// The elements in order. Elements of no width are yielded as often as the array says.
    #[inline]
    pub const fn iter(&self) -> Elements<'a> {
        Elements { constructor: self.constructor, rest: self.data, left: self.count }
    }
}

impl<'a> IntoIterator for Array<'a> {
    type Item = Value<'a>;
    type IntoIter = Elements<'a>;

    fn into_iter(self) -> Elements<'a> {
        self.iter()
    }
}

/// The elements of an array.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    constructor: &'a [u8],
    rest: &'a [u8],
    left: u32,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    #[inline]
    fn next(&mut self) -> Option<Value<'a>> {
        self.left = self.left.checked_sub(1)?;
        let raw = Raw::element(self.constructor, &mut self.rest);
        debug_assert!(raw.is_some(), "validation counted these elements");
        raw.map(Raw::value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (widen(self.left), Some(widen(self.left)))
    }
}

impl ExactSizeIterator for Elements<'_> {}
impl FusedIterator for Elements<'_> {}

/// A value annotated with a descriptor, which may be described itself (AMQP 1.0 §1.2). Equal when the octets are.
#[derive(Clone, Copy)]
pub struct Described<'a> {
    raw: Raw<'a>,
}

impl<'a> Described<'a> {
    pub(crate) fn new(raw: Raw<'a>) -> Self {
        Self { raw }
    }

    /// Splits the constructor into the descriptor's octets and the constructor of the value.
    fn split(&self) -> (&'a [u8], &'a [u8]) {
        let mut rest = self.raw.constructor();
        let _ = octet(&mut rest);
        let from = rest;
        let _ = skip(&mut rest);
        (before(from, rest), rest)
    }

    /// The descriptor: by rule a symbol or a ulong, by grammar any value.
    #[inline]
    pub fn descriptor(&self) -> Value<'a> {
        let (mut descriptor, _) = self.split();
        Raw::split(&mut descriptor).map_or(Value::Null, Raw::value)
    }

    /// The value without this descriptor.
    #[inline]
    pub fn value(&self) -> Value<'a> {
        let (_, constructor) = self.split();
        Raw::parts(constructor, self.raw.body()).value()
    }

    /// The octets of descriptor and constructor, and those of the value; side by side unless this is an element of an array.
    pub fn as_bytes(&self) -> (&'a [u8], &'a [u8]) {
        (self.raw.constructor(), self.raw.body())
    }
}

impl PartialEq for Described<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Described<'_> {}
