//! The strict, resumable tokenizer (RFC 6120 §11.3): finds the end of an element and checks every byte on the way, in one pass.
//!
//! It keeps its state between calls as a stage and an offset, so that it goes on exactly where the bytes ended, inside a name, a value, a
//! reference or a multi-byte character. There is no separate boundary scan: what ends an element and what is an error
//! cannot disagree, and an error is found at the same offset however the input was cut.
//!
//! Each stage is a method that reads on as far as the usual next stages go, so that a whole element in the buffer takes one dispatch per tag
//! and per attribute. Where the bytes end, it names the stage that goes on.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "offsets into a slice: below isize::MAX, moved by at most 4 at a time"
)]

mod name;
mod pass;
mod reference;
mod scope;
mod sieve;
mod tag;
mod text;
mod usual;

use alloc::vec::Vec;

use crate::chars;
use crate::context::ContextData;
use crate::error::DecodeErrorKind as Kind;
use crate::limits::Limits;

pub(crate) use scope::NamespaceName;
use scope::Notes;
use sieve::Sieve;

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
    /// Character data.
    #[default]
    Content,
    /// Behind `<`.
    Less,
    /// Behind `<!`.
    Bang,
    Cdata,
    ElementName,
    /// In a start tag, where white space may stand.
    InTag,
    AttributeName,
    /// Before `=`.
    Equals,
    /// Before the quote that opens a value.
    Quote,
    Value,
    /// Behind the quote that closes a value.
    AfterValue,
    /// Behind the `/` of an empty element.
    Slash,
    EndName,
    /// Before the `>` of an end tag.
    EndSpace,
    /// Behind `&`.
    Entity,
    /// Behind `&#`.
    Hash,
    Decimal,
    Hexadecimal,
}

/// What a stage came to.
enum Next {
    /// Another stage goes on.
    Stage(Stage),
    /// The bytes end; this stage goes on when there are more.
    Need(Stage),
    /// The outermost start tag ended; true if the element did, too.
    Head(bool),
    /// The element ended.
    End,
}

/// The bytes are refused: the fault is in [`Cursor::fault`]. What the stages return fits into a register that way.
struct Failed;

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

/// What is read, where reading is, and by which rules.
struct Cursor<'t> {
    bytes: &'t [u8],
    at: usize,
    limits: &'t Limits,
    context: &'t ContextData,
    fault: Fault,
}

impl<'t> Cursor<'t> {
    #[cold]
    const fn refuse_at(&mut self, kind: Kind, at: usize) -> Failed {
        self.fault = (kind, at);
        Failed
    }

    #[cold]
    const fn refuse(&mut self, kind: Kind) -> Failed {
        self.refuse_at(kind, self.at)
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn rest(&self) -> &'t [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The byte behind white space.
    #[inline]
    fn peek_behind_space(&mut self) -> Option<u8> {
        loop {
            let byte = self.peek()?;
            if !chars::is_space(byte) {
                return Some(byte);
            }
            self.at += 1;
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Tokenizer {
    stage: Stage,
    /// Where reading goes on.
    at: usize,
    /// Where the current name, value or text began.
    atom: usize,
    /// Where the current tag began.
    tag: usize,
    /// The local part of the current name begins here; 0 while no colon was seen.
    colon: usize,
    /// The quote of the current value; 0 in character data.
    quote: u8,
    plain: bool,
    /// Where the current reference began, and its number so far.
    reference: usize,
    number: u32,
    elements: usize,
    pub(crate) name: Name,
    pub(crate) attrs: Vec<Attr>,
    notes: Notes,
    /// Room to find and sort the names of a tag in that may be the same, kept.
    sieve: Sieve,
    names: Vec<Name>,
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

    /// Reads on. `bytes` begins with the first byte of the element, at every call.
    pub(crate) fn run(&mut self, bytes: &[u8], limits: &Limits, context: &ContextData) -> Result<Step, Fault> {
        let mut cursor = Cursor { bytes, at: self.at, limits, context, fault: (Kind::CutOff, 0) };
        let mut stage = self.stage;
        let step = loop {
            let next = match stage {
                Stage::Content => self.content(&mut cursor),
                Stage::Less => self.less(&mut cursor),
                Stage::Bang => self.bang(&mut cursor),
                Stage::Cdata => self.cdata(&mut cursor),
                Stage::ElementName => self.element_name(&mut cursor),
                Stage::InTag => self.in_tag(&mut cursor),
                Stage::AttributeName => self.attribute_name(&mut cursor),
                Stage::Equals => self.equals(&mut cursor),
                Stage::Quote => self.quote(&mut cursor),
                Stage::Value => self.value(&mut cursor),
                Stage::AfterValue => self.after_value(&mut cursor),
                Stage::Slash => self.slash(&mut cursor),
                Stage::EndName => self.end_name(&mut cursor),
                Stage::EndSpace => self.end_space(&mut cursor),
                Stage::Entity => self.entity(&mut cursor),
                Stage::Hash => self.hash(&mut cursor),
                Stage::Decimal => self.digits(&mut cursor, stage, 10),
                Stage::Hexadecimal => self.digits(&mut cursor, stage, 16),
            };
            match next {
                Ok(Next::Stage(next)) => stage = next,
                Ok(Next::Need(here)) => {
                    self.stage = here;
                    break Step::Need;
                }
                Ok(Next::Head(empty)) => {
                    self.stage = Stage::Content;
                    break Step::Head(empty);
                }
                Ok(Next::End) => break Step::End(cursor.at),
                Err(Failed) => return Err(cursor.fault),
            }
        };
        self.at = cursor.at;
        Ok(step)
    }

    /// The value of an unprefixed attribute of the last start tag, as it stands in the bytes.
    pub(crate) fn attribute<'t>(&self, name: &[u8], bytes: &'t [u8]) -> Option<&'t [u8]> {
        let found = self.attrs.iter().find(|attr| attr.name.whole.of(bytes) == name)?;
        Some(found.value.of(bytes))
    }
}
