//! Messages: their sections, in order (AMQP 1.0 §3.2).

use core::fmt;

use bytes::BufMut;

use super::composite::{Measured, composite_len, fill, put_composite};
use super::constructor as code;
use super::encoded::Encoded;
use super::field::Field;
use super::own::{Keep, Own, into_owned};
use super::packed::{Packed, ROOM};
use super::raw::Raw;
use super::section::{SectionKind, annotations, delivery_annotations, field, head, sequence};
use super::value::Value;
use super::wire::{Fault, Parsed, before, widen};
use super::{
    Annotations, ApplicationProperties, DecodeError, DecodeErrorKind as Kind, EncodeError, Header, Limits, Properties,
    ReceivedMessage,
};
use crate::Binary;

/// What the application sends (AMQP 1.0 §3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
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

    /// The octets of all sections, descriptors and all.
    pub fn as_bytes(&self) -> &[u8] {
        &self.wire
    }

    /// The values of the sections: binaries or lists.
    pub fn iter(&self) -> impl Iterator<Item = Value<'_>> {
        let mut rest = self.wire.as_slice();
        core::iter::from_fn(move || match Raw::split(&mut rest)?.value() {
            Value::Described(described) => Some(described.value()),
            _ => None,
        })
    }

    /// The same sections, independent of the input.
    pub fn into_owned(self) -> Sections<'static> {
        Sections { wire: self.wire.into_owned(), kind: self.kind, count: self.count }
    }
}

impl fmt::Debug for Sections<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A message (AMQP 1.0 §3.2).
///
/// Without a header section, [`Header::default`] holds `[messaging:message-format/header.1]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, rename_all = "kebab-case"))]
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
    pub fn decode(input: &'a [u8], limits: &Limits) -> Result<ReceivedMessage<'a>, DecodeError> {
        let mut result = Ok(ReceivedMessage::new(Self::default()));
        if let Ok(message) = &mut result
            && let Err(fault) = message.0.read(input, limits)
        {
            result = Err(fault.locate(input));
        }
        result
    }

    /// Reads the sections in order, each to its place.
    fn read(&mut self, input: &'a [u8], limits: &Limits) -> Parsed<()> {
        let mut rest = input;
        let mut last: Option<SectionKind> = None;
        let (mut body, mut count) = (input, 0usize);
        while !rest.is_empty() {
            let at = rest;
            let kind = head(&mut rest, limits)?;
            if !kind.may_follow(last) {
                return Err(Fault::new(Kind::SectionOrder, at));
            }
            if kind.rank() == 5 {
                if count == 0 {
                    body = at;
                }
                count = count.saturating_add(1);
                if count > widen(limits.max_sections) {
                    return Err(Fault::new(Kind::TooManySections, at));
                }
            }
            match kind {
                SectionKind::Header => fill(self.header.insert(Header::default()), &mut rest, limits)?,
                SectionKind::DeliveryAnnotations => {
                    self.delivery_annotations = Some(delivery_annotations(&mut rest, limits)?);
                }
                SectionKind::MessageAnnotations => self.message_annotations = Some(annotations(&mut rest, limits)?),
                SectionKind::Properties => fill(self.properties.insert(Properties::default()), &mut rest, limits)?,
                SectionKind::ApplicationProperties => self.application_properties = Some(field(&mut rest, limits)?),
                SectionKind::Data => self.body = Body::Data(field(&mut rest, limits)?),
                SectionKind::AmqpSequence => self.body = Body::Sequence(sequence(&mut rest, limits)?),
                SectionKind::AmqpValue => self.body = Body::Value(field(&mut rest, limits)?),
                SectionKind::Footer => self.footer = Some(annotations(&mut rest, limits)?),
            }
            if count > 1 && kind.rank() == 5 {
                self.body = Body::Several(Sections { wire: Binary::Borrowed(before(body, rest)), kind, count });
            }
            last = Some(kind);
        }
        // AMQP 1.0 §3.2: the body is one of three choices, none of which is no section.
        if count == 0 && !input.is_empty() { Err(Fault::new(Kind::NoBody, rest)) } else { Ok(()) }
    }

    /// The octets that [`Message::encode`] writes.
    pub fn encoded_len(&self) -> usize {
        self.len_around(self.measure())
    }

    /// Appends the message.
    ///
    /// # Errors
    /// When a strict decoder would refuse it, or the output has no room. Nothing is written then.
    pub fn encode(&self, out: &mut impl BufMut) -> Result<(), EncodeError> {
        let mut packed = Packed::new();
        let parts = self.pack(&mut packed, 0)?;
        let long = if parts.end <= ROOM { None } else { Some(self.measure()) };
        let needed = long.map_or(parts.end.saturating_add(parts.rest), |properties| self.len_around(properties));
        if out.remaining_mut() < needed {
            return Err(EncodeError::NoRoom { needed });
        }
        match long {
            Some(properties) => self.put(properties, out),
            None => self.put_packed(&packed, parts, out),
        }
        Ok(())
    }

    /// Checks the message, and packs header and properties; the other sections are written as they are.
    pub(crate) fn pack(&self, packed: &mut Packed, at: usize) -> Result<Parts, EncodeError> {
        let middle = self.header.as_ref().map_or(at, |header| packed.composite(at, header));
        let end = self.properties.as_ref().map_or(middle, |properties| packed.composite(middle, properties));
        packed.checked()?;
        self.check()?;
        Ok(Parts { middle, end, rest: self.rest_len() })
    }

    #[inline]
    pub(crate) fn measure(&self) -> Option<Measured> {
        self.properties.as_ref().map(Measured::of)
    }

    /// The octets of the message, given how long the properties are.
    pub(crate) fn len_around(&self, properties: Option<Measured>) -> usize {
        self.header
            .as_ref()
            .map_or(0, composite_len)
            .saturating_add(properties.map_or(0, Measured::encoded_len))
            .saturating_add(self.rest_len())
    }

    /// The octets of all but header and properties.
    fn rest_len(&self) -> usize {
        let described = |len: usize| len.saturating_add(3);
        let map = |map: &Option<Annotations<'_>>| map.as_ref().map_or(0, |map| described(Field::len(map)));
        let body = match &self.body {
            Body::Empty => 0,
            Body::Data(octets) => described(Field::len(octets)),
            Body::Several(sections) => sections.wire.as_slice().len(),
            Body::Sequence(value) | Body::Value(value) => described(Field::len(value)),
        };
        map(&self.delivery_annotations)
            .saturating_add(map(&self.message_annotations))
            .saturating_add(self.application_properties.as_ref().map_or(0, |map| described(Field::len(map))))
            .saturating_add(body)
            .saturating_add(map(&self.footer))
    }

    /// Checks all but the properties.
    fn check(&self) -> Result<(), EncodeError> {
        let map = |map: &Option<Annotations<'_>>| map.as_ref().map_or(Ok(()), Field::check);
        map(&self.delivery_annotations)?;
        map(&self.message_annotations)?;
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

    /// Appends what was packed, with the annotations in between, and the rest.
    pub(crate) fn put_packed<B: BufMut>(&self, packed: &Packed, parts: Parts, out: &mut B) {
        let octets = packed.up_to(parts.end);
        if self.delivery_annotations.is_none() && self.message_annotations.is_none() {
            out.put_slice(octets);
        } else {
            let (header, properties) = octets.split_at_checked(parts.middle).unwrap_or((octets, &[]));
            out.put_slice(header);
            self.put_annotations(out);
            out.put_slice(properties);
        }
        self.put_rest(out);
    }

    /// Appends a message whose properties were measured.
    pub(crate) fn put<B: BufMut>(&self, properties: Option<Measured>, out: &mut B) {
        if let Some(header) = &self.header {
            put_composite(header, out);
        }
        self.put_annotations(out);
        if let (Some(properties), Some(measured)) = (&self.properties, properties) {
            measured.put(properties, out);
        }
        self.put_rest(out);
    }

    fn put_annotations<B: BufMut>(&self, out: &mut B) {
        put_section(SectionKind::DeliveryAnnotations, self.delivery_annotations.as_ref(), out);
        put_section(SectionKind::MessageAnnotations, self.message_annotations.as_ref(), out);
    }

    /// Appends what stands behind the properties.
    fn put_rest<B: BufMut>(&self, out: &mut B) {
        put_section(SectionKind::ApplicationProperties, self.application_properties.as_ref(), out);
        match &self.body {
            Body::Empty => {}
            Body::Several(sections) => out.put_slice(&sections.wire),
            Body::Data(octets) => put_section(SectionKind::Data, Some(octets), out),
            Body::Sequence(value) => put_section(SectionKind::AmqpSequence, Some(value), out),
            Body::Value(value) => put_section(SectionKind::AmqpValue, Some(value), out),
        }
        put_section(SectionKind::Footer, self.footer.as_ref(), out);
    }

    /// The same message, independent of the input; at most one allocation.
    pub fn into_owned(self) -> Message<'static> {
        into_owned(self)
    }
}

/// What was packed of a message, and what was not.
#[derive(Clone, Copy)]
pub(crate) struct Parts {
    /// Where the annotations belong.
    middle: usize,
    /// Where the properties end.
    pub(crate) end: usize,
    /// The octets that are written as they are.
    pub(crate) rest: usize,
}

/// Appends a section that is no composite.
fn put_section<'v, T: Field<'v>, B: BufMut>(kind: SectionKind, value: Option<&T>, out: &mut B) {
    if let Some(value) = value {
        out.put_slice(&[code::DESCRIBED, code::SMALL_ULONG, kind.code()]);
        value.put(out);
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
