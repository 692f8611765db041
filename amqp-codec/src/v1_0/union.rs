//! Fields that may have one of several types: delivery states, outcomes, the target of a link, message ids, secrets.

use core::fmt;

use bytes::BufMut;

use super::composite::{Named, check_composite, composite_len, described, fill, put_composite};
use super::constructor as code;
use super::encoded::Encoded;
use super::field::{Field, wrong_type};
use super::own::{Keep, Own};
use super::packed::Packed;
use super::spec::descriptor;
use super::wire::{Fault, Parsed};
use super::{
    Accepted, Coordinator, Declared, DecodeErrorKind as Kind, EncodeError, Limits, Modified, Received, Rejected,
    Released, Target, TransactionalState, Uuid,
};
use crate::{Binary, Text};

/// Octets that nobody should see: their `Debug` output tells the length alone.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Secret<'a>(pub Binary<'a>);

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<redacted {} B>", self.0.as_slice().len())
    }
}

impl<'a, T: Into<Binary<'a>>> From<T> for Secret<'a> {
    fn from(octets: T) -> Self {
        Self(octets.into())
    }
}

impl Own for Secret<'_> {
    type Owned = Secret<'static>;

    fn borrowed_len(&self) -> usize {
        self.0.borrowed_len()
    }

    fn own(self, keep: &mut Keep<'_>) -> Secret<'static> {
        Secret(self.0.own(keep))
    }
}

impl<'a> Field<'a> for Secret<'a> {
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<Self> {
        Binary::read(code, at, rest, limits).map(Self)
    }

    fn len(&self) -> usize {
        Field::len(&self.0)
    }

    fn put<B: BufMut>(&self, out: &mut B) {
        self.0.put(out);
    }

    fn check(&self) -> Result<(), EncodeError> {
        self.0.check()
    }
}

/// The identifier of a message (AMQP 1.0 §3.2.11 to §3.2.14).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum MessageId<'a> {
    /// A number.
    Ulong(u64),
    /// A UUID.
    Uuid(Uuid),
    /// Octets.
    Binary(Binary<'a>),
    /// Text.
    String(Text<'a>),
}

impl Own for MessageId<'_> {
    type Owned = MessageId<'static>;

    fn borrowed_len(&self) -> usize {
        match self {
            Self::Ulong(_) | Self::Uuid(_) => 0,
            Self::Binary(octets) => octets.borrowed_len(),
            Self::String(text) => text.borrowed_len(),
        }
    }

    fn own(self, keep: &mut Keep<'_>) -> MessageId<'static> {
        match self {
            Self::Ulong(number) => MessageId::Ulong(number),
            Self::Uuid(uuid) => MessageId::Uuid(uuid),
            Self::Binary(octets) => MessageId::Binary(octets.own(keep)),
            Self::String(text) => MessageId::String(text.own(keep)),
        }
    }
}

impl<'a> Field<'a> for MessageId<'a> {
    #[inline]
    fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<Self> {
        match code {
            code::STRING_8 | code::STRING_32 => Text::read(code, at, rest, limits).map(Self::String),
            code::BINARY_8 | code::BINARY_32 => Binary::read(code, at, rest, limits).map(Self::Binary),
            code::UUID => Uuid::read(code, at, rest, limits).map(Self::Uuid),
            code::ULONG_0 | code::SMALL_ULONG | code::ULONG => u64::read(code, at, rest, limits).map(Self::Ulong),
            _ => Err(wrong_type(code, at)),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Ulong(number) => Field::len(number),
            Self::Uuid(uuid) => Field::len(uuid),
            Self::Binary(octets) => Field::len(octets),
            Self::String(text) => Field::len(text),
        }
    }

    fn put<B: BufMut>(&self, out: &mut B) {
        match self {
            Self::Ulong(number) => number.put(out),
            Self::Uuid(uuid) => uuid.put(out),
            Self::Binary(octets) => octets.put(out),
            Self::String(text) => text.put(out),
        }
    }

    fn pack(&self, packed: &mut Packed, at: usize) -> usize {
        match self {
            Self::Ulong(number) => number.pack(packed, at),
            Self::Uuid(uuid) => uuid.pack(packed, at),
            Self::Binary(octets) => octets.pack(packed, at),
            Self::String(text) => text.pack(packed, at),
        }
    }

    fn check(&self) -> Result<(), EncodeError> {
        match self {
            Self::Ulong(_) | Self::Uuid(_) => Ok(()),
            Self::Binary(octets) => octets.check(),
            Self::String(text) => text.check(),
        }
    }
}

/// A field that is one of several composites, told apart by the descriptor. `other` holds somebody else's described type.
macro_rules! union {
    ($(#[$doc:meta])* $name:ident {
        units { $($(#[$unit_doc:meta])* $unit:ident = $unit_code:ident,)* }
        composites { $($(#[$variant_doc:meta])* $variant:ident($type:ty) = $code:ident,)* }
        others { $($(#[$other_doc:meta])* $other:ident)? }
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
        pub enum $name<'a> {
            $($(#[$unit_doc])* $unit,)*
            $($(#[$variant_doc])* $variant($type),)*
            $($(#[$other_doc])* $other(Encoded<'a>),)?
        }

        impl Own for $name<'_> {
            type Owned = $name<'static>;

            fn borrowed_len(&self) -> usize {
                match self {
                    $(Self::$unit => 0,)*
                    $(Self::$variant(inner) => inner.borrowed_len(),)*
                    $(Self::$other(inner) => inner.borrowed_len(),)?
                }
            }

            fn own(self, keep: &mut Keep<'_>) -> $name<'static> {
                match self {
                    $(Self::$unit => $name::$unit,)*
                    $(Self::$variant(inner) => $name::$variant(inner.own(keep)),)*
                    $(Self::$other(inner) => $name::$other(inner.own(keep)),)?
                }
            }
        }

        impl<'a> Field<'a> for $name<'a> {
            fn read(code: u8, at: &'a [u8], rest: &mut &'a [u8], limits: &Limits) -> Parsed<Self> {
                let mut slot = None;
                Self::read_into(&mut slot, code, at, rest, limits)?;
                slot.ok_or_else(|| Fault::new(Kind::WrongComposite, at))
            }

            fn read_into(
                slot: &mut Option<Self>,
                code: u8,
                at: &'a [u8],
                rest: &mut &'a [u8],
                limits: &Limits,
            ) -> Parsed<()> {
                match described(code, at, rest, limits)? {
                    $(Named::Known(descriptor::$unit_code) => {
                        fill(&mut $unit {}, rest, limits)?;
                        *slot = Some(Self::$unit);
                    })*
                    $(Named::Known(descriptor::$code) => {
                        if let Self::$variant(inner) = slot.insert(Self::$variant(Default::default())) {
                            fill(inner, rest, limits)?;
                        }
                    })*
                    $(Named::Foreign => {
                        *rest = at.get(1..).unwrap_or_default();
                        *slot = Some(Self::$other(Encoded::read(code, at, rest, limits)?));
                    })?
                    _ => return Err(Fault::new(Kind::WrongComposite, at)),
                }
                Ok(())
            }

            fn len(&self) -> usize {
                match self {
                    $(Self::$unit => UNIT_LEN,)*
                    $(Self::$variant(inner) => composite_len(inner),)*
                    $(Self::$other(inner) => Field::len(inner),)?
                }
            }

            fn put<B: BufMut>(&self, out: &mut B) {
                match self {
                    $(Self::$unit => out.put_slice(&unit(descriptor::$unit_code)),)*
                    $(Self::$variant(inner) => put_composite(inner, out),)*
                    $(Self::$other(inner) => inner.put(out),)?
                }
            }

            fn pack(&self, packed: &mut Packed, at: usize) -> usize {
                match self {
                    $(Self::$unit => packed.word(at, unit(descriptor::$unit_code), UNIT_LEN),)*
                    $(Self::$variant(inner) => packed.composite(at, inner),)*
                    $(Self::$other(_) => packed.value(at, self),)?
                }
            }

            fn check(&self) -> Result<(), EncodeError> {
                match self {
                    $(Self::$unit => Ok(()),)*
                    $(Self::$variant(inner) => check_composite(inner),)*
                    $(Self::$other(inner) => check_described(inner),)?
                }
            }
        }
    };
}

/// The octets of a composite without fields.
const fn unit(descriptor: u8) -> [u8; UNIT_LEN] {
    [code::DESCRIBED, code::SMALL_ULONG, descriptor, code::LIST_0]
}

const UNIT_LEN: usize = 4;

/// A foreign type stands in such a field only as a described value.
fn check_described(value: &Encoded<'_>) -> Result<(), EncodeError> {
    match value.as_bytes() {
        [code::DESCRIBED, ..] => Ok(()),
        _ => Err(EncodeError::Invalid(Kind::WrongComposite)),
    }
}

union! {
    /// What became of a delivery so far (AMQP 1.0 §3.4, §4.5.5, §4.5.6).
    DeliveryState {
        units {
            /// accepted (AMQP 1.0 §3.4.2).
            Accepted = ACCEPTED,
            /// released (AMQP 1.0 §3.4.4).
            Released = RELEASED,
        }
        composites {
            /// received (AMQP 1.0 §3.4.1).
            Received(Received) = RECEIVED,
            /// rejected (AMQP 1.0 §3.4.3).
            Rejected(Rejected<'a>) = REJECTED,
            /// modified (AMQP 1.0 §3.4.5).
            Modified(Modified<'a>) = MODIFIED,
            /// declared (AMQP 1.0 §4.5.5).
            Declared(Declared<'a>) = DECLARED,
            /// transactional-state (AMQP 1.0 §4.5.6).
            Transactional(TransactionalState<'a>) = TRANSACTIONAL_STATE,
        }
        others {
            /// A described type from outside the specification.
            Other
        }
    }
}

// [messaging:addressing/source/default-outcome.1]
union! {
    /// A terminal delivery state (AMQP 1.0 §3.4).
    Outcome {
        units {
            /// accepted (AMQP 1.0 §3.4.2).
            Accepted = ACCEPTED,
            /// released (AMQP 1.0 §3.4.4).
            Released = RELEASED,
        }
        composites {
            /// rejected (AMQP 1.0 §3.4.3).
            Rejected(Rejected<'a>) = REJECTED,
            /// modified (AMQP 1.0 §3.4.5).
            Modified(Modified<'a>) = MODIFIED,
            /// declared (AMQP 1.0 §4.5.5).
            Declared(Declared<'a>) = DECLARED,
        }
        others {
            /// A described type from outside the specification.
            Other
        }
    }
}

union! {
    /// The target of a link: a node, or a transaction coordinator (AMQP 1.0 §3.5.4, §4.5.1).
    TargetTerminus {
        units {
        }
        composites {
            /// target (AMQP 1.0 §3.5.4).
            Target(Target<'a>) = TARGET,
            /// coordinator (AMQP 1.0 §4.5.1).
            Coordinator(Coordinator<'a>) = COORDINATOR,
        }
        others {
        }
    }
}

impl DeliveryState<'_> {
    /// The name of the state as the specification spells it, without `amqp:` and `:list`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Released => "released",
            Self::Received(_) => "received",
            Self::Rejected(_) => "rejected",
            Self::Modified(_) => "modified",
            Self::Declared(_) => "declared",
            Self::Transactional(_) => "transactional-state",
            Self::Other(_) => "other",
        }
    }
}

impl Outcome<'_> {
    /// The name of the outcome as the specification spells it, without `amqp:` and `:list`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Released => "released",
            Self::Rejected(_) => "rejected",
            Self::Modified(_) => "modified",
            Self::Declared(_) => "declared",
            Self::Other(_) => "other",
        }
    }
}
