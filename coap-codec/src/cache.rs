//! Caching as pure functions: the key of a request, and freshness (RFC 7252 §5.4.2, §5.6, RFC 8132 §2).

use core::time::Duration;

use bytes::BufMut;

use crate::code::{Code, CodeClass};
use crate::message::Message;
use crate::options::{OptionNumber, OptionRef};

/// The Max-Age of a response that has none (RFC 7252 §5.10.5).
pub const DEFAULT_MAX_AGE: Duration = Duration::from_secs(60);

/// True if the option is part of a request's cache key: all that are not NoCacheKey, but for those that the cache itself works with
/// (RFC 7252 §5.6; Request-Tag is a part: RFC 9175 §3.2.1): ETag validates, Observe and the block options select parts and updates of the same representation.
fn is_in_key(option: &OptionRef<'_>) -> bool {
    let processed = matches!(
        option.number,
        OptionNumber::ETAG
            | OptionNumber::OBSERVE
            | OptionNumber::BLOCK1
            | OptionNumber::BLOCK2
            | OptionNumber::Q_BLOCK1
            | OptionNumber::Q_BLOCK2
            | OptionNumber::HOP_LIMIT
    );
    !processed && !option.number.is_no_cache_key()
}

/// Hands out the canonical bytes of the cache key piece by piece: the method, then every option of the key with number and length, and the
/// payload of a FETCH.
fn walk(request: &Message<'_>, mut piece: impl FnMut(&[u8])) {
    piece(&[request.code.0]);
    for option in request.options.iter().filter(is_in_key) {
        piece(&option.number.0.to_be_bytes());
        let len = u32::try_from(option.value.len()).unwrap_or(u32::MAX);
        piece(&len.to_be_bytes());
        piece(option.value);
    }
    // RFC 8132 §2: the request payload of a FETCH is part of its cache key.
    if request.code == Code::FETCH {
        piece(&[0xff]);
        piece(&request.payload);
    }
}

/// Appends the cache key of a request in a canonical form: equal keys are equal bytes.
pub fn cache_key(request: &Message<'_>, out: &mut impl BufMut) {
    walk(request, |piece| out.put_slice(piece));
}

/// A hash of the cache key: 64 bits of FNV-1a, seeded, for a table that compares the keys as well. Not a defence against collisions made on
/// purpose: choose the seed at random for that, and bound the buckets.
#[must_use]
pub fn cache_key_hash(request: &Message<'_>, seed: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ seed;
    walk(request, |piece| {
        for byte in piece {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    });
    hash
}

/// True if two requests have the same cache key.
#[must_use]
pub fn same_key(a: &Message<'_>, b: &Message<'_>) -> bool {
    let payloads = a.code != Code::FETCH || a.payload == b.payload;
    a.code == b.code && payloads && a.options.iter().filter(is_in_key).eq(b.options.iter().filter(is_in_key))
}

/// True if a response with this code to a request with that method may be kept (RFC 7252 §5.9, table 6; RFC 8132 §2).
#[must_use]
pub fn is_cacheable(method: Code, response: Code) -> bool {
    let by_method = matches!(method, Code::GET | Code::FETCH);
    match response.class() {
        // RFC 7252 §5.9.1: 2.05 to a GET is cacheable; §5.6: unrecognised success codes must not be cached.
        CodeClass::Success => by_method && response == Code::CONTENT,
        // RFC 7252 §5.9.2, §5.9.3: errors are cacheable, whatever the method.
        CodeClass::ClientError | CodeClass::ServerError => true,
        _ => false,
    }
}

/// How long a response stays fresh: its Max-Age, or 60 seconds (RFC 7252 §5.6.1). A Max-Age of the wrong length counts as absent.
#[must_use]
pub fn freshness(response: &Message<'_>) -> Duration {
    // RFC 7252 §5.4.4: the default value holds when the option is absent.
    let option = response.options.first(OptionNumber::MAX_AGE).filter(|option| option.value.len() <= 4);
    option.and_then(|option| option.uint()).map_or(DEFAULT_MAX_AGE, |seconds| Duration::from_secs(seconds.into()))
}

/// How much freshness is left of a response that arrived at `received`; `None` if it is stale. The times count from any one origin.
#[must_use]
pub fn remaining(response: &Message<'_>, received: Duration, now: Duration) -> Option<Duration> {
    let age = now.saturating_sub(received);
    freshness(response).checked_sub(age).filter(|left| !left.is_zero())
}

/// The Max-Age with which a cache hands out a stored response: never more than what is left (RFC 7252 §5.7.1), in whole seconds.
#[must_use]
pub fn max_age_from_cache(response: &Message<'_>, received: Duration, now: Duration) -> Option<u32> {
    // RFC 7252 §5.7.1: the time in the cache is taken off.
    remaining(response, received, now).map(|left| u32::try_from(left.as_secs()).unwrap_or(u32::MAX))
}

/// True if a success response to this method makes stored responses for the same URI stale (RFC 7252 §5.9.1.1, §5.9.1.2, §5.9.1.4).
#[must_use]
pub const fn invalidates(response: Code) -> bool {
    matches!(response, Code::CREATED | Code::DELETED | Code::CHANGED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MessageType;
    use crate::options::Options;
    use alloc::vec::Vec;

    fn request<'a>(code: Code, options: &'a [OptionRef<'a>]) -> Message<'a> {
        Message { options: Options::from_slice(options), ..Message::new(MessageType::Confirmable, code, 1) }
    }

    fn key(message: &Message<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        cache_key(message, &mut out);
        out
    }

    #[test]
    fn keys_leave_out_no_cache_key_options_and_what_the_cache_processes() {
        let path = OptionRef::new(OptionNumber::URI_PATH, b"a");
        let plain = [path];
        for (number, is_part) in [
            (OptionNumber::SIZE1, false),
            (OptionNumber::SIZE2, false),
            (OptionNumber::ECHO, false),
            (OptionNumber::ETAG, false),
            (OptionNumber::OBSERVE, false),
            (OptionNumber::BLOCK2, false),
            (OptionNumber::ACCEPT, true),
            (OptionNumber::URI_QUERY, true),
            (OptionNumber::REQUEST_TAG, true),
            (OptionNumber(2048), true),
        ] {
            let more = [path, OptionRef::new(number, b"\x01")];
            let (a, b) = (request(Code::GET, &plain), request(Code::GET, &more));
            assert_eq!(key(&a) != key(&b), is_part, "{number}");
            assert_eq!(same_key(&a, &b), !is_part, "{number}");
            assert_eq!(cache_key_hash(&a, 7) != cache_key_hash(&b, 7), is_part, "{number}");
        }
        assert!(!same_key(&request(Code::GET, &plain), &request(Code::FETCH, &plain)));
    }

    /// Two segments `a`, `b` are not one segment `ab`.
    #[test]
    fn keys_are_unambiguous() {
        let two = [OptionRef::new(OptionNumber::URI_PATH, b"a"), OptionRef::new(OptionNumber::URI_PATH, b"b")];
        let one = [OptionRef::new(OptionNumber::URI_PATH, b"ab")];
        assert_ne!(key(&request(Code::GET, &two)), key(&request(Code::GET, &one)));
    }

    #[test]
    fn freshness_ends_with_max_age() {
        let seconds = Duration::from_secs;
        let plain = request(Code::CONTENT, &[]);
        assert_eq!(freshness(&plain), seconds(60));
        assert_eq!(remaining(&plain, seconds(10), seconds(69)), Some(seconds(1)));
        assert_eq!(remaining(&plain, seconds(10), seconds(70)), None);
        let zero = [OptionRef::new(OptionNumber::MAX_AGE, b"")];
        assert_eq!(remaining(&request(Code::CONTENT, &zero), seconds(0), seconds(0)), None);
        let long = [OptionRef::new(OptionNumber::MAX_AGE, &[0xff; 4])];
        let long = request(Code::CONTENT, &long);
        assert_eq!(max_age_from_cache(&long, seconds(0), seconds(5)), Some(u32::MAX - 5));
    }

    #[test]
    fn what_may_be_kept() {
        assert!(is_cacheable(Code::GET, Code::CONTENT) && is_cacheable(Code::FETCH, Code::CONTENT));
        assert!(!is_cacheable(Code::POST, Code::CONTENT) && !is_cacheable(Code::GET, Code(0x4f)));
        assert!(is_cacheable(Code::PUT, Code::NOT_FOUND) && !is_cacheable(Code::GET, Code::VALID));
    }
}
