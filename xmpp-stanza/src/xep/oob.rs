//! Out of band data (XEP-0066).

use crate::{ElementRef, Payload, PayloadError, ToXml, Value, Writer};

/// The namespace in messages and presence.
pub const NS: &str = "jabber:x:oob";
/// The namespace in iqs.
pub const NS_IQ: &str = "jabber:iq:oob";

/// `<x/>`: a URL beside a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oob<'a> {
    /// The URL.
    pub url: Value<'a>,
    /// What it is, in words.
    pub desc: Option<Value<'a>>,
}

impl<'a> Payload<'a> for Oob<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "x";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let url = element.child_text("url").ok_or(PayloadError::missing("url"))?;
        Ok(Self { url, desc: element.child_text("desc") })
    }
}

impl ToXml for Oob<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "x");
        w.leaf(NS, "url", &self.url.to_cow());
        if let Some(desc) = &self.desc {
            w.leaf(NS, "desc", &desc.to_cow());
        }
        w.close();
    }
}
