//! Entity time (XEP-0202).

use core::fmt;

use super::datetime::{DateTime, offset, write_offset};
use crate::{ElementRef, Payload, PayloadError, ToXml, Writer};

/// The namespace.
pub const NS: &str = "urn:xmpp:time";

/// `<time/>`: asked for empty, answered with the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Time {
    /// The time in UTC, and the offset of the entity's time zone in minutes.
    pub now: Option<(DateTime, i16)>,
}

impl<'a> Payload<'a> for Time {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "time";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let (Some(utc), tzo) = (element.child_text("utc"), element.child_text("tzo")) else {
            return Ok(Self { now: None });
        };
        let utc = utc.to_cow().parse().map_err(|_| PayloadError::invalid("utc"))?;
        let tzo = tzo.ok_or(PayloadError::missing("tzo"))?.to_cow();
        let mut rest = &*tzo;
        let zone = offset(&mut rest).filter(|_| rest.is_empty()).ok_or(PayloadError::invalid("tzo"))?;
        Ok(Self { now: Some((utc, zone)) })
    }
}

struct Offset(i16);

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_offset(f, self.0)
    }
}

impl ToXml for Time {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "time");
        if let Some((utc, zone)) = self.now {
            w.open(NS, "tzo");
            w.text_display(&Offset(zone));
            w.close();
            w.open(NS, "utc");
            w.text_display(&utc);
            w.close();
        }
        w.close();
    }
}
