//! Writes XML that cannot be ill-formed (RFC 6120 §11.3): names and characters are checked, elements nest, namespaces are declared where
//! they change.

mod copy;
mod escape;

use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use crate::chars;
use crate::context::Context;
use crate::element::ElementRef;
use crate::error::EncodeError;
use crate::ns;
use crate::value::Value;
use escape::Sink;
pub(crate) use escape::{escape_attribute, escape_text};

/// Something that is written as XML: a payload, a stanza, an event. Implement it for your own payload types.
pub trait ToXml {
    /// Writes the element. Mistakes (an illegal character, elements that do not nest) are remembered by the writer and make the encoder fail.
    fn to_xml(&self, w: &mut Writer);
}

impl<T: ToXml + ?Sized> ToXml for &T {
    fn to_xml(&self, w: &mut Writer) {
        (**self).to_xml(w);
    }
}

impl ToXml for ElementRef<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.element(self);
    }
}

#[derive(Debug, Clone, Copy)]
enum Scope {
    /// What the stream says.
    Stream,
    /// The raw attribute value at these offsets of the output.
    Written(usize, usize),
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    name: (usize, usize),
    namespace: Scope,
    lang: Scope,
}

/// What a stanza has to know of its payloads when it ends: how many elements stand directly in it, and how many of them are errors.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Inside {
    /// How deep the children of the stanza stand.
    depth: usize,
    pub(crate) children: usize,
    pub(crate) errors: usize,
}

/// Where payloads write themselves.
///
/// The first mistake is kept, everything after it is discarded with it: no method returns an error, the encoder does.
#[derive(Debug)]
pub struct Writer {
    out: Vec<u8>,
    context: Context,
    stack: Vec<Frame>,
    attributes: Vec<(usize, usize)>,
    namespace: Scope,
    lang: Scope,
    in_tag: bool,
    inside: Inside,
    error: Option<EncodeError>,
}

impl Writer {
    pub(crate) const fn new(context: Context) -> Self {
        Self {
            out: Vec::new(),
            context,
            stack: Vec::new(),
            attributes: Vec::new(),
            namespace: Scope::Stream,
            lang: Scope::Stream,
            in_tag: false,
            inside: Inside { depth: 0, children: 0, errors: 0 },
            error: None,
        }
    }

    pub(crate) fn reset(&mut self) {
        self.out.clear();
        self.stack.clear();
        self.attributes.clear();
        self.namespace = Scope::Stream;
        self.lang = Scope::Stream;
        self.in_tag = false;
        self.inside = Inside::default();
        self.error = None;
    }

    pub(crate) fn set_context(&mut self, context: Context) {
        self.context = context;
    }

    /// The scope that is written into.
    pub const fn context(&self) -> &Context {
        &self.context
    }

    pub(crate) fn finish(&mut self) -> Result<&[u8], EncodeError> {
        if !self.stack.is_empty() || self.in_tag {
            self.fail(EncodeError::Unbalanced);
        }
        match self.error {
            Some(error) => Err(error),
            None => Ok(&self.out),
        }
    }

    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    pub(crate) fn output(&self) -> &[u8] {
        &self.out
    }

    #[cold]
    pub(crate) fn fail(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
    }

    /// Markup that is known to be right.
    #[inline]
    pub(crate) fn raw(&mut self, text: &str) {
        self.end_tag_head();
        self.out.extend_from_slice(text.as_bytes());
    }

    #[inline]
    fn end_tag_head(&mut self) {
        if self.in_tag {
            self.in_tag = false;
            self.out.push(b'>');
        }
    }

    /// Opens an element; its namespace is declared unless it is the default already, and never with a prefix (RFC 6120 §4.8.5).
    #[inline]
    pub fn open(&mut self, namespace: &str, name: &str) {
        if !chars::is_nc_name(name) {
            self.fail(EncodeError::InvalidName);
        }
        self.open_known(namespace, name);
    }

    /// The same for a name that is known to be right.
    #[inline]
    pub(crate) fn open_known(&mut self, namespace: &str, name: &str) {
        self.begin(name);
        let same = match self.namespace {
            Scope::Stream => self.context.default_namespace() == namespace,
            Scope::Written(from, to) => self.written(from, to) == *namespace,
        };
        self.count(same && name == "error", 1);
        if !same {
            if namespace == ns::XML || namespace == ns::XMLNS {
                self.fail(EncodeError::ReservedNamespace);
            }
            self.out.extend_from_slice(b" xmlns='");
            let from = self.out.len();
            self.escaped(namespace, true);
            self.namespace = Scope::Written(from, self.out.len());
            self.out.push(b'\'');
        }
    }

    /// Opens an element of the stream's content namespace: `body`, `show`, `error`. Only directly inside a stanza.
    #[inline]
    pub(crate) fn open_content(&mut self, name: &'static str) {
        self.begin(name);
        self.count(name == "error", 1);
    }

    /// Begins to count what stands directly in the element that was just opened; returns the count for the element around it.
    pub(crate) fn count_inside(&mut self) -> Inside {
        let depth = self.stack.len();
        core::mem::replace(&mut self.inside, Inside { depth, ..Inside::default() })
    }

    /// Ends the count, and goes on with that of the element around.
    pub(crate) fn counted(&mut self, around: Inside) -> Inside {
        core::mem::replace(&mut self.inside, around)
    }

    /// Counts an element, perhaps an error of the content namespace, if it stands directly in the stanza; `open` is 1 if its own tag is open
    /// already.
    #[inline]
    fn count(&mut self, is_error: bool, open: usize) {
        if self.stack.len() == self.inside.depth.saturating_add(open) {
            self.inside.children = self.inside.children.saturating_add(1);
            self.inside.errors = self.inside.errors.saturating_add(usize::from(is_error));
        }
    }

    #[inline]
    fn begin(&mut self, name: &str) {
        self.end_tag_head();
        self.out.push(b'<');
        let from = self.out.len();
        self.out.extend_from_slice(name.as_bytes());
        let frame = Frame { name: (from, self.out.len()), namespace: self.namespace, lang: self.lang };
        self.stack.push(frame);
        self.attributes.clear();
        self.in_tag = true;
    }

    /// The value that was written between these offsets.
    fn written(&self, from: usize, to: usize) -> Value<'_> {
        let raw = self.out.get(from..to).unwrap_or_default();
        Value::attribute(core::str::from_utf8(raw).unwrap_or_default())
    }

    /// Begins an attribute whose name is known to be right.
    #[inline]
    fn key(&mut self, name: &str) {
        if !self.in_tag {
            self.fail(EncodeError::AttributeOutsideTag);
        }
        self.out.push(b' ');
        let from = self.out.len();
        self.out.extend_from_slice(name.as_bytes());
        let same = |&(from, to): &(usize, usize)| {
            self.out.get(from..to).is_some_and(|other| chars::same_name(other, name.as_bytes()))
        };
        if self.attributes.iter().any(same) {
            self.fail(EncodeError::DuplicateAttribute);
        }
        self.attributes.push((from, self.out.len()));
        self.out.extend_from_slice(b"='");
    }

    /// Writes an attribute without a namespace on the element that was just opened.
    #[inline]
    pub fn attr(&mut self, name: &str, value: &str) {
        if !chars::is_nc_name(name) || name == "xmlns" {
            self.fail(EncodeError::InvalidName);
        }
        self.key(name);
        self.value(value);
    }

    #[inline]
    fn value(&mut self, value: &str) {
        self.escaped(value, true);
        self.out.push(b'\'');
    }

    /// Writes an attribute of a head that has no others: ` name='`, and the value.
    #[inline]
    pub(crate) fn head_attr(&mut self, key: &'static str, value: &str) {
        self.out.extend_from_slice(key.as_bytes());
        self.value(value);
    }

    /// The same for a value without a character that would have to be escaped.
    #[inline]
    pub(crate) fn head_word(&mut self, key: &'static str, word: &'static str) {
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(word.as_bytes());
        self.out.push(b'\'');
    }

    /// Writes an attribute as [`attr`](Self::attr) does, if there is a value.
    #[inline]
    pub fn attr_opt(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.attr(name, value);
        }
    }

    /// The same for a value that prints itself: a number, a date.
    pub fn attr_display(&mut self, name: &str, value: &dyn fmt::Display) {
        self.key(name);
        let mut sink = Sink { writer: self, attribute: true };
        // The sink remembers its own mistakes.
        let _ = write!(sink, "{value}");
        self.out.push(b'\'');
    }

    /// Writes an attribute in a namespace, which is declared here under `prefix`.
    pub fn attr_in(&mut self, namespace: &str, prefix: &str, name: &str, value: &str) {
        if !chars::is_nc_name(prefix) || !chars::is_nc_name(name) || prefix.starts_with("xml") {
            self.fail(EncodeError::InvalidName);
        }
        if namespace.is_empty() || namespace == ns::XML || namespace == ns::XMLNS {
            self.fail(EncodeError::ReservedNamespace);
        }
        self.key(&alloc::format!("xmlns:{prefix}"));
        self.value(namespace);
        self.key(&alloc::format!("{prefix}:{name}"));
        self.value(value);
    }

    /// Writes `xml:lang`.
    pub fn lang(&mut self, lang: &str) {
        self.key("xml:lang");
        let from = self.out.len();
        self.escaped(lang, true);
        self.lang = Scope::Written(from, self.out.len());
        self.out.push(b'\'');
    }

    /// Writes `xml:lang` unless it is inherited already.
    pub(crate) fn lang_if_other(&mut self, lang: &str) {
        let same = match self.lang {
            Scope::Stream => self.context.lang() == Some(lang),
            Scope::Written(from, to) => self.written(from, to) == *lang,
        };
        if !same {
            self.lang(lang);
        }
    }

    /// Writes character data.
    #[inline]
    pub fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.end_tag_head();
            self.escaped(text, false);
        }
    }

    /// Writes something that prints itself as character data.
    pub fn text_display(&mut self, value: &dyn fmt::Display) {
        self.end_tag_head();
        let mut sink = Sink { writer: self, attribute: false };
        // The sink remembers its own mistakes.
        let _ = write!(sink, "{value}");
    }

    #[inline]
    fn escaped(&mut self, text: &str, attribute: bool) {
        let result = if attribute { escape_attribute(text, &mut self.out) } else { escape_text(text, &mut self.out) };
        if let Err(error) = result {
            self.fail(error);
        }
    }

    /// Closes the element that was opened last.
    #[inline]
    pub fn close(&mut self) {
        let Some(frame) = self.stack.pop() else { return self.fail(EncodeError::Unbalanced) };
        if self.in_tag {
            self.in_tag = false;
            self.out.extend_from_slice(b"/>");
        } else {
            self.out.extend_from_slice(b"</");
            let (from, to) = frame.name;
            if from <= to && to <= self.out.len() {
                self.out.extend_from_within(from..to);
            }
            self.out.push(b'>');
        }
        self.namespace = frame.namespace;
        self.lang = frame.lang;
    }

    /// Opens an element and writes text into it, if there is any.
    pub fn leaf(&mut self, namespace: &str, name: &str, text: &str) {
        self.open(namespace, name);
        self.text(text);
        self.close();
    }

    /// Writes a payload.
    pub fn payload(&mut self, payload: &dyn ToXml) {
        payload.to_xml(self);
    }

    /// `<stream:stream` with its namespaces, and no others (RFC 6120 §4.8.5); attributes follow.
    pub(crate) fn begin_stream(&mut self, content: Option<crate::Content>) {
        self.raw("<stream:stream");
        self.attributes.clear();
        self.in_tag = true;
        if let Some(content) = content {
            self.head_word(" xmlns='", content.namespace());
        }
        self.head_word(" xmlns:stream='", ns::STREAMS);
    }

    pub(crate) fn finish_stream(&mut self) {
        self.end_tag_head();
        self.lang = Scope::Stream;
    }
}
