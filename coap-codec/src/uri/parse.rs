//! Reading a URI: the grammar of RFC 3986 appendix A as far as the CoAP schemes use it.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Component, Host, Scheme, Uri, UriError, UriErrorKind};

const fn error(kind: UriErrorKind, offset: usize) -> UriError {
    UriError { kind, offset }
}

/// The value of a hexadecimal digit.
pub(crate) const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(digit.wrapping_sub(b'a').wrapping_add(10)),
        b'A'..=b'F' => Some(digit.wrapping_sub(b'A').wrapping_add(10)),
        _ => None,
    }
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

const fn is_sub_delim(byte: u8) -> bool {
    matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

/// True if a host name may have the byte unescaped.
pub(super) const fn is_name_plain(byte: u8) -> bool {
    is_unreserved(byte) || is_sub_delim(byte)
}

/// True if a segment has the byte unescaped (RFC 7252 §6.5 step 6).
pub(super) const fn is_segment_plain(byte: u8) -> bool {
    is_unreserved(byte) || is_sub_delim(byte) || matches!(byte, b':' | b'@')
}

/// True if an argument has the byte unescaped (RFC 7252 §6.5 step 8).
pub(super) const fn is_query_plain(byte: u8) -> bool {
    byte != b'&' && (is_segment_plain(byte) || matches!(byte, b'/' | b'?'))
}

pub(super) fn parse(text: &str) -> Result<Uri<'_>, UriError> {
    // RFC 7252 §6.4 step 1: an absolute URI. §6.1: the authority is not optional.
    let (name, rest) = text.split_once(':').ok_or(error(UriErrorKind::NotAbsolute, 0))?;
    let is_scheme = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    if !is_scheme || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Err(error(UriErrorKind::NotAbsolute, 0));
    }
    let rest = rest.strip_prefix("//").ok_or(error(UriErrorKind::NotAbsolute, name.len()))?;
    // RFC 7252 §6.4 step 3.
    let scheme = Scheme::from_name(name).ok_or(error(UriErrorKind::UnknownScheme, 0))?;
    // RFC 7252 §6.4 step 4.
    if let Some(at) = text.find('#') {
        return Err(error(UriErrorKind::Fragment, at));
    }
    let at = |part: &str| (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let authority_len = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(authority_len).unwrap_or((rest, ""));
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    let (host, port) = authority_parts(authority, at(authority))?;
    let uri = Uri { scheme, host, port, path, query };
    for segment in uri.segments() {
        check_component(segment, at(segment.encoded()), is_segment_plain)?;
        // RFC 7252 §5.10.1: no "." and no "..", escaped or not.
        if segment.is_dot_segment() {
            return Err(error(UriErrorKind::DotSegment, at(segment.encoded())));
        }
    }
    for argument in uri.arguments() {
        check_component(argument, at(argument.encoded()), is_query_plain)?;
    }
    Ok(uri)
}

/// Checks the characters and escapes of a component, its length, and that it is UTF-8.
fn check_component(component: Component<'_>, at: usize, plain: fn(u8) -> bool) -> Result<(), UriError> {
    let text = component.encoded();
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let offset = at.saturating_add(text.len().saturating_sub(rest.len()));
        rest = match (byte, behind) {
            (b'%', [high, low, behind @ ..]) if hex(*high).is_some() && hex(*low).is_some() => behind,
            (b'%', _) => return Err(error(UriErrorKind::BadEscape, offset)),
            _ if plain(byte) => behind,
            _ => return Err(error(UriErrorKind::BadCharacter, offset)),
        };
    }
    let mut buffer = [0; 255];
    let bytes = component.decode_into(&mut buffer).ok_or(error(UriErrorKind::TooLong, at))?;
    // RFC 7252 §3.2: a string is UTF-8.
    core::str::from_utf8(bytes).map(|_| ()).map_err(|_| error(UriErrorKind::NotUtf8, at))
}

fn authority_parts(authority: &str, at: usize) -> Result<(Host<'_>, Option<u16>), UriError> {
    if let Some(found) = authority.find('@') {
        return Err(error(UriErrorKind::UserInfo, at.saturating_add(found)));
    }
    let (host, port) = if let Some(literal) = authority.strip_prefix('[') {
        let (literal, behind) = literal.split_once(']').ok_or(error(UriErrorKind::BadHost, at))?;
        let port = match behind.strip_prefix(':') {
            None if behind.is_empty() => None,
            None => return Err(error(UriErrorKind::BadHost, at)),
            port => port,
        };
        (ip_literal(literal).ok_or(error(UriErrorKind::BadHost, at))?, port)
    } else {
        let (name, port) = match authority.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (authority, None),
        };
        // RFC 7252 §6.1: the host must not be empty.
        if name.is_empty() {
            return Err(error(UriErrorKind::EmptyHost, at));
        }
        check_component(Component(name), at, is_name_plain)?;
        // RFC 3986 §3.2.2: what reads as an IPv4 address is one.
        (name.parse::<Ipv4Addr>().map_or(Host::Name(name), |v4| Host::Ip(IpAddr::V4(v4), None)), port)
    };
    let bad_port =
        error(UriErrorKind::BadPort, at.saturating_add(authority.len()).saturating_sub(port.map_or(0, str::len)));
    match port {
        // RFC 7252 §6.1: an empty port stands for the default.
        None | Some("") => Ok((host, None)),
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().map(|port| (host, Some(port))).map_err(|_| bad_port)
        }
        Some(_) => Err(bad_port),
    }
}

/// An IPv6 address, with a zone behind `%25` (RFC 6874).
fn ip_literal(literal: &str) -> Option<Host<'_>> {
    let (address, zone) = match literal.split_once("%25") {
        Some((address, zone)) => (address, Some(zone)),
        None => (literal, None),
    };
    let address: Ipv6Addr = address.parse().ok()?;
    if let Some(zone) = zone {
        let plain = |byte| is_unreserved(byte);
        if zone.is_empty() || check_component(Component(zone), 0, plain).is_err() {
            return None;
        }
    }
    Some(Host::Ip(IpAddr::V6(address), zone))
}
