//! Message carbons (XEP-0280).

use super::forward::Forwarded;
use crate::{PayloadError, ToXml, Writer};

/// The namespace.
pub const NS: &str = "urn:xmpp:carbons:2";

marker! {
    /// `<enable/>` in an iq set.
    Enable, NS, "enable"
}
marker! {
    /// `<disable/>` in an iq set.
    Disable, NS, "disable"
}
marker! {
    /// `<private/>`: do not copy this message.
    Private, NS, "private"
}
view! {
    /// `<received/>`: a copy of a message that another resource received. Trust it only from the own bare address (§11).
    Received, NS, "received"
}
view! {
    /// `<sent/>`: a copy of a message that another resource sent. Trust it only from the own bare address (§11).
    Sent, NS, "sent"
}

impl<'a> Received<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        self.0.payload::<Forwarded<'_>>().ok_or(PayloadError::missing("forwarded"))?.map(drop)
    }

    /// The copy.
    pub fn forwarded(&self) -> Option<Forwarded<'a>> {
        self.0.payload()?.ok()
    }
}

impl<'a> Sent<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        self.0.payload::<Forwarded<'_>>().ok_or(PayloadError::missing("forwarded"))?.map(drop)
    }

    /// The copy.
    pub fn forwarded(&self) -> Option<Forwarded<'a>> {
        self.0.payload()?.ok()
    }
}

/// A carbon to be sent: `name` is `received` or `sent`, the content a forwarded message.
#[derive(Clone, Copy)]
pub struct NewCarbon<'a> {
    /// `received` or `sent`.
    pub name: &'a str,
    /// What is forwarded.
    pub forwarded: &'a dyn ToXml,
}

impl core::fmt::Debug for NewCarbon<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("NewCarbon").field("name", &self.name).finish_non_exhaustive()
    }
}

impl ToXml for NewCarbon<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, self.name);
        self.forwarded.to_xml(w);
        w.close();
    }
}
