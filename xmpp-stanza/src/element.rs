//! A validated element: its bytes, the scope of its stream, and lazy views of what is inside.

use alloc::borrow::Cow;
use core::fmt;

use crate::context::{Context, ContextData};
use crate::limits::BINDINGS;
use crate::ns;
use crate::text::Text;
use crate::value::Value;
use crate::walk::{self, RawAttributes};

/// A complete, validated first-level element with the scope of the stream it came from.
///
/// The bytes are as they were received; [`root`](Self::root) views them. Equality is that of the information set: names by namespace,
/// attributes in any order, text after its references are replaced; not the spelling.
#[derive(Clone)]
pub struct Element<'a> {
    text: Text<'a>,
    context: Context,
}

impl<'a> Element<'a> {
    pub(crate) const fn new(text: Text<'a>, context: Context) -> Self {
        Self { text, context }
    }

    /// The element as it was received.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The scope that the stream gives to the element.
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// A view of the element, from which its attributes and children are read.
    #[inline]
    pub fn root(&self) -> ElementRef<'_> {
        ElementRef::root(&self.text, self.context.data())
    }

    /// The same element, independent of the input: copies its bytes when borrowed, keeps the buffer when shared.
    pub fn into_owned(self) -> Element<'static> {
        Element { text: self.text.into_owned(), context: self.context }
    }

    /// The attributes of the first tag, each in the form that its bytes allow: borrowed, shared, or copied where something is replaced.
    pub(crate) fn each_attribute<E>(&self, mut visit: impl FnMut(&str, Text<'a>) -> Result<(), E>) -> Result<(), E> {
        match &self.text {
            Text::Borrowed(text) => {
                for (key, value) in RawAttributes::of(text, walk::tag_name(text).len()) {
                    visit(key, Value::attribute(value).to_text())?;
                }
            }
            Text::Shared(text) => {
                for (key, value) in RawAttributes::of(text, walk::tag_name(text).len()) {
                    let value = match Value::attribute(value).to_cow() {
                        Cow::Borrowed(value) => Text::Shared(text.slice_ref(value)),
                        Cow::Owned(value) => value.into(),
                    };
                    visit(key, value)?;
                }
            }
        }
        Ok(())
    }

    /// A second handle that borrows the bytes of this one.
    pub fn borrowed(&self) -> Element<'_> {
        Element { text: self.text.borrowed(), context: self.context.clone() }
    }
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.root() == other.root()
    }
}

impl Eq for Element<'_> {}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.root(), f)
    }
}

/// The prefixes in scope, as offsets of their declarations: (prefix, value).
#[derive(Debug, Clone, Copy)]
struct Bindings {
    count: u8,
    slots: [(u32, u32); BINDINGS],
}

impl Bindings {
    const EMPTY: Self = Self { count: 0, slots: [(0, 0); BINDINGS] };

    fn push(&mut self, prefix: usize, value: usize) {
        let (Ok(prefix), Ok(value)) = (u32::try_from(prefix), u32::try_from(value)) else { return };
        if let Some(slot) = self.slots.get_mut(usize::from(self.count)) {
            *slot = (prefix, value);
            self.count = self.count.saturating_add(1);
        }
    }

    /// The declarations from the innermost outwards.
    fn iter<'a>(&self, root: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let declared = self.slots.get(..usize::from(self.count)).unwrap_or_default();
        declared.iter().rev().filter_map(move |&(prefix, value)| {
            let prefix = root.get(usize::try_from(prefix).ok()?..)?;
            let end = prefix.bytes().position(|byte| byte == b'=' || crate::chars::is_space(byte))?;
            let at = usize::try_from(value).ok()?;
            let quote = *root.as_bytes().get(at.checked_sub(1)?)?;
            let value = root.get(at..)?;
            let close = memchr::memchr(quote, value.as_bytes())?;
            Some((prefix.get(..end)?, value.get(..close)?))
        })
    }
}

/// A view of an element inside a validated [`Element`]: cheap to copy, nothing is allocated.
#[derive(Clone, Copy)]
pub struct ElementRef<'a> {
    root: &'a str,
    context: &'a ContextData,
    start: usize,
    end: usize,
    content: usize,
    empty: bool,
    name: &'a str,
    local: &'a str,
    namespace: Value<'a>,
    default: Value<'a>,
    lang: Option<Value<'a>>,
    bindings: Bindings,
}

impl<'a> ElementRef<'a> {
    fn root(root: &'a str, context: &'a ContextData) -> Self {
        let outer = Self {
            root,
            context,
            start: 0,
            end: root.len(),
            content: 0,
            empty: false,
            name: "",
            local: "",
            namespace: Value::cooked(""),
            default: Value::cooked(&context.default),
            lang: context.lang.as_deref().map(Value::cooked),
            bindings: Bindings::EMPTY,
        };
        outer.inner(0, root.len())
    }

    /// A view of the element that begins at `start` inside this one; `end` is `usize::MAX` while unknown.
    #[inline]
    fn inner(&self, start: usize, end: usize) -> Self {
        let text = self.root.get(start..).unwrap_or_default();
        let name = walk::tag_name(text);
        let (tag_len, empty) = walk::tag_end(text);
        let mut inner = *self;
        inner.start = start;
        inner.content = start.saturating_add(tag_len);
        inner.empty = empty;
        inner.name = name;
        inner.end = match end {
            usize::MAX if empty => inner.content,
            usize::MAX => start.saturating_add(walk::element_end(text)),
            end => end,
        };
        let offset = |part: &str| (part.as_ptr() as usize).saturating_sub(self.root.as_ptr() as usize);
        for (key, value) in RawAttributes::of(text, name.len()) {
            let Some(rest) = key.strip_prefix("xml") else { continue };
            if rest == "ns" {
                inner.default = Value::attribute(value);
            } else if rest == ":lang" {
                inner.lang = Some(Value::attribute(value));
            } else if let Some(prefix) = rest.strip_prefix("ns:") {
                inner.bindings.push(offset(prefix), offset(value));
            }
        }
        match name.split_once(':') {
            None => {
                inner.local = name;
                inner.namespace = inner.default;
            }
            Some((prefix, local)) => {
                inner.local = local;
                inner.namespace = inner.resolve(prefix).unwrap_or(Value::cooked(""));
            }
        }
        inner
    }

    fn resolve(&self, prefix: &str) -> Option<Value<'a>> {
        if prefix == "xml" {
            return Some(Value::cooked(ns::XML));
        }
        let declared = self.bindings.iter(self.root).find(|(name, _)| *name == prefix);
        match declared {
            Some((_, value)) => Some(Value::attribute(value)),
            None => self.context.resolve(prefix.as_bytes()).map(Value::cooked),
        }
    }

    /// The element as it was received.
    pub fn as_str(&self) -> &'a str {
        self.root.get(self.start..self.end).unwrap_or_default()
    }

    /// The local name.
    #[inline]
    #[allow(clippy::misnamed_getters, reason = "the name of an element is its local name")]
    pub const fn name(&self) -> &'a str {
        self.local
    }

    /// The name as it was received, with its prefix.
    pub const fn qualified_name(&self) -> &'a str {
        self.name
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
        self.lang.filter(|lang| !lang.is_empty())
    }

    /// The default namespace inside the element.
    pub const fn default_namespace(&self) -> Value<'a> {
        self.default
    }

    /// True if the stream's content namespace is that of this element.
    pub fn is_content(&self) -> bool {
        match self.context.content {
            Some(content) => self.namespace == *content.namespace(),
            None => self.namespace.as_str().and_then(crate::Content::of).is_some(),
        }
    }

    pub(crate) const fn source(&self) -> &'a str {
        self.root
    }

    pub(crate) const fn content_offset(&self) -> usize {
        self.content
    }

    pub(crate) const fn is_empty_tag(&self) -> bool {
        self.empty
    }

    /// True if the tag changes what its content inherits.
    pub(crate) fn declares(&self) -> bool {
        self.raw_attributes().any(|(key, _)| key.starts_with("xml"))
    }

    /// The tag at that offset with this element's scope; where it ends is not looked for.
    pub(crate) fn tag_at(&self, start: usize) -> Self {
        self.inner(start, self.root.len())
    }

    pub(crate) fn raw_attributes(&self) -> RawAttributes<'a> {
        RawAttributes::of(self.root.get(self.start..self.content).unwrap_or_default(), self.name.len())
    }

    /// The attributes in the order of the document, without namespace declarations.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes { raw: self.raw_attributes(), element: *self }
    }

    /// The value of an attribute without a namespace.
    #[inline]
    pub fn attribute(&self, name: &str) -> Option<Value<'a>> {
        self.raw_attributes().find(|(key, _)| *key == name).map(|(_, value)| Value::attribute(value))
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
        let inside = self.root.get(self.content..self.end).unwrap_or_default();
        let end = memchr::memrchr(b'<', inside.as_bytes()).unwrap_or(0);
        inside.get(..end).unwrap_or_default()
    }

    /// The character data directly inside the element, child elements passed over.
    pub fn text(&self) -> Value<'a> {
        Value::content(self.inner_xml())
    }

    /// The child elements, each found when it is asked for.
    #[inline]
    pub fn children(&self) -> Children<'a> {
        let at = if self.empty { usize::MAX } else { self.content };
        Children { parent: *self, at }
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
        let own = self.start;
        let root = self.root;
        let outside = move |prefix: &str| (prefix.as_ptr() as usize).saturating_sub(root.as_ptr() as usize) < own;
        let declared = self.bindings.iter(root).filter(move |(prefix, _)| outside(prefix));
        let declared = declared.map(|(prefix, value)| (prefix, Value::attribute(value)));
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

/// An attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The local name.
    pub name: &'a str,
    /// The namespace; empty for a name without a prefix.
    pub namespace: Value<'a>,
    /// The value.
    pub value: Value<'a>,
}

/// The attributes of an element, without namespace declarations.
#[derive(Debug, Clone)]
pub struct Attributes<'a> {
    raw: RawAttributes<'a>,
    element: ElementRef<'a>,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        loop {
            let (key, value) = self.raw.next()?;
            let value = Value::attribute(value);
            match key.split_once(':') {
                None if key == "xmlns" => {}
                None => return Some(Attribute { name: key, namespace: Value::cooked(""), value }),
                Some(("xmlns", _)) => {}
                Some((prefix, name)) => {
                    let namespace = self.element.resolve(prefix).unwrap_or(Value::cooked(""));
                    return Some(Attribute { name, namespace, value });
                }
            }
        }
    }
}

/// The child elements of an element.
#[derive(Debug, Clone)]
pub struct Children<'a> {
    parent: ElementRef<'a>,
    at: usize,
}

impl<'a> Iterator for Children<'a> {
    type Item = ElementRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<ElementRef<'a>> {
        if self.at >= self.parent.end {
            return None;
        }
        let at = walk::next_tag(self.parent.root, self.at)?;
        if self.parent.root.as_bytes().get(at.saturating_add(1)) == Some(&b'/') {
            self.at = usize::MAX;
            return None;
        }
        let child = self.parent.inner(at, usize::MAX);
        self.at = child.end;
        Some(child)
    }
}
