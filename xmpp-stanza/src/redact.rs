//! What must not be printed: passwords, SASL messages, tokens, handshakes.

use crate::element::ElementRef;
use crate::ns;

impl ElementRef<'_> {
    /// True if the text or the attributes of this very element are a secret: a password, a SASL message, a token, a component's handshake.
    pub fn is_secret(&self) -> bool {
        let namespace = self.namespace();
        match self.name() {
            "auth" | "response" | "challenge" | "success" => namespace == *ns::SASL || namespace == *ns::SASL2,
            "initial-response" | "additional-data" | "task-data" => namespace == *ns::SASL2,
            "handshake" => true,
            "password" | "digest" => namespace == "jabber:iq:auth" || namespace == "jabber:iq:register",
            "token" => namespace == "urn:xmpp:fast:0",
            _ => false,
        }
    }
}

/// True if the element or anything in it is a secret.
pub(crate) fn holds_secret(element: &ElementRef<'_>) -> bool {
    use crate::walk_events::{Event, Events};
    Events::of(element).any(|event| matches!(event, Event::Start(tag) if tag.is_secret()))
}
