//! How much a decoder is willing to take.

/// Limits of a decoder. Every one is checked before anything is kept; crossing one is a named error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest message on a reliable transport, in bytes, from its first byte to its last (what a CSM announces as
    /// Max-Message-Size, RFC 8323 §5.3.1). Default: 1 MiB, enough for BERT blocks and small enough for a thousand peers.
    pub max_message_len: u32,
    /// The most bytes that the options of one message may take. Default: 1 MiB, as much as a message; the time to walk them is linear.
    pub max_options_len: u32,
    /// The longest token, in bytes. 8 (the default) is RFC 7252 and RFC 8323; more switches on the extended tokens of RFC 8974,
    /// where 65,804 is the end. It is what a CSM announces as Extended-Token-Length.
    pub max_token_len: u32,
}

impl Limits {
    /// The limits of [`Default`], as a constant.
    pub const DEFAULT: Self = Self { max_message_len: 1 << 20, max_options_len: 1 << 20, max_token_len: 8 };

    /// The same limits with extended tokens (RFC 8974) up to the length given.
    #[must_use]
    pub const fn with_extended_tokens(self, max_token_len: u32) -> Self {
        Self { max_token_len, ..self }
    }

    /// True if the token length nibbles 9 to 14 mean something (RFC 8974 §2.1).
    #[must_use]
    pub const fn extended_tokens(&self) -> bool {
        self.max_token_len > 8
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
