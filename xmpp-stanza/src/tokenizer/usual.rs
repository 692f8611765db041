//! The usual start tag: ASCII, complete in the buffer, without prefixes, references and anything doubtful. It is read in one go; every other
//! tag, and every fault, is left to the stages, which begin again at its name.
#![allow(clippy::arithmetic_side_effects, reason = "offsets into a slice, moved by no more than what is left of it")]

use super::scope::{Notes, check_namespace};
use super::{Attr, Cursor, Name, Next, Span, Stage, Tokenizer};
use crate::chars;
use crate::limits::Limits;

impl Tokenizer {
    /// At the name of a start tag. `None`, and nothing is changed, if the tag is not of the usual kind.
    #[inline]
    pub(super) fn usual_tag(&mut self, cursor: &mut Cursor<'_>) -> Option<Next> {
        let bytes = cursor.bytes;
        let name = name_at(bytes, cursor.at, cursor.limits)?;
        let mut at = name.whole.to;
        let (mut notes, mut count, mut namespace) = (Notes::default(), 0, None);
        let empty = loop {
            match *bytes.get(at)? {
                b'>' => break false,
                b'/' if bytes.get(at + 1) == Some(&b'>') => break true,
                b' ' => at += 1,
                _ => return None,
            }
            if matches!(bytes.get(at), Some(b'>' | b'/')) {
                continue;
            }
            let attr = attribute_at(bytes, at, cursor.limits)?;
            at = attr.value.to + 1;
            count += 1;
            if notes.add(attr.name, bytes) {
                check_namespace(b"", &attr, bytes, cursor.limits).ok()?;
                namespace = Some(attr);
            }
            if notes.alike() {
                return None;
            }
        };
        if count > cursor.limits.max_attributes {
            return None;
        }
        self.name = name;
        // Of the attributes, only the namespace is asked for.
        if let Some(namespace) = namespace {
            self.attrs.push(namespace);
        }
        cursor.at = at + 1 + usize::from(empty);
        self.atom = cursor.at;
        let outermost = self.open.is_empty();
        if !empty {
            self.open.push(name.whole);
        }
        Some(if outermost { Next::Head(empty) } else { Next::Stage(Stage::Content) })
    }
}

/// A name of ASCII characters without a colon.
#[inline]
fn name_at(bytes: &[u8], from: usize, limits: &Limits) -> Option<Name> {
    let rest = bytes.get(from..)?;
    let len = chars::ascii_name(rest);
    let usual = chars::is_ascii_name_start(*rest.first()?) && len <= limits.max_name_bytes;
    usual.then_some(Name { whole: Span { from, to: from + len }, local: from })
}

/// `name='value'`, without white space around the `=`, and with a value that is what it looks like. Of the prefixes, only that of `xml:lang`.
#[inline]
fn attribute_at(bytes: &[u8], from: usize, limits: &Limits) -> Option<Attr> {
    let mut name = name_at(bytes, from, limits)?;
    let mut rest = bytes.get(name.whole.to..)?;
    if let [b':', b'l', b'a', b'n', b'g', behind @ ..] = rest
        && name.whole.of(bytes) == b"xml"
        && limits.max_name_bytes >= 8
    {
        name.local = name.whole.to + 1;
        name.whole.to += 5;
        rest = behind;
    }
    let [b'=', quote @ (b'\'' | b'"'), rest @ ..] = rest else { return None };
    let len = chars::plain_value(rest, *quote);
    if rest.get(len) != Some(quote) || len > limits.max_value_bytes {
        return None;
    }
    let from = name.whole.to + 2;
    Some(Attr { name, value: Span { from, to: from + len }, plain: true })
}
