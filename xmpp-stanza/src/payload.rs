//! Typed payloads: how a child of a stanza becomes a Rust value and back.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::context::{Content, Context};
use crate::element::{Children, Element, ElementRef};
use crate::error::EncodeError;
use crate::jid::{Jid, JidError};
use crate::text::Text;
use crate::value::Value;
use crate::writer::{ToXml, Writer};

/// A payload that can be read from an element. With [`ToXml`] beside it, it can be sent as well.
///
/// Implement both for your own types; nothing else is needed:
///
/// ```
/// use xmpp_stanza::{ElementRef, Payload, PayloadError, ToXml, Value, Writer};
///
/// struct Mood<'a>(Value<'a>);
///
/// impl<'a> Payload<'a> for Mood<'a> {
///     const NAMESPACE: &'static str = "http://jabber.org/protocol/mood";
///     const NAME: &'static str = "mood";
///
///     fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
///         let text = element.child(Self::NAMESPACE, "text").ok_or(PayloadError::missing("text"))?;
///         Ok(Mood(text.text()))
///     }
/// }
///
/// impl ToXml for Mood<'_> {
///     fn to_xml(&self, w: &mut Writer) {
///         w.open(Self::NAMESPACE, Self::NAME);
///         w.leaf(Self::NAMESPACE, "text", &self.0.to_cow());
///         w.close();
///     }
/// }
/// ```
pub trait Payload<'a>: Sized {
    /// The namespace of the element.
    const NAMESPACE: &'static str;
    /// The local name of the element.
    const NAME: &'static str;

    /// Reads the element, whose name has been compared already.
    ///
    /// # Errors
    /// The element breaks its specification; the stanza that carries it is then answered with
    /// [`reply`](PayloadError::reply) if it asks for an answer.
    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError>;
}

/// What is wrong with a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Problem {
    /// A required attribute or child is missing.
    Missing,
    /// An attribute or child has a value that is not allowed.
    Invalid,
    /// Something that may be there once is there again.
    Repeated,
    /// An attribute or child says nothing where it must say something.
    Empty,
    /// An address is malformed (RFC 7622 §4).
    Jid(JidError),
}

/// A payload that breaks its specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PayloadError {
    /// What is wrong.
    pub problem: Problem,
    /// The name of the attribute or child.
    pub name: &'static str,
}

impl PayloadError {
    /// A required attribute or child is missing.
    pub const fn missing(name: &'static str) -> Self {
        Self { problem: Problem::Missing, name }
    }

    /// An attribute or child has a value that is not allowed.
    pub const fn invalid(name: &'static str) -> Self {
        Self { problem: Problem::Invalid, name }
    }

    /// Something that may be there once is there again.
    pub const fn repeated(name: &'static str) -> Self {
        Self { problem: Problem::Repeated, name }
    }

    /// An attribute or child says nothing where it must say something.
    pub const fn empty(name: &'static str) -> Self {
        Self { problem: Problem::Empty, name }
    }

    /// The stanza error that answers it.
    pub const fn reply(self) -> crate::StanzaCondition {
        match self.problem {
            Problem::Jid(_) => crate::StanzaCondition::JidMalformed,
            Problem::Empty => crate::StanzaCondition::NotAcceptable,
            _ => crate::StanzaCondition::BadRequest,
        }
    }
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problem {
            Problem::Missing => write!(f, "{} is missing", self.name),
            Problem::Invalid => write!(f, "{} has a value that is not allowed", self.name),
            Problem::Repeated => write!(f, "{} occurs more than once", self.name),
            Problem::Empty => write!(f, "{} is empty", self.name),
            Problem::Jid(error) => write!(f, "{} is no address: {error}", self.name),
        }
    }
}

impl core::error::Error for PayloadError {}

/// Reading helpers that payloads share.
impl<'a> ElementRef<'a> {
    /// Reads the element as a payload, if its name and namespace are those of `T`, whatever its prefix (RFC 6120 §8.4).
    pub fn get<T: Payload<'a>>(&self) -> Option<Result<T, PayloadError>> {
        self.is(T::NAMESPACE, T::NAME).then(|| T::decode(self))
    }

    /// Reads the first child that is a `T`.
    pub fn payload<T: Payload<'a>>(&self) -> Option<Result<T, PayloadError>> {
        self.children().find_map(|child| child.get())
    }

    /// An attribute that must be there.
    ///
    /// # Errors
    /// It is not.
    pub fn required(&self, name: &'static str) -> Result<Value<'a>, PayloadError> {
        self.attribute(name).ok_or(PayloadError::missing(name))
    }

    /// An attribute that is read by `FromStr`.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn parsed<T: core::str::FromStr>(&self, name: &'static str) -> Result<Option<T>, PayloadError> {
        let Some(value) = self.attribute(name) else { return Ok(None) };
        value.to_cow().parse().map(Some).map_err(|_| PayloadError::invalid(name))
    }

    /// A boolean attribute as XML Schema spells it: `true`, `false`, `1`, `0`.
    ///
    /// # Errors
    /// It is spelled otherwise.
    pub fn flag(&self, name: &'static str) -> Result<Option<bool>, PayloadError> {
        let Some(value) = self.attribute(name) else { return Ok(None) };
        match &*value.to_cow() {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err(PayloadError::invalid(name)),
        }
    }

    /// An address in an attribute.
    ///
    /// # Errors
    /// It is malformed.
    pub fn jid(&self, name: &'static str) -> Result<Option<Jid<'a>>, PayloadError> {
        let Some(value) = self.attribute(name) else { return Ok(None) };
        match Jid::from_cow(value.to_cow()) {
            Ok(jid) => Ok(Some(jid)),
            Err(error) => Err(PayloadError { problem: Problem::Jid(error), name }),
        }
    }

    /// The text as an address.
    ///
    /// # Errors
    /// It is malformed.
    pub fn text_jid(&self, name: &'static str) -> Result<Jid<'a>, PayloadError> {
        Jid::from_cow(self.text().to_cow()).map_err(|error| PayloadError { problem: Problem::Jid(error), name })
    }

    /// A child in the same namespace.
    pub fn sibling(&self, name: &str) -> Option<Self> {
        let namespace = self.namespace();
        self.children().find(|child| child.name() == name && child.namespace() == namespace)
    }

    /// The text of a child in the same namespace.
    pub fn child_text(&self, name: &str) -> Option<Value<'a>> {
        self.sibling(name).map(|child| child.text())
    }

    /// The text as base64 data (RFC 4648 §4), white space removed.
    ///
    /// # Errors
    /// It is no base64.
    pub fn base64(&self, name: &'static str) -> Result<Vec<u8>, PayloadError> {
        crate::base64::decode_lax(&self.text().to_cow()).ok_or(PayloadError::invalid(name))
    }
}

/// What a stanza carries: the children as they were received, or as they are composed.
#[derive(Clone)]
pub struct Payloads<'a>(Repr<'a>);

#[derive(Clone)]
enum Repr<'a> {
    Empty,
    /// The stanza whose children they are.
    Received(Element<'a>),
    /// Written one after the other when the stanza is.
    Items(&'a [&'a dyn ToXml]),
}

/// An element around composed payloads, so that they can be read back.
const OPEN: &str = "<x xmlns='jabber:client'>";
const CLOSE: &str = "</x>";

impl<'a> Payloads<'a> {
    /// No payload.
    pub const EMPTY: Self = Self(Repr::Empty);

    pub(crate) const fn received(element: Element<'a>) -> Self {
        Self(Repr::Received(element))
    }

    /// Payloads that stay where they are until the stanza is encoded: nothing is allocated. They cannot be read back before.
    pub const fn items(items: &'a [&'a dyn ToXml]) -> Self {
        Self(Repr::Items(items))
    }

    /// One payload, composed.
    ///
    /// # Errors
    /// The payload writes something that is no XML.
    pub fn of(payload: &dyn ToXml) -> Result<Payloads<'static>, EncodeError> {
        let mut payloads = Payloads::EMPTY;
        payloads.push(payload)?;
        Ok(payloads)
    }

    /// Adds a payload behind those that are there. Composes them into one buffer.
    ///
    /// # Errors
    /// The payload writes something that is no XML; nothing has been added then.
    pub fn push(&mut self, payload: &dyn ToXml) -> Result<(), EncodeError> {
        let mut w = Writer::new(Context::new(Content::Client));
        self.write(&mut w);
        payload.to_xml(&mut w);
        let children = core::str::from_utf8(w.finish()?).unwrap_or_default();
        let mut text = String::with_capacity(children.len().saturating_add(32));
        text.push_str(OPEN);
        text.push_str(children);
        text.push_str(CLOSE);
        self.0 = Repr::Received(Element::new(Text::from(text), Context::new(Content::Client)));
        Ok(())
    }

    /// The children, each found when it is asked for.
    pub fn iter(&self) -> impl Iterator<Item = ElementRef<'_>> {
        self.children().unwrap_or_else(Children::none)
    }

    /// Reads the first child that is a `T`.
    pub fn get<'s, T: Payload<'s>>(&'s self) -> Option<Result<T, PayloadError>> {
        self.root()?.payload()
    }

    /// The stanza around the payloads.
    pub(crate) fn root(&self) -> Option<ElementRef<'_>> {
        match &self.0 {
            Repr::Received(element) => Some(element.root()),
            Repr::Empty | Repr::Items(_) => None,
        }
    }

    pub(crate) fn element(&self) -> Option<&Element<'a>> {
        match &self.0 {
            Repr::Received(element) => Some(element),
            Repr::Empty | Repr::Items(_) => None,
        }
    }

    pub(crate) fn children(&self) -> Option<Children<'_>> {
        self.root().map(|root| root.children())
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        match &self.0 {
            Repr::Empty => {}
            Repr::Items(items) => items.iter().for_each(|item| item.to_xml(w)),
            Repr::Received(element) => element.root().children().for_each(|child| w.content_element(&child)),
        }
    }

    /// How many payloads there are.
    pub fn count(&self) -> usize {
        match &self.0 {
            Repr::Empty => 0,
            Repr::Items(items) => items.len(),
            Repr::Received(element) => element.root().children().count(),
        }
    }

    /// The same payloads, independent of the input.
    ///
    /// # Errors
    /// Payloads given with [`items`](Self::items) write something that is no XML.
    pub fn into_owned(self) -> Result<Payloads<'static>, EncodeError> {
        Ok(Payloads(match self.0 {
            Repr::Empty => Repr::Empty,
            Repr::Received(element) => Repr::Received(element.into_owned()),
            Repr::Items(items) => {
                let mut payloads = Payloads::EMPTY;
                for item in items {
                    payloads.push(item)?;
                }
                payloads.0
            }
        }))
    }
}

impl Default for Payloads<'_> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl PartialEq for Payloads<'_> {
    /// Compares the children; those given with [`items`](Payloads::items) are composed for it.
    fn eq(&self, other: &Self) -> bool {
        match (self.clone().into_owned(), other.clone().into_owned()) {
            (Ok(a), Ok(b)) => match (a.children(), b.children()) {
                (Some(a), Some(b)) => same_children(a, b),
                (a, b) => a.into_iter().flatten().next().is_none() && b.into_iter().flatten().next().is_none(),
            },
            _ => false,
        }
    }
}

/// Children are compared by what they say; the content namespaces are one.
fn same_children(a: Children<'_>, b: Children<'_>) -> bool {
    let same = |a: &ElementRef<'_>, b: &ElementRef<'_>| {
        a == b || (is_content(a) && is_content(b) && a.name() == b.name() && a.text() == b.text())
    };
    let (mut a, mut b) = (a, b);
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if same(&a, &b) => {}
            _ => return false,
        }
    }
}

fn is_content(element: &ElementRef<'_>) -> bool {
    element.namespace().as_str().and_then(Content::of).is_some()
}

impl Eq for Payloads<'_> {}

impl fmt::Debug for Payloads<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Empty => f.write_str("[]"),
            Repr::Items(items) => write!(f, "[{} items]", items.len()),
            Repr::Received(element) => f.debug_list().entries(element.root().children()).finish(),
        }
    }
}
