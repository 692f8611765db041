//! The CoRE Link Format (RFC 6690): a zero-copy parser, a writer, and the queries of `/.well-known/core`.

use core::fmt;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::anychar;
use nom::combinator::{opt, recognize};
use nom::multi::fold_many0;
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

mod query;
mod write;

pub use query::{Filter, filter};
pub use write::LinkWriter;

/// Why a text is no link format, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkError {
    /// The offset of the link that is malformed.
    pub offset: usize,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a link (byte {})", self.offset)
    }
}

impl core::error::Error for LinkError {}

/// One link: its target and its attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link<'a> {
    /// The URI reference between `<` and `>`.
    pub target: &'a str,
    /// The attributes with their semicolons, checked.
    attributes: &'a str,
}

/// The value of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeValue<'a> {
    /// A name without a value: `obs`.
    None,
    /// An unquoted value: `ct=40`.
    Token(&'a str),
    /// What stands between the quotes, with its backslashes.
    Quoted(&'a str),
}

impl<'a> AttributeValue<'a> {
    /// The value without quotes; backslashes that escape stay.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        match self {
            Self::None => "",
            Self::Token(text) | Self::Quoted(text) => text,
        }
    }

    /// The characters that the value stands for.
    pub fn chars(self) -> impl Iterator<Item = char> + Clone + 'a {
        let is_quoted = matches!(self, Self::Quoted(_));
        let mut chars = self.as_str().chars();
        core::iter::from_fn(move || match chars.next()? {
            '\\' if is_quoted => chars.next(),
            other => Some(other),
        })
    }
}

/// A name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The name: `rt`, `if`, `ct`, `sz`, `obs`, `title*`.
    pub name: &'a str,
    /// The value.
    pub value: AttributeValue<'a>,
}

/// The links of a document, one after the other. It ends behind the first error.
///
/// ```
/// use coap_codec::link::links;
///
/// let document = r#"</sensors/temp>;rt="temperature-c";if="sensor",</x;y>;obs;ct="40 41""#;
/// let all = links(document).collect::<Result<Vec<_>, _>>()?;
/// assert_eq!((all[0].target, all[1].target), ("/sensors/temp", "/x;y"));
/// assert!(all[1].is_observable());
/// assert_eq!(all[1].content_formats().collect::<Vec<_>>(), [40, 41]);
/// # Ok::<(), coap_codec::link::LinkError>(())
/// ```
#[must_use]
pub const fn links(document: &str) -> Links<'_> {
    Links { rest: document, document, done: document.is_empty() }
}

/// The iterator of [`links`].
#[derive(Debug, Clone)]
pub struct Links<'a> {
    rest: &'a str,
    document: &'a str,
    done: bool,
}

impl<'a> Iterator for Links<'a> {
    type Item = Result<Link<'a>, LinkError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let offset = self.document.len().saturating_sub(self.rest.len());
        match link(self.rest) {
            // RFC 6690 §2: links are separated by one comma, and none stands at the end.
            Ok((rest, link)) if rest.is_empty() || rest.starts_with(',') => {
                self.done = rest.is_empty();
                self.rest = rest.get(1..).unwrap_or_default();
                Some(Ok(link))
            }
            _ => {
                self.done = true;
                Some(Err(LinkError { offset }))
            }
        }
    }
}

/// RFC 6690 §2: link-value = "<" URI-Reference ">" *( ";" link-param ).
fn link(input: &str) -> IResult<&str, Link<'_>> {
    let reference = take_while(|c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"'));
    let (input, target) = delimited(tag("<"), reference, tag(">")).parse(input)?;
    let mut rest = input;
    while rest.starts_with(';') {
        (rest, _) = preceded(tag(";"), attribute).parse(rest)?;
    }
    let attributes = input.get(..input.len().saturating_sub(rest.len())).unwrap_or_default();
    Ok((rest, Link { target, attributes }))
}

/// A parameter's name: RFC 5987 attr-char, with the `*` of an extended value.
const fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '!' | '#' | '$' | '&' | '+' | '-' | '.' | '^' | '_' | '`' | '|' | '~' | '*')
}

/// RFC 6690 §2: ptokenchar, which is any visible character but the separators.
const fn is_token(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\')
}

fn attribute(input: &str) -> IResult<&str, Attribute<'_>> {
    let value = alt((quoted, take_while1(is_token).map(AttributeValue::Token)));
    let (input, name) = take_while1(is_name).parse(input)?;
    let (input, value) = opt(preceded(tag("="), value)).parse(input)?;
    Ok((input, Attribute { name, value: value.unwrap_or(AttributeValue::None) }))
}

/// A quoted string: a backslash escapes the character behind it (RFC 2616 §2.2).
fn quoted(input: &str) -> IResult<&str, AttributeValue<'_>> {
    let plain = take_while1(|c| c != '"' && c != '\\').map(drop);
    let pair = preceded(tag("\\"), anychar).map(drop);
    let inside = recognize(fold_many0(alt((plain, pair)), || (), |(), ()| ()));
    delimited(tag("\""), inside, tag("\"")).map(AttributeValue::Quoted).parse(input)
}

impl<'a> Link<'a> {
    /// Its attributes, in order.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let mut rest = self.attributes;
        core::iter::from_fn(move || {
            let (behind, found) = preceded(tag(";"), attribute).parse(rest).ok()?;
            rest = behind;
            Some(found)
        })
    }

    /// The first attribute of that name: for those that may occur once, the one that counts (RFC 6690 §2, §3).
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<AttributeValue<'a>> {
        self.attributes().find(|attribute| attribute.name == name).map(|attribute| attribute.value)
    }

    /// The values of an attribute that is a list with blanks between: `rt`, `if`, `rel`, `ct` (RFC 6690 §2). Only the first attribute of
    /// that name counts.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.attribute(name).map_or("", AttributeValue::as_str).split(' ').filter(|value| !value.is_empty())
    }

    /// `rt`: what kind of resource it is (RFC 6690 §3.1).
    pub fn resource_types(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.values("rt")
    }

    /// `if`: how to interact with it (RFC 6690 §3.2).
    pub fn interfaces(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.values("if")
    }

    /// `ct`: the content formats that it has (RFC 7252 §7.2.1).
    pub fn content_formats(&self) -> impl Iterator<Item = u16> + use<'a> {
        // RFC 7252 §7.2.1: decimal, 0 to 65535.
        self.values("ct").filter_map(|value| value.parse().ok())
    }

    /// `sz`: an estimate of its size in bytes (RFC 6690 §3.3).
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.attribute("sz").and_then(|value| value.as_str().parse().ok())
    }

    /// `obs`: observing it is worth while (RFC 7641 §6).
    #[must_use]
    pub fn is_observable(&self) -> bool {
        self.attribute("obs").is_some()
    }

    /// `rel`: what it is to its context; `hosts` if not said (RFC 6690 §2.2).
    pub fn relations(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.values("rel").chain(self.attribute("rel").is_none().then_some("hosts"))
    }

    /// `anchor`: the context of the link, if it is not the resource itself (RFC 6690 §2.1).
    #[must_use]
    pub fn anchor(&self) -> Option<&'a str> {
        self.attribute("anchor").map(AttributeValue::as_str)
    }
}

impl fmt::Display for Link<'_> {
    /// As it stands in the document.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>{}", self.target, self.attributes)
    }
}
