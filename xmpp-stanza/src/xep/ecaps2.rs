//! Entity capabilities 2.0 (XEP-0390): hashes that cannot be forged by moving separators.

use alloc::string::String;
use alloc::vec::Vec;

use blake2::digest::consts::U32;
use blake2::{Blake2b, Blake2b512, Digest as _};
use sha2::{Digest as _, Sha256, Sha512};
use sha3::{Sha3_256, Sha3_512};

use super::disco::{self, Info};
use super::forms;
use crate::{ElementRef, PayloadError, Value, base64};

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

    /// Whether an answer is the one that was announced (§4.4): judged by the first hash whose algorithm is known; `None` if there is none.
    pub fn announces(&self, info: &Info<'_>) -> Option<bool> {
        let known = |(algorithm, hash): (Value<'a>, Value<'a>)| Some((Algorithm::of(&algorithm.to_cow())?, hash));
        let (algorithm, announced) = self.hashes().find_map(known)?;
        Some(hash(info, algorithm).is_some_and(|computed| announced == *computed))
    }
}

words! {
    /// The hash functions that XEP-0414 has entities implement; SHA-256, SHA3-256 and BLAKE2b-512 are the ones that everybody must have.
    Algorithm {
        /// SHA-256.
        Sha256 "sha-256",
        /// SHA-512.
        Sha512 "sha-512",
        /// SHA3-256.
        Sha3_256 "sha3-256",
        /// SHA3-512.
        Sha3_512 "sha3-512",
        /// BLAKE2b with 256 bits.
        Blake2b256 "blake2b-256",
        /// BLAKE2b with 512 bits.
        Blake2b512 "blake2b-512",
    }
}

impl Algorithm {
    /// The hash of these octets, in base64.
    pub fn hash(self, octets: &[u8]) -> String {
        match self {
            Self::Sha256 => base64::encode(&Sha256::digest(octets)),
            Self::Sha512 => base64::encode(&Sha512::digest(octets)),
            Self::Sha3_256 => base64::encode(&Sha3_256::digest(octets)),
            Self::Sha3_512 => base64::encode(&Sha3_512::digest(octets)),
            Self::Blake2b256 => base64::encode(&Blake2b::<U32>::digest(octets)),
            Self::Blake2b512 => base64::encode(&Blake2b512::digest(octets)),
        }
    }
}

/// The node that is asked for what a hash stands for (§4.3).
pub fn node(algorithm: &str, hash: &str) -> String {
    alloc::format!("{NS}#{algorithm}.{hash}")
}

/// The algorithm and the hash of such a node (§4.3); the name of an algorithm may have full stops.
pub fn split_node(node: &str) -> Option<(&str, &str)> {
    node.strip_prefix(NS)?.strip_prefix('#')?.rsplit_once('.')
}

/// The octets that are hashed (§4.1), or `None` where the algorithm aborts: the answer holds something else than identities, features and forms,
/// or a form with `reported` or `item` or without a `FORM_TYPE`.
pub fn hash_input(info: &Info<'_>) -> Option<Vec<u8>> {
    let known = |child: ElementRef<'_>| {
        child.is(disco::NS_INFO, "identity") || child.is(disco::NS_INFO, "feature") || child.is(forms::NS, "x")
    };
    if !info.element().children().all(known) {
        return None;
    }
    let features = info.features().map(|feature| terminated([Some(feature)])).collect();
    let identity = |identity: disco::Identity<'_>| {
        let mut part = terminated([identity.category, identity.kind, identity.lang, identity.name]);
        part.push(0x1E);
        part
    };
    let identities = info.identities().map(identity).collect();
    let mut forms = Vec::new();
    for form in info.forms() {
        if form.form_type().is_none() || form.reported().next().is_some() || form.items().next().is_some() {
            return None;
        }
        let field = |field: forms::Field<'_>| {
            let mut part = terminated([field.var()]);
            join(&mut part, field.values().map(|value| terminated([Some(value)])).collect());
            part.push(0x1E);
            part
        };
        let mut part = Vec::new();
        join(&mut part, form.fields().map(field).collect());
        part.push(0x1D);
        forms.push(part);
    }
    let mut out = Vec::new();
    for parts in [features, identities, forms] {
        join(&mut out, parts);
        out.push(0x1C);
    }
    Some(out)
}

/// The values, each with 0x1F behind it.
fn terminated<const N: usize>(values: [Option<Value<'_>>; N]) -> Vec<u8> {
    let mut out = Vec::new();
    for value in values {
        if let Some(value) = value {
            out.extend_from_slice(value.to_cow().as_bytes());
        }
        out.push(0x1F);
    }
    out
}

fn join(out: &mut Vec<u8>, mut parts: Vec<Vec<u8>>) {
    parts.sort_unstable();
    parts.iter().for_each(|part| out.extend_from_slice(part));
}

/// The hash of an answer, in base64, or `None` where the algorithm aborts.
pub fn hash(info: &Info<'_>, algorithm: Algorithm) -> Option<String> {
    Some(algorithm.hash(&hash_input(info)?))
}
