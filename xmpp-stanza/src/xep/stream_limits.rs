//! Stream limits advertisement (XEP-0478).

use crate::{ElementRef, Payload, PayloadError, ToXml, Writer};

/// The namespace.
pub const NS: &str = "urn:xmpp:stream-limits:0";

/// `<limits/>` in stream features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StreamLimits {
    /// The largest first-level element in bytes.
    pub max_bytes: Option<u64>,
    /// After how many seconds of silence the stream may be closed.
    pub idle_seconds: Option<u64>,
}

impl<'a> Payload<'a> for StreamLimits {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "limits";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let number = |name: &'static str| match element.child_text(name) {
            Some(text) => text.to_cow().parse().map(Some).map_err(|_| PayloadError::invalid(name)),
            None => Ok(None),
        };
        Ok(Self { max_bytes: number("max-bytes")?, idle_seconds: number("idle-seconds")? })
    }
}

impl ToXml for StreamLimits {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "limits");
        for (name, value) in [("max-bytes", self.max_bytes), ("idle-seconds", self.idle_seconds)] {
            if let Some(value) = value {
                w.open(NS, name);
                w.text_display(&value);
                w.close();
            }
        }
        w.close();
    }
}
