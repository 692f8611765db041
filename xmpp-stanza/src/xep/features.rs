//! Stream features (RFC 6120 §4.3.2).

use super::sasl::Mechanisms;
use crate::{ElementRef, PayloadError, ns};

view! {
    /// `<stream:features/>`.
    Features, ns::STREAMS, "features"
}

impl<'a> Features<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        Ok(())
    }

    /// All features.
    pub fn iter(&self) -> impl Iterator<Item = ElementRef<'a>> {
        self.0.children()
    }

    /// True if STARTTLS is offered (RFC 6120 §5.4.1).
    pub fn starttls(&self) -> bool {
        self.0.child(ns::TLS, "starttls").is_some()
    }

    /// True if STARTTLS must be negotiated (RFC 6120 §5.4.1).
    pub fn starttls_required(&self) -> bool {
        self.0.child(ns::TLS, "starttls").is_some_and(|tls| tls.child(ns::TLS, "required").is_some())
    }

    /// The SASL mechanisms.
    pub fn mechanisms(&self) -> Option<Mechanisms<'a>> {
        self.0.payload()?.ok()
    }

    /// True if resource binding is offered.
    pub fn bind(&self) -> bool {
        self.0.child(ns::BIND, "bind").is_some()
    }

    /// True if stream management is offered (XEP-0198).
    pub fn sm(&self) -> bool {
        self.0.child(ns::SM, "sm").is_some()
    }

    /// True if roster versioning is offered (RFC 6121 §2.6.1).
    pub fn roster_versioning(&self) -> bool {
        self.0.child("urn:xmpp:features:rosterver", "ver").is_some()
    }

    /// True if subscriptions can be approved in advance (RFC 6121 §3.4).
    pub fn pre_approval(&self) -> bool {
        self.0.child("urn:xmpp:features:pre-approval", "sub").is_some()
    }
}
