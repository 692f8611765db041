//! Observe: registering, and the order of notifications (RFC 7641, RFC 8323 §7).

use core::time::Duration;

use crate::error::EncodeError;
use crate::value::Uint;
use crate::wire;

/// The highest sequence number: 24 bits (RFC 7641 §3.4).
pub const MAX_SEQUENCE: u32 = 0x00ff_ffff;

/// After this long a notification is newer whatever its number says (RFC 7641 §3.4).
pub const NOTIFICATION_LIFETIME: Duration = Duration::from_secs(128);

/// What a GET or FETCH asks with Observe (RFC 7641 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObserveRequest {
    /// 0: put me on the list of observers.
    Register,
    /// 1: take me off.
    Deregister,
}

impl ObserveRequest {
    /// Reads the value of a request's option; `None` for a value without a meaning.
    #[must_use]
    pub fn decode(value: &[u8]) -> Option<Self> {
        match wire::uint(value)? {
            0 => Some(Self::Register),
            1 => Some(Self::Deregister),
            _ => None,
        }
    }
}

/// The sequence number of a notification: the 24 least significant bits of a counter (RFC 7641 §4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Observe(u32);

impl Observe {
    /// A sequence number.
    ///
    /// # Errors
    /// Returns [`EncodeError::ValueOutOfRange`] above 2^24 − 1.
    pub const fn new(value: u32) -> Result<Self, EncodeError> {
        // RFC 7641 §4.4: less than 2^24.
        if value > MAX_SEQUENCE { Err(EncodeError::ValueOutOfRange) } else { Ok(Self(value)) }
    }

    /// Reads the value of a notification's option: at most three bytes.
    #[must_use]
    pub fn decode(value: &[u8]) -> Option<Self> {
        if value.len() > 3 { None } else { wire::uint(value).map(Self) }
    }

    /// The value of the option.
    #[must_use]
    pub const fn encode(self) -> Uint {
        Uint::new(self.0)
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }

    /// The number of the next notification; behind 2^24 − 1 comes 0.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.wrapping_add(1) & MAX_SEQUENCE)
    }
}

/// True if the second notification is newer than the first: by their numbers, or because more than 128 seconds lie between their
/// arrivals (RFC 7641 §3.4). The times count from any one origin.
#[must_use]
pub fn is_newer(first: (Observe, Duration), second: (Observe, Duration)) -> bool {
    const HALF: u32 = 1 << 23;
    let ((Observe(v1), t1), (Observe(v2), t2)) = (first, second);
    // RFC 7641 §3.4: (V1 < V2 and V2 - V1 < 2^23) or (V1 > V2 and V1 - V2 > 2^23) or (T2 > T1 + 128 seconds).
    (v1 < v2 && v2.wrapping_sub(v1) < HALF)
        || (v1 > v2 && v1.wrapping_sub(v2) > HALF)
        || t2 > t1.saturating_add(NOTIFICATION_LIFETIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newer(v1: u32, v2: u32, seconds: u64) -> bool {
        is_newer((Observe(v1), Duration::ZERO), (Observe(v2), Duration::from_secs(seconds)))
    }

    #[test]
    fn numbers_order_within_half_the_range() {
        assert!(newer(0, 1, 0) && newer(0, (1 << 23) - 1, 0));
        assert!(!newer(0, 1 << 23, 0) && !newer(1 << 23, 0, 0));
        assert!(newer((1 << 23) + 1, 0, 0) && newer(MAX_SEQUENCE, 0, 0));
        assert!(!newer(7, 7, 0) && !newer(8, 7, 0));
    }

    #[test]
    fn time_overrules_numbers_after_128_seconds() {
        assert!(!newer(8, 7, 128) && newer(8, 7, 129) && newer(7, 7, 129));
    }

    #[test]
    fn sequence_numbers_have_24_bits() {
        assert_eq!(Observe::new(1 << 24), Err(EncodeError::ValueOutOfRange));
        assert_eq!(Observe::new(MAX_SEQUENCE).unwrap().next(), Observe(0));
        assert_eq!(Observe(MAX_SEQUENCE).encode().as_slice(), [255, 255, 255]);
        assert_eq!(Observe::decode(&[0, 0, 0, 1]), None);
        assert_eq!(Observe::decode(&[0, 0, 1]), Some(Observe(1)));
    }

    #[test]
    fn requests_register_and_deregister() {
        assert_eq!(ObserveRequest::decode(&[]), Some(ObserveRequest::Register));
        assert_eq!(ObserveRequest::decode(&[0]), Some(ObserveRequest::Register));
        assert_eq!(ObserveRequest::decode(&[1]), Some(ObserveRequest::Deregister));
        assert_eq!(ObserveRequest::decode(&[2]), None);
    }
}
