//! What can go wrong: with bytes ([`DecodeError`]), with cryptography ([`DecryptError`], deliberately mute), with sealing.

/// Bytes that are not a valid envelope, key, label set or policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} at byte {offset}", kind.statement())]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// Where, counted from the first byte of the unit.
    pub offset: usize,
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident = $statement:literal;)+) => {
        /// The ways in which bytes are refused (SPEC §9).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum DecodeErrorKind { $($(#[$doc])+ $kind,)+ }

        impl DecodeErrorKind {
            /// All kinds, for tests and for tables.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// One sentence.
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
    Truncated = "the unit ends inside a field";
    /// Bytes follow the last field.
    TrailingBytes = "bytes follow the last field";
    /// The first byte is not 0xF5.
    NotAnEnvelope = "the first byte is not 0xF5";
    /// A version other than 1.
    UnknownVersion = "unknown version";
    /// A message type that version 1 does not have.
    UnknownType = "unknown message type";
    /// A payload suite without an entry in the registry.
    UnknownSuite = "unknown payload suite";
    /// A flag that the message type does not have.
    UnknownFlag = "a flag that this message type does not have";
    /// A varint with a superfluous last byte.
    VarintNotMinimal = "varint is not minimal";
    /// A varint of more than eight bytes.
    VarintTooLong = "varint has more than eight bytes";
    /// A length or count beyond [`Limits`](crate::Limits).
    LimitExceeded = "a length or count beyond the limits";
    /// A text that is not UTF-8.
    NotUtf8 = "text is not UTF-8";
    /// A topic with a wildcard or NUL, empty, or with too many levels.
    BadTopic = "not a topic name";
    /// A topic filter that MQTT does not allow.
    BadFilter = "not a topic filter";
    /// A name or value that a label cannot have.
    BadLabel = "not a label";
    /// Labels or filters that repeat or are out of order.
    NotCanonical = "entries repeat or are out of order";
    /// A policy that is not one well-formed tree.
    BadPolicy = "the policy is not one well-formed tree";
    /// A point that is off the curve, outside the subgroup, the identity, or not canonically encoded.
    BadPoint = "not a point of the group";
    /// A scalar that is zero or not below the group order.
    BadScalar = "not a scalar of the group";
    /// A field whose value contradicts another or is out of range.
    BadField = "a field is out of range";
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
