//! A validated element: its bytes, the scope of its stream, and lazy views of what is inside.

mod bindings;
mod iter;
mod view;

use alloc::borrow::Cow;
use core::fmt;

use crate::context::Context;
use crate::text::Text;
use crate::value::Value;
use crate::walk::{self, RawAttributes};

pub use iter::{Attribute, Attributes, Children};
pub use view::ElementRef;

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
    pub(crate) fn each_attribute(&self, mut visit: impl FnMut(&str, Text<'a>)) {
        match &self.text {
            Text::Borrowed(text) => {
                for (key, value) in RawAttributes::from(text, walk::tag_name(text).len().saturating_add(1)) {
                    visit(key, Value::attribute(value).to_text());
                }
            }
            Text::Shared(text) => {
                for (key, value) in RawAttributes::from(text, walk::tag_name(text).len().saturating_add(1)) {
                    let value = match Value::attribute(value).to_cow() {
                        Cow::Borrowed(value) => Text::Shared(text.slice_ref(value)),
                        Cow::Owned(value) => value.into(),
                    };
                    visit(key, value);
                }
            }
        }
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
