//! Bind 2 (XEP-0386): a resource and features in one step, inside SASL2.

use crate::{ElementRef, PayloadError, Value};

/// The namespace.
pub const NS: &str = "urn:xmpp:bind:0";

view! {
    /// `<bind/>`: in the features what can be enabled inline, in `<authenticate/>` what is wanted.
    Bind2, NS, "bind"
}

impl<'a> Bind2<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        let tags = self.0.children().filter(|child| child.name() == "tag" && child.namespace() == *NS).count();
        if tags > 1 { Err(PayloadError::repeated("tag")) } else { Ok(()) }
    }

    /// What the client is called, as a beginning of its resource.
    pub fn tag(&self) -> Option<Value<'a>> {
        self.0.child_text("tag")
    }

    /// Namespaces of features that the server can enable inline.
    pub fn inline_features(&self) -> impl Iterator<Item = Value<'a>> {
        let inline = self.0.sibling("inline");
        inline.into_iter().flat_map(|inline| inline.children()).filter_map(|feature| feature.attribute("var"))
    }

    /// Requests to enable features: stream management, carbons, client state.
    pub fn requests(&self) -> impl Iterator<Item = ElementRef<'a>> {
        self.0.children().filter(|child| child.namespace() != *NS)
    }
}

view! {
    /// `<bound/>` inside `<success/>`: what was enabled.
    Bound, NS, "bound"
}

impl<'a> Bound<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        Ok(())
    }

    /// The answers to the inline requests.
    pub fn results(&self) -> impl Iterator<Item = ElementRef<'a>> {
        self.0.children()
    }
}
