//! Message processing hints (XEP-0334).

/// The namespace.
pub const NS: &str = "urn:xmpp:hints";

marker! {
    /// Do not store the message permanently.
    NoPermanentStore, NS, "no-permanent-store"
}
marker! {
    /// Do not store the message.
    NoStore, NS, "no-store"
}
marker! {
    /// Do not copy the message to other resources.
    NoCopy, NS, "no-copy"
}
marker! {
    /// Store the message.
    Store, NS, "store"
}
