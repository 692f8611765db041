//! Message delivery receipts (XEP-0184).

use crate::{ElementRef, Payload, PayloadError, ToXml, Value, Writer};

/// The namespace.
pub const NS: &str = "urn:xmpp:receipts";

marker! {
    /// `<request/>`: the sender wants a receipt.
    Request, NS, "request"
}

/// `<received/>`: the receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received<'a> {
    /// The id of the message.
    pub id: Value<'a>,
}

impl<'a> Payload<'a> for Received<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "received";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        Ok(Self { id: element.required("id")? })
    }
}

impl ToXml for Received<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "received");
        w.attr("id", &self.id.to_cow());
        w.close();
    }
}
