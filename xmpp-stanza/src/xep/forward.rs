//! Stanza forwarding (XEP-0297).

use super::delay::Delay;
use crate::{Content, Element, ElementRef, PayloadError, ToXml, Writer};

/// The namespace.
pub const NS: &str = "urn:xmpp:forward:0";

view! {
    /// `<forwarded/>`: a stanza, and perhaps when it was sent.
    Forwarded, NS, "forwarded"
}

impl<'a> Forwarded<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        match self.0.payload::<Delay<'_>>() {
            Some(Err(error)) => Err(error),
            _ => Ok(()),
        }
    }

    /// When the stanza was sent.
    pub fn delay(&self) -> Option<Delay<'a>> {
        self.0.payload()?.ok()
    }

    /// The stanza: a message, presence or iq of a content namespace.
    pub fn stanza(&self) -> Option<ElementRef<'a>> {
        self.0.children().find(|child| child.namespace().as_str().and_then(Content::of).is_some())
    }
}

/// A `<forwarded/>` to be sent: the stanza goes in verbatim, with the declarations that it needs there.
#[derive(Debug, Clone, Copy)]
pub struct NewForwarded<'a> {
    /// When the stanza was sent.
    pub delay: Option<&'a Delay<'a>>,
    /// The stanza.
    pub stanza: &'a Element<'a>,
}

impl ToXml for NewForwarded<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "forwarded");
        if let Some(delay) = self.delay {
            delay.to_xml(w);
        }
        w.element(&self.stanza.root());
        w.close();
    }
}
