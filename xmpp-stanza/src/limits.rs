//! How much a peer may make us look at and keep.

/// Bounds on one first-level element, or one stream header (RFC 6120 §13.12, XEP-0478).
///
/// All are finite by default; crossing one is answered with `policy-violation`. Nothing is kept before it has been checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one first-level element, from `<` to `>`. RFC 6120 §13.12: not below 10,000. Default 262,144, as common servers have it; ceiling 1 GiB.
    pub max_stanza_bytes: usize,
    /// Elements in one first-level element, itself included. Default 8,192: a roster of 4,000 contacts in groups.
    pub max_elements: usize,
    /// Nesting, the first-level element being 1. Default 64; payloads that carry forwarded archives stay below 20.
    pub max_depth: usize,
    /// Attributes of one element, namespace declarations included. Default 64.
    pub max_attributes: usize,
    /// Bytes of one attribute value. Default 16,384; the addresses of RFC 7622 need 3,071.
    pub max_value_bytes: usize,
    /// Bytes of one name or entity name, prefix included. Default 256.
    pub max_name_bytes: usize,
    /// Bytes of a namespace name. Default 1,024.
    pub max_namespace_bytes: usize,
    /// Prefixes that are bound at one time inside one first-level element. Default and ceiling: 16.
    pub max_bindings: usize,
    /// Bytes of character data between two tags. Default 262,144, no more than the whole.
    pub max_text_bytes: usize,
}

/// The longest first-level element that views can point into, whatever the limits say.
pub(crate) const LONGEST: usize = 1 << 30;

/// The most prefixes that an element's views can carry along.
pub(crate) const BINDINGS: usize = 16;

impl Limits {
    /// For a peer that has not authenticated: 10,000 bytes, 64 elements, 8 levels. SASL and STARTTLS need no more, and a stranger
    /// gets no more (the class of CVE-2026-43506).
    pub const BEFORE_AUTHENTICATION: Self = Self {
        max_stanza_bytes: 10_000,
        max_elements: 64,
        max_depth: 8,
        max_attributes: 32,
        max_value_bytes: 4_096,
        max_name_bytes: 128,
        max_namespace_bytes: 256,
        max_bindings: 8,
        max_text_bytes: 10_000,
    };

    /// For an authenticated peer; the same as `Default`.
    pub const AUTHENTICATED: Self = Self {
        max_stanza_bytes: 262_144,
        max_elements: 8_192,
        max_depth: 64,
        max_attributes: 64,
        max_value_bytes: 16_384,
        max_name_bytes: 256,
        max_namespace_bytes: 1_024,
        max_bindings: BINDINGS,
        max_text_bytes: 262_144,
    };

    /// As wide as the representation allows: 1 GiB of anything, 16 bindings. For trusted input and for tests.
    pub const MAX: Self = Self {
        max_stanza_bytes: LONGEST,
        max_elements: 1 << 30,
        max_depth: 1 << 30,
        max_attributes: 1 << 30,
        max_value_bytes: 1 << 30,
        max_name_bytes: 1 << 30,
        max_namespace_bytes: 1 << 30,
        max_bindings: BINDINGS,
        max_text_bytes: 1 << 30,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::AUTHENTICATED
    }
}
