//! BOSH (XEP-0124, XEP-0206): stanzas in the `<body/>` of HTTP requests and responses.

use core::fmt;

use crate::context::Context;
use crate::element::{Element, ElementRef};
use crate::error::{DecodeError, DecodeErrorKind as Kind};
use crate::limits::Limits;
use crate::ns;
use crate::payload::PayloadError;
use crate::text::Text;
use crate::value::Value;
use crate::writer::{ToXml, Writer};

/// The namespace of XEP-0206's attributes.
pub const XBOSH: &str = "urn:xmpp:xbosh";

/// A `<body/>`, request or response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body<'a> {
    element: Element<'a>,
}

/// The terminal conditions (XEP-0124 §17.2).
pub const CONDITIONS: [&str; 11] = [
    "bad-request",
    "host-gone",
    "host-unknown",
    "improper-addressing",
    "internal-server-error",
    "item-not-found",
    "other-request",
    "policy-violation",
    "remote-connection-failed",
    "remote-stream-error",
    "see-other-uri",
];

impl<'a> Body<'a> {
    /// Decodes the body of an HTTP request or response.
    ///
    /// # Errors
    /// It is not exactly one well-formed `<body/>` of BOSH's namespace.
    pub fn decode(http_body: &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        super::document(http_body, limits, true)?;
        let text = core::str::from_utf8(http_body)
            .map_err(|error| DecodeError { kind: Kind::InvalidUtf8, offset: error.valid_up_to() })?;
        let element = Element::new(Text::Borrowed(text), Context::EMPTY);
        if !element.root().is(ns::BOSH, "body") {
            return Err(DecodeError { kind: Kind::MalformedFrame, offset: 0 });
        }
        Ok(Self { element })
    }

    /// The element itself.
    pub const fn element(&self) -> &Element<'a> {
        &self.element
    }

    fn attribute(&self, name: &str) -> Option<Value<'_>> {
        self.element.root().attribute(name)
    }

    fn number(&self, name: &'static str) -> Result<Option<u64>, PayloadError> {
        self.element.root().parsed(name)
    }

    /// The request id (§4); at most 2^53 - 1.
    ///
    /// # Errors
    /// It is no such number.
    pub fn rid(&self) -> Result<Option<u64>, PayloadError> {
        match self.number("rid")? {
            Some(rid) if rid >= 1 << 53 => Err(PayloadError::invalid("rid")),
            rid => Ok(rid),
        }
    }

    /// The session id.
    pub fn sid(&self) -> Option<Value<'_>> {
        self.attribute("sid")
    }

    /// The acknowledged request (§9).
    ///
    /// # Errors
    /// It is no number.
    pub fn ack(&self) -> Result<Option<u64>, PayloadError> {
        self.number("ack")
    }

    /// The longest wait in seconds (§7).
    ///
    /// # Errors
    /// It is no number.
    pub fn wait(&self) -> Result<Option<u64>, PayloadError> {
        self.number("wait")
    }

    /// How many requests may wait (§7).
    ///
    /// # Errors
    /// It is no number.
    pub fn hold(&self) -> Result<Option<u64>, PayloadError> {
        self.number("hold")
    }

    /// The addressed domain.
    pub fn to(&self) -> Option<Value<'_>> {
        self.attribute("to")
    }

    /// True for `type='terminate'` (§13).
    pub fn is_terminate(&self) -> bool {
        self.attribute("type").is_some_and(|kind| kind == "terminate")
    }

    /// The condition of a termination (§17).
    pub fn condition(&self) -> Option<Value<'_>> {
        self.attribute("condition")
    }

    /// True if the stream is to be restarted (XEP-0206 §5).
    pub fn is_restart(&self) -> bool {
        self.element.root().attribute_in(XBOSH, "restart").is_some_and(|restart| restart == "true" || restart == "1")
    }

    /// What the body carries: stanzas, features, nonzas.
    pub fn children(&self) -> impl Iterator<Item = ElementRef<'_>> {
        self.element.root().children()
    }
}

impl fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("body")?;
        for name in ["rid", "sid", "type", "condition"] {
            if let Some(value) = self.attribute(name) {
                write!(f, " {name}={value}")?;
            }
        }
        self.children().try_for_each(|child| write!(f, " {}", child.name()))
    }
}

impl ToXml for Body<'_> {
    fn to_xml(&self, w: &mut Writer) {
        self.element.to_xml(w);
    }
}

/// A `<body/>` to be sent.
#[derive(Default)]
pub struct NewBody<'a> {
    /// The request id.
    pub rid: Option<u64>,
    /// The session id.
    pub sid: Option<&'a str>,
    /// Other attributes without a namespace: `to`, `wait`, `hold`, `ver`, `ack`, `content`.
    pub attributes: &'a [(&'a str, &'a str)],
    /// Ends the session, with this condition if there is one.
    pub terminate: Option<Option<&'a str>>,
    /// Asks for a restart of the stream.
    pub restart: bool,
    /// What it carries.
    pub payloads: &'a [&'a dyn ToXml],
}

impl fmt::Debug for NewBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewBody").field("rid", &self.rid).field("sid", &self.sid).finish_non_exhaustive()
    }
}

impl ToXml for NewBody<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(ns::BOSH, "body");
        if let Some(rid) = self.rid {
            w.attr_display("rid", &rid);
        }
        w.attr_opt("sid", self.sid);
        for (name, value) in self.attributes {
            w.attr(name, value);
        }
        if let Some(condition) = self.terminate {
            w.attr("type", "terminate");
            w.attr_opt("condition", condition);
        }
        if self.restart {
            w.attr_in(XBOSH, "xmpp", "restart", "true");
        }
        for payload in self.payloads {
            payload.to_xml(w);
        }
        w.close();
    }
}
