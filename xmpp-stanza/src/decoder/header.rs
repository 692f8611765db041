//! The stream header (RFC 6120 §4.2, §4.7, §4.8).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Decoder, State, Unit};
use crate::chars;
use crate::context::{Content, Context};
use crate::error::{DecodeError, DecodeErrorKind as Kind};
use crate::header::{Header, tag_view};
use crate::ns;
use crate::tokenizer::{Fault, NamespaceName, Step};
use crate::value::Value;

impl Decoder {
    /// Before a header without a declaration white space may stand (XML 1.0 §2.8); a declaration may not follow it.
    pub(super) fn skip_space_before_header(&mut self, input: &mut &[u8]) {
        self.skip_space(input);
        self.begin_header(0);
    }

    pub(super) fn begin_header(&mut self, at: usize) {
        self.tokenizer.begin(at);
        self.state = State::Header(at);
    }

    pub(super) fn header(&mut self, input: &mut &[u8], declaration: usize) -> Result<Option<(Unit, usize)>, Fault> {
        let mut begin = declaration;
        if begin == 0 && self.tokenizer.position() == 0 {
            self.skip_space(input);
        }
        if self.tokenizer.position() == begin {
            let rest = input.get(begin..).unwrap_or_default();
            begin = begin.saturating_add(rest.iter().take_while(|&&byte| chars::is_space(byte)).count());
            if begin > self.limits.max_stanza_bytes {
                return Err((Kind::StanzaTooLarge, self.limits.max_stanza_bytes));
            }
            if begin > declaration {
                self.begin_header(begin);
            }
            match input.get(begin..).unwrap_or_default() {
                [] | [b'<'] | [b'<', b'!'] => return Ok(None),
                [b'<', b'/', ..] | [b'<', b'!', b'[', ..] => return Err((Kind::NotXml, begin)),
                [b'<', ..] => {}
                // A byte order mark counts at byte 0 only, where `declaration` has waited for all of it.
                _ => return Err((Kind::NotXml, begin)),
            }
        }
        match self.run(input)? {
            Step::Head(empty) => {
                let end = self.tokenizer.position().saturating_sub(usize::from(empty));
                self.check_header(input, begin)?;
                self.root = self.tokenizer.name.whole.of(input).to_vec();
                self.state = if empty { State::CloseDue } else { State::Between };
                Ok(Some((Unit::Header(begin), end)))
            }
            _ => Ok(None),
        }
    }

    /// RFC 6120 §4.2, §4.8: the root is a `stream` of the stream namespace, its content namespace one that we speak.
    fn check_header(&self, input: &[u8], begin: usize) -> Result<(), Fault> {
        let name = self.tokenizer.name;
        if name.local(input) != b"stream" {
            return Err((Kind::NotAStream, begin));
        }
        let default = self.tokenizer.attribute(b"xmlns", input);
        let is = |value: &[u8], namespace: &str| NamespaceName::new(value).is(namespace);
        let stream = if name.has_prefix() {
            let namespace = self.tokenizer.resolve(name.prefix(input), input, self.context.data());
            namespace.is_some_and(|namespace| namespace.is(ns::STREAMS))
        } else {
            default.is_some_and(|default| is(default, ns::STREAMS))
        };
        if !stream {
            return Err((Kind::WrongStreamNamespace, begin));
        }
        let content = [Content::Client, Content::Server, Content::Component];
        match default {
            // RFC 6120 §4.8.2: each stanza then declares its own.
            None | Some(b"") => Ok(()),
            Some(default) if is(default, ns::STREAMS) => Ok(()),
            // RFC 6120 §4.8.3: whichever side we are.
            Some(default) if content.iter().any(|content| is(default, content.namespace())) => Ok(()),
            Some(_) => Err((Kind::UnknownContentNamespace, begin)),
        }
    }

    /// Keeps what the header says about the stream.
    pub(super) fn open(&mut self, tag: &str, begin: usize) -> Result<Header<'static>, DecodeError> {
        let element = tag_view(tag);
        let root = element.root();
        let prefixes: Vec<(Cow<'static, str>, Cow<'static, str>)> = root
            .raw_attributes()
            .filter_map(|(key, value)| {
                let prefix = key.strip_prefix("xmlns:").filter(|prefix| *prefix != "xml")?;
                let namespace = Value::attribute(value).to_cow().into_owned();
                Some((Cow::Owned(String::from(prefix)), Cow::Owned(namespace)))
            })
            .collect();
        let lang = root.lang().map(|lang| lang.to_cow());
        self.context = Context::from_parts(&root.default_namespace().to_cow(), &prefixes, lang.as_deref());
        Header::decode(&root, self.context.clone()).map_err(|kind| self.fail((kind, begin)))
    }
}
