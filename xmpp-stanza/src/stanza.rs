//! Stanzas (RFC 6120 §8): what message, presence and iq share, and what a bad one is answered with.

use alloc::vec::Vec;
use core::fmt;

use crate::context::Content;
use crate::element::{Element, ElementRef};
use crate::error::EncodeError;
use crate::iq::Iq;
use crate::jid::{Jid, JidError};
use crate::message::Message;
use crate::payload::PayloadError;
use crate::presence::Presence;
use crate::stanza_error::{StanzaCondition, StanzaError};
use crate::stream_error::StreamCondition;
use crate::text::Text;
use crate::value::Value;
use crate::writer::{Inside, ToXml, Writer};

/// A typed stanza.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stanza<'a> {
    /// RFC 6121 §5.
    Message(Message<'a>),
    /// RFC 6121 §4.
    Presence(Presence<'a>),
    /// RFC 6120 §8.2.3.
    Iq(Iq<'a>),
}

impl<'a> Stanza<'a> {
    /// Reads the element of an [`Event::Stanza`](crate::Event::Stanza).
    ///
    /// # Errors
    /// The stanza breaks a rule. The stream lives on: the fault keeps the element, and knows the answer.
    pub fn decode(element: Element<'a>) -> Result<Self, StanzaFault<'a>> {
        let root = element.root();
        if !root.is_content() {
            return Err(StanzaFault { kind: StanzaFaultKind::NotAStanza, element });
        }
        let head = Head::read(&element);
        let made = match root.name() {
            "message" => Message::make(&root, head, &element).map(Stanza::Message),
            "presence" => Presence::make(&root, head, &element).map(Stanza::Presence),
            "iq" => Iq::make(&root, head, &element).map(Stanza::Iq),
            _ => Err(StanzaFaultKind::NotAStanza),
        };
        made.map_err(|kind| StanzaFault { kind, element })
    }

    /// The intended recipient.
    pub const fn to(&self) -> Option<&Jid<'a>> {
        match self {
            Self::Message(message) => message.to.as_ref(),
            Self::Presence(presence) => presence.to.as_ref(),
            Self::Iq(iq) => iq.to.as_ref(),
        }
    }

    /// The sender.
    pub const fn from(&self) -> Option<&Jid<'a>> {
        match self {
            Self::Message(message) => message.from.as_ref(),
            Self::Presence(presence) => presence.from.as_ref(),
            Self::Iq(iq) => iq.from.as_ref(),
        }
    }

    /// The id.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Message(message) => message.id.as_deref(),
            Self::Presence(presence) => presence.id.as_deref(),
            Self::Iq(iq) => Some(&iq.id),
        }
    }

    /// Checks that the stanza has the addresses that a stream of that kind demands: between servers both (RFC 6120 §8.1.1.2,
    /// RFC 6120 §8.1.2.2), elsewhere none.
    ///
    /// # Errors
    /// What the stream must be closed with.
    pub const fn check_addresses(&self, content: Content) -> Result<(), StreamCondition> {
        match (content, self.to(), self.from()) {
            (Content::Server, None, _) | (Content::Server, _, None) => Err(StreamCondition::ImproperAddressing),
            _ => Ok(()),
        }
    }
}

impl ToXml for Stanza<'_> {
    fn to_xml(&self, w: &mut Writer) {
        match self {
            Self::Message(message) => message.to_xml(w),
            Self::Presence(presence) => presence.to_xml(w),
            Self::Iq(iq) => iq.to_xml(w),
        }
    }
}

impl fmt::Display for Stanza<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(message) => message.fmt(f),
            Self::Presence(presence) => presence.fmt(f),
            Self::Iq(iq) => iq.fmt(f),
        }
    }
}

/// What a stanza did wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StanzaFaultKind {
    /// Not a message, presence or iq of a content namespace.
    NotAStanza,
    /// `to` is no address.
    BadTo(JidError),
    /// `from` is no address.
    BadFrom(JidError),
    /// An iq without an id (RFC 6120 §8.1.3).
    MissingId,
    /// An iq without a type (RFC 6120 §8.2.3).
    MissingType,
    /// An iq or presence of an unknown type (RFC 6120 §8.2.3, RFC 6121 §4.7.1).
    UnknownType,
    /// An iq get or set without exactly one child, or a result with more than one (RFC 6120 §8.2.3).
    WrongNumberOfPayloads,
    /// A stanza of type error without an error, or with two (RFC 6120 §8.3.1).
    NoError,
    /// An error in a stanza of another type (RFC 6120 §8.3.1).
    MisplacedError,
    /// The error is malformed (RFC 6120 §8.3.2).
    BadError(PayloadError),
    /// Two `body`, `subject` or `status` of one language (RFC 6121 §5.2.3, §5.2.4, §4.7.2.2).
    RepeatedLanguage,
    /// Two `thread`, `show` or `priority` (RFC 6121 §5.2.5, §4.7.2.1, §4.7.2.3).
    Repeated,
    /// An element inside a `body`, `subject`, `thread`, `show`, `status` or `priority` (RFC 6121 §4.7.2, §5.2).
    MixedContent,
    /// A `thread` that is its own parent (RFC 6121 §5.2.5).
    OwnParent,
    /// A `show` or `priority` in presence of type unavailable (RFC 6121 §4.5.1).
    NotAvailable,
    /// A `show` other than away, chat, dnd, xa (RFC 6121 §4.7.2.1).
    UnknownShow,
    /// A `priority` that is no integer from -128 to 127 (RFC 6121 §4.7.2.3).
    BadPriority,
}

impl StanzaFaultKind {
    /// The condition that answers it; a malformed address has its own (RFC 7622 §4).
    pub const fn reply(self) -> StanzaCondition {
        match self {
            Self::BadTo(_) | Self::BadFrom(_) => StanzaCondition::JidMalformed,
            Self::BadError(error) => error.reply(),
            _ => StanzaCondition::BadRequest,
        }
    }

    /// The section that is broken.
    pub const fn statement(self) -> &'static str {
        match self {
            Self::NotAStanza => "RFC 6120 §8",
            Self::BadTo(_) | Self::BadFrom(_) => "RFC 7622 §3",
            Self::MissingId => "RFC 6120 §8.1.3",
            Self::MissingType | Self::WrongNumberOfPayloads => "RFC 6120 §8.2.3",
            Self::UnknownType => "RFC 6121 §4.7.1",
            Self::NoError | Self::MisplacedError => "RFC 6120 §8.3.1",
            Self::BadError(_) => "RFC 6120 §8.3.2",
            Self::RepeatedLanguage => "RFC 6121 §5.2.3",
            Self::MixedContent => "RFC 6121 §5.2.3",
            Self::OwnParent => "RFC 6121 §5.2.5",
            Self::NotAvailable => "RFC 6121 §4.5.1",
            Self::Repeated | Self::UnknownShow => "RFC 6121 §4.7.2.1",
            Self::BadPriority => "RFC 6121 §4.7.2.3",
        }
    }
}

impl fmt::Display for StanzaFaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAStanza => f.write_str("no stanza"),
            Self::BadTo(error) => write!(f, "to is no address: {error}"),
            Self::BadFrom(error) => write!(f, "from is no address: {error}"),
            Self::MissingId => f.write_str("an iq without an id"),
            Self::MissingType => f.write_str("an iq without a type"),
            Self::UnknownType => f.write_str("an unknown type"),
            Self::WrongNumberOfPayloads => f.write_str("an iq with the wrong number of payloads"),
            Self::NoError => f.write_str("a stanza of type error without exactly one error"),
            Self::MisplacedError => f.write_str("an error in a stanza of another type"),
            Self::BadError(error) => write!(f, "a malformed error: {error}"),
            Self::RepeatedLanguage => f.write_str("two texts of one language"),
            Self::Repeated => f.write_str("something twice that may be there once"),
            Self::MixedContent => f.write_str("an element inside a text"),
            Self::OwnParent => f.write_str("a thread that is its own parent"),
            Self::NotAvailable => f.write_str("a show or priority in unavailable presence"),
            Self::UnknownShow => f.write_str("an unknown show"),
            Self::BadPriority => f.write_str("a priority that is no integer from -128 to 127"),
        }
    }
}

/// A bad stanza: recoverable. It counts for stream management, and carries what an answer needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StanzaFault<'a> {
    /// What is wrong.
    pub kind: StanzaFaultKind,
    /// The stanza as it was received.
    pub element: Element<'a>,
}

impl StanzaFault<'_> {
    /// The condition to answer with.
    pub const fn reply(&self) -> StanzaCondition {
        self.kind.reply()
    }

    /// What the stream must be closed with: between servers an address that is none is fatal (RFC 6120 §8.1.1.2, RFC 6120 §8.1.2.2).
    pub fn closes(&self) -> Option<StreamCondition> {
        let fatal = matches!(self.kind, StanzaFaultKind::BadTo(_) | StanzaFaultKind::BadFrom(_))
            && self.element.root().namespace() == *Content::Server.namespace();
        fatal.then_some(StreamCondition::ImproperAddressing)
    }

    /// The id, as it was received.
    pub fn id(&self) -> Option<Value<'_>> {
        self.element.root().attribute("id")
    }

    /// The sender, as it was received: it may be no address.
    pub fn from(&self) -> Option<Value<'_>> {
        self.element.root().attribute("from")
    }

    /// The recipient, as it was received: it may be no address.
    pub fn to(&self) -> Option<Value<'_>> {
        self.element.root().attribute("to")
    }

    /// The type, as it was received.
    pub fn stanza_type(&self) -> Option<Value<'_>> {
        self.element.root().attribute("type")
    }

    /// True if an answer may be sent: what is no stanza, errors, and results of an iq, are never answered (RFC 6120 §8.3.1, §8.2.3).
    pub fn may_answer(&self) -> bool {
        let root = self.element.root();
        let never = |kind: Value<'_>| kind == "error" || (kind == "result" && root.name() == "iq");
        self.kind != StanzaFaultKind::NotAStanza && !self.stanza_type().is_some_and(never)
    }

    /// The answer: the same kind of stanza and id, addresses swapped where they are addresses, type error. `None` where no answer may be sent.
    pub fn answer(&self) -> Option<ErrorReply<'_>> {
        self.may_answer().then(|| ErrorReply { fault: self, error: StanzaError::new(self.reply()) })
    }
}

/// An error stanza that answers a [`StanzaFault`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorReply<'a> {
    fault: &'a StanzaFault<'a>,
    /// What is sent; the text may be filled in.
    pub error: StanzaError<'a>,
}

impl ToXml for ErrorReply<'_> {
    fn to_xml(&self, w: &mut Writer) {
        let root = self.fault.element.root();
        let outer = w.open_stanza(root.name());
        // RFC 6120 §8.3.1: the addresses are swapped. A malformed one cannot be repeated: XML would pass it on, peers would refuse it.
        for (name, other) in [("from", "to"), ("to", "from")] {
            if let Some(value) = root.attribute(other)
                && Jid::from_cow(value.to_cow()).is_ok()
            {
                w.attr(name, &value.to_cow());
            }
        }
        // RFC 6120 §8.3.1: the id of the stanza; that of an iq without one is empty.
        match root.attribute("id") {
            Some(id) => w.attr("id", &id.to_cow()),
            None if root.name() == "iq" => w.attr("id", ""),
            None => {}
        }
        w.head_word(" type='", "error");
        self.error.to_xml(w);
        w.close_stanza(outer, true);
    }
}

/// The attributes that all stanzas share, found in one pass.
#[derive(Debug, Default)]
pub(crate) struct Head<'a> {
    to: Option<Text<'a>>,
    from: Option<Text<'a>>,
    pub(crate) id: Option<Text<'a>>,
    pub(crate) lang: Option<Text<'a>>,
    pub(crate) kind: Option<Text<'a>>,
}

impl<'a> Head<'a> {
    fn read(element: &Element<'a>) -> Self {
        let mut head = Self::default();
        element.each_attribute(|key, value| match key {
            "to" => head.to = Some(value),
            "from" => head.from = Some(value),
            "id" => head.id = Some(value),
            "type" => head.kind = Some(value),
            "xml:lang" => head.lang = Some(value),
            _ => {}
        });
        head
    }

    /// RFC 6120 §8.1.1.1, RFC 6120 §8.1.1.2, RFC 6120 §8.1.2.2: to and from, each an address.
    pub(crate) fn addresses(&mut self) -> Result<[Option<Jid<'a>>; 2], StanzaFaultKind> {
        let to = self.to.take().map(Jid::from_text).transpose().map_err(StanzaFaultKind::BadTo)?;
        let from = self.from.take().map(Jid::from_text).transpose().map_err(StanzaFaultKind::BadFrom)?;
        Ok([to, from])
    }
}

/// The children of that name in the content namespace of the stanza.
fn texts<'a>(root: &ElementRef<'a>, name: &'static str) -> impl Iterator<Item = ElementRef<'a>> {
    let namespace = root.namespace();
    root.children().filter(move |child| child.name() == name && child.namespace() == namespace)
}

/// Repetitions of a text child: none of one language.
pub(crate) fn distinct_languages(root: &ElementRef<'_>, name: &'static str) -> Result<(), StanzaFaultKind> {
    // RFC 6121 §4.7.2.2, RFC 6121 §5.2.3, RFC 6121 §5.2.4: distinct values of xml:lang.
    let mut langs: Vec<_> = texts(root, name).map(|child| child.lang().map(|lang| lang.to_cow())).collect();
    langs.sort_unstable();
    let twice = langs.windows(2).any(|pair| matches!(pair, [a, b] if a == b));
    if twice { Err(StanzaFaultKind::RepeatedLanguage) } else { Ok(()) }
}

/// The errors of a stanza of another type than error: none (RFC 6120 §8.3.1).
pub(crate) fn no_error(errors: usize) -> Result<(), StanzaFaultKind> {
    if errors == 0 { Ok(()) } else { Err(StanzaFaultKind::MisplacedError) }
}

/// The one error of a stanza of type error.
pub(crate) fn check_error(root: &ElementRef<'_>) -> Result<(), StanzaFaultKind> {
    let namespace = root.namespace();
    let mut errors = root.children().filter(|child| child.name() == "error" && child.namespace() == namespace);
    match (errors.next(), errors.next()) {
        (Some(error), None) => StanzaError::decode(&error).map(drop).map_err(StanzaFaultKind::BadError),
        _ => Err(StanzaFaultKind::NoError),
    }
}

impl Writer {
    /// Opens a stanza of that name, which was checked, in the content namespace of the stream; on a stream without one (a WebSocket) in `jabber:client`.
    pub(crate) fn open_stanza(&mut self, name: &str) -> Inside {
        let content = self.context().content().unwrap_or(Content::Client);
        self.open_known(content.namespace(), name);
        self.count_inside()
    }

    /// Closes a stanza, which has one error if its type is error, and else none (RFC 6120 §8.3.1). Returns how many elements stand in it.
    pub(crate) fn close_stanza(&mut self, outer: Inside, error: bool) -> usize {
        let Inside { children, errors, .. } = self.counted(outer);
        if errors != usize::from(error) {
            self.fail(EncodeError::MisplacedError);
        }
        self.close();
        children
    }

    pub(crate) fn stanza_head(&mut self, to: Option<&Jid<'_>>, from: Option<&Jid<'_>>, id: Option<&str>) {
        if let Some(from) = from {
            self.head_attr(" from='", from.as_str());
        }
        if let Some(to) = to {
            self.head_attr(" to='", to.as_str());
        }
        if let Some(id) = id {
            self.head_attr(" id='", id);
        }
    }

    /// The stanza's language: its own, or what a received one inherited.
    pub(crate) fn stanza_lang(&mut self, own: Option<&str>, payloads: &crate::Payloads<'_>) {
        match own {
            Some(lang) => self.lang(lang),
            None => {
                let inherited = payloads.element().and_then(|element| element.context().lang());
                if let Some(lang) = inherited {
                    self.lang_if_other(lang);
                }
            }
        }
    }
}
