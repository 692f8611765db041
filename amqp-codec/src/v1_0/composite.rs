//! Composite types: described lists whose items are fields (AMQP 1.0 §1.4).

use bytes::BufMut;

use super::constructor as code;
use super::field::{Field, list_len, put_list_head};
use super::spec::descriptor;
use super::validate::{self, compound};
use super::value::Ascii;
use super::wire::{Fault, Parsed, octet, octets, slice8, slice32};
use super::{DecodeErrorKind as Kind, EncodeError, Limits, Symbols};

/// A composite type of the specification.
pub(crate) trait Composite<'a>: Sized {
    /// The numeric descriptor. Those of the specification are below 256.
    const CODE: u8;
    /// How many fields the type has.
    const FIELDS: u32;
    /// What a mandatory field that is not there is.
    const MISSING: Kind = Kind::MissingField;

    fn read_fields(fields: &mut FieldReader<'a, '_>) -> Parsed<Self>;

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
    /// A field that may be null.
    #[inline]
    pub(crate) fn optional<T: Field<'a>>(&mut self) -> Parsed<Option<T>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let at = self.rest;
        match octet(&mut self.rest)? {
            code::NULL => Ok(None),
            code => T::read(code, at, &mut self.rest, self.limits).map(Some),
        }
    }

    /// A field that must not be null.
    #[inline]
    pub(crate) fn mandatory<T: Field<'a>>(&mut self) -> Parsed<T> {
        let at = self.rest;
        match self.optional()? {
            Some(value) => Ok(value),
            // AMQP 1.0 §1.4: "mandatory … controls whether a null element value is permitted".
            None => Err(Fault::new(self.missing, at)),
        }
    }

    /// A field that reads as `default` when it is null.
    #[inline]
    pub(crate) fn or<T: Field<'a>>(&mut self, default: T) -> Parsed<T> {
        Ok(self.optional()?.unwrap_or(default))
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
    kept_len: usize,
    kept_count: usize,
}

impl Visitor for Measure {
    #[inline]
    fn field<'a, T: Field<'a>>(&mut self, value: Option<&T>) {
        self.count = self.count.saturating_add(1);
        match value {
            Some(value) => {
                self.len = self.len.saturating_add(value.len());
                self.kept_len = self.len;
                self.kept_count = self.count;
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
    /// One of the specification's, by number or by name.
    Known(u8),
    /// A number whose domain is the specification's, which assigns it to nothing.
    Unassigned,
    /// Somebody else's.
    Foreign,
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
        Ok(code) if descriptor::name(code).is_some() => Named::Known(code),
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
    let at = *rest;
    let (count, items) = match octet(rest)? {
        code::LIST_0 => (0, rest.get(..0).unwrap_or_default()),
        code @ (code::LIST_8 | code::LIST_32) => compound(code, rest)?,
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
    let composite = T::read_fields(&mut fields)?;
    if !fields.rest.is_empty() {
        return Err(Fault::new(Kind::SizeMismatch, fields.rest));
    }
    Ok(composite)
}

/// The octets of descriptor and list.
#[inline]
pub(crate) fn composite_len<'a, T: Composite<'a>>(composite: &T) -> usize {
    let mut measure = Measure::default();
    composite.visit(&mut measure);
    list_len(measure.kept_count, measure.kept_len).saturating_add(3)
}

/// Appends descriptor and list.
#[inline]
pub(crate) fn put_composite<'a, T: Composite<'a>, B: BufMut>(composite: &T, out: &mut B) {
    let mut measure = Measure::default();
    composite.visit(&mut measure);
    out.put_slice(&[code::DESCRIBED, code::SMALL_ULONG, T::CODE]);
    put_list_head(measure.kept_count, measure.kept_len, out);
    composite.visit(&mut Write { out, left: measure.kept_count });
}

/// Says whether a decoder would take the composite.
pub(crate) fn check_composite<'a, T: Composite<'a>>(composite: &T) -> Result<(), EncodeError> {
    let mut check = Check(Ok(()));
    composite.visit(&mut check);
    check.0
}

/// Reads a field that must be this composite.
pub(crate) fn expect<'a, T: Composite<'a>>(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<T> {
    match described(code, at, rest, limits)? {
        Named::Known(code) if code == T::CODE => read_list(rest, limits),
        _ => Err(Fault::new(Kind::WrongComposite, at)),
    }
}

/// Reads the descriptor of a field that must be described.
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
