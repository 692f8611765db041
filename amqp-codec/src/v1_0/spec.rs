//! The types of the specification, generated from its XML, and the macros that give each declaration its meaning.
//!
//! A declaration lists the fields in order: `mandatory` ones, `optional` ones (`Option`), those with a default (`or`), and `multiple` ones.
//! `tests/v1_0_regenerate.rs` generates the files of this directory again and compares.

use super::composite::{Composite, FieldReader, Visitor};
use super::field::Field;
use super::own::{Keep, Own};
use super::wire::{Fault, Parsed};
use super::{DecodeErrorKind, Symbols};

macro_rules! field_type {
    (optional $type:ty) => { Option<$type> };
    ($presence:ident $type:ty) => { $type };
}

macro_rules! field_default {
    (optional) => {
        None
    };
    ($presence:ident) => {
        Default::default()
    };
    ($presence:ident $default:expr) => {
        $default
    };
}

macro_rules! field_read {
    ($fields:ident $presence:ident $slot:expr) => {
        $fields.$presence(&mut $slot)?
    };
}

macro_rules! field_visit {
    ($visitor:ident or $value:expr, $default:expr) => {
        $visitor.or(&$value, &$default)
    };
    ($visitor:ident mandatory $value:expr) => {
        $visitor.mandatory(&$value)
    };
    ($visitor:ident optional $value:expr) => {
        $visitor.field($value.as_ref())
    };
    ($visitor:ident $presence:ident $value:expr) => {
        $visitor.$presence(&$value)
    };
}

macro_rules! composite {
    ($(#[$doc:meta])* $name:ident<$lt:lifetime> = $code:literal, $missing:ident { $($body:tt)* }) => {
        composite! { @type [$(#[$doc])*] $name [<$lt>] [$name<$lt>] [$name<'static>] $code $missing { $($body)* } }
    };
    ($(#[$doc:meta])* $name:ident = $code:literal, $missing:ident { $($body:tt)* }) => {
        composite! { @type [$(#[$doc])* #[derive(Copy)]] $name [] [$name] [$name] $code $missing { $($body)* } }
    };
    (@type [$($attribute:tt)*] $name:ident [$($generics:tt)*] [$type:ty] [$owned:ty] $code:literal $missing:ident {
        $($(#[$field_doc:meta])* $field:ident: $presence:ident $field_type:ty $(= $default:expr)?,)*
    }) => {
        $($attribute)*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(default, rename_all = "kebab-case"))]
        pub struct $name $($generics)* {
            $($(#[$field_doc])* pub $field: field_type!($presence $field_type),)*
        }

        impl $($generics)* $type {
            /// The same, independent of the input; at most one allocation.
            pub fn into_owned(self) -> $owned {
                $crate::v1_0::own::into_owned(self)
            }
        }

        impl $($generics)* Default for $type {
            #[inline]
            fn default() -> Self {
                Self { $($field: field_default!($presence $($default)?),)* }
            }
        }

        impl<'a> Composite<'a> for composite!(@with $name [$($generics)*]) {
            const CODE: u8 = $code;
            const FIELDS: u32 = 0 $(+ composite!(@one $field))*;
            const MISSING: DecodeErrorKind = DecodeErrorKind::$missing;

            #[inline]
            fn read_fields(&mut self, _fields: &mut FieldReader<'a, '_>) -> Parsed<()> {
                $(field_read!(_fields $presence self.$field);)*
                Ok(())
            }

            #[inline]
            fn visit<V: Visitor>(&self, _visitor: &mut V) {
                $(field_visit!(_visitor $presence self.$field $(, $default)?);)*
            }
        }

        impl $($generics)* Own for $type {
            type Owned = $owned;

            fn borrowed_len(&self) -> usize {
                [$(Own::borrowed_len(&self.$field),)*].iter().fold(0, |all: usize, len: &usize| all.saturating_add(*len))
            }

            fn own(self, _keep: &mut Keep<'_>) -> $owned {
                $name { $($field: self.$field.own(_keep),)* }
            }
        }

        impl<'a> Field<'a> for composite!(@with $name [$($generics)*]) {
            fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &$crate::v1_0::Limits) -> Parsed<Self> {
                let mut composite = Self::default();
                $crate::v1_0::composite::expect(&mut composite, code, at, rest, limits)?;
                Ok(composite)
            }

            fn read_into(
                slot: &mut Option<Self>,
                code: u8,
                at: &'a [u8],
                rest: &mut &'a [u8],
                limits: &$crate::v1_0::Limits,
            ) -> Parsed<()> {
                $crate::v1_0::composite::expect(slot.insert(Self::default()), code, at, rest, limits)
            }

            fn len(&self) -> usize {
                $crate::v1_0::composite::composite_len(self)
            }

            fn put<B: bytes::BufMut>(&self, out: &mut B) {
                $crate::v1_0::composite::put_composite(self, out);
            }

            fn pack(&self, packed: &mut $crate::v1_0::packed::Packed, at: usize) -> usize {
                packed.composite(at, self)
            }

            fn check(&self) -> Result<(), $crate::v1_0::EncodeError> {
                $crate::v1_0::composite::check_composite(self)
            }
        }
    };
    (@with $name:ident [<$lt:lifetime>]) => { $name<$lt> };
    (@with $name:ident []) => { $name };
    (@one $field:ident) => { 1 };
}

/// A restricted type with choices: a closed set on top of a primitive type.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident: $source:ident { $($(#[$choice_doc:meta])* $choice:ident = $value:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
        pub enum $name { $($(#[$choice_doc])* $choice,)* }

        impl $name {
            /// Every choice.
            pub const ALL: &'static [Self] = &[$(Self::$choice,)*];
        }

        impl<'a> Field<'a> for $name {
            #[inline]
            fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &$crate::v1_0::Limits) -> Parsed<Self> {
                let value = <$source as Field>::read(code, at, rest, limits)?;
                // AMQP 1.0 §1.3: a restricted type permits no value but its choices.
                match value {
                    $(value if value == $value => Ok(Self::$choice),)*
                    _ => Err(Fault::new(DecodeErrorKind::InvalidChoice, at)),
                }
            }

            #[inline]
            fn len(&self) -> usize {
                match self { $(Self::$choice => choices!(@value $source, $value).len(),)* }
            }

            #[inline]
            fn put<B: bytes::BufMut>(&self, out: &mut B) {
                match self { $(Self::$choice => choices!(@value $source, $value).put(out),)* }
            }

            #[inline]
            fn pack(&self, packed: &mut $crate::v1_0::packed::Packed, at: usize) -> usize {
                match self { $(Self::$choice => choices!(@value $source, $value).pack(packed, at),)* }
            }
        }

        $crate::v1_0::own::owned!($name);
    };
    (@value Symbol, $value:expr) => { $crate::v1_0::Symbol::new($value).unwrap_or_default() };
    (@value $source:ident, $value:expr) => { { let value: $source = $value; value } };
}

impl<'a> FieldReader<'a, '_> {
    #[inline]
    fn multiple(&mut self, slot: &mut Symbols<'a>) -> Parsed<()> {
        self.or(slot)
    }

    /// AMQP 1.0 §1.4: "both multiple and mandatory MUST contain at least one value" `[types:composite-type-representation.3]`.
    fn some(&mut self, slot: &mut Symbols<'a>) -> Parsed<()> {
        let at = self.position();
        self.multiple(slot)?;
        if slot.is_empty() { Err(Fault::new(self.missing(), at)) } else { Ok(()) }
    }
}

#[rustfmt::skip]
pub(crate) mod definitions;
#[rustfmt::skip]
pub mod descriptor;
#[rustfmt::skip]
pub(crate) mod messaging;
#[rustfmt::skip]
pub(crate) mod security;
#[rustfmt::skip]
pub(crate) mod transactions;
#[rustfmt::skip]
pub(crate) mod transport;
