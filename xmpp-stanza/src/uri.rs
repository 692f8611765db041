//! XMPP URIs and IRIs (RFC 5122): `xmpp:romeo@montague.net?message;subject=Test`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::jid::{Jid, JidError};

/// Why a string is no XMPP URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// The scheme is not `xmpp`.
    #[error("another scheme than xmpp")]
    Scheme,
    /// `%` without two hexadecimal digits, or octets that are no UTF-8.
    #[error("malformed percent-encoding")]
    Percent,
    /// An address is malformed.
    #[error("a malformed address: {0}")]
    Jid(JidError),
    /// Neither an authority nor a path.
    #[error("no address")]
    NoAddress,
    /// The authority has a resource, or a query pair has no `=`.
    #[error("a malformed authority or query")]
    Malformed,
}

/// An XMPP URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uri<'a> {
    /// The account to act as (`xmpp://guest@example.com/…`, §2.3).
    pub authority: Option<Jid<'a>>,
    /// The entity to act on (§2.4).
    pub path: Option<Jid<'a>>,
    /// The action (§2.5): `message`, `join`, `roster`.
    pub action: Option<Cow<'a, str>>,
    /// Its parameters.
    pub parameters: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The fragment (§2.6).
    pub fragment: Option<Cow<'a, str>>,
}

impl<'a> Uri<'a> {
    /// Parses a URI or IRI.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn parse(text: &'a str) -> Result<Self, UriError> {
        let (scheme, rest) = text.split_once(':').ok_or(UriError::Scheme)?;
        if !scheme.eq_ignore_ascii_case("xmpp") {
            return Err(UriError::Scheme);
        }
        let (rest, fragment) = split(rest, '#');
        let (rest, query) = split(rest, '?');
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = split(rest, '/');
                (Some(authority), path.unwrap_or_default())
            }
            None => (None, rest),
        };
        let authority = match authority {
            Some(authority) => Some(jid(authority)?),
            None => None,
        };
        let path = if path.is_empty() { None } else { Some(jid(path)?) };
        if authority.is_none() && path.is_none() {
            return Err(UriError::NoAddress);
        }
        // RFC 5122 §2.2: the authority is a bare address.
        if authority.as_ref().is_some_and(|jid| !jid.is_bare()) {
            return Err(UriError::Malformed);
        }
        let mut parts = query.unwrap_or_default().split(';');
        let action = parts.next().filter(|action| !action.is_empty()).map(decode).transpose()?;
        let mut parameters = Vec::new();
        for part in parts {
            let (name, value) = part.split_once('=').ok_or(UriError::Malformed)?;
            parameters.push((decode(name)?, decode(value)?));
        }
        Ok(Self { authority, path, action, parameters, fragment: fragment.map(decode).transpose()? })
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

fn jid(text: &str) -> Result<Jid<'_>, UriError> {
    match decode(text)? {
        Cow::Borrowed(text) => Jid::new(text).map_err(UriError::Jid),
        Cow::Owned(text) => Jid::new(&text).map(Jid::into_owned).map_err(UriError::Jid),
    }
}

fn decode(text: &str) -> Result<Cow<'_, str>, UriError> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('%') {
        out.extend_from_slice(before.as_bytes());
        let digits = behind.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        out.push(digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).ok_or(UriError::Percent)?);
        rest = behind.get(2..).unwrap_or_default();
    }
    out.extend_from_slice(rest.as_bytes());
    String::from_utf8(out).map(Cow::Owned).map_err(|_| UriError::Percent)
}

/// Percent-encodes all but letters, digits and what RFC 5122 §2.2 leaves alone in every part.
fn encode(f: &mut fmt::Formatter<'_>, text: &str, also: &str) -> fmt::Result {
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-._~!$*+".contains(c) || (byte < 128 && also.contains(c)) {
            fmt::Write::write_char(f, c)?;
        } else {
            write!(f, "%{byte:02X}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Uri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("xmpp:")?;
        if let Some(authority) = &self.authority {
            f.write_str("//")?;
            encode(f, authority.as_str(), "@[]:")?;
        }
        if let Some(path) = &self.path {
            if self.authority.is_some() {
                f.write_str("/")?;
            }
            encode(f, path.as_str(), "@/[]:")?;
        }
        if let Some(action) = &self.action {
            f.write_str("?")?;
            encode(f, action, "")?;
        }
        for (name, value) in &self.parameters {
            f.write_str(";")?;
            encode(f, name, "")?;
            f.write_str("=")?;
            encode(f, value, "")?;
        }
        if let Some(fragment) = &self.fragment {
            f.write_str("#")?;
            encode(f, fragment, "")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn examples_of_the_rfc() {
        let uri = Uri::parse("xmpp:example-node@example.com?message;subject=Hello%20World").unwrap();
        assert_eq!((uri.action.as_deref(), uri.parameter("subject")), (Some("message"), Some("Hello World")));
        let uri = Uri::parse("xmpp://guest@example.com/support@example.com?message").unwrap();
        assert_eq!(uri.authority.unwrap(), "guest@example.com");
        assert_eq!(uri.path.unwrap(), "support@example.com");
        let uri = Uri::parse("xmpp:nasty!%23$%25()*+,-.;=%3F%5B%5C%5D%5E_%60%7B%7C%7D~node@example.com").unwrap();
        assert_eq!(uri.path.as_ref().unwrap(), &"nasty!#$%()*+,-.;=?[\\]^_`{|}~node@example.com");
        assert_eq!(Uri::parse(&uri.to_string()).unwrap(), uri);
        for bad in ["http:a@b", "xmpp:", "xmpp:a@b?x;y", "xmpp:a%2@b", "xmpp:@b", "xmpp"] {
            assert!(Uri::parse(bad).is_err(), "{bad}");
        }
    }
}
