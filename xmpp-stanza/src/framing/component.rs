//! External components (XEP-0114): a stream whose header has no version, and a handshake.

use alloc::string::String;
use core::fmt::Write as _;

use sha1::{Digest as _, Sha1};

use crate::element::ElementRef;
use crate::ns;
use crate::payload::{Payload, PayloadError};
use crate::value::Value;
use crate::writer::{ToXml, Writer};

/// The handshake: lower-case hexadecimal SHA-1 of stream id and secret (§3); empty when the server accepts.
#[derive(Clone, PartialEq, Eq)]
pub struct Handshake<'a>(pub Value<'a>);

/// The hash that answers the stream id.
pub fn handshake(stream_id: &str, secret: &str) -> String {
    let mut hasher = Sha1::new();
    hasher.update(stream_id.as_bytes());
    hasher.update(secret.as_bytes());
    let mut text = String::with_capacity(40);
    for byte in hasher.finalize() {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

impl Handshake<'_> {
    /// Whether the hash is that of the stream id and the secret; takes the same time wherever they differ.
    pub fn verify(&self, stream_id: &str, secret: &str) -> bool {
        let (given, expected) = (self.0.to_cow(), handshake(stream_id, secret));
        given.len() == expected.len() && given.bytes().zip(expected.bytes()).fold(0, |d, (a, b)| d | (a ^ b)) == 0
    }
}

impl core::fmt::Debug for Handshake<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Handshake(<redacted>)")
    }
}

impl<'a> Payload<'a> for Handshake<'a> {
    const NAMESPACE: &'static str = ns::COMPONENT;
    const NAME: &'static str = "handshake";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let hash = element.text();
        let digits = hash.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
        let valid = hash.is_empty() || (digits && hash.chars().count() == 40);
        if valid { Ok(Self(hash)) } else { Err(PayloadError::invalid("handshake")) }
    }
}

impl ToXml for Handshake<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.leaf(ns::COMPONENT, "handshake", &self.0.to_cow());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_xep() {
        let hash = handshake("3BF96D32", "secret");
        assert_eq!(hash.len(), 40);
        assert!(Handshake(Value::cooked(&hash)).verify("3BF96D32", "secret"));
        assert!(!Handshake(Value::cooked(&hash)).verify("3BF96D33", "secret"));
    }
}
