//! What a decoder accepts at most.

/// Bounds on what is decoded. Every one is finite by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Octets of a frame once the connection is open: the max-frame-size that we announce (AMQP 1.0 §2.7.1).
    /// Before that, and in the SASL layer, 512 octets apply. Default 65,536: two of Proton's frames.
    pub max_frame_size: u32,
    /// Octets of a SASL frame. Default 512, as the specification says (AMQP 1.0 §5.3.1); tokens of some clouds need 8,192.
    pub max_sasl_frame_size: u32,
    /// The highest channel: the channel-max that we announce (AMQP 1.0 §2.7.1). Default 65,535, the specification's.
    pub max_channel: u16,
    /// The highest link handle: the handle-max that we announce (AMQP 1.0 §2.7.2). Default 2³² − 1, the specification's.
    pub max_handle: u32,
    /// Levels of lists, maps, arrays and descriptions inside one value, at most [`Limits::DEPTH`], which is the default.
    /// No application seen nests half as deep; other implementations settled on 32 to 128.
    pub max_depth: u8,
    /// Elements of an array whose elements take no octets. Such arrays cost nothing here, but may cost their reader. Default 65,536.
    pub max_zero_width: u32,
    /// Body sections of one message. Default 10,000, as RabbitMQ.
    pub max_sections: u32,
    /// Octets of a delivery gathered from several transfers. Default 4 MiB.
    pub max_message_size: u64,
    /// Refuse annotation keys that are reserved and unknown (AMQP 1.0 §3.2.10). Default false: what is understood is the
    /// application's knowledge.
    pub strict_annotations: bool,
}

impl Limits {
    /// The levels that the fixed stack of the validator holds.
    pub const DEPTH: usize = 64;

    /// The frame size that every peer accepts: MIN-MAX-FRAME-SIZE (AMQP 1.0 §2.8.19).
    pub const MIN_MAX_FRAME_SIZE: u32 = 512;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame_size: 65_536,
            max_sasl_frame_size: Self::MIN_MAX_FRAME_SIZE,
            max_channel: u16::MAX,
            max_handle: u32::MAX,
            max_depth: 64,
            max_zero_width: 65_536,
            max_sections: 10_000,
            max_message_size: 4 * 1024 * 1024,
            strict_annotations: false,
        }
    }
}
