//! Messages (RFC 6121 §5).

use core::fmt;

use crate::element::{Element, ElementRef};
use crate::error::EncodeError;
use crate::jid::Jid;
use crate::payload::{PayloadError, Payloads};
use crate::stanza::{Head, StanzaFaultKind, check_error, distinct_languages, no_error};
use crate::stanza_error::StanzaError;
use crate::text::Text;
use crate::value::Value;
use crate::writer::{ToXml, Writer};

/// The type of a message (RFC 6121 §5.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MessageType {
    /// One-to-one chat.
    Chat,
    /// An error about a message sent before.
    Error,
    /// A chat room.
    Groupchat,
    /// An alert without reply.
    Headline,
    /// A message on its own; also every unknown type, and none.
    #[default]
    Normal,
}

impl MessageType {
    /// The value of the attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Error => "error",
            Self::Groupchat => "groupchat",
            Self::Headline => "headline",
            Self::Normal => "normal",
        }
    }

    /// Reads the attribute: what is not known means normal (RFC 6121 §5.2.2).
    pub fn of(value: &str) -> Self {
        match value {
            "chat" => Self::Chat,
            "error" => Self::Error,
            "groupchat" => Self::Groupchat,
            "headline" => Self::Headline,
            _ => Self::Normal,
        }
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message<'a> {
    /// The recipient.
    pub to: Option<Jid<'a>>,
    /// The sender.
    pub from: Option<Jid<'a>>,
    /// The id.
    pub id: Option<Text<'a>>,
    /// The type.
    pub message_type: MessageType,
    /// `xml:lang` on the message itself; [`body`](Self::body) and the like also see what the stream says.
    pub lang: Option<Text<'a>>,
    /// Body, subject, thread, error and everything else.
    pub payloads: Payloads<'a>,
}

impl<'a> Message<'a> {
    /// A message of that type.
    pub fn new(message_type: MessageType) -> Self {
        Self { message_type, ..Self::default() }
    }

    fn check(root: &ElementRef<'_>, message_type: MessageType) -> Result<(), StanzaFaultKind> {
        // RFC 6121 §5.2.3, RFC 6121 §5.2.4, RFC 6121 §5.2.5: several bodies and subjects only in distinct languages, one thread, all of text only.
        let namespace = root.namespace();
        let (mut bodies, mut subjects, mut threads, mut errors) = (0_usize, 0_usize, 0_usize, 0_usize);
        for child in root.children() {
            let (count, is_text) = match child.name() {
                "body" => (&mut bodies, true),
                "subject" => (&mut subjects, true),
                "thread" => (&mut threads, true),
                "error" => (&mut errors, false),
                _ => continue,
            };
            if child.namespace() != namespace {
                continue;
            }
            *count = count.saturating_add(1);
            if is_text && !child.is_text() {
                return Err(StanzaFaultKind::MixedContent);
            }
            if child.name() == "thread" && child.attribute("parent").is_some_and(|parent| parent == child.text()) {
                return Err(StanzaFaultKind::OwnParent);
            }
        }
        if bodies > 1 {
            distinct_languages(root, "body")?;
        }
        if subjects > 1 {
            distinct_languages(root, "subject")?;
        }
        if threads > 1 {
            return Err(StanzaFaultKind::Repeated);
        }
        if message_type == MessageType::Error { check_error(root) } else { no_error(errors) }
    }

    pub(crate) fn make(
        root: &ElementRef<'_>,
        mut head: Head<'a>,
        element: &Element<'a>,
    ) -> Result<Self, StanzaFaultKind> {
        let message_type = head.kind.as_deref().map_or(MessageType::Normal, MessageType::of);
        Self::check(root, message_type)?;
        let [to, from] = head.addresses()?;
        let Head { id, lang, .. } = head;
        Ok(Self { to, from, id, message_type, lang, payloads: Payloads::received(element.clone()) })
    }

    fn content(&self, name: &str) -> Option<ElementRef<'_>> {
        let root = self.payloads.root()?;
        let namespace = root.namespace();
        root.children().find(|child| child.name() == name && child.namespace() == namespace)
    }

    /// The text of the message; the first of several languages.
    pub fn body(&self) -> Option<Value<'_>> {
        self.content("body").map(|body| body.text())
    }

    /// All bodies with their languages.
    pub fn bodies(&self) -> impl Iterator<Item = (Option<Value<'_>>, Value<'_>)> {
        self.payloads
            .iter()
            .filter(|child| child.name() == "body" && child.is_content())
            .map(|body| (body.lang(), body.text()))
    }

    /// The topic; the first of several languages.
    pub fn subject(&self) -> Option<Value<'_>> {
        self.content("subject").map(|subject| subject.text())
    }

    /// The thread that the message belongs to.
    pub fn thread(&self) -> Option<Thread<'_>> {
        let thread = self.content("thread")?;
        Some(Thread { id: thread.text(), parent: thread.attribute("parent") })
    }

    /// The error, if the type is error.
    pub fn error(&self) -> Option<Result<StanzaError<'_>, PayloadError>> {
        self.content("error")
            .filter(|_| self.message_type == MessageType::Error)
            .map(|error| StanzaError::decode(&error))
    }
}

impl ToXml for Message<'_> {
    fn to_xml(&self, w: &mut Writer) {
        let outer = w.open_stanza("message");
        w.stanza_head(self.to.as_ref(), self.from.as_ref(), self.id.as_deref());
        if self.message_type != MessageType::Normal {
            w.head_word(" type='", self.message_type.as_str());
        }
        w.stanza_lang(self.lang.as_deref(), &self.payloads);
        self.payloads.write(w);
        w.close_stanza(outer, self.message_type == MessageType::Error);
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "message {}", self.message_type.as_str())?;
        crate::iq::display_head(f, self.id.as_deref(), self.from.as_ref(), self.to.as_ref())?;
        match self.body() {
            Some(body) => write!(f, " body={body:?}"),
            None => crate::iq::display_payloads(f, &self.payloads),
        }
    }
}

/// The thread of a message (RFC 6121 §5.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thread<'a> {
    /// The identifier, opaque.
    pub id: Value<'a>,
    /// The thread that this one branched off.
    pub parent: Option<Value<'a>>,
}

/// A `<body/>` to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body<'a>(pub &'a str);

impl ToXml for Body<'_> {
    #[inline]
    fn to_xml(&self, w: &mut Writer) {
        w.open_content("body");
        w.text(self.0);
        w.close();
    }
}

/// A `<subject/>` to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject<'a>(pub &'a str);

impl ToXml for Subject<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open_content("subject");
        w.text(self.0);
        w.close();
    }
}

impl ToXml for Thread<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open_content("thread");
        if let Some(parent) = &self.parent {
            if *parent == self.id {
                w.fail(EncodeError::OwnParent);
            }
            w.attr("parent", &parent.to_cow());
        }
        w.text(&self.id.to_cow());
        w.close();
    }
}
