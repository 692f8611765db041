//! HTTP file upload (XEP-0363).

use crate::{ElementRef, Payload, PayloadError, ToXml, Value, Writer};

/// The namespace.
pub const NS: &str = "urn:xmpp:http:upload:0";

/// `<request/>`: asks for a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// The name of the file.
    pub filename: Value<'a>,
    /// Its size in bytes.
    pub size: u64,
    /// Its media type.
    pub content_type: Option<Value<'a>>,
}

impl<'a> Payload<'a> for Request<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "request";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let size = element.parsed("size")?.ok_or(PayloadError::missing("size"))?;
        if size == 0 {
            return Err(PayloadError::invalid("size"));
        }
        Ok(Self { filename: element.required("filename")?, size, content_type: element.attribute("content-type") })
    }
}

impl ToXml for Request<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "request");
        if let Some(content_type) = &self.content_type {
            w.attr("content-type", &content_type.to_cow());
        }
        w.attr("filename", &self.filename.to_cow());
        w.attr_display("size", &self.size);
        w.close();
    }
}

view! {
    /// `<slot/>`: where to put the file and where to get it.
    Slot, NS, "slot"
}

impl<'a> Slot<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        for name in ["put", "get"] {
            self.0
                .sibling(name)
                .ok_or(PayloadError::missing(if name == "put" { "put" } else { "get" }))?
                .required("url")?;
        }
        Ok(())
    }

    /// The URL to put the file to.
    pub fn put(&self) -> Option<Value<'a>> {
        self.0.sibling("put")?.attribute("url")
    }

    /// The URL to get it from.
    pub fn get(&self) -> Option<Value<'a>> {
        self.0.sibling("get")?.attribute("url")
    }

    /// The headers of the PUT request that the specification allows (§5): `Authorization`, `Cookie`, `Expires`.
    pub fn headers(&self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> {
        let headers = self.0.sibling("put").into_iter().flat_map(|put| put.children());
        headers.filter_map(|header| Some((header.attribute("name")?, header.text()))).filter(|(name, value)| {
            let allowed = ["authorization", "cookie", "expires"].contains(&&*name.to_cow().to_ascii_lowercase());
            allowed && !value.chars().any(|c| matches!(c, '\r' | '\n'))
        })
    }
}
