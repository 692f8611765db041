//! Unique and stable stanza ids (XEP-0359).

use crate::{ElementRef, Jid, Payload, PayloadError, ToXml, Value, Writer};

/// The namespace.
pub const NS: &str = "urn:xmpp:sid:0";

/// `<stanza-id/>`: given by whoever is named. Others may forge it: trust it only from an entity that removes such (§6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StanzaId<'a> {
    /// The id.
    pub id: Value<'a>,
    /// Who gave it.
    pub by: Jid<'a>,
}

impl<'a> Payload<'a> for StanzaId<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "stanza-id";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let by = element.jid("by")?.ok_or(PayloadError::missing("by"))?;
        Ok(Self { id: element.required("id")?, by })
    }
}

impl ToXml for StanzaId<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "stanza-id");
        w.attr("by", self.by.as_str());
        w.attr("id", &self.id.to_cow());
        w.close();
    }
}

/// `<origin-id/>`: given by the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OriginId<'a> {
    /// The id.
    pub id: Value<'a>,
}

impl<'a> Payload<'a> for OriginId<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "origin-id";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        Ok(Self { id: element.required("id")? })
    }
}

impl ToXml for OriginId<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "origin-id");
        w.attr("id", &self.id.to_cow());
        w.close();
    }
}
