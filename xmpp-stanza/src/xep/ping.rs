//! XMPP ping (XEP-0199).

/// The namespace.
pub const NS: &str = "urn:xmpp:ping";

marker! {
    /// `<ping/>` in an iq get.
    Ping, NS, "ping"
}
