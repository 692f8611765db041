//! STARTTLS (RFC 6120 §5). After `<proceed/>` call [`Decoder::restart_tls`](crate::Decoder::restart_tls).

use crate::{ElementRef, Payload, PayloadError, ToXml, Writer, ns};

/// `<starttls/>`: the feature, and the request, which [`Proceed`] or [`Failure`] answers (RFC 6120 §5.4.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StartTls {
    /// In the feature: it must be negotiated (RFC 6120 §5.4.1).
    pub required: bool,
}

impl<'a> Payload<'a> for StartTls {
    const NAMESPACE: &'static str = ns::TLS;
    const NAME: &'static str = "starttls";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        Ok(Self { required: element.sibling("required").is_some() })
    }
}

impl ToXml for StartTls {
    fn to_xml(&self, w: &mut Writer) {
        w.open(ns::TLS, "starttls");
        if self.required {
            w.leaf(ns::TLS, "required", "");
        }
        w.close();
    }
}

marker! {
    /// `<proceed/>`: the next bytes are TLS (RFC 6120 §5.4.2.3).
    Proceed, ns::TLS, "proceed"
}
marker! {
    /// `<failure/>`: the stream ends (RFC 6120 §5.4.2.2).
    Failure, ns::TLS, "failure"
}
