//! Chat markers (XEP-0333).

use crate::{ElementRef, Payload, PayloadError, ToXml, Value, Writer};

/// The namespace.
pub const NS: &str = "urn:xmpp:chat-markers:0";

marker! {
    /// `<markable/>`: the sender wants markers.
    Markable, NS, "markable"
}

/// `<displayed/>`: everything up to a message has been shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Displayed<'a> {
    /// The id of the message.
    pub id: Value<'a>,
}

impl<'a> Payload<'a> for Displayed<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "displayed";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        Ok(Self { id: element.required("id")? })
    }
}

impl ToXml for Displayed<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "displayed");
        w.attr("id", &self.id.to_cow());
        w.close();
    }
}
