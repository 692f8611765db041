//! Described types of users' own (AMQP 1.0 §1.3, §1.4).

use super::{Described, EncodeError, Encoded, List, ListBuf, Value, described};

/// A composite type that an application defines: a described list.
///
/// ```
/// use amqp_codec::v1_0::{Composite, Encoded, List, ListBuf, Limits, Value, from_value, to_value};
///
/// #[derive(Debug, PartialEq)]
/// struct Point { x: i32, y: i32 }
///
/// impl<'a> Composite<'a> for Point {
///     const NAME: &'static str = "example:point:list";
///     const CODE: Option<u64> = Some(0x0000_1234_0000_0001);
///     fn from_fields(fields: List<'a>) -> Option<Self> {
///         let mut fields = fields.iter().map(|field| field.as_i64().and_then(|number| i32::try_from(number).ok()));
///         Some(Self { x: fields.next()??, y: fields.next()?? })
///     }
///     fn to_fields(&self, fields: &mut ListBuf) {
///         fields.push(self.x).push(self.y);
///     }
/// }
///
/// let value = to_value(&Point { x: 1, y: -2 })?;
/// assert_eq!(from_value::<Point>(value.value()), Some(Point { x: 1, y: -2 }));
/// # Ok::<(), amqp_codec::v1_0::EncodeError>(())
/// ```
pub trait Composite<'a>: Sized {
    /// The symbolic descriptor, as `domain:name`.
    const NAME: &'static str;
    /// The numeric descriptor, the domain in its upper half; it is what is written when there is one.
    const CODE: Option<u64> = None;

    /// The value whose fields these are; nothing when they are not of its types.
    fn from_fields(fields: List<'a>) -> Option<Self>;

    /// Appends the fields.
    fn to_fields(&self, fields: &mut ListBuf);
}

/// Reads a value as the composite type, when its descriptor is one of that type's.
pub fn from_value<'a, T: Composite<'a>>(value: Value<'a>) -> Option<T> {
    let Value::Described(described) = value else { return None };
    match (is::<T>(&described), described.value()) {
        (true, Value::List(fields)) => T::from_fields(fields),
        _ => None,
    }
}

fn is<'a, T: Composite<'a>>(described: &Described<'a>) -> bool {
    match described.descriptor() {
        Value::Ulong(code) => T::CODE == Some(code),
        Value::Symbol(name) => name == T::NAME,
        _ => false,
    }
}

/// Writes a composite type's value.
///
/// # Errors
/// [`EncodeError::Invalid`] when the name is not ASCII or the fields nest too deeply.
pub fn to_value<'a, T: Composite<'a>>(value: &T) -> Result<Encoded<'static>, EncodeError> {
    let mut fields = ListBuf::new();
    value.to_fields(&mut fields);
    let list = fields.finish()?;
    let descriptor = match T::CODE {
        Some(code) => Value::Ulong(code),
        None => Value::symbol(T::NAME).ok_or(EncodeError::Invalid(super::DecodeErrorKind::NonAsciiSymbol))?,
    };
    described(descriptor, list.value())
}
