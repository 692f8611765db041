//! What the decoder reports.

use alloc::boxed::Box;

use crate::element::Element;
use crate::header::Header;
use crate::stream_error::StreamError;

/// An event of a stream. What comes once in a stream is boxed: it is several times larger than a stanza's handle, and every result would carry
/// the room for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// The stream header (RFC 6120 §4.2).
    Open(Box<Header<'a>>),
    /// `<stream:features/>` (RFC 6120 §4.3.2).
    Features(Element<'a>),
    /// A message, presence or iq: read it with [`Stanza::decode`](crate::Stanza::decode).
    Stanza(Element<'a>),
    /// Any other first-level element: STARTTLS, SASL, stream management and the like.
    Nonza(Element<'a>),
    /// `<stream:error/>`: the peer gives up (RFC 6120 §4.9).
    Error(Box<StreamError<'a>>),
    /// `</stream:stream>` (RFC 6120 §4.4).
    Close,
}

impl Event<'_> {
    /// The same event, independent of the input.
    pub fn into_owned(self) -> Event<'static> {
        match self {
            Self::Open(header) => Event::Open(Box::new(header.into_owned())),
            Self::Features(element) => Event::Features(element.into_owned()),
            Self::Stanza(element) => Event::Stanza(element.into_owned()),
            Self::Nonza(element) => Event::Nonza(element.into_owned()),
            Self::Error(error) => Event::Error(Box::new(error.into_owned())),
            Self::Close => Event::Close,
        }
    }

    /// The element of the event, if it is one.
    pub const fn element(&self) -> Option<&Element<'_>> {
        match self {
            Self::Features(element) | Self::Stanza(element) | Self::Nonza(element) => Some(element),
            Self::Error(error) => error.element.as_ref(),
            Self::Open(_) | Self::Close => None,
        }
    }
}
