//! In-band bytestreams (XEP-0047): how binary data travels in XMPP.

use alloc::vec::Vec;

use crate::{ElementRef, Payload, PayloadError, ToXml, Value, Writer, base64};

/// The namespace.
pub const NS: &str = "http://jabber.org/protocol/ibb";

/// `<open/>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open<'a> {
    /// The session.
    pub sid: Value<'a>,
    /// The most bytes in one packet, before base64.
    pub block_size: u16,
    /// True if the data goes in messages instead of iqs.
    pub messages: bool,
}

impl<'a> Payload<'a> for Open<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "open";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let block_size = element.parsed("block-size")?.ok_or(PayloadError::missing("block-size"))?;
        let messages = match element.attribute("stanza") {
            None => false,
            Some(stanza) if stanza == "iq" => false,
            Some(stanza) if stanza == "message" => true,
            Some(_) => return Err(PayloadError::invalid("stanza")),
        };
        Ok(Self { sid: element.required("sid")?, block_size, messages })
    }
}

impl ToXml for Open<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "open");
        w.attr_display("block-size", &self.block_size);
        w.attr("sid", &self.sid.to_cow());
        w.attr("stanza", if self.messages { "message" } else { "iq" });
        w.close();
    }
}

/// `<data/>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data<'a> {
    /// The session.
    pub sid: Value<'a>,
    /// The number of the packet, modulo 65,536.
    pub seq: u16,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl<'a> Payload<'a> for Data<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "data";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let seq = element.parsed("seq")?.ok_or(PayloadError::missing("seq"))?;
        Ok(Self { sid: element.required("sid")?, seq, bytes: element.base64("data")? })
    }
}

impl ToXml for Data<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "data");
        w.attr_display("seq", &self.seq);
        w.attr("sid", &self.sid.to_cow());
        w.text(&base64::encode(&self.bytes));
        w.close();
    }
}

/// `<close/>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close<'a> {
    /// The session.
    pub sid: Value<'a>,
}

impl<'a> Payload<'a> for Close<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "close";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        Ok(Self { sid: element.required("sid")? })
    }
}

impl ToXml for Close<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "close");
        w.attr("sid", &self.sid.to_cow());
        w.close();
    }
}
