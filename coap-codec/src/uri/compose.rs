//! Writing the URI of a request (RFC 7252 §6.5, §5.10.2).

use core::fmt;
use core::net::IpAddr;

use super::parse::{hex, is_name_plain};
use super::{Scheme, write_query, write_reference};
use crate::options::{OptionNumber, Options};

/// Why the options of a request make no URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComposeError {
    /// Uri-Host is neither a name nor an address (RFC 7252 §6.5 step 2).
    BadHost,
    /// Uri-Port is longer than two bytes.
    BadPort,
    /// Proxy-Uri or Proxy-Scheme is not text.
    BadProxy,
    /// A Uri-Path of `.` or `..` (RFC 7252 §5.10.1), which a reader of the URI would resolve.
    DotSegment,
    /// A Uri-Path-Abbrev whose number is not known, or beside a Uri-Path (draft-ietf-core-uri-path-abbrev §2).
    BadAbbreviation,
}

impl fmt::Display for ComposeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadHost => "Uri-Host is neither a name nor an address",
            Self::BadPort => "Uri-Port is longer than two bytes",
            Self::BadProxy => "Proxy-Uri or Proxy-Scheme is not text",
            Self::DotSegment => "a Uri-Path is a dot segment",
            Self::BadAbbreviation => "Uri-Path-Abbrev cannot be expanded",
        })
    }
}

impl core::error::Error for ComposeError {}

/// The URI of a request, ready to be printed.
#[derive(Debug, Clone)]
pub struct Composed<'o> {
    options: &'o Options<'o>,
    proxy_uri: Option<&'o str>,
    scheme: &'o str,
    default_port: Option<u16>,
    host: Option<&'o [u8]>,
    destination: IpAddr,
    port: u16,
}

impl Options<'_> {
    /// The URI that a request with these options is for, when it was received over that scheme at that address and port. A Proxy-Uri
    /// takes precedence; a Proxy-Scheme replaces the scheme (RFC 7252 §5.10.2).
    ///
    /// ```
    /// use coap_codec::uri::{Scheme, Uri};
    ///
    /// let text = "coap://[2001:db8::2:1]:61616/%2F//?a&b=%26";
    /// let here = ("2001:db8::2:1".parse()?, 61616);
    /// let options = Uri::parse(text)?.to_options(Some(here))?;
    /// assert_eq!(options.uri(Scheme::Coap, here)?.to_string(), text);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Returns which option makes it impossible.
    pub fn uri(&self, scheme: Scheme, destination: (IpAddr, u16)) -> Result<Composed<'_>, ComposeError> {
        let text = |number| self.first(number).map(|o| o.text().map_err(|_| ComposeError::BadProxy)).transpose();
        // RFC 7252 §5.10.2: Proxy-Uri takes precedence over Uri-Host, Uri-Port, Uri-Path and Uri-Query.
        let proxy_uri = text(OptionNumber::PROXY_URI)?;
        let proxy_scheme = text(OptionNumber::PROXY_SCHEME)?;
        let host = self.first(OptionNumber::URI_HOST).map(|option| option.value);
        if proxy_uri.is_none() {
            if host.is_some_and(|host| !is_host(host)) {
                return Err(ComposeError::BadHost);
            }
            if self.all(OptionNumber::URI_PATH).any(|o| matches!(o.value, b"." | b"..")) {
                return Err(ComposeError::DotSegment);
            }
            let is_abbreviated = self.contains(OptionNumber::URI_PATH_ABBREV);
            if is_abbreviated && (self.abbreviated_path().is_none() || self.contains(OptionNumber::URI_PATH)) {
                return Err(ComposeError::BadAbbreviation);
            }
        }
        let port = match self.first(OptionNumber::URI_PORT) {
            Some(option) => option.uint().and_then(|port| u16::try_from(port).ok()).ok_or(ComposeError::BadPort)?,
            None => destination.1,
        };
        let known = proxy_scheme.map_or(Some(scheme), Scheme::from_name);
        Ok(Composed {
            options: self,
            proxy_uri,
            scheme: proxy_scheme.unwrap_or(scheme.as_str()),
            default_port: known.map(Scheme::default_port),
            host,
            destination: destination.0,
            port,
        })
    }
}

/// RFC 7252 §6.5 step 2: a name or an address; bytes outside ASCII are escaped afterwards.
fn is_host(host: &[u8]) -> bool {
    let literal = host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]"));
    if let Some(literal) = literal {
        return core::str::from_utf8(literal).is_ok_and(|text| text.parse::<core::net::Ipv6Addr>().is_ok());
    }
    let mut rest = host;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = match (byte, behind) {
            (b'%', [high, low, behind @ ..]) if hex(*high).is_some() && hex(*low).is_some() => behind,
            _ if is_name_plain(byte) || !byte.is_ascii() => behind,
            _ => return false,
        };
    }
    !host.is_empty() && core::str::from_utf8(host).is_ok()
}

impl fmt::Display for Composed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(uri) = self.proxy_uri {
            return f.write_str(uri);
        }
        write!(f, "{}://", self.scheme)?;
        match (self.host, self.destination) {
            (Some(host), _) => host.iter().try_for_each(|&byte| match byte {
                0..=127 => write!(f, "{}", char::from(byte)),
                _ => write!(f, "%{byte:02X}"),
            })?,
            (None, IpAddr::V4(v4)) => write!(f, "{v4}")?,
            (None, IpAddr::V6(v6)) => write!(f, "[{v6}]")?,
        }
        // RFC 7252 §6.5 step 5.
        if self.default_port != Some(self.port) {
            write!(f, ":{}", self.port)?;
        }
        match self.options.abbreviated_path() {
            Some(path) => f.write_str(path)?,
            None => return write_reference(f, self.options, OptionNumber::URI_PATH, OptionNumber::URI_QUERY),
        }
        write_query(f, self.options, OptionNumber::URI_QUERY)
    }
}
