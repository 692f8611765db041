//! Entity capabilities 2.0 (XEP-0390): hashes that cannot be forged by moving separators.

use alloc::string::String;
use alloc::vec::Vec;

use sha2::{Digest as _, Sha256, Sha512};

use super::disco::Info;
use crate::{PayloadError, Value, base64};

/// The namespace.
pub const NS: &str = "urn:xmpp:caps";
/// The namespace of the hashes (XEP-0300).
pub const NS_HASHES: &str = "urn:xmpp:hashes:2";

view! {
    /// `<c/>`: hashes by algorithm.
    Caps2, NS, "c"
}

impl<'a> Caps2<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        let mut hashes = self.0.children().filter(|child| child.is(NS_HASHES, "hash"));
        hashes.try_for_each(|hash| hash.required("algo").map(drop))
    }

    /// The hashes: algorithm and base64.
    pub fn hashes(&self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> {
        let hashes = self.0.children().filter(|child| child.is(NS_HASHES, "hash"));
        hashes.filter_map(|hash| Some((hash.attribute("algo")?, hash.text())))
    }
}

/// The octets that are hashed (§4.1).
pub fn hash_input(info: &Info<'_>) -> Vec<u8> {
    let mut features = Vec::new();
    for feature in info.features() {
        let mut part = feature.to_cow().into_owned().into_bytes();
        part.push(0x1F);
        features.push(part);
    }
    let mut identities = Vec::new();
    for identity in info.identities() {
        let mut part = Vec::new();
        for value in [identity.category, identity.kind, identity.lang, identity.name] {
            push(&mut part, value, 0x1F);
        }
        part.push(0x1E);
        identities.push(part);
    }
    let mut forms = Vec::new();
    for form in info.forms() {
        let mut fields = Vec::new();
        for field in form.fields() {
            let mut values: Vec<Vec<u8>> = Vec::new();
            for value in field.values() {
                let mut part = Vec::new();
                push(&mut part, Some(value), 0x1F);
                values.push(part);
            }
            let mut part = Vec::new();
            push(&mut part, field.var(), 0x1F);
            join(&mut part, values);
            part.push(0x1E);
            fields.push(part);
        }
        let mut part = Vec::new();
        join(&mut part, fields);
        part.push(0x1D);
        forms.push(part);
    }
    let mut out = Vec::new();
    for parts in [features, identities, forms] {
        join(&mut out, parts);
        out.push(0x1C);
    }
    out
}

fn push(out: &mut Vec<u8>, value: Option<Value<'_>>, end: u8) {
    if let Some(value) = value {
        out.extend_from_slice(value.to_cow().as_bytes());
    }
    out.push(end);
}

fn join(out: &mut Vec<u8>, mut parts: Vec<Vec<u8>>) {
    parts.sort_unstable();
    parts.iter().for_each(|part| out.extend_from_slice(part));
}

/// The hash of algorithm `sha-256`, in base64.
pub fn sha256(info: &Info<'_>) -> String {
    base64::encode(&Sha256::digest(hash_input(info)))
}

/// The hash of algorithm `sha-512`, in base64.
pub fn sha512(info: &Info<'_>) -> String {
    base64::encode(&Sha512::digest(hash_input(info)))
}
