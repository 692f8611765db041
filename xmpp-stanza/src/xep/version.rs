//! Software version (XEP-0092).

use crate::{ElementRef, Payload, PayloadError, ToXml, Value, Writer};

/// The namespace.
pub const NS: &str = "jabber:iq:version";

/// `<query/>`: asked for empty, answered with the software.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SoftwareVersion<'a> {
    /// Its name.
    pub name: Option<Value<'a>>,
    /// Its version.
    pub version: Option<Value<'a>>,
    /// The operating system.
    pub os: Option<Value<'a>>,
}

impl<'a> Payload<'a> for SoftwareVersion<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "query";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let text = |name| element.child_text(name);
        Ok(Self { name: text("name"), version: text("version"), os: text("os") })
    }
}

impl ToXml for SoftwareVersion<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "query");
        for (name, value) in [("name", self.name), ("version", self.version), ("os", self.os)] {
            if let Some(value) = value {
                w.leaf(NS, name, &value.to_cow());
            }
        }
        w.close();
    }
}
