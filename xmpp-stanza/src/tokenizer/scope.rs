//! Namespaces of a complete start tag, and its duplicate attributes (Namespaces in XML 1.0, RFC 6120 §11.3).

use alloc::borrow::Cow;
use core::cmp::Ordering;
use core::mem;

use super::{Attr, Binding, Cursor, Failed, Fault, Name, Span, Tokenizer};
use crate::context::ContextData;
use crate::error::DecodeErrorKind as Kind;
use crate::limits::{BINDINGS, Limits};
use crate::ns;
use crate::value::Value;

/// What the attribute names of a tag, as far as it is read, make it necessary to check.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Notes {
    /// One has a prefix, or is `xmlns`.
    namespaces: bool,
    /// Two have the same length and first byte, and may be the same.
    alike: bool,
    /// A bit for each length and first byte (modulo 64).
    seen: u64,
}

impl Notes {
    /// True if the name is `xmlns`.
    #[inline]
    pub(super) fn add(&mut self, name: Name, bytes: &[u8]) -> bool {
        let spelled = name.whole.of(bytes);
        let first = spelled.first().copied().unwrap_or_default();
        let mixed = usize::from(first).wrapping_add(spelled.len().wrapping_mul(8)) % 64;
        let bit = 1_u64 << u8::try_from(mixed).unwrap_or_default();
        self.alike |= self.seen & bit != 0;
        self.seen |= bit;
        let default = spelled == b"xmlns";
        self.namespaces |= name.has_prefix() || default;
        default
    }

    #[inline]
    pub(super) const fn alike(&self) -> bool {
        self.alike
    }
}

impl Tokenizer {
    #[inline]
    pub(super) fn note_attribute(&mut self, name: Name, bytes: &[u8]) {
        self.notes.add(name, bytes);
    }

    /// Namespaces, and duplicates among the attributes.
    #[inline]
    pub(super) fn check_tag(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Failed> {
        if self.notes.namespaces || self.notes.alike || self.name.has_prefix() {
            self.check_names(cursor).map_err(|(kind, at)| cursor.refuse_at(kind, at))?;
        }
        Ok(())
    }

    fn check_names(&mut self, cursor: &Cursor<'_>) -> Result<(), Fault> {
        let Cursor { bytes, limits, context, .. } = *cursor;
        let prefixed = self.notes.namespaces && self.declarations(bytes, limits)?;
        if self.notes.alike {
            self.duplicates(bytes)?;
        }
        if self.name.has_prefix() {
            let prefix = self.name.prefix(bytes);
            // Namespaces in XML §3: element names MUST NOT have the prefix xmlns.
            if prefix == b"xmlns" || self.resolve(prefix, bytes, context).is_none() {
                return Err((Kind::UnboundPrefix, self.name.whole.from));
            }
        }
        if prefixed {
            self.attribute_prefixes(bytes, context)?;
        }
        Ok(())
    }

    /// Records what the tag declares; true if attributes have other prefixes than `xmlns`.
    fn declarations(&mut self, bytes: &[u8], limits: &Limits) -> Result<bool, Fault> {
        let mut prefixed = false;
        for attr in &self.attrs {
            if !attr.name.has_prefix() {
                if attr.name.whole.of(bytes) == b"xmlns" {
                    check_namespace(b"", attr, bytes, limits)?;
                }
                continue;
            }
            if attr.name.prefix(bytes) != b"xmlns" {
                prefixed = true;
                continue;
            }
            let prefix = Span { from: attr.name.local, to: attr.name.whole.to };
            check_namespace(prefix.of(bytes), attr, bytes, limits)?;
            if self.bindings.len() >= limits.max_bindings.min(BINDINGS) {
                return Err((Kind::TooManyBindings, attr.name.whole.from));
            }
            self.bindings.push(Binding { prefix, value: attr.value, depth: self.open.len() });
        }
        Ok(prefixed)
    }

    /// XML 1.0 §3.1: no attribute name may appear more than once in a tag.
    fn duplicates(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.refuse_equal(bytes, |_| true, |_, a, b| a.whole.of(bytes).cmp(b.whole.of(bytes)))
    }

    /// Namespaces in XML §5 and §6.3: every prefix is bound, and no two attributes are one by namespace and local name.
    fn attribute_prefixes(&mut self, bytes: &[u8], context: &ContextData) -> Result<(), Fault> {
        let expanded = |own: &Self, name: Name| (own.resolve(name.prefix(bytes), bytes, context), name.local(bytes));
        let prefixed = |name: Name| name.has_prefix() && name.prefix(bytes) != b"xmlns";
        let mut names = self.attrs.iter().map(|attr| attr.name).filter(|name| prefixed(*name));
        if let Some(unbound) = names.find(|name| expanded(self, *name).0.is_none()) {
            return Err((Kind::UnboundPrefix, unbound.whole.from));
        }
        self.refuse_equal(bytes, prefixed, |own, a, b| expanded(own, a).cmp(&expanded(own, b)))
    }

    /// Of the attributes that are chosen, the first in the document that equals one before it is a duplicate. Equal names have the same local part.
    fn refuse_equal(
        &mut self,
        bytes: &[u8],
        chosen: impl Fn(Name) -> bool,
        compare: impl Fn(&Self, Name, Name) -> Ordering,
    ) -> Result<(), Fault> {
        let mut names = mem::take(&mut self.names);
        let all = self.attrs.iter().map(|attr| attr.name).filter(|name| chosen(*name));
        self.sieve.sift(all, self.attrs.len(), bytes, &mut names);
        names.sort_unstable_by(|a, b| compare(self, *a, *b).then(a.whole.from.cmp(&b.whole.from)));
        let second = |pair: &[Name]| match *pair {
            [a, b] if compare(self, a, b).is_eq() => Some(b.whole.from),
            _ => None,
        };
        let first = names.windows(2).filter_map(second).min();
        self.names = names;
        first.map_or(Ok(()), |at| Err((Kind::DuplicateAttribute, at)))
    }

    /// The namespace that a prefix is bound to: inside the element, by the stream header, or by definition.
    pub(crate) fn resolve<'t>(
        &self,
        prefix: &[u8],
        bytes: &'t [u8],
        context: &'t ContextData,
    ) -> Option<NamespaceName<'t>> {
        if prefix == b"xml" {
            return Some(NamespaceName::new(ns::XML.as_bytes()));
        }
        if let Some(binding) = self.bindings.iter().rev().find(|binding| binding.prefix.of(bytes) == prefix) {
            return Some(NamespaceName::new(binding.value.of(bytes)));
        }
        context.resolve(prefix).map(|name| NamespaceName { bytes: name.as_bytes(), raw: false })
    }

    /// Drops what the element that has just ended declared.
    #[inline]
    pub(super) fn forget_bindings(&mut self) {
        while self.bindings.last().is_some_and(|binding| binding.depth >= self.open.len()) {
            self.bindings.pop();
        }
    }
}

/// Namespaces in XML §3: what may be bound to what.
#[inline]
pub(super) fn check_namespace(prefix: &[u8], attr: &Attr, bytes: &[u8], limits: &Limits) -> Result<(), Fault> {
    let value = attr.value.of(bytes);
    if value.len() > limits.max_namespace_bytes {
        return Err((Kind::NamespaceTooLong, attr.name.whole.from));
    }
    let name = NamespaceName { bytes: value, raw: !attr.plain };
    let allowed = match prefix {
        b"xml" => name.is(ns::XML),
        b"xmlns" => false,
        _ => (prefix.is_empty() || !value.is_empty()) && !name.is(ns::XML) && !name.is(ns::XMLNS),
    };
    if allowed { Ok(()) } else { Err((Kind::ReservedNamespace, attr.name.whole.from)) }
}

/// A namespace name as an attribute value has it, compared after its references are replaced.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamespaceName<'t> {
    bytes: &'t [u8],
    raw: bool,
}

impl<'t> NamespaceName<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, raw: bytes.iter().any(|byte| matches!(byte, b'&' | b'\t' | b'\n' | b'\r')) }
    }

    #[inline]
    pub(crate) fn is(&self, name: &str) -> bool {
        if self.raw { *self.text() == *name } else { self.bytes == name.as_bytes() }
    }

    #[cold]
    fn text(&self) -> Cow<'t, str> {
        Value::attribute(core::str::from_utf8(self.bytes).unwrap_or_default()).to_cow()
    }
}

impl PartialEq for NamespaceName<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for NamespaceName<'_> {}

impl PartialOrd for NamespaceName<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NamespaceName<'_> {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        if self.raw || other.raw { self.text().cmp(&other.text()) } else { self.bytes.cmp(other.bytes) }
    }
}
