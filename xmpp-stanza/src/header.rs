//! The stream header (RFC 6120 §4.2, §4.7).

use core::fmt;

use crate::context::{Content, Context};
use crate::element::{Element, ElementRef};
use crate::error::DecodeErrorKind as Kind;
use crate::jid::Jid;
use crate::ns;
use crate::text::Text;
use crate::value::Value;
use crate::writer::Writer;

/// The version of a stream (RFC 6120 §4.7.5). A header without one means 0.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The major number, which decides what is understood.
    pub major: u32,
    /// The minor number, which is only advertised.
    pub minor: u32,
}

impl Version {
    /// What RFC 6120 specifies.
    pub const V1_0: Self = Self { major: 1, minor: 0 };
    /// What a header without a version means.
    pub const V0_9: Self = Self { major: 0, minor: 9 };

    /// Two numbers joined by a dot, each of any length that fits; leading zeros do not count (RFC 6120 §4.7.5).
    pub fn parse(text: &str) -> Option<Self> {
        let number = |digits: &str| {
            let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            valid.then(|| digits.parse::<u32>().ok())?
        };
        let (major, minor) = text.split_once('.')?;
        Some(Self { major: number(major)?, minor: number(minor)? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A stream header: `<stream:stream …>`, or RFC 7395's `<open/>`.
///
/// Equality leaves the scope aside: a header may declare prefixes that nobody uses.
#[derive(Debug, Clone)]
pub struct Header<'a> {
    /// Whom the stream is for.
    pub to: Option<Jid<'a>>,
    /// Who opens it.
    pub from: Option<Jid<'a>>,
    /// The stream's id, from the receiving entity: any text; in an initial header it says nothing (RFC 6120 §4.7.3).
    pub id: Option<Text<'a>>,
    /// The version, if the header has one.
    pub version: Option<Version>,
    /// The default language of the stream.
    pub lang: Option<Text<'a>>,
    /// The content namespace, if it is declared as the default.
    pub content: Option<Content>,
    /// The scope that the header gives to the stream; ignored by the encoder.
    pub context: Context,
}

impl<'a> Header<'a> {
    /// The header of a stream of version 1.0.
    pub fn new(content: Content) -> Self {
        Self {
            to: None,
            from: None,
            id: None,
            version: Some(Version::V1_0),
            lang: None,
            content: Some(content),
            context: Context::new(content),
        }
    }

    /// The version to go on with: the lower of the two (RFC 6120 §4.7.5).
    pub fn effective_version(&self, ours: Version) -> Version {
        self.version.unwrap_or(Version::V0_9).min(ours)
    }

    /// Reads the attributes of a start tag. Offsets are those of the tag.
    pub(crate) fn decode(tag: &ElementRef<'_>, context: Context) -> Result<Header<'static>, Kind> {
        let owned = |value: Value<'_>| value.to_text().into_owned();
        let jid = |name: &str, fault: Kind| -> Result<Option<Jid<'static>>, Kind> {
            let Some(value) = tag.attribute(name) else { return Ok(None) };
            Jid::from_cow(value.to_cow()).map(|jid| Some(jid.into_owned())).map_err(|_| fault)
        };
        let version = match tag.attribute("version") {
            // RFC 6120 §4.7.5: two integers joined by a dot.
            Some(version) => Some(Version::parse(&version.to_cow()).ok_or(Kind::UnsupportedVersion)?),
            None => None,
        };
        let id = tag.attribute("id").map(owned);
        // RFC 6120 §4.9.1.3: who answers for a host that it does not know may leave `from` empty. Answers have an id.
        let nameless = id.is_some() && tag.attribute("from").is_some_and(|from| from.is_empty());
        Ok(Header {
            to: jid("to", Kind::ImproperAddressing)?,
            from: if nameless { None } else { jid("from", Kind::InvalidFrom)? },
            id,
            version,
            lang: tag.lang().map(owned),
            content: context.content(),
            context,
        })
    }

    /// The same header, independent of the input.
    pub fn into_owned(self) -> Header<'static> {
        Header {
            to: self.to.map(Jid::into_owned),
            from: self.from.map(Jid::into_owned),
            id: self.id.map(Text::into_owned),
            lang: self.lang.map(Text::into_owned),
            ..self
        }
    }

    fn attributes(&self, w: &mut Writer) {
        if let Some(from) = &self.from {
            w.attr("from", from.as_str());
        }
        if let Some(to) = &self.to {
            w.attr("to", to.as_str());
        }
        if let Some(id) = &self.id {
            w.attr("id", id);
        }
        if let Some(version) = self.version {
            w.attr_display("version", &version);
        }
        if let Some(lang) = &self.lang {
            w.lang(lang);
        }
    }

    /// The XML declaration, without a byte order mark and without `standalone` (RFC 6120 §11.5, RFC 6120 §11.6), and the start tag.
    pub(crate) fn write_stream(&self, w: &mut Writer) {
        w.raw("<?xml version='1.0'?>");
        w.begin_stream(self.content);
        self.attributes(w);
        w.finish_stream();
    }

    /// `<open/>` (RFC 7395 §3.4).
    pub(crate) fn write_open(&self, w: &mut Writer) {
        w.open(ns::FRAMING, "open");
        self.attributes(w);
        w.close();
    }
}

impl PartialEq for Header<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.to == other.to
            && self.from == other.from
            && self.id == other.id
            && self.lang == other.lang
            && (self.version, self.content) == (other.version, other.content)
    }
}

impl Eq for Header<'_> {}

impl fmt::Display for Header<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stream:stream")?;
        if let Some(to) = &self.to {
            write!(f, " to={to}")?;
        }
        if let Some(from) = &self.from {
            write!(f, " from={from}")?;
        }
        if let Some(id) = &self.id {
            write!(f, " id={id}")?;
        }
        match self.version {
            Some(version) => write!(f, " version={version}"),
            None => Ok(()),
        }
    }
}

/// A parsed start tag as a view.
pub(crate) fn tag_view(text: &str) -> Element<'_> {
    Element::new(Text::Borrowed(text), Context::EMPTY)
}
