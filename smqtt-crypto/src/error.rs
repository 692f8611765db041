//! What can go wrong: with bytes ([`DecodeError`]), with cryptography ([`DecryptError`], deliberately mute), with sealing.

use core::fmt;

/// Bytes that are not a valid envelope, key, label set or policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// Where, counted from the first byte of the unit.
    pub offset: usize,
}

impl DecodeError {
    /// The family of the error.
    pub const fn class(&self) -> Class {
        self.kind.class()
    }

    /// The section of SPEC.md that says so.
    pub const fn statement(&self) -> &'static str {
        self.kind.statement()
    }

    /// What to do with the unit, as tools print it.
    pub const fn reply(&self) -> &'static str {
        self.kind.reply()
    }
}

/// The family that a [`DecodeErrorKind`] belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Not an envelope, or one of a version, type, suite or flag that this crate does not speak.
    Foreign,
    /// Bytes that do not follow the encodings (SPEC §3).
    Syntax,
    /// A field whose value is none of its type.
    Value,
    /// Beyond one of our own [`Limits`](crate::Limits).
    Limit,
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident: $class:ident, $statement:literal, $text:literal;)+) => {
        /// The ways in which bytes are refused (SPEC §9).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum DecodeErrorKind { $($(#[$doc])+ $kind,)+ }

        impl DecodeErrorKind {
            /// All kinds, for tests and for tables.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// The name of the kind, as `Debug` prints it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)+ }
            }

            /// The family of the error.
            pub const fn class(self) -> Class {
                match self { $(Self::$kind => Class::$class,)+ }
            }

            const fn text(self) -> &'static str {
                match self { $(Self::$kind => $text,)+ }
            }

            /// The section of SPEC.md that says so.
            #[must_use]
            pub const fn statement(self) -> &'static str {
                match self { $(Self::$kind => $statement,)+ }
            }

            /// What to do with the unit, as tools print it.
            #[must_use]
            pub const fn reply(self) -> &'static str {
                // An envelope is somebody's payload: there is nothing to answer but to leave it alone.
                "ignore"
            }
        }
    };
}

kinds! {
    /// The unit ends inside a field.
    Truncated: Syntax, "SPEC §3", "the unit ends inside a field";
    /// Bytes follow the last field.
    TrailingBytes: Syntax, "SPEC §3", "bytes follow the last field";
    /// The first byte is not 0xF5.
    NotAnEnvelope: Foreign, "SPEC §3", "the first byte is not 0xF5";
    /// A version other than 1.
    UnknownVersion: Foreign, "SPEC §3", "unknown version";
    /// A message type that version 1 does not have.
    UnknownType: Foreign, "SPEC §8", "unknown message type";
    /// A payload suite without an entry in the registry.
    UnknownSuite: Foreign, "SPEC §10", "unknown payload suite";
    /// A flag that the message type does not have.
    UnknownFlag: Foreign, "SPEC §3", "a flag that this message type does not have";
    /// A varint with a superfluous last byte.
    VarintNotMinimal: Syntax, "SPEC §3", "varint is not minimal";
    /// A varint of more than eight bytes.
    VarintTooLong: Syntax, "SPEC §3", "varint has more than eight bytes";
    /// A length or count beyond [`Limits`](crate::Limits).
    LimitExceeded: Limit, "Limits", "a length or count beyond the limits";
    /// A text that is not UTF-8.
    NotUtf8: Syntax, "SPEC §3", "text is not UTF-8";
    /// A topic with a wildcard or NUL, empty, or with too many levels.
    BadTopic: Value, "SPEC §4.2", "not a topic name";
    /// A topic filter that MQTT does not allow.
    BadFilter: Value, "SPEC §4.2", "not a topic filter";
    /// A name or value that a label cannot have.
    BadLabel: Value, "SPEC §4.3", "not a label";
    /// Labels or filters that repeat or are out of order.
    NotCanonical: Syntax, "SPEC §3", "entries repeat or are out of order";
    /// A policy that is not one well-formed tree.
    BadPolicy: Value, "SPEC §5.2", "the policy is not one well-formed tree";
    /// A point that is off the curve, outside the subgroup, the identity, or not canonically encoded.
    BadPoint: Value, "SPEC §4.4", "not a point of the group";
    /// A scalar that is zero or not below the group order.
    BadScalar: Value, "SPEC §4.4", "not a scalar of the group";
    /// A field whose value contradicts another or is out of range.
    BadField: Value, "SPEC §8", "a field is out of range";
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// A message that this key does not open: the one answer to every cryptographic failure.
///
/// A wrong key, an unsatisfied policy, a forged tag, a failed commitment, a failed re-encryption and a bad signature look
/// the same on purpose: an attacker who could tell them apart would have an oracle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message cannot be decrypted")]
pub struct DecryptError;

/// A message that could not be sealed. Nothing of it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The counter of this content key is used up: make a new key.
    #[error("the content key is exhausted: encrypt a new one")]
    KeyExhausted,
    /// No content key for this topic and epoch: call `encrypt` first.
    #[error("no content key for this topic and epoch: encrypt one first")]
    NoKey,
    /// The topic is not a topic name, or not one that the credential allows.
    #[error("not a topic that this publisher may use")]
    BadTopic,
    /// The labels, the policy or the epoch do not fit the suite.
    #[error("the labels, policy or epoch do not fit the suite")]
    BadAccess,
    /// A length beyond what the format can carry or the limits allow.
    #[error("a field is longer than the limits allow")]
    TooLong,
    /// More topics than the publisher may keep keys for.
    #[error("too many content keys at once: finish an epoch or raise the limit")]
    Full,
    /// The random source failed.
    #[error("the random source failed")]
    Random,
}

impl From<crate::RandomError> for SealError {
    fn from(_: crate::RandomError) -> Self {
        Self::Random
    }
}

/// A payload that was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// Not a well-formed envelope.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Well-formed, and not for us or not authentic: nobody learns which.
    #[error(transparent)]
    Decrypt(#[from] DecryptError),
}
