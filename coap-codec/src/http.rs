//! The mapping between HTTP and CoAP (RFC 8075, RFC 7252 §10): methods, status codes, header fields, media types, URIs. Tables and pure
//! functions; what a cross-proxy does with them (caching, blocks, multicast) is its own business.

use core::fmt;

use crate::code::Code;
use crate::registry::content_format::ContentFormat;

mod headers;
#[cfg(feature = "http")]
mod types;

pub use headers::{
    CacheControl, EntityTag, Location, accept, elements, etag, max_age, opaque_etag, push_conditions, push_location,
    retry_after,
};

#[cfg(feature = "http")]
pub use types::{
    headers_from_response, method_from_http, method_to_http, options_from_headers, status_from_http, status_to_http,
};

/// The CoAP method for an HTTP method; `None` is answered with 501 (RFC 7252 §10.2.1). HEAD is a GET whose body is not sent on (§10.2.3).
#[must_use]
pub fn method_from_name(method: &str) -> Option<Code> {
    // RFC 8075 §7 table; PATCH and FETCH by RFC 8132. RFC 7252 §10.2.1: OPTIONS and TRACE have no counterpart.
    match method {
        "GET" | "HEAD" => Some(Code::GET),
        "POST" => Some(Code::POST),
        "PUT" => Some(Code::PUT),
        "DELETE" => Some(Code::DELETE),
        "PATCH" => Some(Code::PATCH),
        _ => None,
    }
}

/// The HTTP method for a CoAP method; FETCH and iPATCH have none that servers are sure to know.
#[must_use]
pub const fn method_name(method: Code) -> Option<&'static str> {
    match method {
        Code::GET => Some("GET"),
        Code::POST => Some("POST"),
        Code::PUT => Some("PUT"),
        Code::DELETE => Some("DELETE"),
        Code::PATCH => Some("PATCH"),
        _ => None,
    }
}

/// The HTTP status for a CoAP response (RFC 8075 table 2). `has_payload` decides between 200 and 204. 2.31, 4.08 and the like belong to
/// block-wise transfer, which a proxy ends; if they get through they are 500 and 400.
#[must_use]
pub const fn status_from_code(code: Code, has_payload: bool) -> u16 {
    match code {
        // RFC 7252 §10.2.4, RFC 8075 table 2, notes 1 and 2.
        Code::CREATED => 201,
        Code::DELETED | Code::CHANGED => {
            if has_payload {
                200
            } else {
                204
            }
        }
        // RFC 8075 §7: 304 if the client sent the validator, else the stored response with 200.
        Code::VALID => 304,
        Code::CONTENT => 200,
        Code::BAD_REQUEST => 400,
        Code::UNAUTHORIZED => 403,
        // RFC 8075 table 2, note 5: 500, because the option was the proxy's.
        Code::BAD_OPTION => 500,
        Code::FORBIDDEN => 403,
        Code::NOT_FOUND => 404,
        // RFC 8075 table 2, note 7: 400, as HTTP's 405 must have Allow.
        Code::METHOD_NOT_ALLOWED => 400,
        Code::NOT_ACCEPTABLE => 406,
        Code::CONFLICT => 409,
        Code::PRECONDITION_FAILED => 412,
        Code::REQUEST_ENTITY_TOO_LARGE => 413,
        Code::UNSUPPORTED_CONTENT_FORMAT => 415,
        Code::UNPROCESSABLE_ENTITY => 422,
        Code::TOO_MANY_REQUESTS => 429,
        Code::INTERNAL_SERVER_ERROR => 500,
        Code::NOT_IMPLEMENTED => 501,
        Code::BAD_GATEWAY => 502,
        Code::SERVICE_UNAVAILABLE => 503,
        Code::GATEWAY_TIMEOUT => 504,
        // RFC 8075 table 2: 5.05 is a proxy's refusal.
        Code::PROXYING_NOT_SUPPORTED => 502,
        // RFC 8768 §3: a loop: 508 Loop Detected.
        Code::HOP_LIMIT_REACHED => 508,
        _ => match code.class() {
            crate::CodeClass::Success if has_payload => 200,
            crate::CodeClass::Success => 204,
            crate::CodeClass::ClientError => 400,
            _ => 500,
        },
    }
}

/// The CoAP response code for an HTTP status (RFC 7252 §10.1). `method` is the CoAP request's: it decides between 2.01, 2.02, 2.04 and 2.05.
#[must_use]
pub const fn code_from_status(status: u16, method: Code) -> Code {
    match status {
        // RFC 7252 §10.1.2, §10.1.4.
        201 => Code::CREATED,
        304 => Code::VALID,
        200..=299 => match method {
            // RFC 7252 §10.1.1.
            Code::GET | Code::FETCH => Code::CONTENT,
            // RFC 7252 §10.1.3.
            Code::DELETE => Code::DELETED,
            _ => Code::CHANGED,
        },
        401 => Code::UNAUTHORIZED,
        403 => Code::FORBIDDEN,
        // RFC 7252 §10.1.3: what does not exist is deleted.
        404 | 410 if matches!(method, Code::DELETE) => Code::DELETED,
        404 | 410 => Code::NOT_FOUND,
        405 => Code::METHOD_NOT_ALLOWED,
        406 => Code::NOT_ACCEPTABLE,
        409 => Code::CONFLICT,
        412 => Code::PRECONDITION_FAILED,
        413 => Code::REQUEST_ENTITY_TOO_LARGE,
        415 => Code::UNSUPPORTED_CONTENT_FORMAT,
        422 => Code::UNPROCESSABLE_ENTITY,
        429 => Code::TOO_MANY_REQUESTS,
        400..=499 => Code::BAD_REQUEST,
        501 => Code::NOT_IMPLEMENTED,
        502 => Code::BAD_GATEWAY,
        503 => Code::SERVICE_UNAVAILABLE,
        504 => Code::GATEWAY_TIMEOUT,
        508 => Code::HOP_LIMIT_REACHED,
        500..=599 => Code::INTERNAL_SERVER_ERROR,
        // Informational answers and redirections have no counterpart.
        _ => Code::BAD_GATEWAY,
    }
}

/// The content format for the values of Content-Type and Content-Encoding (RFC 8075 §6.2, §6.4). Parameters that only name the default character
/// set of `text/plain` are equal to none.
#[must_use]
pub fn content_format(content_type: &str, content_encoding: &str) -> Option<ContentFormat> {
    let coding = if content_encoding.eq_ignore_ascii_case("identity") { "" } else { content_encoding };
    ContentFormat::from_media_type(content_type, coding).or_else(|| {
        let plain = ["text/plain", "text/plain;charset=us-ascii", "text/plain; charset=us-ascii"];
        let is_plain = plain.iter().any(|known| known.eq_ignore_ascii_case(content_type)) && coding.is_empty();
        is_plain.then_some(ContentFormat::TEXT_PLAIN)
    })
}

/// As [`content_format`], but a media type without a format of its own takes that of the more general one it belongs to (RFC 8075 §6.3,
/// table 1): an optional feature of a proxy, which lets more payloads pass than it understands.
#[must_use]
pub fn loose_content_format(content_type: &str, content_encoding: &str) -> Option<ContentFormat> {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let general = || {
        let (kind, sub_type) = media_type.split_once('/')?;
        let has_suffix = |suffix: &str| {
            let tail = sub_type.len().checked_sub(suffix.len()).and_then(|at| sub_type.get(at..));
            kind.eq_ignore_ascii_case("application") && tail.is_some_and(|tail| tail.eq_ignore_ascii_case(suffix))
        };
        Some(match () {
            () if has_suffix("+xml") || media_type.eq_ignore_ascii_case("text/xml") => ContentFormat::XML,
            () if has_suffix("+json") => ContentFormat::JSON,
            () if has_suffix("+cbor") => ContentFormat::CBOR,
            () if kind.eq_ignore_ascii_case("text") => ContentFormat::TEXT_PLAIN,
            () => ContentFormat::OCTET_STREAM,
        })
    };
    let is_plain = content_encoding.is_empty() || content_encoding.eq_ignore_ascii_case("identity");
    content_format(content_type, content_encoding).or_else(|| general().filter(|_| is_plain))
}

/// The Content-Type of a content format: the registry's media type, or `application/coap-payload;cf=…` for a number that is not registered
/// (RFC 8075 §6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentType(pub ContentFormat);

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.info() {
            Some(info) => f.write_str(info.media_type),
            None => write!(f, "application/coap-payload;cf={}", self.0.0),
        }
    }
}

/// The format that `application/coap-payload;cf=…` names (RFC 8075 §6.2).
#[must_use]
pub fn coap_payload(content_type: &str) -> Option<ContentFormat> {
    let (media_type, parameter) = content_type.split_once(';')?;
    if !media_type.trim().eq_ignore_ascii_case("application/coap-payload") {
        return None;
    }
    let (name, value) = parameter.split_once('=')?;
    let is_cf = name.trim().eq_ignore_ascii_case("cf");
    value.trim().parse().ok().filter(|_| is_cf).map(ContentFormat)
}

/// The target CoAP URI in the URI of a request to a cross-proxy, by the default mapping: what follows the base (RFC 8075 §5.3).
/// It must be one of the CoAP schemes; what else there is, is answered with a 4xx (§5.3.1).
#[must_use]
pub fn target_uri<'u>(request_uri: &'u str, base: &str) -> Option<&'u str> {
    let target = request_uri.strip_prefix(base)?.trim_start_matches('/');
    let (scheme, _) = target.split_once("://")?;
    crate::uri::Scheme::from_name(scheme).map(|_| target)
}

/// The URI at a cross-proxy that stands for a CoAP URI, by the default mapping (RFC 8075 §5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxiedUri<'u> {
    /// The base of the mapping, like `https://p.example.com/hc`.
    pub base: &'u str,
    /// The CoAP URI.
    pub target: &'u str,
}

impl fmt::Display for ProxiedUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base.trim_end_matches('/'), self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn methods_map_both_ways() {
        for name in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            assert_eq!(method_from_name(name).and_then(method_name), Some(name));
        }
        assert_eq!(method_from_name("HEAD"), Some(Code::GET));
        assert_eq!(
            (method_from_name("OPTIONS"), method_from_name("TRACE"), method_name(Code::FETCH)),
            (None, None, None)
        );
    }

    /// RFC 8075 table 2.
    #[test]
    fn every_response_code_has_a_status() {
        for (code, _) in Code::REGISTERED.iter().filter(|(code, _)| code.is_response()) {
            let status = status_from_code(*code, true);
            assert!((200..=599).contains(&status), "{code}");
        }
        assert_eq!((status_from_code(Code::CHANGED, true), status_from_code(Code::CHANGED, false)), (200, 204));
        assert_eq!((status_from_code(Code::UNAUTHORIZED, true), status_from_code(Code::BAD_OPTION, true)), (403, 500));
        assert_eq!((status_from_code(Code::METHOD_NOT_ALLOWED, true), status_from_code(Code(0x9f), true)), (400, 400));
    }

    /// RFC 7252 §10.1.
    #[test]
    fn success_depends_on_the_method() {
        assert_eq!(code_from_status(200, Code::GET), Code::CONTENT);
        assert_eq!(code_from_status(204, Code::DELETE), Code::DELETED);
        assert_eq!(code_from_status(204, Code::PUT), Code::CHANGED);
        assert_eq!(code_from_status(201, Code::POST), Code::CREATED);
        assert_eq!(code_from_status(304, Code::GET), Code::VALID);
        assert_eq!(code_from_status(404, Code::DELETE), Code::DELETED);
        assert_eq!(code_from_status(404, Code::GET), Code::NOT_FOUND);
        assert_eq!(code_from_status(418, Code::GET), Code::BAD_REQUEST);
        assert_eq!(code_from_status(507, Code::GET), Code::INTERNAL_SERVER_ERROR);
        assert_eq!(code_from_status(301, Code::GET), Code::BAD_GATEWAY);
    }

    #[test]
    fn media_types_map_both_ways() {
        assert_eq!(content_format("application/json", ""), Some(ContentFormat::JSON));
        assert_eq!(content_format("Application/CBOR", "deflate"), Some(ContentFormat(11060)));
        assert_eq!(content_format("text/plain", "identity"), Some(ContentFormat::TEXT_PLAIN));
        assert_eq!(content_format("text/plain;charset=UTF-8", ""), Some(ContentFormat::TEXT_PLAIN));
        assert_eq!(content_format("text/html", ""), None);
        // RFC 8075 §6.3, table 1.
        for (media_type, general) in [
            ("application/soap+xml; charset=utf-8", ContentFormat::XML),
            ("application/x+JSON", ContentFormat::JSON),
            ("application/x+cbor", ContentFormat::CBOR),
            ("text/xml", ContentFormat::XML),
            ("text/html", ContentFormat::TEXT_PLAIN),
            ("image/webp", ContentFormat::OCTET_STREAM),
            ("application/senml+cbor", ContentFormat::SENML_CBOR),
        ] {
            assert_eq!(loose_content_format(media_type, ""), Some(general), "{media_type}");
        }
        assert_eq!((loose_content_format("text/html", "gzip"), loose_content_format("html", "")), (None, None));
        assert_eq!(ContentType(ContentFormat::CBOR).to_string(), "application/cbor");
        let unknown = ContentType(ContentFormat(65_001)).to_string();
        assert_eq!(unknown, "application/coap-payload;cf=65001");
        assert_eq!(coap_payload(&unknown), Some(ContentFormat(65_001)));
        assert_eq!(coap_payload("application/coap-payload;cf=70000"), None);
    }

    /// RFC 8075 §5.3.1: the example.
    #[test]
    fn the_default_mapping_appends_the_target() {
        let (base, target) = ("https://p.example.com/hc", "coap://s.example.com/light");
        let uri = ProxiedUri { base, target }.to_string();
        assert_eq!(uri, "https://p.example.com/hc/coap://s.example.com/light");
        assert_eq!(target_uri(&uri, base), Some(target));
        assert_eq!(target_uri("https://p.example.com/hc/ftp://x", base), None);
        assert_eq!(target_uri("https://q.example.com/hc/coap://x", base), None);
    }
}
