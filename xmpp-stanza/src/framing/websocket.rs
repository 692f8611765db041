//! XMPP over WebSocket (RFC 7395): each text message is one element with its own namespaces.

use crate::context::Context;
use crate::element::Element;
use crate::error::{DecodeError, DecodeErrorKind as Kind};
use crate::event::Event;
use crate::header::Header;
use crate::limits::Limits;
use crate::ns;
use crate::text::Text;
use crate::value::Value;
use crate::writer::{ToXml, Writer};

/// One WebSocket message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame<'a> {
    /// `<open/>` (§3.4).
    Open(Header<'a>),
    /// `<close/>` (§3.6), perhaps with another place to go (§3.6.1).
    Close(Option<Text<'a>>),
    /// Everything else.
    Event(Event<'a>),
}

impl<'a> Frame<'a> {
    /// Decodes the payload of one text message.
    ///
    /// # Errors
    /// The message is not exactly one well-formed element that belongs here; fatal for the stream.
    pub fn decode(message: &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        let kept = super::document(message, limits, true)?;
        let text = core::str::from_utf8(message)
            .map_err(|error| DecodeError { kind: Kind::InvalidUtf8, offset: error.valid_up_to() })?;
        let element = Element::new(Text::Borrowed(text), Context::EMPTY);
        let root = element.root();
        if root.is(ns::FRAMING, "open") {
            let header = Header::decode(&root, Context::EMPTY);
            return header.map(Frame::Open).map_err(|kind| DecodeError { kind, offset: 0 });
        }
        if root.is(ns::FRAMING, "close") {
            return Ok(Self::Close(root.attribute("see-other-uri").map(|uri| uri.to_text().into_owned())));
        }
        // What a TCP stream would refuse is refused here as well; §3.3: no stream root.
        super::document(message, limits, false)?;
        Ok(Self::Event(kept.event(element)))
    }

    /// The same frame, independent of the input.
    pub fn into_owned(self) -> Frame<'static> {
        match self {
            Self::Open(header) => Frame::Open(header.into_owned()),
            Self::Close(uri) => Frame::Close(uri.map(Text::into_owned)),
            Self::Event(event) => Frame::Event(event.into_owned()),
        }
    }
}

/// Encode with an [`Encoder`](crate::Encoder) of [`Context::EMPTY`]: every frame declares its namespaces (§3.3.2).
impl ToXml for Frame<'_> {
    fn to_xml(&self, w: &mut Writer) {
        match self {
            Self::Open(header) => header.write_open(w),
            Self::Close(uri) => {
                w.open(ns::FRAMING, "close");
                w.attr_opt("see-other-uri", uri.as_deref());
                w.close();
            }
            Self::Event(Event::Error(error)) => match &error.element {
                Some(element) => element.to_xml(w),
                None => error.write_unprefixed(w),
            },
            Self::Event(event) => event.to_xml(w),
        }
    }
}

/// The language of a frame, for callers that keep the one of `<open/>`.
impl Frame<'_> {
    /// `xml:lang` of an element frame.
    pub fn lang(&self) -> Option<Value<'_>> {
        match self {
            Self::Event(event) => event.element().and_then(|element| element.root().lang()),
            Self::Open(header) => header.lang.as_deref().map(Value::cooked),
            Self::Close(_) => None,
        }
    }
}
