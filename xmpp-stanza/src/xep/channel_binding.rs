//! SASL channel-binding type capability (XEP-0440).

use crate::{PayloadError, Value};

/// The namespace.
pub const NS: &str = "urn:xmpp:sasl-cb:0";

view! {
    /// `<sasl-channel-binding/>` in stream features.
    ChannelBindings, NS, "sasl-channel-binding"
}

impl<'a> ChannelBindings<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        self.0
            .children()
            .filter(|child| child.name() == "channel-binding")
            .try_for_each(|binding| binding.required("type").map(drop))
    }

    /// The types: `tls-server-end-point`, `tls-exporter` and so on.
    pub fn types(&self) -> impl Iterator<Item = Value<'a>> {
        let bindings = self.0.children().filter(|child| child.name() == "channel-binding");
        bindings.filter_map(|binding| binding.attribute("type"))
    }
}
