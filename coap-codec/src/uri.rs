//! URIs into options and options into URIs (RFC 7252 §6.4, §6.5, RFC 8323 §8).

use alloc::format;
use alloc::string::ToString;
use core::fmt;
use core::net::IpAddr;

use crate::error::EncodeError;
use crate::options::{OptionNumber, Options};

mod compose;
mod parse;

pub use compose::{ComposeError, Composed};
pub(crate) use parse::hex;

/// The schemes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `coap`: UDP, port 5683 (RFC 7252 §6.1).
    Coap,
    /// `coaps`: DTLS, port 5684 (RFC 7252 §6.2).
    Coaps,
    /// `coap+tcp`: port 5683 (RFC 8323 §8.1).
    CoapTcp,
    /// `coaps+tcp`: port 5684 (RFC 8323 §8.2).
    CoapsTcp,
    /// `coap+ws`: port 80 (RFC 8323 §8.3).
    CoapWs,
    /// `coaps+ws`: port 443 (RFC 8323 §8.4).
    CoapsWs,
}

impl Scheme {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Coap, Self::Coaps, Self::CoapTcp, Self::CoapsTcp, Self::CoapWs, Self::CoapsWs];

    /// The name in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Coap => "coap",
            Self::Coaps => "coaps",
            Self::CoapTcp => "coap+tcp",
            Self::CoapsTcp => "coaps+tcp",
            Self::CoapWs => "coap+ws",
            Self::CoapsWs => "coaps+ws",
        }
    }

    /// The port when the URI names none.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Coap | Self::CoapTcp => 5683,
            Self::Coaps | Self::CoapsTcp => 5684,
            Self::CoapWs => 80,
            Self::CoapsWs => 443,
        }
    }

    /// The scheme of that name; upper and lower case do not count (RFC 7252 §6.4 step 3).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.as_str().eq_ignore_ascii_case(name))
    }
}

/// The host of a URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host<'u> {
    /// An address; for IPv6 with the zone behind `%25`, still percent-encoded (RFC 6874).
    Ip(IpAddr, Option<&'u str>),
    /// A name, as it stands in the URI.
    Name(&'u str),
}

/// A URI of one of the six schemes, borrowed and checked.
///
/// ```
/// use coap_codec::uri::Uri;
///
/// let uri = Uri::parse("coap://EXAMPLE.net/.well-known/core?rt=a%2Fb")?;
/// let options = uri.to_options(None)?;
/// let values: Vec<_> = options.iter().map(|option| option.text().unwrap()).collect();
/// assert_eq!(values, ["example.net", ".well-known", "core", "rt=a/b"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uri<'u> {
    /// The scheme.
    pub scheme: Scheme,
    /// The host.
    pub host: Host<'u>,
    /// The port, if the URI names one.
    pub port: Option<u16>,
    /// The path as it stands in the URI: empty, or beginning with `/`.
    path: &'u str,
    /// The query as it stands in the URI, if there is one.
    query: Option<&'u str>,
}

/// Why a text is no CoAP URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UriErrorKind {
    /// It does not begin with a scheme and `://` (RFC 7252 §6.4 step 1).
    NotAbsolute,
    /// The scheme is none of the six (step 3).
    UnknownScheme,
    /// It has a fragment (step 4).
    Fragment,
    /// The host is empty (RFC 7252 §6.1).
    EmptyHost,
    /// The authority has user information, which the schemes do not have.
    UserInfo,
    /// The host is neither a name nor an address.
    BadHost,
    /// The port is not a number up to 65535.
    BadPort,
    /// A `%` without two hexadecimal digits behind it (RFC 3986 §2.1).
    BadEscape,
    /// A character that a URI may not have there (RFC 3986 appendix A).
    BadCharacter,
    /// A path segment is `.` or `..`: the reference was not resolved (RFC 7252 §5.10.1).
    DotSegment,
    /// A host, segment or argument is longer than its option (255 bytes).
    TooLong,
    /// What is percent-encoded is not UTF-8 (RFC 7252 §6.4 steps 5, 8, 9).
    NotUtf8,
}

/// Why a text is no CoAP URI, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UriError {
    /// What is wrong.
    pub kind: UriErrorKind,
    /// The offset in the text.
    pub offset: usize,
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.kind {
            UriErrorKind::NotAbsolute => "not an absolute URI",
            UriErrorKind::UnknownScheme => "the scheme is not a CoAP scheme",
            UriErrorKind::Fragment => "a fragment",
            UriErrorKind::EmptyHost => "the host is empty",
            UriErrorKind::UserInfo => "user information",
            UriErrorKind::BadHost => "the host is neither a name nor an address",
            UriErrorKind::BadPort => "the port is not a number up to 65535",
            UriErrorKind::BadEscape => "an incomplete escape",
            UriErrorKind::BadCharacter => "a character that has no place there",
            UriErrorKind::DotSegment => "a dot segment",
            UriErrorKind::TooLong => "a part is longer than 255 bytes",
            UriErrorKind::NotUtf8 => "the escaped bytes are not UTF-8",
        };
        write!(f, "{text} (byte {})", self.offset)
    }
}

impl core::error::Error for UriError {}

/// A part of a URI, percent-encoded; iterates over the bytes that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Component<'u>(pub(crate) &'u str);

impl<'u> Component<'u> {
    /// The part as it stands in the URI.
    #[must_use]
    pub const fn encoded(self) -> &'u str {
        self.0
    }

    /// The bytes that it stands for.
    pub fn bytes(self) -> impl Iterator<Item = u8> + Clone + 'u {
        self.parts().map(|(byte, _)| byte)
    }

    /// The bytes that it stands for, each with whether it stood there as it is.
    fn parts(self) -> impl Iterator<Item = (u8, bool)> + Clone + 'u {
        let mut rest = self.0.as_bytes();
        core::iter::from_fn(move || {
            let (byte, plain, behind) = match *rest {
                [b'%', high, low, ..] => ((parse::hex(high)? << 4) | parse::hex(low)?, false, 3),
                [byte, ..] => (byte, true, 1),
                [] => return None,
            };
            rest = rest.get(behind..)?;
            Some((byte, plain))
        })
    }

    /// True for `.` and `..`, escaped or not.
    pub(crate) fn is_dot_segment(self) -> bool {
        self.bytes().eq(*b".") || self.bytes().eq(*b"..")
    }

    /// True if it is ASCII and every `%` has its two digits.
    pub(crate) fn is_complete(self) -> bool {
        let mut rest = self.0.as_bytes();
        while let [byte, behind @ ..] = rest {
            rest = match (*byte, behind) {
                (b'%', [high, low, behind @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => behind,
                (b'%' | 0x80.., _) => return false,
                _ => behind,
            };
        }
        true
    }

    /// Writes the bytes to the front of `out`; `None` if they do not fit.
    pub(crate) fn decode_into(self, out: &mut [u8]) -> Option<&[u8]> {
        let len = self.bytes().count();
        let target = out.get_mut(..len)?;
        target.iter_mut().zip(self.bytes()).for_each(|(to, byte)| *to = byte);
        Some(target)
    }
}

impl<'u> Uri<'u> {
    /// Reads an absolute URI (RFC 7252 §6.4 steps 1 to 4). What it accepts can be turned into options.
    ///
    /// # Errors
    /// Returns what is wrong, and where.
    pub fn parse(text: &'u str) -> Result<Self, UriError> {
        parse::parse(text)
    }

    /// The port to connect to.
    #[must_use]
    pub const fn effective_port(&self) -> u16 {
        match self.port {
            Some(port) => port,
            None => self.scheme.default_port(),
        }
    }

    /// The segments of the path: one per Uri-Path. None for `""` and `/`; two empty ones for `//` (RFC 7252 §6.4 step 8).
    pub fn segments(&self) -> impl Iterator<Item = Component<'u>> + use<'u> {
        segments(self.path)
    }

    /// The arguments of the query: one per Uri-Query. One empty one for `?` (RFC 7252 §6.4 step 9).
    pub fn arguments(&self) -> impl Iterator<Item = Component<'u>> + use<'u> {
        arguments(self.query)
    }

    /// The options of a request for the URI (RFC 7252 §6.4 steps 5 to 9). `destination` is the address and port that the request is
    /// sent to, if they are known: a Uri-Host or Uri-Port equal to them is left out.
    ///
    /// # Errors
    /// As [`Options::push`]; does not happen, as [`parse`](Self::parse) has checked the lengths.
    pub fn to_options(&self, destination: Option<(IpAddr, u16)>) -> Result<Options<'static>, EncodeError> {
        let mut options = Options::new();
        match self.host {
            // RFC 7252 §6.4 step 5: an address literal is left out (it equals the destination, unless told otherwise).
            Host::Ip(address, _) if destination.is_none_or(|(to, _)| to == address) => {}
            Host::Ip(address, _) => {
                // A literal of IPv6 keeps its brackets in the option, as it does in the URI.
                let text = match address {
                    IpAddr::V4(v4) => v4.to_string(),
                    IpAddr::V6(v6) => format!("[{v6}]"),
                };
                options.push(OptionNumber::URI_HOST, text.as_bytes())?;
            }
            Host::Name(name) => {
                // RFC 7252 §6.4 step 5: to lower case, then percent-decoded: what was escaped keeps its case.
                let parts = Component(name).parts();
                let lower = parts.map(|(byte, plain)| if plain { byte.to_ascii_lowercase() } else { byte });
                let mut buffer = [0; 255];
                let len = buffer.iter_mut().zip(lower).map(|(to, byte)| *to = byte).count();
                options.push(OptionNumber::URI_HOST, buffer.get(..len).unwrap_or_default())?;
            }
        }
        // RFC 7252 §6.4 steps 6 and 7.
        let port = destination.map_or(self.scheme.default_port(), |(_, port)| port);
        if self.effective_port() != port {
            options.push_uint(OptionNumber::URI_PORT, self.effective_port().into())?;
        }
        push_components(&mut options, OptionNumber::URI_PATH, self.segments())?;
        push_components(&mut options, OptionNumber::URI_QUERY, self.arguments())?;
        Ok(options)
    }
}

/// The segments of a path behind its first `/`: none for `""` and `/`, two empty ones for `//` (RFC 7252 §6.4 step 8).
pub(crate) fn segments(path: &str) -> impl Iterator<Item = Component<'_>> + Clone {
    let path = path.strip_prefix('/').filter(|path| !path.is_empty());
    path.into_iter().flat_map(|path| path.split('/')).map(Component)
}

/// The arguments of a query: one empty one for `?` (RFC 7252 §6.4 step 9).
pub(crate) fn arguments(query: Option<&str>) -> impl Iterator<Item = Component<'_>> + Clone {
    query.into_iter().flat_map(|query| query.split('&')).map(Component)
}

/// Adds an option for each component.
pub(crate) fn push_components<'u>(
    options: &mut Options<'_>,
    number: OptionNumber,
    mut components: impl Iterator<Item = Component<'u>>,
) -> Result<(), EncodeError> {
    let mut buffer = [0; 255];
    components.try_for_each(|component| {
        options.push(number, component.decode_into(&mut buffer).ok_or(EncodeError::OptionTooLong)?)
    })
}

/// Writes the path and the query that two kinds of options make.
pub(crate) fn write_reference(
    f: &mut dyn fmt::Write,
    options: &Options<'_>,
    path: OptionNumber,
    query: OptionNumber,
) -> fmt::Result {
    // RFC 7252 §6.5 step 7: without segments it is "/".
    if !options.contains(path) {
        f.write_str("/")?;
    }
    for option in options.all(path) {
        f.write_str("/")?;
        write_component(f, option.value, false)?;
    }
    write_query(f, options, query)
}

/// Writes the query with its `?`, if there is one.
fn write_query(f: &mut dyn fmt::Write, options: &Options<'_>, query: OptionNumber) -> fmt::Result {
    let mut separator = "?";
    for option in options.all(query) {
        f.write_str(separator)?;
        separator = "&";
        write_component(f, option.value, true)?;
    }
    Ok(())
}

/// Writes a path segment or a query argument, percent-encoded in upper case as RFC 7252 §6.5 steps 6 and 7 say.
pub(crate) fn write_component(f: &mut dyn fmt::Write, value: &[u8], query: bool) -> fmt::Result {
    for &byte in value {
        let plain = if query { parse::is_query_plain(byte) } else { parse::is_segment_plain(byte) };
        if plain { f.write_char(char::from(byte))? } else { write!(f, "%{byte:02X}")? }
    }
    Ok(())
}
