//! Resource binding (RFC 6120 §7).

use crate::{ElementRef, Jid, Payload, PayloadError, ToXml, Value, Writer, ns};

/// `<bind/>`: empty or with a resource in a request, with the full address in the answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bind<'a> {
    /// The resource that the client wishes (§7.7.1).
    pub resource: Option<Value<'a>>,
    /// The address that the server gave, a full one (§7.6.1), in canonical form (RFC 6120 §4.3.6).
    pub jid: Option<Jid<'a>>,
}

impl<'a> Payload<'a> for Bind<'a> {
    const NAMESPACE: &'static str = ns::BIND;
    const NAME: &'static str = "bind";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let jid = element.sibling("jid").map(|jid| jid.text_jid("jid")).transpose()?;
        // RFC 6120 §7.6.1: a full address.
        if jid.as_ref().is_some_and(Jid::is_bare) {
            return Err(PayloadError::invalid("jid"));
        }
        Ok(Self { resource: element.child_text("resource"), jid })
    }
}

impl ToXml for Bind<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(ns::BIND, "bind");
        if let Some(resource) = &self.resource {
            w.leaf(ns::BIND, "resource", &resource.to_cow());
        }
        if let Some(jid) = &self.jid {
            w.leaf(ns::BIND, "jid", jid.as_str());
        }
        w.close();
    }
}
