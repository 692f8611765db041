//! The same tables with the types of the `http` crate.

use alloc::string::ToString;
use core::fmt;

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};

use super::{
    CacheControl, ContentType, EntityTag, Location, accept, code_from_status, content_format, method_from_name,
    method_name, push_conditions, retry_after, status_from_code,
};
use crate::code::Code;
use crate::message::Message;
use crate::options::{OptionNumber, Options};
use crate::problem;
use crate::registry::content_format::ContentFormat;
use crate::value::Value;

/// The CoAP method for an HTTP method; `None` is answered with 501.
#[must_use]
pub fn method_from_http(method: &Method) -> Option<Code> {
    method_from_name(method.as_str())
}

/// The HTTP method for a CoAP method.
#[must_use]
pub fn method_to_http(method: Code) -> Option<Method> {
    method_name(method).and_then(|name| Method::from_bytes(name.as_bytes()).ok())
}

/// The HTTP status for a CoAP response.
#[must_use]
pub fn status_to_http(code: Code, has_payload: bool) -> StatusCode {
    StatusCode::from_u16(status_from_code(code, has_payload)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The CoAP response code for an HTTP status, given the CoAP method.
#[must_use]
pub fn status_from_http(status: StatusCode, method: Code) -> Code {
    code_from_status(status.as_u16(), method)
}

/// The options that the header fields of an HTTP request ask for: Content-Format, Accept, If-Match, If-None-Match, ETag (RFC 7252 §10.2, RFC 8075
/// §6).
///
/// # Errors
/// Returns the status to answer with: 415 for a Content-Type that has no content format, 412 for an If-Match that nothing can fulfil.
pub fn options_from_headers(method: Code, headers: &HeaderMap) -> Result<Options<'static>, StatusCode> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut options = Options::new();
    let mut push = |number, format: ContentFormat| {
        options.push_uint(number, format.0.into()).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
    };
    let content_type = text(header::CONTENT_TYPE);
    if !content_type.is_empty() {
        // RFC 8075 §6.1: what cannot be mapped is a 415.
        let format = content_format(content_type, text(header::CONTENT_ENCODING));
        push(OptionNumber::CONTENT_FORMAT, format.ok_or(StatusCode::UNSUPPORTED_MEDIA_TYPE)?)?;
    }
    // RFC 8075 §6.1: an Accept that cannot be mapped, and */*, is no option.
    if let Some(format) = accept(text(header::ACCEPT), text(header::ACCEPT_ENCODING)) {
        push(OptionNumber::ACCEPT, format)?;
    }
    let (if_match, if_none_match) = (text(header::IF_MATCH), text(header::IF_NONE_MATCH));
    match push_conditions(&mut options, method, if_match, if_none_match) {
        Ok(true) => Ok(options),
        Ok(false) => Err(StatusCode::PRECONDITION_FAILED),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// The header fields of the HTTP response for a CoAP response: Content-Type, Content-Encoding, Cache-Control, ETag, Location, Retry-After
/// (RFC 7252 §10.2, RFC 8075 §6, §7).
#[must_use]
pub fn headers_from_response(response: &Message<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut put = |name: HeaderName, value: &dyn fmt::Display| {
        if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
            headers.insert(name, value);
        }
    };
    // RFC 7252 §10.2.2: Content-Format is Content-Type and Content-Encoding.
    let format = response.options.first(OptionNumber::CONTENT_FORMAT).map(|option| option.typed());
    if let Some(Value::ContentFormat(format)) = format {
        put(header::CONTENT_TYPE, &ContentType(format));
        if let Some(info) = format.info().filter(|info| !info.coding.is_empty()) {
            put(header::CONTENT_ENCODING, &info.coding);
        }
    } else if problem::diagnostic(response).is_some() {
        // RFC 8075 §6.6: a diagnostic payload is text in UTF-8.
        put(header::CONTENT_TYPE, &"text/plain;charset=utf-8");
    }
    if let Some(Value::ETag(etag)) = response.options.first(OptionNumber::ETAG).map(|option| option.typed()) {
        put(header::ETAG, &EntityTag(etag));
    }
    if let Some(location) = Location::of(response) {
        put(header::LOCATION, &location);
    }
    match retry_after(response) {
        Some(seconds) => put(header::RETRY_AFTER, &seconds),
        None => put(header::CACHE_CONTROL, &CacheControl::of(response)),
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_agree_with_the_tables() {
        assert_eq!(method_from_http(&Method::HEAD), Some(Code::GET));
        assert_eq!(method_to_http(Code::PATCH), Some(Method::PATCH));
        assert_eq!(status_to_http(Code::NOT_FOUND, true), StatusCode::NOT_FOUND);
        assert_eq!(status_from_http(StatusCode::NO_CONTENT, Code::DELETE), Code::DELETED);
    }

    fn fields(list: &[(HeaderName, &'static str)]) -> HeaderMap {
        list.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn header_fields_become_options() {
        let request = fields(&[
            (header::CONTENT_TYPE, "application/cbor"),
            (header::ACCEPT, "application/json, */*;q=0.1"),
            (header::IF_MATCH, "\"0aff\""),
        ]);
        let options = options_from_headers(Code::PUT, &request).unwrap();
        let line = Message { options, ..Message::reliable(Code::PUT) }.to_string();
        assert_eq!(line, "PUT If-Match=0aff Content-Format=60 Accept=50");
        let status = |list| options_from_headers(Code::PUT, &fields(list)).unwrap_err();
        assert_eq!(status(&[(header::CONTENT_TYPE, "text/html")]), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(status(&[(header::IF_MATCH, "\"v1\"")]), StatusCode::PRECONDITION_FAILED);
        assert!(options_from_headers(Code::GET, &fields(&[(header::ACCEPT, "*/*")])).unwrap().is_empty());
    }

    #[test]
    fn options_become_header_fields() {
        let content =
            Message::decode_frame(b"\x00\x45\x42\x0a\xff\x42ab\x41\x3c\x21\x07", &crate::Limits::DEFAULT).unwrap();
        let expected = fields(&[
            (header::ETAG, "\"0aff\""),
            (header::LOCATION, "/ab"),
            (header::CONTENT_TYPE, "application/cbor"),
            (header::CACHE_CONTROL, "max-age=7"),
        ]);
        assert_eq!(headers_from_response(&content), expected);
        let deflated = Message::decode_frame(b"\x00\x45\xc2\x2b\x34", &crate::Limits::DEFAULT).unwrap();
        assert_eq!(headers_from_response(&deflated).get(header::CONTENT_ENCODING).unwrap(), "deflate");
        let busy = Message::decode_frame(b"\x00\xa3\xd1\x01\x1e\xffbusy", &crate::Limits::DEFAULT).unwrap();
        let expected = fields(&[(header::CONTENT_TYPE, "text/plain;charset=utf-8"), (header::RETRY_AFTER, "30")]);
        assert_eq!(headers_from_response(&busy), expected);
    }
}
