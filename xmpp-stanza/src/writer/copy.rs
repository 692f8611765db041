//! Received elements on their way into what is written.

use super::{Scope, Writer};
use crate::element::ElementRef;
use crate::forward::{self, Target};

impl Writer {
    /// Copies a received element verbatim, with the declarations that it needs at this place.
    pub fn element(&mut self, element: &ElementRef<'_>) {
        self.copy(element, false);
    }

    /// The same for what stands directly inside a stanza: content namespaces turn into that of this stream.
    pub(crate) fn content_element(&mut self, element: &ElementRef<'_>) {
        self.copy(element, true);
    }

    fn copy(&mut self, element: &ElementRef<'_>, switch: bool) {
        self.end_tag_head();
        self.count(element.name() == "error" && element.is_content(), 0);
        let context = self.context.clone();
        let data = context.data();
        let owned = |scope: Scope| match scope {
            Scope::Stream => None,
            Scope::Written(from, to) => Some(self.written(from, to).to_cow().into_owned()),
        };
        let (default, lang) = (owned(self.namespace), owned(self.lang));
        let default = default.as_deref().unwrap_or(&data.default);
        let lang = lang.as_deref().or(data.lang.as_deref());
        let switch = switch && crate::Content::of(default).is_some();
        forward::write(element, &Target { default, prefixes: &data.prefixes, lang, switch }, &mut self.out);
    }
}
