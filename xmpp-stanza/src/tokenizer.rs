//! The strict, resumable tokenizer: finds the end of an element and checks every byte on the way, in one pass.
//!
//! It keeps its state between calls as a stage and an offset, so that it goes on exactly where the bytes ended, inside a name, a value, a
//! reference or a multi-byte character. There is no separate boundary scan: what ends an element and what is an error
//! cannot disagree, and an error is found at the same offset however the input was cut.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "offsets into a slice: below isize::MAX, moved by at most 4 at a time"
)]

use alloc::vec::Vec;

use crate::chars::{self, Decoded};
use crate::context::ContextData;
use crate::error::DecodeErrorKind as Kind;
use crate::limits::{BINDINGS, Limits};

/// A range of bytes from the first byte of the element.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Span {
    #[inline]
    pub(crate) fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.from..self.to).unwrap_or_default()
    }
}

/// A qualified name: the whole of it, and where its local part begins.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Name {
    pub(crate) whole: Span,
    pub(crate) local: usize,
}

impl Name {
    #[inline]
    pub(crate) fn has_prefix(self) -> bool {
        self.local != self.whole.from
    }

    #[inline]
    pub(crate) fn prefix(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.whole.from..self.local.saturating_sub(1)).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn local(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.local..self.whole.to).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Attr {
    pub(crate) name: Name,
    pub(crate) value: Span,
    /// No reference and no white space but blanks: the value is what it looks like.
    plain: bool,
}

#[derive(Debug, Clone, Copy)]
struct Binding {
    prefix: Span,
    value: Span,
    depth: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    #[default]
    Content,
    Less,
    Bang,
    Name,
    AfterName,
    Space,
    AttrName,
    Equals,
    Quote,
    Value,
    AfterValue,
    Slash,
    EndName,
    EndSpace,
    Cdata,
    Ampersand,
    Entity,
    Hash,
    Decimal,
    Hexadecimal,
}

/// What the tokenizer came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The bytes end inside the element.
    Need,
    /// The start tag of the outermost element is complete and checked; true if the element is empty and thereby complete.
    Head(bool),
    /// The element is complete: this many bytes.
    End(usize),
}

/// A kind and an offset from the first byte of the element.
pub(crate) type Fault = (Kind, usize);

#[derive(Debug, Default)]
pub(crate) struct Tokenizer {
    stage: Stage,
    /// Where reading goes on.
    at: usize,
    /// Where the current name, value, text or reference began.
    atom: usize,
    /// Where the current tag began.
    tag: usize,
    /// The local part of the current name begins here; 0 while no colon was seen.
    colon: usize,
    /// The quote of the current value; 0 in character data.
    quote: u8,
    plain: bool,
    reference: usize,
    number: u32,
    elements: usize,
    pub(crate) name: Name,
    pub(crate) attrs: Vec<Attr>,
    open: Vec<Span>,
    bindings: Vec<Binding>,
}

impl Tokenizer {
    /// Forgets everything and expects a `<` at `at`.
    pub(crate) fn begin(&mut self, at: usize) {
        self.stage = Stage::Content;
        self.at = at;
        self.atom = at;
        self.elements = 0;
        self.quote = 0;
        self.open.clear();
        self.bindings.clear();
    }

    /// Where reading goes on.
    pub(crate) const fn position(&self) -> usize {
        self.at
    }

    fn pause(&mut self, stage: Stage, at: usize) -> Step {
        self.stage = stage;
        self.at = at;
        Step::Need
    }

    #[allow(
        clippy::too_many_lines,
        reason = "one arm for each stage; split up, the optimiser loses sight of the offset"
    )]
    /// Reads on. `bytes` begins with the first byte of the element, at every call.
    pub(crate) fn run(&mut self, bytes: &[u8], limits: &Limits, context: &ContextData) -> Result<Step, Fault> {
        let mut at = self.at;
        let mut stage = self.stage;
        loop {
            stage = match stage {
                Stage::Content => {
                    let Some(byte) = self.text(bytes, &mut at, limits)? else { return Ok(self.pause(stage, at)) };
                    if byte == b'<' {
                        self.tag = at;
                        at += 1;
                        Stage::Less
                    } else {
                        self.quote = 0;
                        Stage::Ampersand
                    }
                }
                Stage::Less => {
                    let Some(&byte) = bytes.get(at) else { return Ok(self.pause(stage, at)) };
                    match byte {
                        b'/' => {
                            at += 1;
                            Stage::EndName
                        }
                        b'!' => {
                            at += 1;
                            self.atom = at;
                            Stage::Bang
                        }
                        // RFC 6120 §11.1: no processing instructions; §11.5: the declaration is the first thing or nothing.
                        b'?' => return Err((Kind::ProcessingInstruction, self.tag)),
                        _ => {
                            self.begin_element(at, limits)?;
                            Stage::Name
                        }
                    }
                }
                Stage::Name => {
                    if !self.name(bytes, &mut at, limits)? {
                        return Ok(self.pause(stage, at));
                    }
                    self.name = self.take_name(at)?;
                    Stage::AfterName
                }
                Stage::AfterName => match bytes.get(at) {
                    None => return Ok(self.pause(stage, at)),
                    Some(b'>' | b'/') => Stage::Space,
                    Some(&byte) if chars::is_space(byte) => Stage::Space,
                    Some(_) => return Err((Kind::InvalidName, at)),
                },
                Stage::Space => {
                    skip_space(bytes, &mut at);
                    match bytes.get(at) {
                        None => return Ok(self.pause(stage, at)),
                        Some(b'>') => {
                            at += 1;
                            let outermost = self.open.is_empty();
                            self.check_tag(bytes, limits, context)?;
                            self.open.push(self.name.whole);
                            self.atom = at;
                            if outermost {
                                self.pause(Stage::Content, at);
                                return Ok(Step::Head(false));
                            }
                            Stage::Content
                        }
                        Some(b'/') => {
                            at += 1;
                            Stage::Slash
                        }
                        Some(_) => {
                            if self.attrs.len() >= limits.max_attributes {
                                return Err((Kind::TooManyAttributes, at));
                            }
                            self.atom = at;
                            self.colon = 0;
                            Stage::AttrName
                        }
                    }
                }
                Stage::AttrName => {
                    if !self.name(bytes, &mut at, limits)? {
                        return Ok(self.pause(stage, at));
                    }
                    let name = self.take_name(at)?;
                    self.attrs.push(Attr { name, ..Attr::default() });
                    Stage::Equals
                }
                Stage::Equals => match bytes.get(at) {
                    None => return Ok(self.pause(stage, at)),
                    Some(b'=') => {
                        at += 1;
                        Stage::Quote
                    }
                    Some(&byte) if chars::is_space(byte) => {
                        at += 1;
                        Stage::Equals
                    }
                    Some(_) => return Err((Kind::MalformedTag, at)),
                },
                Stage::Quote => match bytes.get(at) {
                    None => return Ok(self.pause(stage, at)),
                    Some(&byte @ (b'\'' | b'"')) => {
                        at += 1;
                        self.atom = at;
                        self.quote = byte;
                        self.plain = true;
                        Stage::Value
                    }
                    Some(&byte) if chars::is_space(byte) => {
                        at += 1;
                        Stage::Quote
                    }
                    Some(_) => return Err((Kind::MalformedTag, at)),
                },
                Stage::Value => {
                    let Some(byte) = self.value(bytes, &mut at, limits)? else { return Ok(self.pause(stage, at)) };
                    if byte == b'&' {
                        self.plain = false;
                        Stage::Ampersand
                    } else {
                        if let Some(attr) = self.attrs.last_mut() {
                            attr.value = Span { from: self.atom, to: at };
                            attr.plain = self.plain;
                        }
                        at += 1;
                        Stage::AfterValue
                    }
                }
                Stage::AfterValue => match bytes.get(at) {
                    None => return Ok(self.pause(stage, at)),
                    Some(b'>' | b'/') => Stage::Space,
                    Some(&byte) if chars::is_space(byte) => Stage::Space,
                    Some(_) => return Err((Kind::MissingSpace, at)),
                },
                Stage::Slash => match bytes.get(at) {
                    None => return Ok(self.pause(stage, at)),
                    Some(b'>') => {
                        at += 1;
                        self.check_tag(bytes, limits, context)?;
                        self.atom = at;
                        if self.open.is_empty() {
                            self.pause(Stage::Content, at);
                            return Ok(Step::Head(true));
                        }
                        let depth = self.open.len();
                        self.forget_bindings(depth);
                        Stage::Content
                    }
                    Some(_) => return Err((Kind::MalformedTag, at)),
                },
                Stage::EndName => {
                    if !self.end_name(bytes, &mut at)? {
                        return Ok(self.pause(stage, at));
                    }
                    Stage::EndSpace
                }
                Stage::EndSpace => {
                    skip_space(bytes, &mut at);
                    match bytes.get(at) {
                        None => return Ok(self.pause(stage, at)),
                        Some(b'>') => {
                            at += 1;
                            self.atom = at;
                            self.open.pop();
                            let depth = self.open.len();
                            self.forget_bindings(depth);
                            if depth == 0 {
                                return Ok(Step::End(at));
                            }
                            Stage::Content
                        }
                        Some(_) => return Err((Kind::MalformedTag, at)),
                    }
                }
                Stage::Bang => {
                    if !self.bang(bytes, &mut at)? {
                        return Ok(self.pause(stage, at));
                    }
                    self.atom = at;
                    Stage::Cdata
                }
                Stage::Cdata => {
                    if !self.cdata(bytes, &mut at, limits)? {
                        return Ok(self.pause(stage, at));
                    }
                    self.atom = at;
                    Stage::Content
                }
                Stage::Ampersand | Stage::Entity | Stage::Hash | Stage::Decimal | Stage::Hexadecimal => {
                    match self.reference(stage, bytes, &mut at, limits)? {
                        Some(next) => next,
                        None => return Ok(Step::Need),
                    }
                }
            };
        }
    }

    #[inline]
    fn begin_element(&mut self, at: usize, limits: &Limits) -> Result<(), Fault> {
        self.elements += 1;
        if self.elements > limits.max_elements {
            return Err((Kind::TooManyElements, self.tag));
        }
        if self.open.len() >= limits.max_depth {
            return Err((Kind::TooDeep, self.tag));
        }
        self.atom = at;
        self.colon = 0;
        self.attrs.clear();
        Ok(())
    }

    /// Character data up to `<` or `&`, which is returned; `None` if the bytes end.
    #[inline]
    fn text(&mut self, bytes: &[u8], at: &mut usize, limits: &Limits) -> Result<Option<u8>, Fault> {
        loop {
            *at += chars::plain_text(bytes.get(*at..).unwrap_or_default());
            let too_long = *at - self.atom > limits.max_text_bytes;
            match bytes.get(*at) {
                _ if too_long => return Err((Kind::TextTooLong, self.atom + limits.max_text_bytes)),
                None => return Ok(None),
                Some(&byte @ (b'<' | b'&')) => return Ok(Some(byte)),
                Some(b']') => match (bytes.get(*at + 1), bytes.get(*at + 2)) {
                    // XML 1.0 §2.4: `]]>` MUST NOT appear in content but as the end of a CDATA section.
                    (Some(b']'), Some(b'>')) => return Err((Kind::CdataEndInText, *at)),
                    (None, _) | (Some(b']'), None) => return Ok(None),
                    _ => *at += 1,
                },
                Some(&byte) if byte < 0x80 => control(byte, at)?,
                Some(_) if !wide(bytes, at)? => return Ok(None),
                Some(_) => {}
            }
        }
    }

    /// An attribute value up to its quote or `&`, which is returned; `None` if the bytes end.
    #[inline]
    fn value(&mut self, bytes: &[u8], at: &mut usize, limits: &Limits) -> Result<Option<u8>, Fault> {
        loop {
            *at += chars::plain_value(bytes.get(*at..).unwrap_or_default(), self.quote);
            if *at - self.atom > limits.max_value_bytes {
                return Err((Kind::ValueTooLong, self.atom + limits.max_value_bytes));
            }
            match bytes.get(*at) {
                None => return Ok(None),
                Some(&byte) if byte == self.quote || byte == b'&' => return Ok(Some(byte)),
                Some(b'<') => return Err((Kind::LessThanInValue, *at)),
                Some(&byte) if byte < 0x80 => {
                    self.plain = false;
                    control(byte, at)?;
                }
                Some(_) if !wide(bytes, at)? => return Ok(None),
                Some(_) => {}
            }
        }
    }

    /// A qualified name; false if the bytes end before something that is no part of it.
    #[inline]
    fn name(&mut self, bytes: &[u8], at: &mut usize, limits: &Limits) -> Result<bool, Fault> {
        loop {
            let Some(&byte) = bytes.get(*at) else {
                return if *at - self.atom > limits.max_name_bytes { Err(self.long_name(limits)) } else { Ok(false) };
            };
            let first = *at == self.atom || *at == self.colon;
            if chars::is_ascii_name(byte) {
                if first && !chars::is_ascii_name_start(byte) {
                    return Err((Kind::InvalidName, *at));
                }
                *at += 1;
            } else if byte == b':' {
                if first || self.colon != 0 {
                    return Err((Kind::InvalidQualifiedName, *at));
                }
                *at += 1;
                self.colon = *at;
            } else if byte < 0x80 {
                if first {
                    return Err((if self.colon == 0 { Kind::InvalidName } else { Kind::InvalidQualifiedName }, *at));
                }
                return if *at - self.atom > limits.max_name_bytes { Err(self.long_name(limits)) } else { Ok(true) };
            } else {
                let from = *at;
                if !wide_name(bytes, at, first)? {
                    *at = from;
                    return Ok(false);
                }
            }
            if *at - self.atom > limits.max_name_bytes {
                return Err(self.long_name(limits));
            }
        }
    }

    #[cold]
    const fn long_name(&self, limits: &Limits) -> Fault {
        (Kind::NameTooLong, self.atom + limits.max_name_bytes)
    }

    #[inline]
    fn take_name(&mut self, at: usize) -> Result<Name, Fault> {
        let local = if self.colon == 0 { self.atom } else { self.colon };
        Ok(Name { whole: Span { from: self.atom, to: at }, local })
    }

    /// The name of an end tag, byte by byte what the open element is called; false if the bytes end.
    #[inline]
    fn end_name(&mut self, bytes: &[u8], at: &mut usize) -> Result<bool, Fault> {
        let Some(&open) = self.open.last() else { return Err((Kind::MismatchedEndTag, *at)) };
        let expected = open.of(bytes);
        let from = self.tag + 2;
        let found = bytes.get(from..).unwrap_or_default();
        if let Some((name, rest)) = found.split_at_checked(expected.len())
            && name == expected
        {
            *at = from + expected.len();
            return match rest.first() {
                None => Ok(false),
                Some(&byte) if byte == b'>' || chars::is_space(byte) => Ok(true),
                Some(_) => Err((Kind::MismatchedEndTag, *at)),
            };
        }
        let same = found.iter().zip(expected).take_while(|(a, b)| a == b).count();
        *at = from + same;
        if same < found.len() { Err((Kind::MismatchedEndTag, *at)) } else { Ok(false) }
    }

    /// After `<!`: only `[CDATA[` may follow; false if the bytes end.
    fn bang(&mut self, bytes: &[u8], at: &mut usize) -> Result<bool, Fault> {
        const OPENING: &[u8] = b"[CDATA[";
        loop {
            let done = *at - self.atom;
            let Some(&expected) = OPENING.get(done) else { return Ok(true) };
            match bytes.get(*at) {
                None => return Ok(false),
                Some(&byte) if byte == expected => *at += 1,
                // RFC 6120 §11.1: no comments, no DTD subsets.
                Some(_) if done == 0 => return Err((Kind::CommentOrDoctype, self.tag)),
                Some(_) => return Err((Kind::MalformedCdata, *at)),
            }
        }
    }

    /// A CDATA section up to and with `]]>`; false if the bytes end.
    fn cdata(&mut self, bytes: &[u8], at: &mut usize, limits: &Limits) -> Result<bool, Fault> {
        loop {
            *at += chars::plain_cdata(bytes.get(*at..).unwrap_or_default());
            if *at - self.atom > limits.max_text_bytes {
                return Err((Kind::TextTooLong, self.atom + limits.max_text_bytes));
            }
            match bytes.get(*at) {
                None => return Ok(false),
                Some(b']') => match (bytes.get(*at + 1), bytes.get(*at + 2)) {
                    (Some(b']'), Some(b'>')) => {
                        *at += 3;
                        return Ok(true);
                    }
                    (None, _) | (Some(b']'), None) => return Ok(false),
                    _ => *at += 1,
                },
                Some(&byte) if byte < 0x80 => control(byte, at)?,
                Some(_) if !wide(bytes, at)? => return Ok(false),
                Some(_) => {}
            }
        }
    }

    /// One stage of a reference; the next stage, or `None` (paused) if the bytes end.
    fn reference(
        &mut self,
        stage: Stage,
        bytes: &[u8],
        at: &mut usize,
        limits: &Limits,
    ) -> Result<Option<Stage>, Fault> {
        if stage == Stage::Ampersand {
            self.reference = *at;
            *at += 1;
            self.number = 0;
            return Ok(Some(Stage::Entity));
        }
        let back = if self.quote == 0 { Stage::Content } else { Stage::Value };
        let Some(&byte) = bytes.get(*at) else {
            self.pause(stage, *at);
            return Ok(None);
        };
        let from = self.reference;
        match stage {
            Stage::Entity => self.entity(bytes, at, back, limits),
            Stage::Hash if byte == b'x' => {
                *at += 1;
                Ok(Some(Stage::Hexadecimal))
            }
            Stage::Hash => Ok(Some(Stage::Decimal)),
            _ => {
                let radix = if stage == Stage::Decimal { 10 } else { 16 };
                let prefix = if stage == Stage::Decimal { 2 } else { 3 };
                if let Some(digit) = char::from(byte).to_digit(radix) {
                    self.number = self.number.saturating_mul(radix).saturating_add(digit);
                    *at += 1;
                    if self.number > 0x10_FFFF { Err((Kind::InvalidCharacterReference, from)) } else { Ok(Some(stage)) }
                } else if byte != b';' || *at == from + prefix {
                    Err((Kind::MalformedReference, *at))
                } else if chars::is_char(self.number) {
                    *at += 1;
                    Ok(Some(back))
                } else {
                    Err((Kind::InvalidCharacterReference, from))
                }
            }
        }
    }

    /// After `&`: `#`, or the name of a predefined entity with its `;`.
    fn entity(&mut self, bytes: &[u8], at: &mut usize, back: Stage, limits: &Limits) -> Result<Option<Stage>, Fault> {
        let begin = self.reference + 1;
        if *at == begin && bytes.get(begin) == Some(&b'#') {
            *at += 1;
            return Ok(Some(Stage::Hash));
        }
        loop {
            let Some(&byte) = bytes.get(*at) else {
                self.pause(Stage::Entity, *at);
                return Ok(None);
            };
            if byte == b';' && *at > begin {
                let name = bytes.get(begin..*at).unwrap_or_default();
                *at += 1;
                return match name {
                    b"lt" | b"gt" | b"amp" | b"apos" | b"quot" => Ok(Some(back)),
                    // RFC 6120 §11.1: no entity references with the exception of predefined entities.
                    _ => Err((Kind::EntityReference, self.reference)),
                };
            }
            let first = *at == begin;
            if byte >= 0x80 {
                if !wide_name(bytes, at, first).map_err(|(_, at)| (Kind::MalformedReference, at))? {
                    self.pause(Stage::Entity, *at);
                    return Ok(None);
                }
            } else if chars::is_ascii_name_start(byte) || byte == b':' || (!first && chars::is_ascii_name(byte)) {
                *at += 1;
            } else {
                return Err((Kind::MalformedReference, *at));
            }
            if *at - begin > limits.max_name_bytes {
                return Err((Kind::NameTooLong, begin + limits.max_name_bytes));
            }
        }
    }

    #[inline]
    fn forget_bindings(&mut self, depth: usize) {
        while self.bindings.last().is_some_and(|binding| binding.depth >= depth) {
            self.bindings.pop();
        }
    }

    /// The namespaces of a complete start tag (Namespaces in XML), and its duplicate attributes.
    #[inline]
    fn check_tag(&mut self, bytes: &[u8], limits: &Limits, context: &ContextData) -> Result<(), Fault> {
        let mut prefixed = 0_usize;
        if !self.attrs.is_empty() {
            prefixed = self.declarations(bytes, limits)?;
            self.duplicates(bytes)?;
        }
        if self.name.has_prefix() {
            let prefix = self.name.prefix(bytes);
            // Namespaces in XML §3: element names MUST NOT have the prefix xmlns.
            if prefix == b"xmlns" || self.resolve(prefix, bytes, context).is_none() {
                return Err((Kind::UnboundPrefix, self.name.whole.from));
            }
        }
        if prefixed > 0 {
            self.attribute_prefixes(bytes, context, prefixed)?;
        }
        Ok(())
    }

    /// Records what the tag declares; returns the number of attributes with any other prefix than `xmlns`.
    #[inline]
    fn declarations(&mut self, bytes: &[u8], limits: &Limits) -> Result<usize, Fault> {
        let mut prefixed = 0_usize;
        for attr in &self.attrs {
            if !attr.name.has_prefix() {
                if attr.name.whole.of(bytes) == b"xmlns" {
                    check_namespace(b"", attr, bytes, limits)?;
                }
                continue;
            }
            if attr.name.prefix(bytes) != b"xmlns" {
                prefixed += 1;
                continue;
            }
            let prefix = attr.name.local(bytes);
            check_namespace(prefix, attr, bytes, limits)?;
            if self.bindings.len() >= limits.max_bindings.min(BINDINGS) {
                return Err((Kind::TooManyBindings, attr.name.whole.from));
            }
            let prefix = Span { from: attr.name.local, to: attr.name.whole.to };
            self.bindings.push(Binding { prefix, value: attr.value, depth: self.open.len() });
        }
        Ok(prefixed)
    }

    /// XML 1.0 §3.1: no attribute name may appear more than once in a tag.
    #[inline]
    fn duplicates(&self, bytes: &[u8]) -> Result<(), Fault> {
        let attrs = self.attrs.as_slice();
        if attrs.len() > 12 {
            return self.many_duplicates(bytes);
        }
        let mut rest = attrs;
        while let Some((last, before)) = rest.split_last() {
            let name = last.name.whole.of(bytes);
            if before.iter().any(|attr| attr.name.whole.of(bytes) == name) {
                return Err(self.first_duplicate(bytes));
            }
            rest = before;
        }
        Ok(())
    }

    #[cold]
    fn many_duplicates(&self, bytes: &[u8]) -> Result<(), Fault> {
        let mut sorted: Vec<&Attr> = self.attrs.iter().collect();
        sorted.sort_unstable_by_key(|attr| (attr.name.whole.of(bytes), attr.name.whole.from));
        let second = |pair: &[&Attr]| match pair {
            [a, b] if a.name.whole.of(bytes) == b.name.whole.of(bytes) => Some(b.name.whole.from),
            _ => None,
        };
        match sorted.windows(2).filter_map(second).min() {
            Some(at) => Err((Kind::DuplicateAttribute, at)),
            None => Ok(()),
        }
    }

    #[cold]
    fn first_duplicate(&self, bytes: &[u8]) -> Fault {
        match self.many_duplicates(bytes) {
            Err(fault) => fault,
            Ok(()) => (Kind::DuplicateAttribute, self.tag),
        }
    }

    /// Namespaces in XML §5 and §6.3: every prefix is bound, and no two attributes are one by namespace and local name.
    fn attribute_prefixes(&self, bytes: &[u8], context: &ContextData, prefixed: usize) -> Result<(), Fault> {
        let mut expanded: Vec<(NamespaceName<'_>, &[u8], usize)> = Vec::new();
        for attr in self.attrs.iter().filter(|attr| attr.name.has_prefix()) {
            let prefix = attr.name.prefix(bytes);
            if prefix == b"xmlns" {
                continue;
            }
            let Some(namespace) = self.resolve(prefix, bytes, context) else {
                return Err((Kind::UnboundPrefix, attr.name.whole.from));
            };
            if prefixed > 1 {
                expanded.push((namespace, attr.name.local(bytes), attr.name.whole.from));
            }
        }
        if prefixed > 1 {
            expanded.sort_unstable();
            let second = |pair: &[(NamespaceName<'_>, &[u8], usize)]| match pair {
                [a, b] if a.0 == b.0 && a.1 == b.1 => Some(b.2),
                _ => None,
            };
            if let Some(at) = expanded.windows(2).filter_map(second).min() {
                return Err((Kind::DuplicateAttribute, at));
            }
        }
        Ok(())
    }

    /// The namespace that a prefix is bound to: inside the element, by the stream header, or by definition.
    pub(crate) fn resolve<'t>(
        &self,
        prefix: &[u8],
        bytes: &'t [u8],
        context: &'t ContextData,
    ) -> Option<NamespaceName<'t>> {
        if prefix == b"xml" {
            return Some(NamespaceName::new(crate::ns::XML.as_bytes()));
        }
        if let Some(binding) = self.bindings.iter().rev().find(|binding| binding.prefix.of(bytes) == prefix) {
            return Some(NamespaceName::new(binding.value.of(bytes)));
        }
        context.resolve(prefix).map(|name| NamespaceName { bytes: name.as_bytes(), raw: false })
    }

    /// The value of an unprefixed attribute of the last start tag, as it stands in the bytes.
    pub(crate) fn attribute<'t>(&self, name: &[u8], bytes: &'t [u8]) -> Option<&'t [u8]> {
        let found = self.attrs.iter().find(|attr| attr.name.whole.of(bytes) == name)?;
        Some(found.value.of(bytes))
    }
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

    pub(crate) fn is(&self, name: &str) -> bool {
        if !self.raw {
            return self.bytes == name.as_bytes();
        }
        core::str::from_utf8(self.bytes).is_ok_and(|raw| crate::value::Value::attribute(raw) == *name)
    }

    fn text(&self) -> alloc::borrow::Cow<'t, str> {
        let raw = core::str::from_utf8(self.bytes).unwrap_or_default();
        if self.raw { crate::value::Value::attribute(raw).to_cow() } else { raw.into() }
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

/// Namespaces in XML §3: what may be bound to what.
#[inline]
fn check_namespace(prefix: &[u8], attr: &Attr, bytes: &[u8], limits: &Limits) -> Result<(), Fault> {
    let value = attr.value.of(bytes);
    if value.len() > limits.max_namespace_bytes {
        return Err((Kind::NamespaceTooLong, attr.name.whole.from));
    }
    let name = NamespaceName { bytes: value, raw: !attr.plain };
    let allowed = match prefix {
        b"xml" => name.is(crate::ns::XML),
        b"xmlns" => false,
        _ => (prefix.is_empty() || !value.is_empty()) && !name.is(crate::ns::XML) && !name.is(crate::ns::XMLNS),
    };
    if allowed { Ok(()) } else { Err((Kind::ReservedNamespace, attr.name.whole.from)) }
}

#[inline]
fn skip_space(bytes: &[u8], at: &mut usize) {
    while bytes.get(*at).is_some_and(|&byte| chars::is_space(byte)) {
        *at += 1;
    }
}

/// A control character where text may stand: tab and line ends pass.
#[inline]
fn control(byte: u8, at: &mut usize) -> Result<(), Fault> {
    if !chars::is_space(byte) {
        return Err((Kind::IllegalCharacter, *at));
    }
    *at += 1;
    Ok(())
}

/// One character beyond ASCII; false if the bytes end inside it.
#[inline]
fn wide(bytes: &[u8], at: &mut usize) -> Result<bool, Fault> {
    match chars::decode_wide(bytes.get(*at..).unwrap_or_default()) {
        Decoded::Char(0xFFFE | 0xFFFF, _) => Err((Kind::IllegalCharacter, *at)),
        Decoded::Char(_, len) => {
            *at += len;
            Ok(true)
        }
        Decoded::Need => Ok(false),
        // RFC 6120 §11.6: UTF-8 and nothing else.
        Decoded::Bad => Err((Kind::InvalidUtf8, *at)),
    }
}

/// One name character beyond ASCII; false if the bytes end inside it.
fn wide_name(bytes: &[u8], at: &mut usize, first: bool) -> Result<bool, Fault> {
    match chars::decode_wide(bytes.get(*at..).unwrap_or_default()) {
        Decoded::Char(c, len) if chars::is_wide_name_start(c) || (!first && chars::is_wide_name(c)) => {
            *at += len;
            Ok(true)
        }
        Decoded::Char(..) => Err((Kind::InvalidName, *at)),
        Decoded::Need => Ok(false),
        Decoded::Bad => Err((Kind::InvalidUtf8, *at)),
    }
}
