//! Opaque values whose length is bounded: ETag and If-Match (RFC 7252 §5.10.6, §5.10.8.1), Echo and Request-Tag (RFC 9175 §2.2.1, §3.2.1).

use core::fmt;

use crate::error::EncodeError;

macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident $min:literal..=$max:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name<'a>(&'a [u8]);

        impl<'a> $name<'a> {
            /// The bytes as a value of the option.
            ///
            /// # Errors
            #[doc = concat!("Returns [`EncodeError::ValueOutOfRange`] if they are not ", $min, " to ", $max, " bytes.")]
            pub const fn new(bytes: &'a [u8]) -> Result<Self, EncodeError> {
                match bytes.len() {
                    $min..=$max => Ok(Self(bytes)),
                    _ => Err(EncodeError::ValueOutOfRange),
                }
            }

            /// The bytes.
            #[must_use]
            pub const fn as_slice(self) -> &'a [u8] {
                self.0
            }
        }

        impl fmt::Display for $name<'_> {
            /// Lower-case hex.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    )* };
}

opaque! {
    /// What tells versions of a representation apart (RFC 7252 §5.10.6).
    ETag 1..=8;
    /// The version that a request is conditional on; empty for any that exists (RFC 7252 §5.10.8.1).
    IfMatch 0..=8;
    /// What a client sends back to show that it is there and its request is fresh (RFC 9175 §2.2).
    Echo 1..=40;
    /// What tells concurrent block-wise request bodies apart; opaque to the server (RFC 9175 §3.2, §3.3).
    RequestTag 0..=8;
}

impl IfMatch<'_> {
    /// The condition that the resource exists, in whatever version.
    pub const ANY: Self = Self(&[]);

    /// True if a representation with that tag fulfils the condition; `None` stands for a resource that does not exist.
    #[must_use]
    pub fn is_fulfilled_by(self, current: Option<ETag<'_>>) -> bool {
        // RFC 7252 §5.10.8.1: the empty string asks for the existence alone.
        current.is_some_and(|tag| self.0.is_empty() || self.0 == tag.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn lengths_are_those_of_the_options() {
        let bytes = [7; 41];
        let lens = |is_value: fn(&[u8]) -> bool| {
            (0..=41).filter(|len| is_value(&bytes[..*len])).collect::<alloc::vec::Vec<_>>()
        };
        assert_eq!(lens(|b| ETag::new(b).is_ok()), (1..=8).collect::<alloc::vec::Vec<_>>());
        assert_eq!(lens(|b| IfMatch::new(b).is_ok()), (0..=8).collect::<alloc::vec::Vec<_>>());
        assert_eq!(lens(|b| Echo::new(b).is_ok()), (1..=40).collect::<alloc::vec::Vec<_>>());
        assert_eq!(lens(|b| RequestTag::new(b).is_ok()), (0..=8).collect::<alloc::vec::Vec<_>>());
        assert_eq!(ETag::new(b"\x0a\xff").unwrap().to_string(), "0aff");
    }

    /// RFC 7252 §5.10.8.1.
    #[test]
    fn conditions_are_existence_or_a_version() {
        let (one, two) = (ETag::new(b"1").unwrap(), ETag::new(b"2").unwrap());
        assert!(IfMatch::ANY.is_fulfilled_by(Some(one)) && !IfMatch::ANY.is_fulfilled_by(None));
        let first = IfMatch::new(b"1").unwrap();
        assert!(first.is_fulfilled_by(Some(one)) && !first.is_fulfilled_by(Some(two)) && !first.is_fulfilled_by(None));
    }
}
