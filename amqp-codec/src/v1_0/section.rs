//! Sections of a message, one by one (AMQP 1.0 §3.2.1 to §3.2.10).

use bytes::BufMut;

use super::composite::{
    Named, check_composite, composite_len, plain_descriptor, put_composite, read_descriptor, read_list,
};
use super::constructor as code;
use super::encoded::Encoded;
use super::field::Field;
use super::own::{Keep, Own, into_owned};
use super::spec::descriptor;
use super::value::Value;
use super::wire::{Fault, Parsed, octet};
use super::{
    Annotations, ApplicationProperties, DecodeError, DecodeErrorKind as Kind, EncodeError, Error, Header, Limits,
    Properties,
};
use crate::Binary;

/// The section that an octet range of a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum SectionKind {
    /// Transport headers (AMQP 1.0 §3.2.1).
    Header,
    /// Annotations for the next node (AMQP 1.0 §3.2.2).
    DeliveryAnnotations,
    /// Annotations for the infrastructure (AMQP 1.0 §3.2.3).
    MessageAnnotations,
    /// Standard properties (AMQP 1.0 §3.2.4).
    Properties,
    /// The application's properties (AMQP 1.0 §3.2.5).
    ApplicationProperties,
    /// A body of octets (AMQP 1.0 §3.2.6).
    Data,
    /// A body of lists (AMQP 1.0 §3.2.7).
    AmqpSequence,
    /// A body of one value (AMQP 1.0 §3.2.8).
    AmqpValue,
    /// Footers (AMQP 1.0 §3.2.9).
    Footer,
}

impl SectionKind {
    /// The numeric descriptor.
    pub const fn code(self) -> u8 {
        match self {
            Self::Header => descriptor::HEADER,
            Self::DeliveryAnnotations => descriptor::DELIVERY_ANNOTATIONS,
            Self::MessageAnnotations => descriptor::MESSAGE_ANNOTATIONS,
            Self::Properties => descriptor::PROPERTIES,
            Self::ApplicationProperties => descriptor::APPLICATION_PROPERTIES,
            Self::Data => descriptor::DATA,
            Self::AmqpSequence => descriptor::AMQP_SEQUENCE,
            Self::AmqpValue => descriptor::AMQP_VALUE,
            Self::Footer => descriptor::FOOTER,
        }
    }

    /// The name as the specification spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::DeliveryAnnotations => "delivery-annotations",
            Self::MessageAnnotations => "message-annotations",
            Self::Properties => "properties",
            Self::ApplicationProperties => "application-properties",
            Self::Data => "data",
            Self::AmqpSequence => "amqp-sequence",
            Self::AmqpValue => "amqp-value",
            Self::Footer => "footer",
        }
    }

    const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            descriptor::HEADER => Self::Header,
            descriptor::DELIVERY_ANNOTATIONS => Self::DeliveryAnnotations,
            descriptor::MESSAGE_ANNOTATIONS => Self::MessageAnnotations,
            descriptor::PROPERTIES => Self::Properties,
            descriptor::APPLICATION_PROPERTIES => Self::ApplicationProperties,
            descriptor::DATA => Self::Data,
            descriptor::AMQP_SEQUENCE => Self::AmqpSequence,
            descriptor::AMQP_VALUE => Self::AmqpValue,
            descriptor::FOOTER => Self::Footer,
            _ => return None,
        })
    }

    /// AMQP 1.0 §3.2: the order of the sections. A body section may follow its like where the format says "one or more".
    pub(crate) const fn may_follow(self, last: Option<Self>) -> bool {
        match (last, self) {
            (None, _) | (Some(Self::Data), Self::Data) | (Some(Self::AmqpSequence), Self::AmqpSequence) => true,
            (Some(last), next) => last.rank() < next.rank(),
        }
    }

    pub(crate) const fn rank(self) -> u8 {
        match self {
            Self::Header => 0,
            Self::DeliveryAnnotations => 1,
            Self::MessageAnnotations => 2,
            Self::Properties => 3,
            Self::ApplicationProperties => 4,
            Self::Data | Self::AmqpSequence | Self::AmqpValue => 5,
            Self::Footer => 6,
        }
    }
}

/// One section, read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[allow(clippy::large_enum_variant, reason = "nothing is boxed: decoding does not allocate")]
pub enum Section<'a> {
    /// Transport headers (AMQP 1.0 §3.2.1).
    Header(Header),
    /// Annotations for the next node (AMQP 1.0 §3.2.2).
    DeliveryAnnotations(Annotations<'a>),
    /// Annotations for the infrastructure (AMQP 1.0 §3.2.3).
    MessageAnnotations(Annotations<'a>),
    /// Standard properties (AMQP 1.0 §3.2.4).
    Properties(Properties<'a>),
    /// The application's properties (AMQP 1.0 §3.2.5).
    ApplicationProperties(ApplicationProperties<'a>),
    /// A body of octets (AMQP 1.0 §3.2.6).
    Data(Binary<'a>),
    /// A body of one list (AMQP 1.0 §3.2.7).
    AmqpSequence(Encoded<'a>),
    /// A body of one value (AMQP 1.0 §3.2.8).
    AmqpValue(Encoded<'a>),
    /// Footers (AMQP 1.0 §3.2.9).
    Footer(Annotations<'a>),
}

impl<'a> Section<'a> {
    /// Reads the section at the head of `input`, which moves behind it.
    ///
    /// # Errors
    /// A section is one unit: when its end is missing it is [`Truncated`](super::DecodeErrorKind::Truncated).
    pub fn decode(input: &mut &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        let whole = *input;
        let mut rest = whole;
        let section = Self::read(&mut rest, limits).map_err(|fault| fault.locate(whole))?;
        *input = rest;
        Ok(section)
    }

    #[inline]
    fn read(rest: &mut &'a [u8], limits: &Limits) -> Parsed<Self> {
        let kind = head(rest, limits)?;
        Self::read_body(kind, rest, limits)
    }

    #[inline]
    fn read_body(kind: SectionKind, rest: &mut &'a [u8], limits: &Limits) -> Parsed<Self> {
        Ok(match kind {
            SectionKind::Header => Self::Header(read_list(rest, limits)?),
            SectionKind::Properties => Self::Properties(read_list(rest, limits)?),
            SectionKind::DeliveryAnnotations => Self::DeliveryAnnotations(delivery_annotations(rest, limits)?),
            SectionKind::MessageAnnotations => Self::MessageAnnotations(annotations(rest, limits)?),
            SectionKind::Footer => Self::Footer(annotations(rest, limits)?),
            SectionKind::ApplicationProperties => Self::ApplicationProperties(field(rest, limits)?),
            SectionKind::Data => Self::Data(field(rest, limits)?),
            SectionKind::AmqpSequence => Self::AmqpSequence(sequence(rest, limits)?),
            SectionKind::AmqpValue => Self::AmqpValue(field(rest, limits)?),
        })
    }

    /// Which section this is.
    pub const fn kind(&self) -> SectionKind {
        match self {
            Self::Header(_) => SectionKind::Header,
            Self::DeliveryAnnotations(_) => SectionKind::DeliveryAnnotations,
            Self::MessageAnnotations(_) => SectionKind::MessageAnnotations,
            Self::Properties(_) => SectionKind::Properties,
            Self::ApplicationProperties(_) => SectionKind::ApplicationProperties,
            Self::Data(_) => SectionKind::Data,
            Self::AmqpSequence(_) => SectionKind::AmqpSequence,
            Self::AmqpValue(_) => SectionKind::AmqpValue,
            Self::Footer(_) => SectionKind::Footer,
        }
    }

    /// The octets that [`Section::encode`] writes.
    pub fn encoded_len(&self) -> usize {
        match self {
            Self::Header(header) => composite_len(header),
            Self::Properties(properties) => composite_len(properties),
            Self::DeliveryAnnotations(map) | Self::MessageAnnotations(map) | Self::Footer(map) => {
                Field::len(map).saturating_add(3)
            }
            Self::ApplicationProperties(map) => Field::len(map).saturating_add(3),
            Self::Data(octets) => Field::len(octets).saturating_add(3),
            Self::AmqpSequence(value) | Self::AmqpValue(value) => Field::len(value).saturating_add(3),
        }
    }

    /// Appends the section.
    ///
    /// # Errors
    /// When a strict decoder would refuse it, or the output has no room. Nothing is written then.
    pub fn encode(&self, out: &mut impl BufMut) -> Result<(), EncodeError> {
        self.check()?;
        let needed = self.encoded_len();
        if out.remaining_mut() < needed {
            return Err(EncodeError::NoRoom { needed });
        }
        self.put(out);
        Ok(())
    }

    pub(crate) fn check(&self) -> Result<(), EncodeError> {
        match self {
            Self::Header(_) => Ok(()),
            Self::Properties(properties) => check_composite(properties),
            Self::DeliveryAnnotations(map) | Self::MessageAnnotations(map) | Self::Footer(map) => map.check(),
            Self::ApplicationProperties(map) => map.check(),
            Self::Data(octets) => octets.check(),
            Self::AmqpSequence(value) => match value.value() {
                Value::List(_) => Ok(()),
                _ => Err(EncodeError::Invalid(Kind::WrongFieldType)),
            },
            Self::AmqpValue(_) => Ok(()),
        }
    }

    pub(crate) fn put<B: BufMut>(&self, out: &mut B) {
        match self {
            Self::Header(header) => return put_composite(header, out),
            Self::Properties(properties) => return put_composite(properties, out),
            _ => out.put_slice(&[code::DESCRIBED, code::SMALL_ULONG, self.kind().code()]),
        }
        match self {
            Self::Header(_) | Self::Properties(_) => {}
            Self::DeliveryAnnotations(map) | Self::MessageAnnotations(map) | Self::Footer(map) => map.put(out),
            Self::ApplicationProperties(map) => map.put(out),
            Self::Data(octets) => octets.put(out),
            Self::AmqpSequence(value) | Self::AmqpValue(value) => value.put(out),
        }
    }

    /// The same section, independent of the input; at most one allocation.
    pub fn into_owned(self) -> Section<'static> {
        into_owned(self)
    }
}

impl Own for Section<'_> {
    type Owned = Section<'static>;

    fn borrowed_len(&self) -> usize {
        match self {
            Self::Header(_) => 0,
            Self::Properties(properties) => properties.borrowed_len(),
            Self::DeliveryAnnotations(map) | Self::MessageAnnotations(map) | Self::Footer(map) => map.borrowed_len(),
            Self::ApplicationProperties(map) => map.borrowed_len(),
            Self::Data(octets) => octets.borrowed_len(),
            Self::AmqpSequence(value) | Self::AmqpValue(value) => value.borrowed_len(),
        }
    }

    fn own(self, keep: &mut Keep<'_>) -> Section<'static> {
        match self {
            Self::Header(header) => Section::Header(header),
            Self::Properties(properties) => Section::Properties(properties.own(keep)),
            Self::DeliveryAnnotations(map) => Section::DeliveryAnnotations(map.own(keep)),
            Self::MessageAnnotations(map) => Section::MessageAnnotations(map.own(keep)),
            Self::Footer(map) => Section::Footer(map.own(keep)),
            Self::ApplicationProperties(map) => Section::ApplicationProperties(map.own(keep)),
            Self::Data(octets) => Section::Data(octets.own(keep)),
            Self::AmqpSequence(value) => Section::AmqpSequence(value.own(keep)),
            Self::AmqpValue(value) => Section::AmqpValue(value.own(keep)),
        }
    }
}

/// Reads the descriptor of a section.
#[inline]
pub(crate) fn head(rest: &mut &[u8], limits: &Limits) -> Parsed<SectionKind> {
    let at = *rest;
    if let Some(code) = plain_descriptor(rest) {
        return SectionKind::from_code(code).ok_or_else(|| Fault::new(Kind::NotASection, at));
    }
    match octet(rest)? {
        code::DESCRIBED => match read_descriptor(rest, limits)? {
            Named::Known(code) => SectionKind::from_code(code).ok_or_else(|| Fault::new(Kind::NotASection, at)),
            Named::Unassigned | Named::Foreign => Err(Fault::new(Kind::NotASection, at)),
        },
        code if code::type_name(code).is_some() => Err(Fault::new(Kind::NotASection, at)),
        _ => Err(Fault::new(Kind::UnknownConstructor, at)),
    }
}

/// A value of one type, behind its constructor.
#[inline]
pub(crate) fn field<'a, T: Field<'a>>(rest: &mut &'a [u8], limits: &Limits) -> Parsed<T> {
    let at = *rest;
    let code = octet(rest)?;
    T::read(code, at, rest, limits)
}

pub(crate) fn sequence<'a>(rest: &mut &'a [u8], limits: &Limits) -> Parsed<Encoded<'a>> {
    match rest.first().copied() {
        Some(code::LIST_0 | code::LIST_8 | code::LIST_32) | None => field(rest, limits),
        Some(code) => Err(super::field::wrong_type(code, rest)),
    }
}

pub(crate) fn annotations<'a>(rest: &mut &'a [u8], limits: &Limits) -> Parsed<Annotations<'a>> {
    let at = *rest;
    let annotations: Annotations<'a> = field(rest, limits)?;
    // [messaging:message-format/annotations.1] [messaging:message-format/annotations.2] AMQP 1.0 §3.2.10: a key that does not begin with "x-opt-" and is not understood detaches the link.
    let unknown = |key| match key {
        super::AnnotationKey::Symbol(name) => !name.as_bytes().starts_with(b"x-opt-"),
        super::AnnotationKey::Ulong(_) => true,
    };
    if limits.strict_annotations && annotations.iter().any(|(key, _)| unknown(key)) {
        return Err(Fault::new(Kind::UnknownAnnotation, at));
    }
    Ok(annotations)
}

pub(crate) fn delivery_annotations<'a>(rest: &mut &'a [u8], limits: &Limits) -> Parsed<Annotations<'a>> {
    let annotations = annotations(rest, limits)?;
    rejected(&annotations, limits)?;
    Ok(annotations)
}

/// `[messaging:message-format/delivery-annotations.2]` AMQP 1.0 §3.2.2: "Any value associated with [the key rejected] MUST be of type error."
fn rejected(annotations: &Annotations<'_>, limits: &Limits) -> Parsed<()> {
    let Some(value) = annotations.get("rejected") else { return Ok(()) };
    let Value::Described(described) = value else { return Err(Fault::new(Kind::WrongMapValue, whole(annotations))) };
    let (constructor, _) = described.as_bytes();
    // Within a map the value stands in one piece, so that it can be read from its first octet.
    let all = whole(annotations);
    let start = constructor.as_ptr().addr().wrapping_sub(all.as_ptr().addr());
    let mut rest = all.get(start..).unwrap_or_default();
    field::<Error<'_>>(&mut rest, limits).map(drop).map_err(|fault| match fault.kind() {
        Kind::WrongComposite => fault.renamed(Kind::WrongMapValue),
        _ => fault,
    })
}

fn whole<'m>(annotations: &'m Annotations<'_>) -> &'m [u8] {
    annotations.as_wire().unwrap_or_default()
}
