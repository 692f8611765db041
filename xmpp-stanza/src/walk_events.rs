//! A flat walk over an element with the namespaces in scope: linear in its size, whatever the depth.

use alloc::string::String;
use alloc::vec::Vec;

use crate::element::{Attribute, ElementRef};
use crate::value::Value;
use crate::walk;

#[derive(Debug, Clone, Copy)]
#[allow(clippy::large_enum_variant, reason = "lives for one step, nothing is kept")]
pub(crate) enum Event<'a> {
    /// A start tag: only name, namespace, language and attributes of the view mean something.
    Start(ElementRef<'a>),
    /// Character data that is not empty.
    Text(Value<'a>),
    End,
}

#[derive(Debug)]
pub(crate) struct Events<'a> {
    element: ElementRef<'a>,
    at: usize,
    depth: usize,
    /// A tag is pending whose text before it has been handed out.
    text_done: bool,
    end_due: bool,
    begun: bool,
    /// The scopes to go back to: kept only where a tag declares something.
    outer: Vec<(usize, ElementRef<'a>)>,
}

impl<'a> Events<'a> {
    pub(crate) const fn of(element: &ElementRef<'a>) -> Self {
        Self { element: *element, at: 0, depth: 0, text_done: false, end_due: false, begun: false, outer: Vec::new() }
    }

    fn leave(&mut self) -> Event<'a> {
        self.depth = self.depth.saturating_sub(1);
        if let Some(&(depth, outer)) = self.outer.last()
            && depth == self.depth
        {
            self.element = outer;
            self.outer.pop();
        }
        Event::End
    }

    fn enter(&mut self, tag: ElementRef<'a>) -> Event<'a> {
        if tag.declares() {
            self.outer.push((self.depth, self.element));
            self.element = tag;
        }
        self.at = tag.content_offset();
        self.end_due = tag.is_empty_tag();
        self.depth = self.depth.saturating_add(1);
        Event::Start(tag)
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        if !self.begun {
            self.begun = true;
            let root = self.element;
            return Some(self.enter(root));
        }
        if self.end_due {
            self.end_due = false;
            return Some(self.leave());
        }
        if self.depth == 0 {
            return None;
        }
        let source = self.element.source();
        let tag = walk::next_tag(source, self.at)?;
        if !self.text_done {
            self.text_done = true;
            let text = Value::content(source.get(self.at..tag).unwrap_or_default());
            if !text.is_empty() {
                return Some(Event::Text(text));
            }
        }
        self.text_done = false;
        if source.as_bytes().get(tag.saturating_add(1)) == Some(&b'/') {
            let len = memchr::memchr(b'>', source.as_bytes().get(tag..)?)?;
            self.at = tag.saturating_add(len).saturating_add(1);
            return Some(self.leave());
        }
        let tag = self.element.tag_at(tag)?;
        Some(self.enter(tag))
    }
}

/// Whether two elements have the same information set.
pub(crate) fn equal(a: &ElementRef<'_>, b: &ElementRef<'_>) -> bool {
    let (mut left, mut right) = (Events::of(a), Events::of(b));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(Event::End), Some(Event::End)) => {}
            (Some(Event::Text(a)), Some(Event::Text(b))) if a == b => {}
            (Some(Event::Start(a)), Some(Event::Start(b))) if same_tag(&a, &b) => {}
            _ => return false,
        }
    }
}

/// Attributes but `xml:lang`, which counts as what it means: inherited or not.
fn attributes<'a>(element: &ElementRef<'a>) -> impl Iterator<Item = Attribute<'a>> {
    element.attributes().filter(|attribute| attribute.name != "lang" || attribute.namespace != *crate::ns::XML)
}

fn same_tag(a: &ElementRef<'_>, b: &ElementRef<'_>) -> bool {
    let count = attributes(a).count();
    if a.name() != b.name() || a.namespace() != b.namespace() || a.lang() != b.lang() || count != attributes(b).count()
    {
        return false;
    }
    if count <= 16 {
        return attributes(a).all(|left| attributes(b).any(|right| left == right));
    }
    let sorted = |element: &ElementRef<'_>| {
        let key = |attribute: Attribute<'_>| {
            let Attribute { name, namespace, value } = attribute;
            (String::from(name), namespace.to_cow().into_owned(), value.to_cow().into_owned())
        };
        let mut all: Vec<_> = attributes(element).map(key).collect();
        all.sort_unstable();
        all
    };
    sorted(a) == sorted(b)
}
