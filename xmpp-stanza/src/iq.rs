//! Info/query (RFC 6120 §8.2.3).

use core::fmt;

use crate::element::{Element, ElementRef};
use crate::error::EncodeError;
use crate::jid::Jid;
use crate::payload::{Payload, PayloadError, Payloads};
use crate::stanza::{Head, StanzaFaultKind, check_error, no_error};
use crate::stanza_error::StanzaError;
use crate::text::Text;
use crate::writer::{ToXml, Writer};

/// The type of an iq.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum IqType {
    /// Asks for information.
    #[default]
    Get,
    /// Provides data, or asks for a change.
    Set,
    /// Answers a get or set.
    Result,
    /// Answers a get or set that failed.
    Error,
}

impl IqType {
    /// The value of the attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Set => "set",
            Self::Result => "result",
            Self::Error => "error",
        }
    }

    /// Reads the attribute.
    pub fn of(value: &str) -> Option<Self> {
        [Self::Get, Self::Set, Self::Result, Self::Error].into_iter().find(|kind| kind.as_str() == value)
    }
}

/// An iq.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Iq<'a> {
    /// The recipient.
    pub to: Option<Jid<'a>>,
    /// The sender.
    pub from: Option<Jid<'a>>,
    /// The id, required.
    pub id: Text<'a>,
    /// The type.
    pub iq_type: IqType,
    /// `xml:lang` on the iq itself.
    pub lang: Option<Text<'a>>,
    /// The request, the answer, or the error and perhaps an echo.
    pub payloads: Payloads<'a>,
}

impl<'a> Iq<'a> {
    /// An iq of that type and id.
    pub fn new(iq_type: IqType, id: impl Into<Text<'a>>) -> Self {
        Self { iq_type, id: id.into(), ..Self::default() }
    }

    fn check(root: &ElementRef<'_>, iq_type: IqType) -> Result<(), StanzaFaultKind> {
        let mut children = root.children();
        let (first, second) = (children.next(), children.next().is_some());
        match iq_type {
            IqType::Error => return check_error(root),
            IqType::Get | IqType::Set if first.is_some() && !second => {}
            IqType::Result if !second => {}
            _ => return Err(StanzaFaultKind::WrongNumberOfPayloads),
        }
        let error = first.is_some_and(|child| child.name() == "error" && child.namespace() == root.namespace());
        no_error(error.into())
    }

    pub(crate) fn make(
        root: &ElementRef<'_>,
        mut head: Head<'a>,
        element: &Element<'a>,
    ) -> Result<Self, StanzaFaultKind> {
        // RFC 6120 §8.2.3, RFC 6120 §8.4: an id, a type, the children.
        let id = head.id.take().ok_or(StanzaFaultKind::MissingId)?;
        let kind = head.kind.as_deref().ok_or(StanzaFaultKind::MissingType)?;
        let iq_type = IqType::of(kind).ok_or(StanzaFaultKind::UnknownType)?;
        Self::check(root, iq_type)?;
        let [to, from] = head.addresses()?;
        Ok(Self { to, from, id, iq_type, lang: head.lang, payloads: Payloads::received(element.clone()) })
    }

    /// The one payload of a get, set or result.
    pub fn payload(&self) -> Option<ElementRef<'_>> {
        self.payloads.iter().next().filter(|_| self.iq_type != IqType::Error)
    }

    /// Reads the payload, if it is a `T`.
    pub fn get<'s, T: Payload<'s>>(&'s self) -> Option<Result<T, PayloadError>> {
        self.payload()?.get()
    }

    /// The error, if the type is error.
    pub fn error(&self) -> Option<Result<StanzaError<'_>, PayloadError>> {
        let root = self.payloads.root().filter(|_| self.iq_type == IqType::Error)?;
        let namespace = root.namespace();
        let error = root.children().find(|child| child.name() == "error" && child.namespace() == namespace)?;
        Some(StanzaError::decode(&error))
    }

    /// The answer to a get or set, without its payload: the same id, addresses swapped (RFC 6120 §8.2.3).
    pub fn reply(&self, iq_type: IqType) -> Iq<'_> {
        Iq {
            to: self.from.as_ref().map(Jid::borrowed),
            from: self.to.as_ref().map(Jid::borrowed),
            id: self.id.borrowed(),
            iq_type,
            lang: None,
            payloads: Payloads::EMPTY,
        }
    }
}

impl ToXml for Iq<'_> {
    fn to_xml(&self, w: &mut Writer) {
        let outer = w.open_stanza("iq");
        w.stanza_head(self.to.as_ref(), self.from.as_ref(), Some(&self.id));
        w.head_word(" type='", self.iq_type.as_str());
        w.stanza_lang(self.lang.as_deref(), &self.payloads);
        self.payloads.write(w);
        let children = w.close_stanza(outer, self.iq_type == IqType::Error);
        // RFC 6120 §8.2.3: exactly one child for get and set, at most one for a result; that an error has one is known.
        let valid = match self.iq_type {
            IqType::Get | IqType::Set => children == 1,
            IqType::Result => children <= 1,
            IqType::Error => true,
        };
        if !valid {
            w.fail(EncodeError::InvalidIq);
        }
    }
}

impl fmt::Display for Iq<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "iq {}", self.iq_type.as_str())?;
        display_head(f, Some(&self.id), self.from.as_ref(), self.to.as_ref())?;
        display_payloads(f, &self.payloads)
    }
}

pub(crate) fn display_head(
    f: &mut fmt::Formatter<'_>,
    id: Option<&str>,
    from: Option<&Jid<'_>>,
    to: Option<&Jid<'_>>,
) -> fmt::Result {
    if let Some(id) = id {
        write!(f, " id={id}")?;
    }
    if let Some(from) = from {
        write!(f, " from={from}")?;
    }
    match to {
        Some(to) => write!(f, " to={to}"),
        None => Ok(()),
    }
}

pub(crate) fn display_payloads(f: &mut fmt::Formatter<'_>, payloads: &Payloads<'_>) -> fmt::Result {
    for payload in payloads.iter() {
        write!(f, " {{{}}}{}", payload.namespace(), payload.name())?;
    }
    Ok(())
}
