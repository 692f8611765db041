//! The view of an element.

use core::fmt;

use super::Element;
use super::bindings::Bindings;
use super::iter::{Attributes, Children};
use crate::context::{Context, ContextData};
use crate::ns;
use crate::text::Text;
use crate::value::Value;
use crate::walk::{self, RawAttributes, Tag};

/// In place of the offset of a declaration: the stream's.
const STREAM: u32 = u32::MAX;

/// A view of an element inside a validated [`Element`]: cheap to copy, nothing is allocated.
#[derive(Clone, Copy)]
pub struct ElementRef<'a> {
    /// The first-level element.
    root: &'a str,
    context: &'a ContextData,
    local: &'a str,
    namespace: Value<'a>,
    start: u32,
    /// The offset behind the start tag.
    content: u32,
    /// Where the `xmlns` in scope begins, or `STREAM`.
    default: u32,
    /// Where the `xml:lang` in scope begins, or `STREAM`.
    lang: u32,
    empty: bool,
    prefixed: bool,
    bindings: Bindings,
}

/// Elements are no longer than [`LONGEST`](crate::limits::LONGEST).
fn short(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(STREAM)
}

const fn wide(offset: u32) -> usize {
    offset as usize
}

impl<'a> ElementRef<'a> {
    pub(super) fn root(root: &'a str, context: &'a ContextData) -> Self {
        let outside = Self {
            root,
            context,
            local: "",
            namespace: Value::cooked(&context.default),
            start: 0,
            content: 0,
            default: STREAM,
            lang: STREAM,
            empty: true,
            prefixed: false,
            bindings: Bindings::EMPTY,
        };
        outside.tag_at(0).unwrap_or(outside)
    }

    /// The tag at that offset with this element's scope.
    #[inline]
    pub(crate) fn tag_at(&self, start: usize) -> Option<Self> {
        let (mut default, mut own, mut lang, mut binds) = (self.default, None, self.lang, false);
        let tag = Tag::read(self.root, start, |at, name, value| match name {
            "xmlns" => (default, own) = (short(at), Some(Value::attribute(value))),
            "xml:lang" => lang = short(at),
            _ => binds |= name.starts_with("xmlns:"),
        })?;
        let inherited = || if self.prefixed { self.default_namespace() } else { self.namespace };
        let mut inner = Self {
            local: tag.local,
            namespace: own.unwrap_or_else(inherited),
            start: short(start),
            content: short(tag.end),
            default,
            lang,
            empty: tag.empty,
            prefixed: tag.prefix.is_some(),
            ..*self
        };
        if binds {
            inner.bind();
        }
        if let Some(prefix) = tag.prefix {
            inner.namespace = inner.resolve(prefix).unwrap_or(Value::cooked(""));
        }
        Some(inner)
    }

    /// Keeps the prefixes that the tag declares.
    #[cold]
    fn bind(&mut self) {
        for (name, _) in self.raw_attributes().filter(|(name, _)| name.starts_with("xmlns:")) {
            self.bindings.push(short(self.offset(name)));
        }
    }

    /// Where a part of the element stands.
    fn offset(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.root.as_ptr() as usize)
    }

    /// The offset behind the name.
    fn name_end(&self) -> usize {
        self.offset(self.local).saturating_add(self.local.len())
    }

    /// The offset behind the element.
    fn end(&self) -> usize {
        match self.start {
            0 => self.root.len(),
            _ if self.empty => wide(self.content),
            _ => walk::content_end(self.root, wide(self.content)),
        }
    }

    #[cold]
    pub(super) fn resolve(&self, prefix: &str) -> Option<Value<'a>> {
        if prefix == "xml" {
            return Some(Value::cooked(ns::XML));
        }
        match self.bindings.iter(self.root).find(|(name, _)| *name == prefix) {
            Some((_, value)) => Some(value),
            None => self.context.resolve(prefix.as_bytes()).map(Value::cooked),
        }
    }

    /// The value of the declaration at that offset.
    fn declared(&self, at: u32) -> Option<Value<'a>> {
        RawAttributes::from(self.root, wide(at)).next().map(|(_, value)| Value::attribute(value))
    }

    /// The element as it was received.
    pub fn as_str(&self) -> &'a str {
        self.root.get(wide(self.start)..self.end()).unwrap_or_default()
    }

    /// The local name.
    #[inline]
    #[allow(clippy::misnamed_getters, reason = "the name of an element is its local name")]
    pub const fn name(&self) -> &'a str {
        self.local
    }

    /// The name as it was received, with its prefix.
    pub fn qualified_name(&self) -> &'a str {
        self.root.get(wide(self.start).saturating_add(1)..self.name_end()).unwrap_or_default()
    }

    /// The namespace name; empty if there is none.
    #[inline]
    pub const fn namespace(&self) -> Value<'a> {
        self.namespace
    }

    /// True if the element has this local name in this namespace.
    #[inline]
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.local == name && self.namespace == *namespace
    }

    /// `xml:lang`, inherited from the nearest element that has it, and in the end from the stream (RFC 6120 §4.7.4, RFC 6120 §8.1.5).
    pub fn lang(&self) -> Option<Value<'a>> {
        let lang = match self.lang {
            STREAM => self.context.lang.as_deref().map(Value::cooked),
            at => self.declared(at),
        };
        lang.filter(|lang| !lang.is_empty())
    }

    /// The default namespace inside the element.
    pub fn default_namespace(&self) -> Value<'a> {
        match self.default {
            STREAM => Value::cooked(&self.context.default),
            at => self.declared(at).unwrap_or(Value::cooked("")),
        }
    }

    /// True if the stream's content namespace is that of this element.
    pub fn is_content(&self) -> bool {
        match self.context.content {
            Some(content) => self.namespace == *content.namespace(),
            None => self.namespace.as_str().and_then(crate::Content::of).is_some(),
        }
    }

    /// True for an application's own condition beside those of the namespace `defined` (RFC 6120 §4.9.2, RFC 6120 §8.3.2): its namespace is
    /// neither that nor one of streams and stanzas, and not none.
    pub(crate) fn is_application(&self, defined: &str) -> bool {
        let namespace = self.namespace().to_cow();
        crate::Content::of(&namespace).is_none() && !["", crate::ns::STREAMS, defined].contains(&&*namespace)
    }

    pub(crate) const fn source(&self) -> &'a str {
        self.root
    }

    pub(crate) const fn content_offset(&self) -> usize {
        wide(self.content)
    }

    pub(crate) const fn is_empty_tag(&self) -> bool {
        self.empty
    }

    /// True if the tag changes what its content inherits.
    pub(crate) fn declares(&self) -> bool {
        self.raw_attributes().any(|(key, _)| key.starts_with("xml"))
    }

    pub(crate) fn raw_attributes(&self) -> RawAttributes<'a> {
        RawAttributes::from(self.root, self.name_end())
    }

    /// The attributes in the order of the document, without namespace declarations.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes { raw: self.raw_attributes(), element: *self }
    }

    /// The value of an attribute without a namespace.
    #[inline]
    pub fn attribute(&self, name: &str) -> Option<Value<'a>> {
        walk::attribute(self.root, self.name_end(), name).map(Value::attribute)
    }

    /// The value of an attribute in a namespace.
    pub fn attribute_in(&self, namespace: &str, name: &str) -> Option<Value<'a>> {
        let found = self.attributes().find(|attribute| attribute.name == name && attribute.namespace == *namespace)?;
        Some(found.value)
    }

    /// Everything between the start tag and the end tag, as it was received.
    pub fn inner_xml(&self) -> &'a str {
        if self.empty {
            return "";
        }
        let inside = self.root.get(wide(self.content)..self.end()).unwrap_or_default();
        let end = memchr::memrchr(b'<', inside.as_bytes()).unwrap_or(0);
        inside.get(..end).unwrap_or_default()
    }

    /// The character data directly inside the element, child elements passed over.
    pub fn text(&self) -> Value<'a> {
        Value::content(self.leaf_text().unwrap_or_else(|| self.inner_xml()))
    }

    /// What is inside, if the first tag there is the element's own end tag.
    #[inline]
    fn leaf_text(&self) -> Option<&'a str> {
        if self.empty {
            return Some("");
        }
        let inside = self.root.get(wide(self.content)..)?;
        let (text, tag) = inside.split_at_checked(walk::find(inside.as_bytes(), b'<'))?;
        tag.starts_with("</").then_some(text)
    }

    /// True if there is no element inside.
    pub(crate) fn is_text(&self) -> bool {
        self.leaf_text().is_some() || self.children().next().is_none()
    }

    /// The child elements, each found when it is asked for.
    #[inline]
    pub const fn children(&self) -> Children<'a> {
        Children::of(*self)
    }

    /// The first child element of that name in that namespace.
    pub fn child(&self, namespace: &str, name: &str) -> Option<Self> {
        self.children().find(|child| child.is(namespace, name))
    }

    /// An owned copy that can stand alone: everything it inherits is declared on it.
    pub fn to_element(&self) -> Element<'static> {
        let text = crate::forward::to_standalone(self);
        Element::new(Text::from(text), Context::EMPTY)
    }

    /// The declarations that an outer element made for this one and the stream's own: (prefix, namespace).
    pub(crate) fn outer_prefixes(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        let root = self.root;
        let declared = self.bindings.before(self.start).iter(root);
        declared.chain(self.context.prefixes.iter().map(|(prefix, name)| (&**prefix, Value::cooked(name))))
    }
}

impl PartialEq for ElementRef<'_> {
    /// Compares information sets, with an explicit stack of one counter: both are walked in step.
    fn eq(&self, other: &Self) -> bool {
        crate::walk_events::equal(self, other)
    }
}

impl Eq for ElementRef<'_> {}

impl fmt::Debug for ElementRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = crate::redact::holds_secret(self);
        let mut debug = f.debug_struct("Element");
        debug.field("name", &self.local).field("namespace", &self.namespace);
        if secret { debug.field("xml", &"<redacted>") } else { debug.field("xml", &self.as_str()) }.finish()
    }
}
