//! Where the sections of a message lie: for those who forward it (AMQP 1.0 §3.2).

use bytes::BufMut;

use super::section::{SectionKind, head};
use super::wire::{Fault, Parsed, before};
use super::{
    Annotations, DecodeError, DecodeErrorKind as Kind, EncodeError, Header, Limits, Properties, Section, validate,
};

/// The seven places of a message, and the octets in each. Every value was checked; none was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout<'a> {
    wire: &'a [u8],
    /// Header, delivery annotations, message annotations, properties, application properties, body, footer.
    places: [&'a [u8]; 7],
    body: Option<SectionKind>,
    body_count: usize,
}

impl<'a> Layout<'a> {
    /// Finds the sections of a message, which is all of `wire`, and checks their order and their values' octets.
    ///
    /// What the sections say beyond that, such as the types of their fields, is checked when one is [read](Layout::section).
    ///
    /// # Errors
    /// As [`Message::decode`](super::Message::decode), but for what is left to reading.
    pub fn decode(wire: &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        Self::scan(wire, limits).map_err(|fault| fault.locate(wire))
    }

    fn scan(wire: &'a [u8], limits: &Limits) -> Parsed<Self> {
        let mut layout = Self { wire, places: [&[]; 7], body: None, body_count: 0 };
        let mut rest = wire;
        let mut last = None;
        let mut body = wire;
        while !rest.is_empty() {
            let at = rest;
            let kind = head(&mut rest, limits)?;
            if !kind.may_follow(last) {
                return Err(Fault::new(Kind::SectionOrder, at));
            }
            validate::value(&mut rest, limits)?;
            let mut octets = before(at, rest);
            if kind.rank() == 5 {
                if layout.body_count == 0 {
                    body = at;
                }
                layout.body = Some(kind);
                layout.body_count = layout.body_count.saturating_add(1);
                if layout.body_count > super::wire::widen(limits.max_sections) {
                    return Err(Fault::new(Kind::TooManySections, at));
                }
                octets = before(body, rest);
            }
            if let Some(place) = layout.places.get_mut(usize::from(kind.rank())) {
                *place = octets;
            }
            last = Some(kind);
        }
        if layout.body_count == 0 && !wire.is_empty() {
            return Err(Fault::new(Kind::NoBody, rest));
        }
        Ok(layout)
    }

    /// The octets of a section with its descriptor; those of all body sections together. Nothing when it is not there.
    pub fn octets(&self, kind: SectionKind) -> &'a [u8] {
        if kind.rank() == 5 && self.body != Some(kind) {
            return &[];
        }
        self.places.get(usize::from(kind.rank())).copied().unwrap_or_default()
    }

    /// Which kind of sections the body has.
    pub const fn body(&self) -> Option<SectionKind> {
        self.body
    }

    /// How many sections the body has.
    pub const fn body_count(&self) -> usize {
        self.body_count
    }

    /// Reads one section; of a body of several, the first.
    ///
    /// # Errors
    /// The section's own violations; the offset counts from the message's first octet.
    pub fn section(&self, kind: SectionKind, limits: &Limits) -> Result<Option<Section<'a>>, DecodeError> {
        let mut octets = self.octets(kind);
        if octets.is_empty() {
            return Ok(None);
        }
        let start = octets.as_ptr().addr().wrapping_sub(self.wire.as_ptr().addr());
        match Section::decode(&mut octets, limits) {
            Ok(section) => Ok(Some(section)),
            Err(error) => Err(DecodeError { offset: error.offset.saturating_add(start), ..error }),
        }
    }

    /// Reads the header.
    ///
    /// # Errors
    /// As [`Layout::section`].
    pub fn header(&self, limits: &Limits) -> Result<Option<Header>, DecodeError> {
        Ok(match self.section(SectionKind::Header, limits)? {
            Some(Section::Header(header)) => Some(header),
            _ => None,
        })
    }

    /// Reads the properties.
    ///
    /// # Errors
    /// As [`Layout::section`].
    pub fn properties(&self, limits: &Limits) -> Result<Option<Properties<'a>>, DecodeError> {
        Ok(match self.section(SectionKind::Properties, limits)? {
            Some(Section::Properties(properties)) => Some(properties),
            _ => None,
        })
    }

    /// The bare message `[messaging:message-format.1]` `[messaging:message-format.2]` `[messaging:message-format/properties.1]`: properties, application properties and body, which no intermediary may change (AMQP 1.0 §3.2).
    pub fn bare(&self) -> &'a [u8] {
        let [header, delivery, message, .., footer] = self.places;
        let head = header.len().saturating_add(delivery.len()).saturating_add(message.len());
        let end = self.wire.len().saturating_sub(footer.len());
        self.wire.get(head..end).unwrap_or_default()
    }

    /// Appends the message with another header and other annotations around the same bare message and footer.
    ///
    /// # Errors
    /// [`EncodeError::NoRoom`], and what the new sections break. Nothing is written then.
    pub fn forward(
        &self,
        header: Option<Header>,
        delivery: Option<Annotations<'_>>,
        message: Option<Annotations<'_>>,
        out: &mut impl BufMut,
    ) -> Result<(), EncodeError> {
        let sections = [
            header.map(Section::Header),
            delivery.map(Section::DeliveryAnnotations),
            message.map(Section::MessageAnnotations),
        ];
        let [.., footer] = self.places;
        let mut needed = self.bare().len().saturating_add(footer.len());
        for section in sections.iter().flatten() {
            section.check()?;
            needed = needed.saturating_add(section.encoded_len());
        }
        if out.remaining_mut() < needed {
            return Err(EncodeError::NoRoom { needed });
        }
        sections.iter().flatten().for_each(|section| section.put(out));
        out.put_slice(self.bare());
        out.put_slice(footer);
        Ok(())
    }
}
