//! SASL (RFC 6120 §6).

use alloc::vec::Vec;

use crate::{Content, ElementRef, Jid, Payload, PayloadError, ToXml, Value, Writer, base64, ns};

words! {
    /// Why authentication failed (§6.5).
    Condition {
        /// The client gave up.
        Aborted "aborted",
        /// The account is disabled.
        AccountDisabled "account-disabled",
        /// The credentials have expired.
        CredentialsExpired "credentials-expired",
        /// The mechanism needs encryption.
        EncryptionRequired "encryption-required",
        /// The data is no base64.
        IncorrectEncoding "incorrect-encoding",
        /// The identity may not be used.
        InvalidAuthzid "invalid-authzid",
        /// The mechanism is not offered.
        InvalidMechanism "invalid-mechanism",
        /// The request cannot be understood.
        MalformedRequest "malformed-request",
        /// The mechanism is weaker than policy allows.
        MechanismTooWeak "mechanism-too-weak",
        /// The credentials are wrong.
        NotAuthorized "not-authorized",
        /// The server has a problem for now.
        TemporaryAuthFailure "temporary-auth-failure",
    }
}

view! {
    /// `<mechanisms/>` in stream features: one child for each mechanism (RFC 6120 §6.4.1).
    Mechanisms, ns::SASL, "mechanisms"
}

impl<'a> Mechanisms<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        if self.iter().next().is_none() { Err(PayloadError::missing("mechanism")) } else { Ok(()) }
    }

    /// The names of the mechanisms.
    pub fn iter(&self) -> impl Iterator<Item = Value<'a>> {
        self.0.children().filter(|child| child.is(ns::SASL, "mechanism")).map(|mechanism| mechanism.text())
    }
}

/// SASL data: absent, or base64 in which `=` stands for nothing at all (RFC 6120 §6.4.2, RFC 6120 §6.4.6).
fn data(element: &ElementRef<'_>) -> Result<Option<Vec<u8>>, PayloadError> {
    let text = element.text().to_cow();
    match &*text {
        "" => Ok(None),
        "=" => Ok(Some(Vec::new())),
        // RFC 6120 §13.9.1: base64 without any other character, white space included.
        text => base64::decode(text).map(Some).ok_or(PayloadError::invalid("base64")),
    }
}

/// Nothing but the data: no white space around (RFC 6120 §6.3.5).
fn write_data(w: &mut Writer, data: Option<&[u8]>) {
    match data {
        None => {}
        Some([]) => w.text("="),
        Some(data) => w.text(&base64::encode(data)),
    }
}

/// What is wrong with an element of SASL is answered inside SASL: `incorrect-encoding` (RFC 6120 §6.5.5), `invalid-mechanism` (§6.5.7), else
/// `malformed-request` (§6.5.8).
pub fn failure_for(error: PayloadError) -> Condition {
    match error {
        PayloadError { name: "base64", .. } => Condition::IncorrectEncoding,
        PayloadError { name: "mechanism", .. } => Condition::InvalidMechanism,
        _ => Condition::MalformedRequest,
    }
}

/// `<auth/>` (§6.4.2).
#[derive(Clone, PartialEq, Eq)]
pub struct Auth<'a> {
    /// The mechanism.
    pub mechanism: Value<'a>,
    /// The initial response, which may be left out (RFC 6120 §6.3.10).
    pub data: Option<Vec<u8>>,
}

impl core::fmt::Debug for Auth<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Auth").field("mechanism", &self.mechanism).field("data", &"<redacted>").finish()
    }
}

impl<'a> Payload<'a> for Auth<'a> {
    const NAMESPACE: &'static str = ns::SASL;
    const NAME: &'static str = "auth";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        Ok(Self { mechanism: element.required("mechanism")?, data: data(element)? })
    }
}

impl ToXml for Auth<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(ns::SASL, "auth");
        w.attr("mechanism", &self.mechanism.to_cow());
        write_data(w, self.data.as_deref());
        w.close();
    }
}

macro_rules! exchange {
    ($(#[$doc:meta])* $name:ident, $element:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Default)]
        pub struct $name {
            /// The data.
            pub data: Option<Vec<u8>>,
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(<redacted>)"))
            }
        }

        impl<'a> Payload<'a> for $name {
            const NAMESPACE: &'static str = ns::SASL;
            const NAME: &'static str = $element;

            fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
                Ok(Self { data: data(element)? })
            }
        }

        impl ToXml for $name {
            fn to_xml(&self, w: &mut Writer) {
                w.open(ns::SASL, $element);
                write_data(w, self.data.as_deref());
                w.close();
            }
        }
    };
}

exchange! {
    /// `<challenge/>` (RFC 6120 §6.4.3).
    Challenge, "challenge"
}
exchange! {
    /// `<response/>` (§6.4.3).
    Response, "response"
}
exchange! {
    /// `<success/>` (§6.4.6).
    Success, "success"
}
marker! {
    /// `<abort/>` (§6.4.4).
    Abort, ns::SASL, "abort"
}

/// `<failure/>`, which names its cause (RFC 6120 §6.4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure<'a> {
    /// Why. A condition that is not defined, or none, reads as `not-authorized` (RFC 6120 §6.5).
    pub condition: Condition,
    /// The text, for people.
    pub text: Option<Value<'a>>,
}

impl<'a> Payload<'a> for Failure<'a> {
    const NAMESPACE: &'static str = ns::SASL;
    const NAME: &'static str = "failure";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let condition = element
            .children()
            .find_map(|child| (child.namespace() == *ns::SASL).then(|| Condition::of(child.name()))?);
        Ok(Self { condition: condition.unwrap_or(Condition::NotAuthorized), text: element.child_text("text") })
    }
}

impl ToXml for Failure<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(ns::SASL, "failure");
        w.leaf(ns::SASL, self.condition.as_str(), "");
        if let Some(text) = &self.text {
            w.leaf(ns::SASL, "text", &text.to_cow());
        }
        w.close();
    }
}

/// Reads an authorization identity (RFC 6120 §6.3.8): on a stream between servers a domain, elsewhere a bare address. An empty one is none
/// (§6.6).
///
/// # Errors
/// It is anything else: `invalid-authzid`.
pub fn authorization_identity(text: &str, content: Content) -> Result<Option<Jid<'_>>, Condition> {
    if text.is_empty() {
        return Ok(None);
    }
    let jid = Jid::new(text).map_err(|_| Condition::InvalidAuthzid)?;
    let domain_only = content == Content::Server;
    let valid = jid.is_bare() && jid.local().is_none() == domain_only;
    if valid { Ok(Some(jid)) } else { Err(Condition::InvalidAuthzid) }
}

/// The parts of a PLAIN message (RFC 4616 §2): authorization identity, authentication identity, password.
///
/// # Errors
/// There are not exactly two NULs, or a required part is empty, or the bytes are no UTF-8.
pub fn plain(message: &[u8]) -> Result<(&str, &str, &str), PayloadError> {
    let fault = PayloadError::invalid("PLAIN");
    let text = core::str::from_utf8(message).map_err(|_| fault)?;
    let mut parts = text.split('\0');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(authzid), Some(authcid), Some(password), None) if !authcid.is_empty() && !password.is_empty() => {
            Ok((authzid, authcid, password))
        }
        _ => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_has_exactly_two_nuls() {
        assert_eq!(plain(b"\0juliet\0secret").unwrap(), ("", "juliet", "secret"));
        assert_eq!(plain(b"a\0b\0c").unwrap(), ("a", "b", "c"));
        for bad in [&b"juliet"[..], b"\0juliet", b"\0juliet\0a\0", b"\0\0p", b"\0j\0", b"\0\xFF\0p"] {
            assert!(plain(bad).is_err(), "{bad:?}");
        }
    }
}
