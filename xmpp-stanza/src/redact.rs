//! What must not be printed: passwords, SASL messages, tokens, handshakes.

use crate::element::ElementRef;
use crate::ns;

/// True if the element, or a child of it, carries a secret.
pub(crate) fn is_secret(element: &ElementRef<'_>) -> bool {
    fn here(element: &ElementRef<'_>) -> bool {
        let name = element.name();
        let namespace = element.namespace();
        match name {
            "auth" | "response" | "challenge" | "success" => namespace == *ns::SASL || namespace == *ns::SASL2,
            "authenticate" | "continue" | "next" => namespace == *ns::SASL2,
            "handshake" => true,
            "query" => namespace == "jabber:iq:auth" || namespace == "jabber:iq:register",
            "token" => namespace == "urn:xmpp:fast:0",
            _ => false,
        }
    }
    here(element) || element.children().any(|child| here(&child))
}
