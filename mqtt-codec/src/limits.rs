//! What a decoder is willing to take.

/// Upper bounds for one packet. Every default is finite; raise what your application needs.
///
/// A packet's size is judged on the fixed header, before a byte of the rest is buffered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a whole packet, fixed header included. Default 1 MiB: the payloads of nearly all deployments, and a bound
    /// for what a peer can make us buffer. The format's own maximum is [`Limits::MAX_PACKET`].
    pub max_packet: usize,
    /// The same before a CONNECT was accepted. Default 256 KiB: four strings and a will of 64 KiB each, from a peer that
    /// has proved nothing yet.
    pub max_first_packet: usize,
    /// Bytes of one string or binary field (payloads excepted). Default 65,535, which the format cannot exceed.
    pub max_string: usize,
    /// Bytes of one property list. Default 128 KiB: two properties of the longest kind.
    pub max_properties: usize,
    /// User properties in one list. Default 1,024: linear work, but brokers copy them for every subscriber.
    pub max_user_properties: usize,
    /// Topic filters in one SUBSCRIBE or UNSUBSCRIBE. Default 4,096: a client that restores its subscriptions at once.
    pub max_filters: usize,
}

impl Limits {
    /// A body shorter than this is within the limits of packets and strings: the fixed header of a body that short takes three bytes at
    /// most, and no string is longer than its packet.
    pub(crate) const fn harmless(&self) -> usize {
        let body = self.max_packet.saturating_sub(2);
        if body < self.max_string { body } else { self.max_string }
    }

    /// The longest packet that the format can express: 1 + 4 + 268,435,455 bytes.
    pub const MAX_PACKET: usize = 268_435_460;

    /// Whatever the format can express.
    pub const MAX: Self = Self {
        max_packet: Self::MAX_PACKET,
        max_first_packet: Self::MAX_PACKET,
        max_string: 65_535,
        max_properties: Self::MAX_PACKET,
        max_user_properties: usize::MAX,
        max_filters: usize::MAX,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_packet: 1 << 20,
            max_first_packet: 256 << 10,
            max_string: 65_535,
            max_properties: 128 << 10,
            max_user_properties: 1_024,
            max_filters: 4_096,
        }
    }
}
