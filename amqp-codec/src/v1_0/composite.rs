//! Composite types: described lists whose items are fields (AMQP 1.0 §1.4).

use bytes::BufMut;

use super::constructor as code;
use super::field::{Field, list_len, put_list_head};
use super::frame::HEAD;
use super::spec::descriptor;
use super::validate::{self, compound};
use super::wire::{Fault, Parsed, octet, octets, slice8, slice32};
use super::words::Ascii;
use super::{DecodeErrorKind as Kind, EncodeError, Limits, Symbols};

/// A composite type of the specification.
pub(crate) trait Composite<'a>: Default {
    /// The numeric descriptor. Those of the specification are below 256.
    const CODE: u8;
    /// How many fields the type has.
    const FIELDS: u32;
    /// What a mandatory field that is not there is.
    const MISSING: Kind = Kind::MissingField;

    /// Reads the fields into a default value, which stays where it is: some of these types are large.
    fn read_fields(&mut self, fields: &mut FieldReader<'a, '_>) -> Parsed<()>;

    fn visit<V: Visitor>(&self, visitor: &mut V);
}

/// The fields of one composite, taken in order. Those that the sender left off at the end read as null.
pub(crate) struct FieldReader<'a, 'l> {
    rest: &'a [u8],
    left: u32,
    missing: Kind,
    pub(crate) limits: &'l Limits,
}

impl<'a> FieldReader<'a, '_> {
    /// The constructor of the next field and where it stands, unless the field is null.
    #[inline(always)]
    fn next(&mut self) -> Parsed<Option<(u8, &'a [u8])>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let at = self.rest;
        match octet(&mut self.rest)? {
            code::NULL => Ok(None),
            code => Ok(Some((code, at))),
        }
    }

    /// A field that may be null.
    #[inline(always)]
    pub(crate) fn optional<T: Field<'a>>(&mut self, slot: &mut Option<T>) -> Parsed<()> {
        match self.next()? {
            Some((code, at)) => T::read_into(slot, code, at, &mut self.rest, self.limits),
            None => Ok(()),
        }
    }

    /// A field that keeps its default when it is null.
    #[inline(always)]
    pub(crate) fn or<T: Field<'a>>(&mut self, slot: &mut T) -> Parsed<()> {
        if let Some((code, at)) = self.next()? {
            *slot = T::read(code, at, &mut self.rest, self.limits)?;
        }
        Ok(())
    }

    /// A field that must not be null.
    #[inline(always)]
    pub(crate) fn mandatory<T: Field<'a>>(&mut self, slot: &mut T) -> Parsed<()> {
        let from = self.rest;
        match self.next()? {
            Some((code, at)) => {
                *slot = T::read(code, at, &mut self.rest, self.limits)?;
                Ok(())
            }
            // AMQP 1.0 §1.4: "mandatory … controls whether a null element value is permitted".
            None => Err(Fault::new(self.missing, from)),
        }
    }

    /// The octet at which the next field begins.
    pub(crate) fn position(&self) -> &'a [u8] {
        self.rest
    }

    /// What a field that must be there but is not is called here.
    pub(crate) fn missing(&self) -> Kind {
        self.missing
    }
}

/// What walks over the fields of a composite to measure, check or write them.
pub(crate) trait Visitor {
    fn field<'a, T: Field<'a>>(&mut self, value: Option<&T>);

    #[inline]
    fn mandatory<'a, T: Field<'a>>(&mut self, value: &T) {
        self.field(Some(value));
    }

    /// None of several is written as null.
    #[inline]
    fn multiple(&mut self, symbols: &Symbols<'_>) {
        self.field(if symbols.is_empty() { None } else { Some(symbols) });
    }

    /// Several of which there must be one.
    #[inline]
    fn some(&mut self, symbols: &Symbols<'_>) {
        self.multiple(symbols);
    }

    /// A default is not written.
    #[inline]
    fn or<'a, T: Field<'a> + PartialEq>(&mut self, value: &T, default: &T) {
        self.field(if value == default { None } else { Some(value) });
    }
}

/// Measures the fields up to the last that is not null.
#[derive(Clone, Copy, Default)]
struct Measure {
    len: usize,
    count: usize,
    kept: Measured,
}

impl Visitor for Measure {
    #[inline]
    fn field<'a, T: Field<'a>>(&mut self, value: Option<&T>) {
        self.count = self.count.saturating_add(1);
        match value {
            Some(value) => {
                self.len = self.len.saturating_add(value.len());
                self.kept = Measured { count: self.count, len: self.len };
            }
            None => self.len = self.len.saturating_add(1),
        }
    }
}

/// Checks the fields.
struct Check(Result<(), EncodeError>);

impl Visitor for Check {
    #[inline]
    fn field<'a, T: Field<'a>>(&mut self, value: Option<&T>) {
        if let (Ok(()), Some(value)) = (self.0, value) {
            self.0 = value.check();
        }
    }

    fn some(&mut self, symbols: &Symbols<'_>) {
        if symbols.is_empty() {
            self.0 = self.0.and(Err(EncodeError::Invalid(Kind::MissingPerformativeField)));
        }
        self.multiple(symbols);
    }
}

/// Writes the fields up to the last that is not null (AMQP 1.0 §1.4: trailing nulls may be omitted).
struct Write<'o, B> {
    out: &'o mut B,
    left: usize,
}

impl<B: BufMut> Visitor for Write<'_, B> {
    #[inline]
    fn field<'a, T: Field<'a>>(&mut self, value: Option<&T>) {
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        match value {
            Some(value) => value.put(self.out),
            None => self.out.put_u8(code::NULL),
        }
    }
}

/// A descriptor as far as this crate knows it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// One of the specification's, by number or by name; a number that it has not assigned belongs to no type that is asked for.
    Known(u8),
    /// A larger number, or a name, whose domain is the specification's, which assigns it to nothing.
    Unassigned,
    /// Somebody else's.
    Foreign,
}

/// Steps over a descriptor in the encoding that nearly everybody uses, with the octet that announces it.
#[inline(always)]
pub(crate) fn plain_descriptor(rest: &mut &[u8]) -> Option<u8> {
    let [code::DESCRIBED, code::SMALL_ULONG, code, tail @ ..] = *rest else { return None };
    *rest = tail;
    Some(*code)
}

/// Reads a descriptor, whose encoding may be of any width, or symbolic.
#[inline]
pub(crate) fn read_descriptor(rest: &mut &[u8], limits: &Limits) -> Parsed<Named> {
    let at = *rest;
    let number = match octet(rest)? {
        code::SMALL_ULONG => u64::from(octet(rest)?),
        code::ULONG => u64::from_be_bytes(octets(rest)?),
        code::ULONG_0 => 0,
        code::SYMBOL_8 => return named(slice8(rest)?),
        code::SYMBOL_32 => return named(slice32(rest)?),
        code => {
            validate::body(code, at, rest, limits)?;
            return Ok(Named::Foreign);
        }
    };
    Ok(match u8::try_from(number) {
        Ok(code) => Named::Known(code),
        // AMQP 1.0 §1.3: the upper half of the number is the domain, and 0 the specification's own.
        _ if number <= u64::from(u32::MAX) => Named::Unassigned,
        _ => Named::Foreign,
    })
}

fn named(octets: &[u8]) -> Parsed<Named> {
    validate::ascii(octets)?;
    Ok(match descriptor::code(Ascii::checked(octets).as_bytes()) {
        Some(code) => Named::Known(code),
        None if octets.starts_with(b"amqp:") => Named::Unassigned,
        None => Named::Foreign,
    })
}

/// Reads the list of a composite whose descriptor was read.
#[inline]
pub(crate) fn read_list<'a, T: Composite<'a>>(rest: &mut &'a [u8], limits: &Limits) -> Parsed<T> {
    let mut composite = T::default();
    fill(&mut composite, rest, limits)?;
    Ok(composite)
}

/// The same, into a default value that is where it stays.
#[inline]
pub(crate) fn fill<'a, T: Composite<'a>>(composite: &mut T, rest: &mut &'a [u8], limits: &Limits) -> Parsed<()> {
    let at = *rest;
    let (count, items) = match octet(rest)? {
        code @ (code::LIST_8 | code::LIST_32) => compound(code, rest)?,
        code::LIST_0 => (0, rest.get(..0).unwrap_or_default()),
        code if code == code::DESCRIBED || code::type_name(code).is_some() => {
            return Err(Fault::new(Kind::WrongFieldType, at));
        }
        _ => return Err(Fault::new(Kind::UnknownConstructor, at)),
    };
    // AMQP 1.0 §1.4: each item is correlated with a field by its position, so that there cannot be more.
    if count > T::FIELDS {
        return Err(Fault::new(Kind::TooManyFields, at));
    }
    let mut fields = FieldReader { rest: items, left: count, missing: T::MISSING, limits };
    composite.read_fields(&mut fields)?;
    if fields.rest.is_empty() { Ok(()) } else { Err(Fault::new(Kind::SizeMismatch, fields.rest)) }
}

/// The fields that are written, and the octets they take.
#[derive(Clone, Copy, Default)]
pub(crate) struct Measured {
    count: usize,
    len: usize,
}

impl Measured {
    #[inline]
    pub(crate) fn of<'a, T: Composite<'a>>(composite: &T) -> Self {
        let mut measure = Measure::default();
        composite.visit(&mut measure);
        measure.kept
    }

    /// The octets of descriptor and list.
    #[inline]
    pub(crate) const fn encoded_len(self) -> usize {
        list_len(self.count, self.len).saturating_add(3)
    }

    /// Appends descriptor and list of the composite that was measured.
    #[inline]
    pub(crate) fn put<'a, T: Composite<'a>, B: BufMut>(self, composite: &T, out: &mut B) {
        out.put_slice(&[code::DESCRIBED, code::SMALL_ULONG, T::CODE]);
        put_list_head(self.count, self.len, out);
        composite.visit(&mut Write { out, left: self.count });
    }

    /// The same behind a frame header. Most lists are short: then all that precedes the fields is one piece.
    #[inline]
    pub(crate) fn put_frame<'a, T: Composite<'a>, B: BufMut>(self, header: [u8; HEAD], composite: &T, out: &mut B) {
        match (u8::try_from(self.len.saturating_add(1)), u8::try_from(self.count)) {
            (Ok(size), Ok(count)) if count != 0 => {
                let [a, b, c, d, doff, kind, high, low] = header;
                let list = [code::DESCRIBED, code::SMALL_ULONG, T::CODE, code::LIST_8, size, count];
                let [e, f, g, h, i, j] = list;
                out.put_slice(&[a, b, c, d, doff, kind, high, low, e, f, g, h, i, j]);
                composite.visit(&mut Write { out, left: self.count });
            }
            _ => {
                out.put_slice(&header);
                self.put(composite, out);
            }
        }
    }
}

/// The octets of descriptor and list.
#[inline]
pub(crate) fn composite_len<'a, T: Composite<'a>>(composite: &T) -> usize {
    Measured::of(composite).encoded_len()
}

/// Appends descriptor and list.
#[inline]
pub(crate) fn put_composite<'a, T: Composite<'a>, B: BufMut>(composite: &T, out: &mut B) {
    Measured::of(composite).put(composite, out);
}

/// Says whether a decoder would take the composite.
pub(crate) fn check_composite<'a, T: Composite<'a>>(composite: &T) -> Result<(), EncodeError> {
    let mut check = Check(Ok(()));
    composite.visit(&mut check);
    check.0
}

/// Reads a field that must be this composite into a default value.
pub(crate) fn expect<'a, T: Composite<'a>>(
    composite: &mut T,
    code: u8,
    at: &'a [u8],
    rest: &mut &'a [u8],
    limits: &Limits,
) -> Parsed<()> {
    match described(code, at, rest, limits)? {
        Named::Known(code) if code == T::CODE => fill(composite, rest, limits),
        _ => Err(Fault::new(Kind::WrongComposite, at)),
    }
}

/// Reads the descriptor of a field that must be described.
#[inline]
pub(crate) fn described(code: u8, at: &[u8], rest: &mut &[u8], limits: &Limits) -> Parsed<Named> {
    if code != code::DESCRIBED {
        return Err(super::field::wrong_type(code, at).renamed(if code::type_name(code).is_some() {
            Kind::WrongComposite
        } else {
            Kind::UnknownConstructor
        }));
    }
    read_descriptor(rest, limits)
}
