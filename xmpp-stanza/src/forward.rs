//! Verbatim forwarding: an element goes into another context byte for byte, with what it inherited and the new context lacks declared on it.
//!
//! Gateways, archives and carbons put elements where other namespaces and another language are in scope (RFC 6120 §4.8.5, RFC 6120 §8.1.5,
//! RFC 6120 §8.4, RFC 6120 §12; XEP-0297). One pass for each outer prefix that could be used; nothing is parsed into a tree.

use alloc::string::String;
use alloc::vec::Vec;

use crate::context::ContextData;
use crate::element::ElementRef;
use crate::encoder::escape_attribute;
use crate::value::Value;
use crate::walk::{self, RawAttributes};

/// The element as a document of its own.
pub(crate) fn to_standalone(element: &ElementRef<'_>) -> String {
    let mut out = Vec::with_capacity(element.as_str().len().saturating_add(64));
    write(element, &Target { default: "", prefixes: &[], lang: None, switch: false }, &mut out);
    // All parts are text.
    String::from_utf8(out).unwrap_or_default()
}

/// The scope of the place that an element is copied to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'t> {
    pub(crate) default: &'t str,
    pub(crate) prefixes: &'t [(alloc::borrow::Cow<'static, str>, alloc::borrow::Cow<'static, str>)],
    pub(crate) lang: Option<&'t str>,
    /// Elements in the content namespace of another kind of stream change into the content namespace of this one.
    pub(crate) switch: bool,
}

impl<'t> Target<'t> {
    /// The first level of a stream.
    pub(crate) fn stream(context: &'t ContextData) -> Self {
        Self {
            default: &context.default,
            prefixes: &context.prefixes,
            lang: context.lang.as_deref(),
            switch: context.content.is_some(),
        }
    }
}

/// Appends the element, with the declarations that it needs there.
pub(crate) fn write(element: &ElementRef<'_>, target: &Target<'_>, out: &mut Vec<u8>) {
    let text = element.as_str();
    let name_end = element.qualified_name().len().saturating_add(1);
    let (head, rest) = text.split_at_checked(name_end).unwrap_or((text, ""));
    out.extend_from_slice(head.as_bytes());
    // RFC 6120 §4.8.3: a stanza that crosses from one kind of stream to another changes its content namespace.
    let switched = target.switch && unprefixed(element) && element.is_content();
    if !switched {
        default_namespace(element, target, out);
    }
    prefixes(element, target, out);
    // RFC 6120 §4.7.4: the language that the stanza inherited; its own stays as it is.
    language(element, target, out);
    let own_default = element.raw_attributes().find(|(key, _)| *key == "xmlns");
    match own_default {
        Some((_, value)) if switched => without_declaration(rest, value, out),
        _ => out.extend_from_slice(rest.as_bytes()),
    }
}

fn unprefixed(element: &ElementRef<'_>) -> bool {
    element.name().len() == element.qualified_name().len()
}

/// Copies all but ` xmlns='value'`.
fn without_declaration(rest: &str, value: &str, out: &mut Vec<u8>) {
    let offset = (value.as_ptr() as usize).saturating_sub(rest.as_ptr() as usize);
    let before = rest.get(..offset.saturating_sub(1)).unwrap_or_default();
    let kept = before.rfind("xmlns").and_then(|at| before.get(..at)).unwrap_or_default();
    out.extend_from_slice(kept.trim_end().as_bytes());
    let after = offset.saturating_add(value.len()).saturating_add(1);
    out.extend_from_slice(rest.get(after..).unwrap_or_default().as_bytes());
}

fn default_namespace(element: &ElementRef<'_>, target: &Target<'_>, out: &mut Vec<u8>) {
    if element.raw_attributes().any(|(key, _)| key == "xmlns") {
        return;
    }
    let inherited = element.default_namespace();
    if inherited != *target.default && uses_unbound(element.as_str(), None) {
        declare(b" xmlns", "", &inherited, out);
    }
}

fn prefixes(element: &ElementRef<'_>, target: &Target<'_>, out: &mut Vec<u8>) {
    // A prefix that is declared twice outside means what the inner declaration says: that one comes first.
    let mut seen: Vec<&str> = Vec::new();
    for (prefix, namespace) in element.outer_prefixes() {
        if seen.contains(&prefix) {
            continue;
        }
        seen.push(prefix);
        let there = target.prefixes.iter().find(|(name, _)| *name == prefix);
        let same = there.is_some_and(|(_, name)| namespace == **name);
        if !same && uses_unbound(element.as_str(), Some(prefix)) {
            declare(b" xmlns:", prefix, &namespace, out);
        }
    }
}

fn language(element: &ElementRef<'_>, target: &Target<'_>, out: &mut Vec<u8>) {
    if element.raw_attributes().any(|(key, _)| key == "xml:lang") {
        return;
    }
    match (element.lang(), target.lang) {
        (Some(lang), there) if there.is_none_or(|there| lang != *there) => declare(b" xml:lang", "", &lang, out),
        (None, Some(_)) => declare(b" xml:lang", "", &Value::cooked(""), out),
        _ => {}
    }
}

fn declare(key: &[u8], prefix: &str, value: &Value<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(key);
    out.extend_from_slice(prefix.as_bytes());
    out.extend_from_slice(b"='");
    // The value was validated: nothing in it can be refused.
    let _ = escape_attribute(&value.to_cow(), out);
    out.push(b'\'');
}

/// Whether a tag inside `text` uses the prefix (or, with `None`, the default namespace) without declaring it itself or inside.
fn uses_unbound(text: &str, prefix: Option<&str>) -> bool {
    let mut at = 0;
    while let Some(tag) = walk::next_tag(text, at) {
        let rest = text.get(tag..).unwrap_or_default();
        if rest.starts_with("</") {
            at = tag.saturating_add(2);
            continue;
        }
        let name = walk::tag_name(rest);
        let attributes = RawAttributes::from(rest, name.len().saturating_add(1));
        let declares = |(key, _): (&str, &str)| match prefix {
            None => key == "xmlns",
            Some(prefix) => key.strip_prefix("xmlns:") == Some(prefix),
        };
        if attributes.into_iter().any(declares) {
            at = walk::element_end(text, tag);
            continue;
        }
        let used = match prefix {
            None => !name.contains(':'),
            Some(prefix) => {
                let has = |name: &str| name.split_once(':').is_some_and(|(own, _)| own == prefix);
                has(name) || attributes.into_iter().any(|(key, _)| has(key))
            }
        };
        if used {
            return true;
        }
        at = tag.saturating_add(2);
    }
    false
}
