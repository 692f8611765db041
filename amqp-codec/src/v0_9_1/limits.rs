//! What a decoder takes at most.

/// What a decoder takes at most. Every number is finite by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest frame, in octets with its 8 of overhead, once the peers have tuned and whatever they agreed on. 131,072: what RabbitMQ
    /// proposes and every client accepts.
    pub frame_max: u32,
    /// The highest channel number. 2,047: what RabbitMQ proposes.
    pub channel_max: u16,
    /// How deep tables and arrays may nest, at most 64. 64: no real message nests deeper than five (`x-death`), and the fixed stack of
    /// the validation ends there.
    pub max_depth: u8,
    /// The largest body that [`ContentAssembly`](super::ContentAssembly) admits and a [`Gatherer`](super::Gatherer) keeps, in octets.
    /// 512 MiB: what RabbitMQ admits.
    pub max_body_size: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { frame_max: 131_072, channel_max: 2_047, max_depth: 64, max_body_size: 536_870_912 }
    }
}
