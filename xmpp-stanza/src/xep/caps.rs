//! Entity capabilities (XEP-0115): a hash stands for what service discovery would tell.

use alloc::string::String;
use alloc::vec::Vec;

use sha1::{Digest as _, Sha1};

use super::disco::Info;
use super::forms::Form;
use crate::{ElementRef, Payload, PayloadError, ToXml, Value, Writer, base64};

/// The namespace.
pub const NS: &str = "http://jabber.org/protocol/caps";

/// `<c/>` in a presence or in stream features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps<'a> {
    /// The hash function, `sha-1` everywhere; absent in the legacy format.
    pub hash: Option<Value<'a>>,
    /// The software, a URI.
    pub node: Value<'a>,
    /// The hash, or a version in the legacy format.
    pub ver: Value<'a>,
}

impl<'a> Payload<'a> for Caps<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "c";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        Ok(Self { hash: element.attribute("hash"), node: element.required("node")?, ver: element.required("ver")? })
    }
}

impl ToXml for Caps<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "c");
        if let Some(hash) = &self.hash {
            w.attr("hash", &hash.to_cow());
        }
        w.attr("node", &self.node.to_cow());
        w.attr("ver", &self.ver.to_cow());
        w.close();
    }
}

/// The string that is hashed (§5.1), or `None` if the answer is ill-formed by §5.4: an identity or feature twice, two forms of one type.
pub fn verification_string(info: &Info<'_>) -> Option<String> {
    let mut identities: Vec<_> = info
        .identities()
        .map(|identity| [identity.category, identity.kind, identity.lang, identity.name].map(text))
        .collect();
    identities.sort_unstable();
    let mut features: Vec<_> = info.features().map(|feature| text(Some(feature))).collect();
    features.sort_unstable();
    if identities.windows(2).any(same) || features.windows(2).any(same) {
        return None;
    }
    let mut out = String::new();
    for [category, kind, lang, name] in &identities {
        for (part, end) in [(category, '/'), (kind, '/'), (lang, '/'), (name, '<')] {
            out.push_str(part);
            out.push(end);
        }
    }
    for feature in &features {
        out.push_str(feature);
        out.push('<');
    }
    let mut forms: Vec<_> = info.forms().filter_map(|form| Some((text(Some(form.form_type()?)), form))).collect();
    forms.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    if forms.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0)) {
        return None;
    }
    for (form_type, form) in &forms {
        out.push_str(form_type);
        out.push('<');
        push_fields(form, &mut out);
    }
    Some(out)
}

fn text(value: Option<Value<'_>>) -> String {
    value.map(|value| value.to_cow().into_owned()).unwrap_or_default()
}

fn same<T: PartialEq>(pair: &[T]) -> bool {
    matches!(pair, [a, b] if a == b)
}

fn push_fields(form: &Form<'_>, out: &mut String) {
    let named = form.fields().filter_map(|field| Some((text(Some(field.var()?)), field)));
    let mut fields: Vec<_> = named.filter(|(var, _)| var != "FORM_TYPE").collect();
    fields.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    for (var, field) in &fields {
        out.push_str(var);
        out.push('<');
        let mut values: Vec<_> = field.values().map(|value| text(Some(value))).collect();
        values.sort_unstable();
        for value in &values {
            out.push_str(value);
            out.push('<');
        }
    }
}

/// The value of `ver` with `hash='sha-1'` (§5.1), or `None` if the answer is ill-formed.
pub fn sha1(info: &Info<'_>) -> Option<String> {
    let string = verification_string(info)?;
    Some(base64::encode(&Sha1::digest(string.as_bytes())))
}
