//! Header fields and options that say the same (RFC 7252 §10.1, §10.2, RFC 8075 §6). HTTP's values come in and go out as text.

use core::fmt;

use super::content_format;
use crate::code::Code;
use crate::error::EncodeError;
use crate::message::Message;
use crate::options::{OptionNumber, Options};
use crate::registry::content_format::ContentFormat;
use crate::uri::{self, Component};
use crate::value::ETag;

/// The Cache-Control of a response that is fresh for so many seconds: `max-age=60` (RFC 7252 §10.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheControl(pub u32);

impl CacheControl {
    /// What a CoAP response says with Max-Age, or by its absence: 60 seconds.
    #[must_use]
    pub fn of(response: &Message<'_>) -> Self {
        Self(u32::try_from(crate::cache::freshness(response).as_secs()).unwrap_or(u32::MAX))
    }
}

impl fmt::Display for CacheControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "max-age={}", self.0)
    }
}

/// The Max-Age for an HTTP response with that Cache-Control and Age: what is left of its freshness, and 0 for what must not be stored or reused
/// (RFC 7252 §10.1.1). `None` if the fields say nothing of it; then Expires might, and without that too the response has no
/// freshness to speak of: send 0, as absence means 60.
#[must_use]
pub fn max_age(cache_control: &str, age: Option<&str>) -> Option<u32> {
    // RFC 9111 §5.2.2: for a cache that is shared, s-maxage comes before max-age, and all three others before both.
    let (mut max_age, mut shared) = (None, None);
    for directive in elements(cache_control) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        let seconds = || seconds(value.trim().trim_matches('"'));
        match name.trim() {
            name if ["no-store", "no-cache", "private"].iter().any(|no| no.eq_ignore_ascii_case(name)) => {
                return Some(0);
            }
            name if name.eq_ignore_ascii_case("max-age") => max_age = max_age.or(Some(seconds())),
            name if name.eq_ignore_ascii_case("s-maxage") => shared = shared.or(Some(seconds())),
            _ => {}
        }
    }
    shared.or(max_age).map(|fresh| fresh.saturating_sub(age.map_or(0, |age| seconds(age.trim()))))
}

/// RFC 9111 §1.2.2: what is too large counts as the largest; what is no number makes the response stale.
fn seconds(digits: &str) -> u32 {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().unwrap_or(u32::MAX) } else { 0 }
}

/// The elements of a list with commas between; a comma inside quotes is data.
pub fn elements(list: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let is_border = move |c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    };
    list.split(is_border).map(str::trim).filter(|element| !element.is_empty())
}

/// The entity tag that stands for an ETag at an HTTP client: its bytes in hex, between quotes. It is strong, as every ETag of CoAP is
/// (RFC 7252 §10.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntityTag<'a>(pub ETag<'a>);

impl fmt::Display for EntityTag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// The bytes of the ETag that an HTTP client sends back as an [`EntityTag`]; `None` for a tag that was never one, and for weak ones.
#[must_use]
pub fn etag<'b>(entity_tag: &str, buffer: &'b mut [u8; 8]) -> Option<ETag<'b>> {
    let hex = entity_tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    if hex.bytes().any(|digit| digit.is_ascii_uppercase()) {
        return None;
    }
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    let target = buffer.get_mut(..pairs.len()).filter(|_| rest.is_empty())?;
    for (to, &[high, low]) in target.iter_mut().zip(pairs) {
        *to = (uri::hex(high)? << 4) | uri::hex(low)?;
    }
    ETag::new(target).ok()
}

/// The ETag for the entity tag of an HTTP server: what stands between its quotes, if it is strong and short enough. There is no good use for
/// weak ones (RFC 7252 §10.1.1); for longer ones a proxy needs a table.
#[must_use]
pub fn opaque_etag(entity_tag: &str) -> Option<ETag<'_>> {
    let opaque = entity_tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    ETag::new(opaque.as_bytes()).ok()
}

/// The Accept option for the header fields Accept and Accept-Encoding: the most preferred media type, if it is no range and has a content
/// format (RFC 7252 §10.2.2, RFC 8075 §6.1). `None`, also for `*/*`, means no option: the response is then not negotiated.
#[must_use]
pub fn accept(accept: &str, accept_encoding: &str) -> Option<ContentFormat> {
    let (mut best, mut best_quality) = ("", 0);
    for element in elements(accept) {
        let (media_type, quality) = split_quality(element);
        // The first of the most preferred.
        if quality > best_quality {
            (best, best_quality) = (media_type, quality);
        }
    }
    let codings = || elements(accept_encoding).map(split_quality).filter(|(_, quality)| *quality > 0);
    let plain = content_format(best, "");
    plain.or_else(|| codings().find_map(|(coding, _)| content_format(best, coding)))
}

/// A media type with its parameters, and its quality in thousandths (RFC 9110 §12.4.2).
fn split_quality(element: &str) -> (&str, u16) {
    let mut behind: usize = 0;
    for part in element.split(';') {
        if let Some(quality) = part.trim().strip_prefix(['q', 'Q']).and_then(|rest| rest.strip_prefix('=')) {
            let media_type = element.get(..behind).unwrap_or_default().trim_end_matches(';');
            return (media_type.trim(), thousandths(quality));
        }
        behind = behind.saturating_add(part.len()).saturating_add(1);
    }
    (element, 1000)
}

/// `1`, `0.5`, `0.125`; what is no quality counts as 0.
fn thousandths(quality: &str) -> u16 {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let digits = fraction.bytes().chain(*b"000").take(3);
    let value =
        digits.fold(0_u16, |sum, digit| sum.saturating_mul(10).saturating_add(u16::from(digit.wrapping_sub(b'0'))));
    match whole {
        "1" => 1000,
        "0" if fraction.len() <= 3 && fraction.bytes().all(|digit| digit.is_ascii_digit()) => value,
        _ => 0,
    }
}

/// Adds the options for the header fields If-Match and If-None-Match; empty text stands for an absent field. False if the request can be answered
/// with 412 at once, as none of the tags of its If-Match ever was an [`EntityTag`].
///
/// # Errors
/// As [`Options::push`].
pub fn push_conditions(
    options: &mut Options<'_>,
    method: Code,
    if_match: &str,
    if_none_match: &str,
) -> Result<bool, EncodeError> {
    let mut buffer = [0; 8];
    let mut is_possible = if_match.is_empty();
    for tag in elements(if_match) {
        if tag == "*" {
            options.push(OptionNumber::IF_MATCH, &[])?;
        } else if let Some(etag) = etag(tag, &mut buffer) {
            options.push(OptionNumber::IF_MATCH, etag.as_slice())?;
        } else {
            continue;
        }
        is_possible = true;
    }
    for tag in elements(if_none_match) {
        if tag == "*" {
            options.push(OptionNumber::IF_NONE_MATCH, &[])?;
        } else if let Some(etag) = etag(tag, &mut buffer).filter(|_| matches!(method, Code::GET | Code::FETCH)) {
            // RFC 7252 §10.1.1: the versions that the client has; the answer is 2.03 if it is one of them.
            options.push(OptionNumber::ETAG, etag.as_slice())?;
        }
    }
    Ok(is_possible)
}

/// The Location field for the Location-Path and Location-Query options of a response: a relative reference (RFC 7252 §5.10.7, §10.2.4).
#[derive(Debug, Clone, Copy)]
pub struct Location<'o>(&'o Options<'o>);

impl<'o> Location<'o> {
    /// `None` if there is neither option.
    #[must_use]
    pub fn of(response: &'o Message<'_>) -> Option<Self> {
        let options = &response.options;
        let is_there = options.contains(OptionNumber::LOCATION_PATH) || options.contains(OptionNumber::LOCATION_QUERY);
        is_there.then_some(Self(options))
    }
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut segments = self.0.all(OptionNumber::LOCATION_PATH);
        // RFC 3986 §4.2: what begins with "//" names a host. An empty first segment must not send the client to one.
        if segments.next().is_some_and(|first| first.value.is_empty()) && segments.next().is_some() {
            f.write_str("/.")?;
        }
        uri::write_reference(f, self.0, OptionNumber::LOCATION_PATH, OptionNumber::LOCATION_QUERY)
    }
}

/// Adds the Location-Path and Location-Query options for the Location field of an HTTP response: an absolute path, or a URI of which the path and
/// the query count. False, with nothing added, if it is neither, has dot segments, or a part longer than an option.
///
/// # Errors
/// As [`Options::push`].
pub fn push_location(options: &mut Options<'_>, location: &str) -> Result<bool, EncodeError> {
    let location = location.split('#').next().unwrap_or_default();
    let behind_authority = |rest: &'_ str| rest.find(['/', '?']).unwrap_or(rest.len());
    let path_and_query = if let Some(rest) = location.strip_prefix("//") {
        rest.get(behind_authority(rest)..).unwrap_or_default()
    } else if location.starts_with('/') {
        location.strip_prefix("/.").filter(|rest| rest.starts_with("//")).unwrap_or(location)
    } else if let Some((_, rest)) = location.split_once("://") {
        rest.get(behind_authority(rest)..).unwrap_or_default()
    } else {
        return Ok(false);
    };
    let (path, query) = match path_and_query.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path_and_query, None),
    };
    let (segments, arguments) = (uri::segments(path), uri::arguments(query));
    let is_part = |part: Component<'_>| part.is_complete() && part.bytes().count() <= 255;
    // RFC 7252 §5.10.7: no "." and no "..".
    if !segments.clone().chain(arguments.clone()).all(is_part) || segments.clone().any(Component::is_dot_segment) {
        return Ok(false);
    }
    uri::push_components(options, OptionNumber::LOCATION_PATH, segments)?;
    uri::push_components(options, OptionNumber::LOCATION_QUERY, arguments)?;
    Ok(true)
}

/// The Retry-After of a 503, in seconds: the Max-Age of the 5.03 (RFC 8075 §7, note 8).
#[must_use]
pub fn retry_after(response: &Message<'_>) -> Option<u32> {
    let age = response.options.first(OptionNumber::MAX_AGE).filter(|option| option.value.len() <= 4);
    age.filter(|_| response.code == Code::SERVICE_UNAVAILABLE)?.uint()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MessageType, OptionRef};
    use alloc::string::ToString;
    use alloc::vec::Vec;

    fn response<'a>(code: Code, options: &'a [OptionRef<'a>]) -> Message<'a> {
        Message { options: Options::from_slice(options), ..Message::new(MessageType::Acknowledgement, code, 1) }
    }

    /// RFC 7252 §10.1.1, §10.2.2.
    #[test]
    fn freshness_maps_both_ways() {
        for (field, age, expected) in [
            ("max-age=60", None, Some(60)),
            ("Public, MAX-AGE = \"60\"", Some("20"), Some(40)),
            ("max-age=60", Some("90"), Some(0)),
            ("max-age=60, s-maxage=10", None, Some(10)),
            ("max-age=99999999999", None, Some(u32::MAX)),
            ("max-age=-1", None, Some(0)),
            ("max-age=60, no-store", None, Some(0)),
            ("no-cache=\"a, max-age=7\"", None, Some(0)),
            ("private", None, Some(0)),
            ("ext=\"max-age=7, x\", max-age=5", None, Some(5)),
            ("must-revalidate", None, None),
            ("", None, None),
        ] {
            assert_eq!(max_age(field, age), expected, "{field}");
        }
        assert_eq!(CacheControl::of(&response(Code::CONTENT, &[])).to_string(), "max-age=60");
        let options = [OptionRef::new(OptionNumber::MAX_AGE, &[1, 0])];
        assert_eq!(CacheControl::of(&response(Code::CONTENT, &options)).to_string(), "max-age=256");
        assert_eq!(retry_after(&response(Code::SERVICE_UNAVAILABLE, &options)), Some(256));
        assert_eq!(retry_after(&response(Code::CONTENT, &options)), None);
    }

    #[test]
    fn entity_tags_map_both_ways() {
        let mut buffer = [0; 8];
        for bytes in [&b"\0"[..], b"\x0a\xff", &[0xab; 8]] {
            let tag = EntityTag(ETag::new(bytes).unwrap()).to_string();
            assert_eq!(etag(&tag, &mut buffer).map(ETag::as_slice), Some(bytes));
        }
        for foreign in ["\"\"", "\"a\"", "\"0A\"", "W/\"0a\"", "0a", "\"xy\"", "\"010203040506070809\"", "*"] {
            assert_eq!(etag(foreign, &mut buffer), None, "{foreign}");
        }
        assert_eq!(opaque_etag("\"v1.2\"").map(ETag::as_slice), Some(&b"v1.2"[..]));
        assert_eq!((opaque_etag("W/\"v1\""), opaque_etag("\"123456789\""), opaque_etag("\"\"")), (None, None, None));
    }

    /// RFC 8075 §6.1, RFC 7252 §10.2.2.
    #[test]
    fn the_most_preferred_media_type_is_asked_for() {
        for (field, coding, expected) in [
            ("application/json", "", Some(ContentFormat::JSON)),
            ("text/html;q=0.9, application/cbor", "", Some(ContentFormat::CBOR)),
            ("application/json;q=0.2, application/cbor;q=0.125", "", Some(ContentFormat::JSON)),
            ("text/plain; charset=utf-8; q=0.5", "", Some(ContentFormat::TEXT_PLAIN)),
            ("application/json, application/cbor", "", Some(ContentFormat::JSON)),
            ("application/json;q=0", "", None),
            ("*/*", "", None),
            ("application/*", "", None),
            ("*/*, application/json;q=0.5", "", None),
            ("", "", None),
            ("application/coap-group+json", "gzip, deflate", Some(ContentFormat(256))),
            ("application/cbor", "deflate", Some(ContentFormat::CBOR)),
        ] {
            assert_eq!(accept(field, coding), expected, "{field}");
        }
    }

    #[test]
    fn conditions_become_options() {
        let of = |method, if_match, if_none_match| {
            let mut options = Options::new();
            let is_possible = push_conditions(&mut options, method, if_match, if_none_match).unwrap();
            let list = options.iter().map(|option| (option.number.0, option.value.to_vec())).collect::<Vec<_>>();
            (is_possible, list)
        };
        assert_eq!(of(Code::PUT, "*", ""), (true, [(1, Vec::new())].into()));
        assert_eq!(of(Code::PUT, "\"0a\", \"foreign\"", ""), (true, [(1, [10].into())].into()));
        assert_eq!(of(Code::PUT, "\"foreign\"", ""), (false, Vec::new()));
        assert_eq!(of(Code::PUT, "", "*"), (true, [(5, Vec::new())].into()));
        assert_eq!(of(Code::GET, "", "\"0a\",\"0b\""), (true, [(4, [10].into()), (4, [11].into())].into()));
        assert_eq!(of(Code::PUT, "", "\"0a\""), (true, Vec::new()));
    }

    /// RFC 7252 §5.10.7, §10.2.4.
    #[test]
    fn locations_map_both_ways() {
        for (location, expected) in [
            ("/a/b%2Fc?x=1&y", "/a/b%2Fc?x=1&y"),
            ("http://h:8080/a#f", "/a"),
            ("https://h", "/"),
            ("/", "/"),
            ("/a?x=http://b/c", "/a?x=http://b/c"),
            ("http://h?x", "/?x"),
            ("//h/a", "/a"),
            ("//", "/"),
            ("/.//h/a", "/.//h/a"),
            ("/a//", "/a//"),
            ("/?", "/?"),
        ] {
            let mut options = Options::new();
            assert_eq!(push_location(&mut options, location), Ok(true));
            let response = Message { options, ..Message::reliable(Code::CREATED) };
            assert_eq!(Location::of(&response).map_or("/".to_string(), |location| location.to_string()), expected);
        }
        for refused in ["a/b", "", "/a/../b", "/%2e", "/%4", "/%co", "/\u{e9}"] {
            let mut options = Options::new();
            assert_eq!((push_location(&mut options, refused), options.is_empty()), (Ok(false), true), "{refused}");
        }
    }
}
