//! Stream errors (RFC 6120 §4.9).

use alloc::string::String;
use core::fmt;

use crate::element::{Element, ElementRef};
use crate::error::EncodeError;
use crate::jid::Jid;
use crate::ns;
use crate::text::Text;
use crate::value::Value;
use crate::writer::Writer;

macro_rules! conditions {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {
        /// The defined conditions (RFC 6120 §4.9.3).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum StreamCondition { $($(#[$doc])* $name,)* }

        impl StreamCondition {
            /// All of them, in the order of the RFC.
            pub const ALL: [Self; 25] = [$(Self::$name),*];

            /// The name of the element.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

conditions! {
    /// §4.9.3.1: XML that cannot be processed.
    BadFormat "bad-format";
    /// §4.9.3.2: a prefix that is unsupported, or none where one is needed.
    BadNamespacePrefix "bad-namespace-prefix";
    /// §4.9.3.3: a newer stream took the place of this one.
    Conflict "conflict";
    /// §4.9.3.4: nothing was heard for too long.
    ConnectionTimeout "connection-timeout";
    /// §4.9.3.5: the host is no longer served here.
    HostGone "host-gone";
    /// §4.9.3.6: the host is not served here.
    HostUnknown "host-unknown";
    /// §4.9.3.7: `to` or `from` missing or malformed.
    ImproperAddressing "improper-addressing";
    /// §4.9.3.8: a fault of the server.
    InternalServerError "internal-server-error";
    /// §4.9.3.9: `from` is not who was authenticated.
    InvalidFrom "invalid-from";
    /// §4.9.3.10: the stream or content namespace is not supported.
    InvalidNamespace "invalid-namespace";
    /// §4.9.3.11: XML that does not validate.
    InvalidXml "invalid-xml";
    /// §4.9.3.12: not authenticated, or not allowed.
    NotAuthorized "not-authorized";
    /// §4.9.3.13: not well-formed, or not namespace-well-formed.
    NotWellFormed "not-well-formed";
    /// §4.9.3.14: a local policy, such as a size limit.
    PolicyViolation "policy-violation";
    /// §4.9.3.15: a server that is needed cannot be reached.
    RemoteConnectionFailed "remote-connection-failed";
    /// §4.9.3.16: the stream must be negotiated anew.
    Reset "reset";
    /// §4.9.3.17: the server has no resources.
    ResourceConstraint "resource-constraint";
    /// §4.9.3.18: comments, processing instructions, DTDs, entities.
    RestrictedXml "restricted-xml";
    /// §4.9.3.19: another host serves; its address is the content.
    SeeOtherHost "see-other-host";
    /// §4.9.3.20: the server goes down.
    SystemShutdown "system-shutdown";
    /// §4.9.3.21: something else; an application condition says what.
    UndefinedCondition "undefined-condition";
    /// §4.9.3.22: an encoding other than UTF-8.
    UnsupportedEncoding "unsupported-encoding";
    /// §4.9.3.23: a mandatory feature that is not supported.
    UnsupportedFeature "unsupported-feature";
    /// §4.9.3.24: an unknown first-level element.
    UnsupportedStanzaType "unsupported-stanza-type";
    /// §4.9.3.25: a version that is not supported.
    UnsupportedVersion "unsupported-version";
}

impl StreamCondition {
    /// The condition of that name, and what older servers call `xml-not-well-formed` and `invalid-id` (RFC 3920).
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "xml-not-well-formed" => Some(Self::NotWellFormed),
            "invalid-id" => Some(Self::UndefinedCondition),
            _ => Self::ALL.into_iter().find(|condition| condition.as_str() == name),
        }
    }
}

impl fmt::Display for StreamCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A stream error, received or to be sent. Always fatal: send it, close the stream, then the connection (RFC 6120 §4.9.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamError<'a> {
    /// The defined condition; an unknown one reads as `undefined-condition`.
    pub condition: StreamCondition,
    /// The other host of `see-other-host`: a domain, or a domain, a colon and a port (RFC 6120 §4.9.3.19). A malformed one reads as none.
    pub host: Option<Text<'a>>,
    /// The human-readable text.
    pub text: Option<Text<'a>>,
    /// The language of the text.
    pub lang: Option<Text<'a>>,
    /// The element as it was received, where an application condition can be read; it is what is sent when an error is passed on.
    pub element: Option<Element<'a>>,
}

impl<'a> StreamError<'a> {
    /// The error of that condition, without a text.
    pub const fn new(condition: StreamCondition) -> Self {
        Self { condition, host: None, text: None, lang: None, element: None }
    }

    /// Reads a `<stream:error/>`. Never fails: a received stream error is fatal whatever it says.
    pub(crate) fn decode(element: Element<'a>) -> StreamError<'static> {
        let root = element.root();
        let mut error = StreamError::new(StreamCondition::UndefinedCondition);
        for child in root.children().filter(|child| child.namespace() == *ns::STREAM_ERRORS) {
            let text = || Some(child.text().to_text().into_owned());
            if child.name() == "text" {
                error.text = text();
                error.lang = child.lang().map(|lang| lang.to_text().into_owned());
            } else if let Some(condition) = StreamCondition::of(child.name()) {
                error.condition = condition;
                if condition == StreamCondition::SeeOtherHost {
                    let host = child.text().to_cow();
                    let host = host.trim_ascii();
                    error.host = is_host(host).then(|| String::from(host).into());
                }
            }
        }
        error.element = Some(element.into_owned());
        error
    }

    /// The same error, independent of the input.
    pub fn into_owned(self) -> StreamError<'static> {
        StreamError {
            condition: self.condition,
            host: self.host.map(Text::into_owned),
            text: self.text.map(Text::into_owned),
            lang: self.lang.map(Text::into_owned),
            element: self.element.map(Element::into_owned),
        }
    }

    /// The application-specific condition (RFC 6120 §4.9.2, RFC 6120 §4.9.4).
    pub fn application(&self) -> Option<ElementRef<'_>> {
        let root = self.element.as_ref()?.root();
        root.children().find(|child| child.is_application(ns::STREAM_ERRORS))
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.raw("<stream:error>");
        self.write_inside(w);
        w.raw("</stream:error>");
    }

    /// Without the prefix, for frames that declare everything themselves.
    pub(crate) fn write_unprefixed(&self, w: &mut Writer) {
        w.open(ns::STREAMS, "error");
        self.write_inside(w);
        w.close();
    }

    fn write_inside(&self, w: &mut Writer) {
        let redirects = self.condition == StreamCondition::SeeOtherHost;
        if !self.host.as_deref().map_or(!redirects, |host| redirects && is_host(host)) {
            w.fail(EncodeError::InvalidHost);
        }
        w.open(ns::STREAM_ERRORS, self.condition.as_str());
        if let Some(host) = &self.host {
            w.text(host);
        }
        w.close();
        if let Some(text) = &self.text {
            w.open(ns::STREAM_ERRORS, "text");
            if let Some(lang) = &self.lang {
                w.lang(lang);
            }
            w.text(text);
            w.close();
        }
    }
}

/// A domain part, or one with a port behind a colon (RFC 6120 §4.9.3.19): `im.example.com:5222`, `[::1]:5222`.
fn is_host(host: &str) -> bool {
    let (domain, port) = match host.rsplit_once(':') {
        Some((domain, port)) if !host.ends_with(']') => (domain, port),
        _ => (host, "0"),
    };
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    digits && port.parse::<u16>().is_ok() && Jid::from_parts(None, domain, None).is_ok()
}

impl From<StreamCondition> for StreamError<'_> {
    fn from(condition: StreamCondition) -> Self {
        Self::new(condition)
    }
}

impl fmt::Display for StreamError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stream:error {}", self.condition)?;
        match &self.text {
            Some(text) => write!(f, " {:?}", Value::cooked(text)),
            None => Ok(()),
        }
    }
}
