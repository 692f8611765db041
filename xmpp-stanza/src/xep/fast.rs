//! Fast authentication streamlining tokens (XEP-0484).

use super::datetime::DateTime;
use crate::{ElementRef, Payload, PayloadError, ToXml, Value, Writer};

/// The namespace.
pub const NS: &str = "urn:xmpp:fast:0";

view! {
    /// `<fast/>`: in features the mechanisms, in `<authenticate/>` that a token is used.
    Fast, NS, "fast"
}

impl<'a> Fast<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        self.0.parsed::<u64>("count")?;
        self.0.flag("invalidate")?;
        Ok(())
    }

    /// The mechanisms: `HT-SHA-256-NONE` and so on.
    pub fn mechanisms(&self) -> impl Iterator<Item = Value<'a>> {
        self.0.children().filter(|child| child.is(NS, "mechanism")).map(|mechanism| mechanism.text())
    }

    /// The counter against replays: must grow from use to use.
    pub fn count(&self) -> Option<u64> {
        self.0.parsed("count").ok().flatten()
    }

    /// True if the token is to be thrown away after this use.
    pub fn invalidate(&self) -> bool {
        self.0.flag("invalidate").ok().flatten().unwrap_or(false)
    }
}

/// `<request-token/>` inside `<authenticate/>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestToken<'a> {
    /// The mechanism that the token will be used with.
    pub mechanism: Value<'a>,
}

impl<'a> Payload<'a> for RequestToken<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "request-token";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        Ok(Self { mechanism: element.required("mechanism")? })
    }
}

impl ToXml for RequestToken<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "request-token");
        w.attr("mechanism", &self.mechanism.to_cow());
        w.close();
    }
}

/// `<token/>` inside `<success/>`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The secret.
    pub token: Value<'a>,
    /// When it expires.
    pub expiry: DateTime,
}

impl core::fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Token(<redacted>, expires {})", self.expiry)
    }
}

impl<'a> Payload<'a> for Token<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "token";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let expiry = element.parsed("expiry")?.ok_or(PayloadError::missing("expiry"))?;
        Ok(Self { token: element.required("token")?, expiry })
    }
}

impl ToXml for Token<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "token");
        w.attr_display("expiry", &self.expiry);
        w.attr("token", &self.token.to_cow());
        w.close();
    }
}
