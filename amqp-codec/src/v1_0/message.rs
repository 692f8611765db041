//! Messages: their sections, in order (AMQP 1.0 §3.2).

use core::fmt;

use bytes::BufMut;

use super::composite::{Named, check_composite, composite_len, put_composite, read_descriptor, read_list};
use super::constructor as code;
use super::encoded::Encoded;
use super::field::{Field, Keep, Own, into_owned};
use super::spec::descriptor;
use super::value::{Raw, Value};
use super::wire::{Fault, Parsed, before, octet};
use super::{
    Annotations, ApplicationProperties, DecodeError, DecodeErrorKind as Kind, EncodeError, Error, Header, Limits,
    Properties,
};
use crate::Binary;

/// The section that an octet range of a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
            SectionKind::DeliveryAnnotations => {
                let annotations = annotations(rest, limits)?;
                rejected(&annotations, limits)?;
                Self::DeliveryAnnotations(annotations)
            }
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
fn field<'a, T: Field<'a>>(rest: &mut &'a [u8], limits: &Limits) -> Parsed<T> {
    let at = *rest;
    let code = octet(rest)?;
    T::read(code, at, rest, limits)
}

fn sequence<'a>(rest: &mut &'a [u8], limits: &Limits) -> Parsed<Encoded<'a>> {
    match rest.first().copied() {
        Some(code::LIST_0 | code::LIST_8 | code::LIST_32) | None => field(rest, limits),
        Some(code) => Err(super::field::wrong_type(code, rest)),
    }
}

fn annotations<'a>(rest: &mut &'a [u8], limits: &Limits) -> Parsed<Annotations<'a>> {
    let at = *rest;
    let annotations: Annotations<'a> = field(rest, limits)?;
    // AMQP 1.0 §3.2.10: a key that does not begin with "x-opt-" and is not understood detaches the link.
    let unknown = |key| match key {
        super::AnnotationKey::Symbol(name) => !name.as_bytes().starts_with(b"x-opt-"),
        super::AnnotationKey::Ulong(_) => true,
    };
    if limits.strict_annotations && annotations.iter().any(|(key, _)| unknown(key)) {
        return Err(Fault::new(Kind::UnknownAnnotation, at));
    }
    Ok(annotations)
}

/// AMQP 1.0 §3.2.2: "Any value associated with [the key rejected] MUST be of type error."
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

/// What the application sends (AMQP 1.0 §3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Body<'a> {
    /// No section at all: a message of no octets.
    #[default]
    Empty,
    /// One data section.
    Data(Binary<'a>),
    /// Several sections of data, or of sequences: their octets as they stand on the wire.
    Several(Sections<'a>),
    /// One amqp-sequence section: a list.
    Sequence(Encoded<'a>),
    /// An amqp-value section: any value.
    Value(Encoded<'a>),
}

/// Body sections of one kind, side by side.
#[derive(Clone, PartialEq, Eq)]
pub struct Sections<'a> {
    wire: Binary<'a>,
    kind: SectionKind,
    count: usize,
}

impl Sections<'_> {
    /// Data or amqp-sequence.
    pub const fn kind(&self) -> SectionKind {
        self.kind
    }

    /// How many sections there are.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// There is at least one.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The values of the sections: binaries or lists.
    pub fn iter(&self) -> impl Iterator<Item = Value<'_>> {
        let mut rest = self.wire.as_slice();
        core::iter::from_fn(move || match Raw::split(&mut rest)?.value() {
            Value::Described(described) => Some(described.value()),
            _ => None,
        })
    }
}

impl fmt::Debug for Sections<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A message (AMQP 1.0 §3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message<'a> {
    /// Transport headers.
    pub header: Option<Header>,
    /// Annotations for the next node.
    pub delivery_annotations: Option<Annotations<'a>>,
    /// Annotations for the infrastructure.
    pub message_annotations: Option<Annotations<'a>>,
    /// Standard properties.
    pub properties: Option<Properties<'a>>,
    /// The application's properties.
    pub application_properties: Option<ApplicationProperties<'a>>,
    /// The body.
    pub body: Body<'a>,
    /// Footers.
    pub footer: Option<Annotations<'a>>,
}

impl<'a> Message<'a> {
    /// Reads a message, which is all of `input`.
    ///
    /// # Errors
    /// The first violation in the order of the octets. Octets that end inside a section are
    /// [`Truncated`](super::DecodeErrorKind::Truncated).
    pub fn decode(input: &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        let mut message = Self::default();
        walk(input, limits, |section, wire, count| message.take(section, wire, count))
            .map_err(|fault| fault.locate(input))?;
        Ok(message)
    }

    /// Takes in the next section. `wire` is the body so far.
    #[inline]
    fn take(&mut self, section: Section<'a>, wire: &'a [u8], count: usize) {
        match section {
            Section::Header(header) => self.header = Some(header),
            Section::DeliveryAnnotations(map) => self.delivery_annotations = Some(map),
            Section::MessageAnnotations(map) => self.message_annotations = Some(map),
            Section::Properties(properties) => self.properties = Some(properties),
            Section::ApplicationProperties(map) => self.application_properties = Some(map),
            Section::Data(_) | Section::AmqpSequence(_) if count > 1 => {
                self.body = Body::Several(Sections { wire: Binary::Borrowed(wire), kind: section.kind(), count });
            }
            Section::Data(octets) => self.body = Body::Data(octets),
            Section::AmqpSequence(list) => self.body = Body::Sequence(list),
            Section::AmqpValue(value) => self.body = Body::Value(value),
            Section::Footer(map) => self.footer = Some(map),
        }
    }

    /// The octets that [`Message::encode`] writes.
    pub fn encoded_len(&self) -> usize {
        let described = |len: usize| len.saturating_add(3);
        let map = |map: &Option<Annotations<'_>>| map.as_ref().map_or(0, |map| described(Field::len(map)));
        let body = match &self.body {
            Body::Empty => 0,
            Body::Data(octets) => described(Field::len(octets)),
            Body::Several(sections) => sections.wire.as_slice().len(),
            Body::Sequence(value) | Body::Value(value) => described(Field::len(value)),
        };
        self.header
            .as_ref()
            .map_or(0, composite_len)
            .saturating_add(map(&self.delivery_annotations))
            .saturating_add(map(&self.message_annotations))
            .saturating_add(self.properties.as_ref().map_or(0, composite_len))
            .saturating_add(self.application_properties.as_ref().map_or(0, |map| described(Field::len(map))))
            .saturating_add(body)
            .saturating_add(map(&self.footer))
    }

    /// Appends the message.
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

    fn check(&self) -> Result<(), EncodeError> {
        let map = |map: &Option<Annotations<'_>>| map.as_ref().map_or(Ok(()), Field::check);
        map(&self.delivery_annotations)?;
        map(&self.message_annotations)?;
        self.properties.as_ref().map_or(Ok(()), check_composite)?;
        self.application_properties.as_ref().map_or(Ok(()), Field::check)?;
        map(&self.footer)?;
        match &self.body {
            Body::Empty if *self != Self::default() => Err(EncodeError::Invalid(Kind::NoBody)),
            Body::Data(octets) => octets.check(),
            Body::Sequence(value) if !matches!(value.value(), Value::List(_)) => {
                Err(EncodeError::Invalid(Kind::WrongFieldType))
            }
            _ => Ok(()),
        }
    }

    fn put<B: BufMut>(&self, out: &mut B) {
        let head = |kind: SectionKind| [code::DESCRIBED, code::SMALL_ULONG, kind.code()];
        if let Some(header) = &self.header {
            put_composite(header, out);
        }
        for (kind, map) in [
            (SectionKind::DeliveryAnnotations, &self.delivery_annotations),
            (SectionKind::MessageAnnotations, &self.message_annotations),
        ] {
            if let Some(map) = map {
                out.put_slice(&head(kind));
                map.put(out);
            }
        }
        if let Some(properties) = &self.properties {
            put_composite(properties, out);
        }
        if let Some(map) = &self.application_properties {
            out.put_slice(&head(SectionKind::ApplicationProperties));
            map.put(out);
        }
        match &self.body {
            Body::Empty => {}
            Body::Several(sections) => out.put_slice(&sections.wire),
            Body::Data(octets) => {
                out.put_slice(&head(SectionKind::Data));
                octets.put(out);
            }
            Body::Sequence(value) => {
                out.put_slice(&head(SectionKind::AmqpSequence));
                value.put(out);
            }
            Body::Value(value) => {
                out.put_slice(&head(SectionKind::AmqpValue));
                value.put(out);
            }
        }
        if let Some(map) = &self.footer {
            out.put_slice(&head(SectionKind::Footer));
            map.put(out);
        }
    }

    /// The same message, independent of the input; at most one allocation.
    pub fn into_owned(self) -> Message<'static> {
        into_owned(self)
    }
}

impl Own for Message<'_> {
    type Owned = Message<'static>;

    fn borrowed_len(&self) -> usize {
        let body = match &self.body {
            Body::Empty => 0,
            Body::Data(octets) => octets.borrowed_len(),
            Body::Several(sections) => sections.wire.borrowed_len(),
            Body::Sequence(value) | Body::Value(value) => value.borrowed_len(),
        };
        [
            self.delivery_annotations.borrowed_len(),
            self.message_annotations.borrowed_len(),
            self.properties.borrowed_len(),
            self.application_properties.borrowed_len(),
            self.footer.borrowed_len(),
        ]
        .iter()
        .fold(body, |all, len| all.saturating_add(*len))
    }

    fn own(self, keep: &mut Keep<'_>) -> Message<'static> {
        Message {
            header: self.header,
            delivery_annotations: self.delivery_annotations.own(keep),
            message_annotations: self.message_annotations.own(keep),
            properties: self.properties.own(keep),
            application_properties: self.application_properties.own(keep),
            body: match self.body {
                Body::Empty => Body::Empty,
                Body::Data(octets) => Body::Data(octets.own(keep)),
                Body::Several(Sections { wire, kind, count }) => {
                    Body::Several(Sections { wire: wire.own(keep), kind, count })
                }
                Body::Sequence(value) => Body::Sequence(value.own(keep)),
                Body::Value(value) => Body::Value(value.own(keep)),
            },
            footer: self.footer.own(keep),
        }
    }
}

/// Reads the sections of a message in order, and hands each out with the octets of the body so far and their count.
#[inline]
pub(crate) fn walk<'a>(
    input: &'a [u8],
    limits: &Limits,
    mut each: impl FnMut(Section<'a>, &'a [u8], usize),
) -> Parsed<()> {
    let mut rest = input;
    let mut last: Option<SectionKind> = None;
    let (mut body, mut count) = (input, 0usize);
    while !rest.is_empty() {
        let at = rest;
        let kind = head(&mut rest, limits)?;
        if !kind.may_follow(last) {
            return Err(Fault::new(Kind::SectionOrder, at));
        }
        let section = Section::read_body(kind, &mut rest, limits)?;
        if kind.rank() == 5 {
            if count == 0 {
                body = at;
            }
            count = count.saturating_add(1);
            if count > super::wire::widen(limits.max_sections) {
                return Err(Fault::new(Kind::TooManySections, at));
            }
        }
        each(section, before(body, rest), count);
        last = Some(kind);
    }
    // AMQP 1.0 §3.2: the body is one of three choices, none of which is no section.
    if count == 0 && !input.is_empty() { Err(Fault::new(Kind::NoBody, rest)) } else { Ok(()) }
}
