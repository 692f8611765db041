//! Delayed delivery (XEP-0203).

use super::datetime::DateTime;
use crate::{ElementRef, Jid, Payload, PayloadError, ToXml, Value, Writer};

/// The namespace.
pub const NS: &str = "urn:xmpp:delay";

/// `<delay/>`: when a stanza was sent in truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delay<'a> {
    /// Who delayed it.
    pub from: Option<Jid<'a>>,
    /// When it was sent, UTC.
    pub stamp: DateTime,
    /// Why, in words.
    pub reason: Option<Value<'a>>,
}

impl<'a> Payload<'a> for Delay<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "delay";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let stamp = element.parsed("stamp")?.ok_or(PayloadError::missing("stamp"))?;
        let reason = Some(element.text()).filter(|reason| !reason.is_empty());
        Ok(Self { from: element.jid("from")?, stamp, reason })
    }
}

impl ToXml for Delay<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "delay");
        if let Some(from) = &self.from {
            w.attr("from", from.as_str());
        }
        w.attr_display("stamp", &self.stamp);
        if let Some(reason) = &self.reason {
            w.text(&reason.to_cow());
        }
        w.close();
    }
}
