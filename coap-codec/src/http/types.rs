//! The same tables with the types of the `http` crate.

use http::{Method, StatusCode};

use super::{code_from_status, method_from_name, method_name, status_from_code};
use crate::code::Code;

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
}
