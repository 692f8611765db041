//! Bounds on everything that a stranger's bytes could make large.

/// Finite by default; each number has its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one envelope: MQTT's own largest packet is 256 MiB, few brokers take more than 1 MiB by default.
    pub max_envelope_len: usize,
    /// Bytes of a policy text: a page of writing.
    pub max_policy_text: usize,
    /// Nesting of a policy: nobody reads deeper.
    pub max_policy_depth: usize,
    /// Leaves of a key's policy: a 48 KiB key.
    pub max_key_leaves: usize,
    /// Attributes or leaves of a ciphertext: 6 KiB once per epoch.
    pub max_ciphertext_leaves: usize,
    /// Explicit labels of a message.
    pub max_labels: usize,
    /// Topic filters of a publisher's credential.
    pub max_filters: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_envelope_len: 1 << 20,
            max_policy_text: 4096,
            max_policy_depth: 32,
            max_key_leaves: 1024,
            max_ciphertext_leaves: 128,
            max_labels: 32,
            max_filters: 64,
        }
    }
}
