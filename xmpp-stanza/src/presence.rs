//! Presence (RFC 6121 §3 and §4).

use core::fmt;

use crate::element::{Element, ElementRef};
use crate::jid::Jid;
use crate::payload::{PayloadError, Payloads};
use crate::stanza::{Head, StanzaFaultKind, check_error, distinct_languages, no_error};
use crate::stanza_error::StanzaError;
use crate::text::Text;
use crate::value::Value;
use crate::writer::{ToXml, Writer};

/// The type of a presence (RFC 6121 §4.7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PresenceType {
    /// No type: available.
    #[default]
    Available,
    /// An error about a presence sent before.
    Error,
    /// Asks for the current presence.
    Probe,
    /// Asks for a subscription.
    Subscribe,
    /// Grants it.
    Subscribed,
    /// No longer available.
    Unavailable,
    /// Ends the own subscription.
    Unsubscribe,
    /// Refuses or cancels the other's.
    Unsubscribed,
}

impl PresenceType {
    const NAMED: [Self; 7] = [
        Self::Error,
        Self::Probe,
        Self::Subscribe,
        Self::Subscribed,
        Self::Unavailable,
        Self::Unsubscribe,
        Self::Unsubscribed,
    ];

    /// The value of the attribute; `None` for available, which has none.
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Available => None,
            Self::Error => Some("error"),
            Self::Probe => Some("probe"),
            Self::Subscribe => Some("subscribe"),
            Self::Subscribed => Some("subscribed"),
            Self::Unavailable => Some("unavailable"),
            Self::Unsubscribe => Some("unsubscribe"),
            Self::Unsubscribed => Some("unsubscribed"),
        }
    }

    /// Reads the attribute.
    pub fn of(value: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|kind| kind.as_str() == Some(value))
    }
}

/// What an available entity is up to (RFC 6121 §4.7.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Show {
    /// Temporarily away.
    Away,
    /// Interested in chatting.
    Chat,
    /// Do not disturb.
    Dnd,
    /// Away for long.
    Xa,
}

impl Show {
    /// The text of the element.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Away => "away",
            Self::Chat => "chat",
            Self::Dnd => "dnd",
            Self::Xa => "xa",
        }
    }

    /// Reads the text of the element.
    pub fn of(value: Value<'_>) -> Option<Self> {
        [Self::Away, Self::Chat, Self::Dnd, Self::Xa].into_iter().find(|show| value == *show.as_str())
    }
}

/// A presence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Presence<'a> {
    /// The recipient; none for a broadcast.
    pub to: Option<Jid<'a>>,
    /// The sender.
    pub from: Option<Jid<'a>>,
    /// The id.
    pub id: Option<Text<'a>>,
    /// The type.
    pub presence_type: PresenceType,
    /// `xml:lang` on the presence itself.
    pub lang: Option<Text<'a>>,
    /// Show, status, priority, error and everything else.
    pub payloads: Payloads<'a>,
}

/// RFC 6121 §4.7.2.3: xs:byte, whose lexical form allows a plus sign and white space around.
fn priority(value: Value<'_>) -> Option<i8> {
    value.to_cow().trim_matches([' ', '\t', '\r', '\n']).parse().ok()
}

impl<'a> Presence<'a> {
    /// A presence of that type.
    pub fn new(presence_type: PresenceType) -> Self {
        Self { presence_type, ..Self::default() }
    }

    fn check(root: &ElementRef<'_>, presence_type: PresenceType) -> Result<(), StanzaFaultKind> {
        let namespace = root.namespace();
        let (mut shows, mut priorities, mut statuses, mut errors) = (0_usize, 0_usize, 0_usize, 0_usize);
        for child in root.children().filter(|child| child.namespace() == namespace) {
            // RFC 6121 §4.7.2.1, RFC 6121 §4.7.2.2, RFC 6121 §4.7.2.3: no mixed content.
            if matches!(child.name(), "show" | "status" | "priority") && !child.is_text() {
                return Err(StanzaFaultKind::MixedContent);
            }
            match child.name() {
                "show" => {
                    shows = shows.saturating_add(1);
                    Show::of(child.text()).ok_or(StanzaFaultKind::UnknownShow)?;
                }
                "priority" => {
                    priorities = priorities.saturating_add(1);
                    priority(child.text()).ok_or(StanzaFaultKind::BadPriority)?;
                }
                "status" => statuses = statuses.saturating_add(1),
                "error" => errors = errors.saturating_add(1),
                _ => {}
            }
        }
        if shows > 1 || priorities > 1 {
            return Err(StanzaFaultKind::Repeated);
        }
        // RFC 6121 §4.5.1: both belong to what is available.
        if presence_type == PresenceType::Unavailable && (shows > 0 || priorities > 0) {
            return Err(StanzaFaultKind::NotAvailable);
        }
        if statuses > 1 {
            distinct_languages(root, "status")?;
        }
        if presence_type == PresenceType::Error { check_error(root) } else { no_error(errors) }
    }

    pub(crate) fn make(
        root: &ElementRef<'_>,
        mut head: Head<'a>,
        element: &Element<'a>,
    ) -> Result<Self, StanzaFaultKind> {
        // RFC 6121 §4.7.1: one of seven values; available is no value.
        let presence_type = match &head.kind {
            Some(kind) => PresenceType::of(kind).ok_or(StanzaFaultKind::UnknownType)?,
            None => PresenceType::Available,
        };
        Self::check(root, presence_type)?;
        let [to, from] = head.addresses()?;
        let Head { id, lang, .. } = head;
        Ok(Self { to, from, id, presence_type, lang, payloads: Payloads::received(element.clone()) })
    }

    fn content(&self, name: &str) -> Option<ElementRef<'_>> {
        let root = self.payloads.root()?;
        let namespace = root.namespace();
        root.children().find(|child| child.name() == name && child.namespace() == namespace)
    }

    /// What the entity is up to; `None` means simply available.
    pub fn show(&self) -> Option<Show> {
        Show::of(self.content("show")?.text())
    }

    /// The status in words; the first of several languages.
    pub fn status(&self) -> Option<Value<'_>> {
        self.content("status").map(|status| status.text())
    }

    /// The priority of the resource; 0 by default (RFC 6121 §4.7.2.3).
    pub fn priority(&self) -> i8 {
        self.content("priority").and_then(|value| priority(value.text())).unwrap_or(0)
    }

    /// The error, if the type is error.
    pub fn error(&self) -> Option<Result<StanzaError<'_>, PayloadError>> {
        let error = self.content("error").filter(|_| self.presence_type == PresenceType::Error);
        error.map(|error| StanzaError::decode(&error))
    }
}

impl ToXml for Presence<'_> {
    fn to_xml(&self, w: &mut Writer) {
        let outer = w.open_stanza("presence");
        w.stanza_head(self.to.as_ref(), self.from.as_ref(), self.id.as_deref());
        if let Some(kind) = self.presence_type.as_str() {
            w.head_word(" type='", kind);
        }
        w.stanza_lang(self.lang.as_deref(), &self.payloads);
        self.payloads.write(w);
        w.close_stanza(outer, self.presence_type == PresenceType::Error);
    }
}

impl fmt::Display for Presence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "presence {}", self.presence_type.as_str().unwrap_or("available"))?;
        crate::iq::display_head(f, self.id.as_deref(), self.from.as_ref(), self.to.as_ref())?;
        if let Some(show) = self.show() {
            write!(f, " show={}", show.as_str())?;
        }
        crate::iq::display_payloads(f, &self.payloads)
    }
}

impl ToXml for Show {
    fn to_xml(&self, w: &mut Writer) {
        w.open_content("show");
        w.text(self.as_str());
        w.close();
    }
}

/// A `<status/>` to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status<'a>(pub &'a str);

impl ToXml for Status<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open_content("status");
        w.text(self.0);
        w.close();
    }
}

/// A `<priority/>` to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priority(pub i8);

impl ToXml for Priority {
    fn to_xml(&self, w: &mut Writer) {
        w.open_content("priority");
        w.text_display(&self.0);
        w.close();
    }
}
