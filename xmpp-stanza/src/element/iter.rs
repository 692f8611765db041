//! Walking over the attributes and the children of an element.

use super::ElementRef;
use crate::context::Context;
use crate::value::Value;
use crate::walk::{self, RawAttributes};

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
    pub(super) raw: RawAttributes<'a>,
    pub(super) element: ElementRef<'a>,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        loop {
            let (key, value) = self.raw.next()?;
            let value = Value::attribute(value);
            let Some(colon) = key.bytes().position(|byte| byte == b':') else {
                if key == "xmlns" {
                    continue;
                }
                return Some(Attribute { name: key, namespace: Value::cooked(""), value });
            };
            let (prefix, name) = (key.get(..colon)?, key.get(colon.saturating_add(1)..)?);
            if prefix != "xmlns" {
                let namespace = self.element.resolve(prefix).unwrap_or(Value::cooked(""));
                return Some(Attribute { name, namespace, value });
            }
        }
    }
}

/// The child elements of an element.
#[derive(Debug, Clone)]
pub struct Children<'a> {
    parent: ElementRef<'a>,
    /// Where to look for the next tag; `usize::MAX` at the end.
    at: usize,
    /// `at` is inside the child that was handed out last: where that ends is looked for when the next one is asked for.
    inside: bool,
}

impl<'a> Children<'a> {
    pub(super) const fn of(parent: ElementRef<'a>) -> Self {
        let at = if parent.is_empty_tag() { usize::MAX } else { parent.content_offset() };
        Self { parent, at, inside: false }
    }

    /// Of nothing.
    pub(crate) fn none() -> Self {
        Self::of(ElementRef::root("", Context::EMPTY.data()))
    }
}

impl<'a> Iterator for Children<'a> {
    type Item = ElementRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<ElementRef<'a>> {
        let source = self.parent.source();
        if self.inside {
            self.at = walk::content_end(source, self.at);
            self.inside = false;
        }
        let at = walk::next_tag(source, self.at)?;
        if source.as_bytes().get(at.saturating_add(1)) == Some(&b'/') {
            self.at = usize::MAX;
            return None;
        }
        let child = self.parent.tag_at(at)?;
        self.at = child.content_offset();
        self.inside = !child.is_empty_tag();
        Some(child)
    }
}
